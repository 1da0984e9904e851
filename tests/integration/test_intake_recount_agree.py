"""Intake and the recount read the same deposits by two different codes: their accounts of every file are the same."""

import random
from pathlib import Path

import pytest

from orchestration.recount import recount
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
