"""What the recount's tests share: writing the tiny edition and recounting it. No assertions."""

import csv
from itertools import count
from pathlib import Path
from typing import Any

from orchestration.recount import Recount, recount
from orchestration.recount.canonical import cell_text
from tests.fixtures.tiny import Row, TinyEdition, encode

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


def measured(tiny: TinyEdition) -> TinyEdition:
    """The edition with `delay` measured in minutes: 2 points below 60.5, 1 below 1440, else none."""
    line = next(line for line in tiny.rulebook["grids"]["email"] if line["id"] == "delay")
    bands = [{"below": "60.5", "points": 2}, {"below": "1440", "points": 1}, {"points": 0}]
    line["measured"] = {"unit": "minute", "bands": bands}
    for firm in ("north", "south"):
        for number, test in enumerate(tiny.audits[f"{firm}/email"]):
            test["delay"] = str(30 * (number + 1))
    return tiny


def contest(contest_id: str, test_id: str, decision: str = "", **cells: str) -> Row:
    """One row of contests.csv: opened and decided inside the window of `contested`."""
    decided = {"decided_on": "2025-11-20", "reason": "The recording settles it."} if decision else {}
    row = {"contest_id": contest_id, "candidate_id": "atlas-hotels", "test_id": test_id, "opened_on": "2025-11-17"}
    row |= {"ground": "wrong_facts", "decision": decision, "decided_on": "", "reason": ""}
    return {**row, **decided, **cells}


def contested(tiny: TinyEdition, *rows: Row) -> TinyEdition:
    """The edition with a window for contests, 17 to 28 November 2025, and these rows in contests.csv."""
    tiny.rulebook["contest"] = {"opens": "2025-11-17", "closes": "2025-11-28"}
    tiny.extra["contests.csv"] = encode(list(rows), "csv")
    return tiny


def full(tiny: TinyEdition) -> TinyEdition:
    """The edition with everything that it may have, so that no table is empty: T021 is excluded by a contest."""
    contested(
        measured(tiny),
        contest("C1", "T001", "rejected"),
        contest("C2", "T021", "excluded"),
        contest("C3", "T002", candidate_id="bahia-hotels"),
    )
    tiny.rulebook["field_firms"] = {"north": "Boussole Études", "south": "Sud Mesure"}
    tiny.test("T001").update(city="Rabat", site="Agdal", persona="visitor", operator="Atlas, direct")
    tiny.test("T001").update(journey_id="J1", step="1", repeated="0", resolved="0")
    tiny.test("T017").update(journey_id="J1", step="2", repeated="1", redirected="0", travelled="", resolved="1")
    tiny.test("T003").update(journey_id="J2", step="1", city="Fès")
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


def as_declared(found: Recount) -> dict[str, list[dict[str, str | None]]]:
    """The recount's own tables as texts, None for NULL, as the working warehouse gives them."""
    return {
        name: [{key: cell_text(value) for key, value in one.items()} for one in rows]
        for name, rows in found.tables.items()
    }


def write_results(tables: dict[str, list[dict[str, str | None]]], folder: Path) -> Path:
    """Write declared tables as canonical CSV; empty ones with the edition's column alone."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]) if rows else ["edition"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder
