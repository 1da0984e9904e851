"""What is received, source by source: who delivers it, the tables that intake makes of it, what its rows depend on.

Belongs here: names alone. How a source is read and judged stands in `orchestration/intake`.
"""

from dataclasses import dataclass

import dagster as dg

from orchestration.defs.partitions import editions

ENGINEERS = ["team:data-engineering"]


@dataclass(frozen=True)
class Source:
    """One source. `deposits`: kinds of deposits in the custody log; `needs`: sources that decide which of its rows
    count."""

    noun: str
    supplier: str
    deposits: tuple[str, ...]
    tables: tuple[str, ...]
    what: str
    needs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("csv",)

    @property
    def key(self) -> dg.AssetKey:
        """`intake_<noun>`."""
        return dg.AssetKey(f"intake_{self.noun}")

    @property
    def read(self) -> frozenset[str]:
        """Kinds of deposits on which its rows depend: its own, and those of all that it needs."""
        return frozenset(self.deposits).union(*(BY_NOUN[noun].read for noun in self.needs))


BEFORE = ("candidates", "corrections")
"""A row of the audits, the survey or the votes counts only if these, and the rulebook before them, have it so."""

SOURCES = (
    Source(
        "rulebook",
        "organiser",
        ("rulebook", "certificate"),
        tuple(
            f"rulebook.{table}"
            for table in (
                *("edition", "category", "component", "channel", "criterion", "planned_by", "field_firm"),
                *("contest_window", "tie_break", "conflict", "independence", "survey", "vote", "vote_key"),
            )
        ),
        "The rules of the edition as tables: weights, windows, grids, tie-breaks.",
        kinds=("yaml",),
    ),
    Source(
        "candidates",
        "organiser",
        ("candidates",),
        ("intake.candidate",),
        "Who competes in which category, and who withdrew.",
        ("rulebook",),
    ),
    Source(
        "corrections",
        "organiser",
        ("corrections",),
        ("intake.correction",),
        "Reviewed corrections: file, key, column, the value that was expected and the one that is right.",
        ("rulebook",),
        ("yaml",),
    ),
    Source(
        "audits",
        "field_firms",
        ("audits",),
        ("intake.test", "intake.rating", "intake.measure"),
        "The tests of the mystery shoppers, one row each, with their ratings and measures.",
        BEFORE,
        ("csv", "excel"),
    ),
    Source(
        "survey",
        "panel",
        ("survey", "targets"),
        ("intake.response", "intake.profile", "intake.target", "intake.survey_weight", "intake.raking"),
        "The customers' answers, and the weights that bring them to the population.",
        BEFORE,
    ),
    Source(
        "votes",
        "voting_platform",
        ("votes",),
        ("intake.vote",),
        "The public's votes as they were cast; which of them count is decided by the marks' models.",
        BEFORE,
        ("csv", "json", "parquet"),
    ),
    Source(
        "contests",
        "organiser",
        ("contests",),
        ("intake.contest",),
        "Tests that a candidate contested, and what was decided.",
        ("audits",),
    ),
)
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
