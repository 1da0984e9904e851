"""What the recount's tests share: writing the tiny edition and recounting it. No assertions."""

import csv
from itertools import count
from pathlib import Path
from typing import Any

from orchestration.recount import Recount, recount
from orchestration.recount.compare import cell
from tests.fixtures.tiny import TinyEdition

_number = count(1)
SHARES = {"f": 520, "m": 480, "north": 450, "south": 550}


def raked(tiny: TinyEdition) -> dict[str, int]:
    """Weights that reproduce the tiny edition's targets exactly: eight respondents stand in each of four cells."""
    rows = tiny.survey or [] if "raking" in tiny.rulebook.get("survey", {}) else []
    return {row["respondent_id"]: 4 * SHARES[row["gender"]] * SHARES[row["region"]] for row in rows}


def count_again(tiny: TinyEdition, folder: Path, weights: dict[str, int] | None = None, **formats: Any) -> Recount:
    """Write the edition under a new folder and recount it, with weights that fit unless others are given."""
    place = tiny.write(folder / f"raw{next(_number)}", **formats)
    return recount(place, raked(tiny) if weights is None else weights)


def without_raking(tiny: TinyEdition) -> TinyEdition:
    """The edition with a survey that is not raked."""
    del tiny.rulebook["survey"]["raking"]
    tiny.targets = None
    return tiny


def row(found: Recount, table: str, **key: str) -> dict[str, Any]:
    """The one row of a table with this key."""
    rows = [one for one in found.tables[table] if all(one[column] == value for column, value in key.items())]
    assert len(rows) == 1, (table, key, len(rows))
    return rows[0]


def used(found: Recount, source: str, outcome: str = "excluded") -> dict[str | None, int]:
    """How many accepted rows of a source are excluded (or counted), by reason."""
    totals: dict[str | None, int] = {}
    for (kind, _, what, reason), rows in found.used.items():
        if (kind, what) == (source, outcome):
            totals[reason] = totals.get(reason, 0) + rows
    return totals


def quarantined(found: Recount, source: str) -> dict[str, int]:
    """How many rows of a source are set aside, by reason."""
    totals: dict[str, int] = {}
    for file in found.files:
        assert file.rows_read == file.rows_accepted + file.rows_quarantined
        for reason, rows in file.quarantined.items() if file.source == source else ():
            totals[reason] = totals.get(reason, 0) + rows
    return totals


def as_declared(found: Recount) -> dict[str, list[dict[str, str]]]:
    """The recount's own tables as the canonical CSV would hold them."""
    return {
        name: [{key: cell(value) for key, value in one.items()} for one in rows] for name, rows in found.tables.items()
    }


def write_results(tables: dict[str, list[dict[str, str]]], folder: Path) -> Path:
    """Write declared tables as canonical CSV; empty ones with the edition's column alone."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]) if rows else ["edition"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder
