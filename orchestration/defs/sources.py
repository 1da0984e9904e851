"""What is received, source by source: who delivers it and what it is, for the UI.

Belongs here: names alone. The tables that intake makes of a source and what its rows depend on stand in
`orchestration/intake/carrying.py`. How a source is read and judged stands in `orchestration/intake`.
"""

from dataclasses import dataclass

import dagster as dg

from orchestration.defs.partitions import editions
from orchestration.intake import RECEIVED

ENGINEERS = ["team:data-engineering"]


@dataclass(frozen=True)
class SourceAsset:
    """One source, as `intake.RECEIVED` has it, and who hands it in. `beside`: kinds of deposits that come with it and
    decide no row."""

    noun: str
    supplier: str
    what: str
    kinds: tuple[str, ...] = ("csv",)
    beside: tuple[str, ...] = ()

    @property
    def key(self) -> dg.AssetKey:
        """`intake_<noun>`."""
        return dg.AssetKey(f"intake_{self.noun}")

    @property
    def deposits(self) -> tuple[str, ...]:
        """Kinds of deposits in the custody log."""
        return (*RECEIVED[self.noun].kinds, *self.beside)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that intake makes of it."""
        return RECEIVED[self.noun].tables

    @property
    def needs(self) -> tuple[str, ...]:
        """Sources that decide which of its rows count."""
        return RECEIVED[self.noun].needs

    @property
    def read(self) -> frozenset[str]:
        """Kinds of deposits on which its rows depend: its own, and those of all that it needs."""
        return frozenset(RECEIVED[self.noun].kinds).union(*(BY_NOUN[noun].read for noun in self.needs))


SOURCES = (
    SourceAsset(
        "rulebook",
        "organiser",
        "The rules of the edition as tables: weights, windows, grids, tie-breaks.",
        kinds=("yaml",),
        beside=("certificate",),
    ),
    SourceAsset(
        "corrections",
        "organiser",
        "Reviewed corrections: file, key, column, the value that was expected and the one that is right.",
        ("yaml",),
    ),
    SourceAsset("candidates", "organiser", "Who competes in which category, and who withdrew."),
    SourceAsset(
        "audits",
        "field_firms",
        "The tests of the mystery shoppers, one row each, with their ratings and measures.",
        ("csv", "excel"),
    ),
    SourceAsset("survey", "panel", "The customers' answers, and the weights that bring them to the population."),
    SourceAsset(
        "votes",
        "voting_platform",
        "The public's votes as they were cast; which of them count is decided by the marks' models.",
        ("csv", "json", "parquet"),
    ),
    SourceAsset("contests", "organiser", "Tests that a candidate contested, and what was decided."),
)
"""Each after those that it needs: in this order Dagster hears of them."""
BY_NOUN = {source.noun: source for source in SOURCES}

SUPPLIERS = {
    "organiser": "The organiser: rulebook, candidates, certificates, reviewed corrections, contests.",
    "field_firms": "The field firms: files of mystery tests, by channel.",
    "panel": "The survey's panel: answers, and the population's margins.",
    "voting_platform": "The voting platform: votes.",
}


def deposits_key(supplier: str) -> dg.AssetKey:
    """The asset of what a supplier handed in."""
    return dg.AssetKey(f"deposits_{supplier}")


ACCOUNT = dg.AssetKey("intake_account")
"""Every row of every file, accounted for: read = accepted + set aside."""

LAST = ("survey", "votes", "contests")
"""The sources that no other needs: who depends on these depends on all."""

MAKER = {table: source.key for source in SOURCES for table in source.tables} | {"intake.row_account": ACCOUNT}
"""The asset that makes a table of the working warehouse."""

deposits = [
    dg.AssetSpec(
        deposits_key(supplier),
        description=f"{what} Made outside; `palmares deposit` takes them into custody.",
        partitions_def=editions,
        group_name="deposits",
        owners=ENGINEERS,
        kinds={"file"},
        tags={"supplier": supplier},
    )
    for supplier, what in SUPPLIERS.items()
]
"""What suppliers hand in, where lineage begins. No step makes it."""
