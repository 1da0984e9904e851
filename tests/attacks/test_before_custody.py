"""What `palmares check --file` tells of a file before it is in custody is what intake says of it afterwards.

Attacks that spoil one file of data, and nothing else but the rules: the edition without that file's fault is in
custody, the spoilt file is looked at beside it. The reasons and problems that must come are the attack's own, to which
`test_attacks.py` holds intake. The page that a supplier opens (`palmares contract`) is held to the same
lines, columns and codes. `PALMARES_ATTACKS=full` looks at every such attack, otherwise at one of each kind.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from orchestration.settings import Settings
from orchestration.status import inspect_file
from tests.attacks.attack import Attack
from tests.attacks.corpus import ATTACKS
from tests.fixtures.precheck import NODE, judged, problems_told
from tests.fixtures.tiny import EDITION, TinyEdition, encode, relog

DATA = ("audits/", "survey/", "votes/", "candidates.csv", "contests.csv")
ELSEWHERE = {
    "repeats": {"duplicate_row", "conflicting_rows"},
    "profiles": {"contradictory_profile"},
    "tests": {"unknown_test"},
}
"""What the page says that it cannot judge, and the reasons that intake may find there."""
OF_EACH_KIND = {
    *("data_audits:column-missing", "data_audits:column-twice", "data_audits:empty-file"),
    *("data_audits:rating-above-the-maximum", "data_audits:channel-unknown", "data_audits:end-before-start"),
    *("data_audits:completed-test-without-any-rating", "data_audits:line-with-a-field-too-many"),
    *("data_audits:exact-repeat-in-the-same-file", "data_audits:start-a-second-before-fieldwork"),
    *("data_survey:one-person-of-two-genders", "data_survey:profile-unknown", "data_survey:response-without-an-answer"),
    *("data_survey:margins-that-miss-a-percent", "data_votes:two-truths-under-one-id", "data_votes:category-unknown"),
    *("data_votes:category-of-another-candidate", "candidates:row-twice", "personal:survey-respondent_id"),
    *("data_votes:candidate-unknown", "personal:votes-vote_id", "data_audits:exact-repeat-in-another-file"),
}
"""One attack for each reason and problem that a file alone may have."""
ACROSS = {"data_audits:exact-repeat-in-another-file", "data_votes:whole-file-deposited-twice-in-two-formats"}
"""Those whose fault lies between two files."""


def files_of(attack: Attack) -> tuple[str, dict[str, bytes], dict[str, bytes]] | None:
    """The one file of data that an attack spoils: its path, all files, and all files without the fault. None for an
    attack that strikes elsewhere, or is not stopped by what is read."""
    expect = attack.expect
    if attack.at != "start" or expect.exit == 2 or expect.gate == "custody" or not (expect.problems or expect.aside):
        return None
    edition, clean = TinyEdition(), TinyEdition().render()
    formats = attack.make(edition)
    files = edition.render()
    changed = [path for path, data in files.items() if path.startswith(DATA) and clean.get(path) != data]
    if formats or edition.edition != EDITION or len(changed) != 1 or not clean.keys() <= files.keys():
        return None
    (path,) = changed
    beside = {**files, path: clean.get(path, b"")}
    if path not in clean:
        del beside[path]
    return path, files, beside


def chosen() -> list[Attack]:
    """Every attack that lends itself to it, or one of each kind."""
    if os.environ.get("PALMARES_ATTACKS") == "full":
        return [attack for attack in ATTACKS if files_of(attack)]
    return [attack for attack in ATTACKS if attack.id in OF_EACH_KIND]


@pytest.mark.parametrize("attack", chosen(), ids=lambda attack: attack.id)
def test_a_file_is_told_what_intake_will_say(attack: Attack, tmp_path: Path) -> None:
    found = files_of(attack)
    assert found, "it spoils one file"
    path, files, beside = found
    folder = tmp_path / "raw" / EDITION
    for name, data in beside.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    relog(folder)
    file = tmp_path / "received"
    file.write_bytes(files[path])
    settings = Settings(home=tmp_path / "var", raw=tmp_path / "raw")
    told = inspect_file(settings, EDITION, file, path, every_row=True)
    reasons, expect = Counter(row["reason"] for row in told.data["rows"]), attack.expect
    if expect.aside is not None and path in beside and path != "candidates.csv":
        assert reasons == expect.aside
    elif expect.aside is not None:
        assert reasons <= Counter(expect.aside), "rows of other files may be set aside for what this one says"
    for problem in expect.problems:
        assert any(problem in reason for reason in told.reasons), told.reasons
    assert expect.exit or not told.reasons
    if NODE or os.environ.get("CI"):
        hold_the_page(judged(files, path, tmp_path), told.data, path, across=attack.id in ACROSS)


STRANGE = {
    "nothing but commas": ("votes/votes.csv", ",,", ",,"),
    "a name twice": ("votes/votes.csv", ",note,note,note", ",a,b,c"),
    "signs that do not print": ("audits/north/phone.csv", ",\x1b[2J,a\u00a0b,\U000e0041", ",a,b,c"),
    "a person in a name": ("survey/responses.csv", ",ana@example.ma,,note", ",a,b,c"),
    "a person in the first of two": ("votes/votes.csv", ",note,note", ",ana@example.ma,calm"),
    "a person in the second of two": ("votes/votes.csv", ",,", ",calm,ana@example.ma"),
    "a known name twice": ("audits/north/phone.csv", ",city,city", ",Fes,Fes"),
    "a known name that hides": ("audits/north/phone.csv", ",ci\x00ty", ",Fes"),
    "a known name with a blank that is none": ("audits/north/phone.csv", ",city\u00a0", ",Fes"),
    "candidates": ("candidates.csv", ",,,note\x07", ",a,b,c"),
    "margins": ("survey/targets.csv", ",,,note\x07", ",a,b,c"),
    "keys": ("votes/votes.ndjson", "", 'note,\x1b[2J,\u00a0,\U000e0041,\U0001f600,a\\"b,a\\"\x07'),
}
"""Columns behind those of a file: its path, what is added to its header and to its rows; of NDJSON the keys."""


@pytest.mark.parametrize("case", STRANGE)
def test_columns_that_nobody_knows_are_told_alike(case: str, tmp_path: Path) -> None:
    path, names, cells = STRANGE[case]
    edition, clean = TinyEdition(), TinyEdition()
    if path.endswith(".ndjson"):
        clean.votes = None
        votes = [vote | dict.fromkeys(["", *cells.split(",")], "x") for vote in edition.votes or []]
        edition.extra = {"votes/votes.csv": None, path: encode(votes, "ndjson")}
    else:
        header, *rows = edition.render()[path].decode().splitlines()
        edition.extra = {path: "\n".join([header + names, *(row + cells for row in rows)]).encode()}
    files = edition.render()
    clean.write(tmp_path / "raw")
    file = tmp_path / "received"
    file.write_bytes(files[path])
    settings = Settings(home=tmp_path / "var", raw=tmp_path / "raw")
    told = inspect_file(settings, EDITION, file, path, every_row=True)
    assert bool(told.reasons) == ("known" in case or "person in the" in case)
    assert all(name.isprintable() for name in told.data["unknown_columns"])
    if NODE or os.environ.get("CI"):
        page = judged(files, path, tmp_path)
        hold_the_page(page, told.data, path, across=False)
        assert sorted(page["unknown"]) == sorted(told.data["unknown_columns"])


def hold_the_page(page: dict[str, Any], told: dict[str, Any], path: str, *, across: bool) -> None:
    """The page says the same of a file, line by line, except for what other files of its kind decide; that it names."""
    if page["unread"]:
        assert path.endswith((".parquet", ".xlsx")) and not page["rows"] and not page["problems"]
        return
    problems = {(one["line"], one["code"], one["column"]) for one in page["problems"]}
    # What is wrong in the corrections is told beside the row that they name; the page has never seen them.
    assert problems == {one for one in problems_told(told["problems"], path) if not one[1].startswith("correction_")}
    rows = {(row["line"], row["reason"], row["column_name"]) for row in told["rows"]}
    found = {(row["line"], row["code"], row["column"]) for row in page["rows"]}
    if found != rows:
        may_come = set().union(*(ELSEWHERE[name] for name in page["notJudged"]))
        assert across, (found, rows)
        assert found < rows
        assert {reason for _, reason, _ in rows - found} <= may_come


def test_the_kinds_are_attacks() -> None:
    assert {attack.id for attack in chosen()} >= OF_EACH_KIND or os.environ.get("PALMARES_ATTACKS") == "full"
