"""Only plain paths that an edition knows are deposits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.custody import check_path, source_of
from orchestration.custody.layout import printable
from orchestration.errors import InputError


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("rulebook.yml", "rulebook"),
        ("candidates.csv", "candidates"),
        ("corrections.yml", "corrections"),
        ("bailiff.pem", "certificate"),
        ("Maître Essai.pem", "certificate"),
        ("audits/north/phone.csv", "audits"),
        ("audits/north/Relevé d'août (2).xlsx", "audits"),
        ("audits/S-1_b/x.parquet", "audits"),
        ("survey/responses.csv", "survey"),
        ("survey/wave 2.parquet", "survey"),
        ("survey/targets.csv", "targets"),
        ("votes/votes.csv", "votes"),
        ("votes/votes.csv.gz", "votes"),
        ("votes/أصوات.ndjson", "votes"),
        ("votes/votes.ndjson.gz", "votes"),
        ("votes/votes.parquet", "votes"),
    ],
)
def test_each_place_says_what_a_file_is(path: str, source: str) -> None:
    assert source_of(path) == source


@pytest.mark.parametrize(
    "path",
    [
        "rulebook.yaml",
        "Rulebook.yml",
        "notes.txt",
        "audits/phone.csv",
        "audits/north/deep/phone.csv",
        "audits/north/phone.CSV",
        "audits/no rth/phone.csv",
        "audits/nörth/phone.csv",
        "audits/north/phone.csv.gz",
        "survey/x.xlsx",
        "votes/x.json",
        "superseded/x.csv",
        "signoffs/dossier.pdf",
        "deposits.jsonl",
        "keys/bailiff.pem",
    ],
)
def test_a_file_elsewhere_is_no_deposit(path: str) -> None:
    with pytest.raises(InputError, match="not a deposit") as caught:
        source_of(path)
    assert "rulebook.yml" in str(caught.value.mend)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../2025/rulebook.yml",
        "audits/../rulebook.yml",
        "audits//x.csv",
        "./rulebook.yml",
        "audits/north/..csv",
        "votes\\x.csv",
        "votes/.hidden.csv",
        "votes/-rf.csv",
        "votes/<script>.csv",
        "votes/a;b.csv",
        "votes/$(id).csv",
        "votes/a'\"b.csv",
        "votes/a\nb.csv",
        "votes/a\x00b.csv",
        "votes/\u202evsc.csv",
        "votes/ali@example.com.csv",
        "votes/x. ",
        "votes/x.csv.",
        "votes/cafe\u0301.csv",  # not composed (NFC): two spellings of one name
        "votes/" + "x" * 200 + ".csv",
        "votes/\udcff.csv",
        "C:/votes/x.csv",
    ],
)
def test_a_path_that_could_lead_elsewhere_or_deceive_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="not a path"):
        source_of(path)


@given(st.text(max_size=40) | st.text("./\\a~ ", max_size=12))
def test_an_accepted_path_stays_within_the_folder(path: str) -> None:
    try:
        parts = check_path(path).split("/")
    except InputError as error:
        refusal = str(error)
    else:
        assert parts and all(part and part[0] not in ".-/ " and "\\" not in part for part in parts)
        return
    assert refusal.isprintable() or "\n  How to mend it" in refusal


def test_a_strange_name_is_shown_without_effect() -> None:
    assert printable("a\x1b[2J") == r"'a\x1b[2J'"
    assert printable("relevé") == "'relevé'"
