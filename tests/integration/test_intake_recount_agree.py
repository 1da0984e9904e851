"""Intake and the recount read the same deposits by two different codes: their accounts of every file are the same."""

import json
import random
from pathlib import Path

import pytest

from orchestration.recount import CannotRecount, recount
from tests.fixtures.tiny import Row, TinyEdition, encode
from tests.integration.intake_ground import Taken, take_in
from tests.integration.test_intake_quarantine import (
    BARE_LINES,
    CANDIDATES,
    RESPONSES,
    STRANGE_LINES,
    TESTS,
    VOTES,
    add_all,
)

Account = dict[str, tuple[str, int, int, dict[str, int]]]


def by_intake(taken: Taken) -> Account:
    """Source, rows read, rows accepted and rows set aside by reason of each file, as intake has them."""
    accounts: Account = {file.file: (file.source, file.read, file.accepted, {}) for file in taken.report.files}
    for file, reason, count in taken.rows("SELECT file, reason, count(*) FROM intake.quarantine GROUP BY file, reason"):
        accounts[file][3][reason] = count
    return accounts


def by_recount(taken: Taken, edition: str) -> Account:
    """The same as the recount has them."""
    weights = dict(taken.rows("SELECT respondent_id, weight_micro FROM intake.survey_weight"))
    found = recount(taken.settings.edition_raw(edition), weights)
    return {file.file: (file.source, file.rows_read, file.rows_accepted, file.quarantined) for file in found.files}


def test_both_account_for_every_defect_in_the_same_way(tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.survey is not None and tiny.votes is not None
    add_all(tiny.audits["north/phone"], "test_id", TESTS)
    add_all(tiny.survey, "respondent_id", RESPONSES)
    add_all(tiny.votes, "vote_id", VOTES)
    add_all(tiny.candidates, "candidate_id", CANDIDATES)
    taken = take_in(tiny, tmp_path)
    assert by_intake(taken) == by_recount(taken, tiny.edition)


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_both_read_the_same_lines_of_a_broken_file(form: str, tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    lines = encode(tiny.votes, form).split(b"\n")
    strange = (
        [*STRANGE_LINES, *BARE_LINES]
        if form == "ndjson"
        else ['a,"b', 'c,d",e', ",,,,,,", 'x"y,,,,,,', '"a"b,,,,,,', "", "   ", "\r"]
    )
    for place, line in enumerate(strange):
        lines.insert(3 + 2 * place, line.encode())
    tiny.extra = {f"votes/votes.{form}": b"\n".join([*lines, b"\xff"])}
    tiny.votes = None
    taken = take_in(tiny, tmp_path)
    assert by_intake(taken) == by_recount(taken, tiny.edition)


@pytest.mark.parametrize("seed", range(4))
def test_both_account_for_random_damage_in_the_same_way(seed: int, tiny: TinyEdition, tmp_path: Path) -> None:
    chance = random.Random(seed)
    sources: list[list[Row]] = [*tiny.audits.values(), tiny.survey or [], tiny.votes or []]
    cells = ["", "NA", "0", "1", "x", "2025-10-05T10:00", "2025-10-05T10:00Z", "3.0", "<b>", "atlas-hotels", "phone"]
    for rows in sources:
        for _ in range(12):
            row = chance.choice(rows)
            column = chance.choice([name for name in row if name != "channel" or "test_id" not in row])
            if chance.random() < 0.3:
                rows.append(dict(row))
            elif chance.random() < 0.3:
                row[column] = chance.choice(rows)[column]
            else:
                row[column] = chance.choice(cells)
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == ()
    assert by_intake(taken) == by_recount(taken, tiny.edition)


ROW = "r/o~w 'é" + '\\"'
"""A column that nobody knows, with all that a name may hold and a path in JSON must hide."""


@pytest.mark.parametrize("form", ["csv", "csv.gz", "ndjson", "parquet"])
def test_both_find_the_vote_that_a_correction_names_by_a_column_that_nobody_knows(
    form: str, tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None
    for place, vote in enumerate(tiny.votes):
        vote |= {ROW: f"row {place}", "line": "all"}
    key = {ROW: "row 3", "line": "all"}
    tiny.corrections = [_correction(f"votes/votes.{form}", key, "candidate_id", tiny.votes[3], "nobody")]
    taken = take_in(tiny, tmp_path, votes=form)
    assert taken.report.problems == () and taken.reasons() == {"unknown_candidate": 1}
    assert taken.report.unknown_columns == tuple((f"votes/votes.{form}", name) for name in ("line", ROW))
    assert by_intake(taken) == by_recount(taken, tiny.edition)


def test_both_find_a_line_of_ndjson_by_a_key_that_some_lines_lack_or_write_otherwise(
    tiny: TinyEdition, tmp_path: Path
) -> None:
    assert tiny.votes is not None
    lines = [json.dumps({**vote, "row": str(place)}) for place, vote in enumerate(tiny.votes)]
    lines[0] = json.dumps(tiny.votes[0])
    lines[3] = lines[3].replace('"row": "3"', '"\\u0072ow": true')
    lines[4] = json.dumps({**tiny.votes[4], "row": [1, "é"], "more": 1})
    tiny.extra = {"votes/votes.csv": None, "votes/v.ndjson": "\n".join(lines).encode()}
    changed = {0: "", 3: "true", 4: '["1", "é"]'}
    tiny.corrections = [
        _correction("votes/v.ndjson", {"row": row}, "candidate_id", tiny.votes[place], "nobody", f"C{place}")
        for place, row in changed.items()
    ]
    taken = take_in(tiny, tmp_path)
    assert taken.report.problems == () and taken.reasons() == {"unknown_candidate": 3}
    assert taken.report.unknown_columns == (("votes/v.ndjson", "more"), ("votes/v.ndjson", "row"))
    assert by_intake(taken) == by_recount(taken, tiny.edition)


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_both_refuse_a_correction_by_a_column_that_is_not_there(form: str, tiny: TinyEdition, tmp_path: Path) -> None:
    assert tiny.votes is not None
    tiny.corrections = [_correction(f"votes/votes.{form}", {"row": "3"}, "channel", tiny.votes[3], "kiosk")]
    taken = take_in(tiny, tmp_path, votes=form)
    assert taken.codes() == ["correction_column"]
    with pytest.raises(CannotRecount, match="row is missing" if form == "ndjson" else "meets 0 rows"):
        by_recount(taken, tiny.edition)


def _correction(
    file: str, key: dict[str, str], column: str, row: Row, value: str, name: str = "C1"
) -> dict[str, object]:
    """A correction of one cell of a row of this file."""
    told = {"reason": "slip", "by": "Nadia Clerk", "on": "2025-12-02"}
    return {"id": name, "file": file, "key": key, "column": column, "expect": row[column], "value": value, **told}
