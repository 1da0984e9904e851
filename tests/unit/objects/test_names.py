"""Whoever writes into a bucket chooses its names: none of them becomes a path before it was judged."""

import pytest

from orchestration.errors import InputError
from orchestration.objects.names import LARGEST, judge, place_of
from orchestration.objects.store import ListedObject

HOSTILE = [
    "../votes/a.csv",
    "votes/../../../etc/cron.d/x.csv",
    "/votes/a.csv",
    "votes//a.csv",
    "votes/./a.csv",
    "votes/..csv",
    "votes\\a.csv",
    "votes/a\\b.csv",
    "votes/C:a.csv",
    "votes/a\x00.csv",
    "votes/a\x1b[2J.csv",
    "votes/a\n.csv",
    "votes/a\r.csv",
    "votes/a\u202ecsv.exe.csv",
    "votes/a\u200b.csv",
    "votes/a\udcff.csv",
    "votes/e\u0301.csv",
    "votes/.hidden.csv",
    "votes/a.csv ",
    "votes/a.csv.",
    "votes/" + "a" * 300 + ".csv",
    "votes/a;rm -rf.csv",
    "votes/$(x).csv",
    "votes/`x`.csv",
    "votes/*.csv",
    "votes/a.csv/b.csv",
    "votes/a.exe",
    "votes/",
    "votes",
    "audits/phone.csv",
    "audits/north/deep/phone.csv",
    "audits/../north/phone.csv",
    "audits/.custody/journal.csv",
    "elsewhere/a.csv",
    "",
]
ORGANISERS = ["rulebook.yml", "candidates.csv", "corrections.yml", "contests.csv", "bailiff.pem"]
CUSTODYS = ["deposits.jsonl", "superseded/" + "0" * 64, "signoffs/signed.pdf"]


def listed(*keys: str, size: int = 3) -> list[ListedObject]:
    return [ListedObject(key, size, '"tag"') for key in keys]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_left_with_its_reason_in_print(name: str) -> None:
    sound, left = judge(listed(f"drop/{name}", "drop/votes/good.csv"), "drop/", None, [])
    assert list(sound) == ["votes/good.csv"]
    (one,) = left
    assert one.why and one.name.isascii() and one.name.isprintable() and one.why.isprintable()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_folder_makes_a_hostile_name_a_place(name: str) -> None:
    """Where a firm's own folder is given, nothing it writes lands anywhere else."""
    sound, _ = judge(listed(f"drop/{name}"), "drop/", "audits/north/", [])
    assert not sound


@pytest.mark.parametrize("name", [*ORGANISERS, *CUSTODYS])
def test_what_is_not_a_suppliers_is_not_taken_out_of_a_folder(name: str) -> None:
    sound, left = judge(listed(name), "", None, [])
    assert not sound and len(left) == 1


def test_names_that_differ_by_capitals_alone_are_all_left() -> None:
    keys = ("votes/a.csv", "votes/A.csv", "votes/b.csv", "audits/North/p.csv", "audits/north/q.csv", "Votes/c.csv")
    sound, left = judge(listed(*keys), "", None, [])
    assert list(sound) == ["votes/b.csv"] and len(left) == 5


def test_what_is_in_custody_keeps_its_spelling() -> None:
    keys = ("votes/a.csv", "votes/A.csv", "audits/NORTH/p.csv", "audits/north/q.csv")
    sound, left = judge(listed(*keys), "", None, ["votes/a.csv", "audits/north/p.csv"])
    assert list(sound) == ["votes/a.csv", "audits/north/q.csv"]
    assert [one.name for one in left] == ["'audits/NORTH/p.csv'", "'votes/A.csv'"]


def test_a_folders_own_mark_is_passed_over_and_a_full_one_is_not() -> None:
    assert judge(listed("drop/", "drop/votes/", size=0), "drop/", None, []) == ({}, [])
    assert len(judge(listed("drop/votes/"), "drop/", None, [])[1]) == 1


def test_what_is_larger_than_any_deposit_is_left() -> None:
    sound, left = judge(listed("votes/a.csv", size=LARGEST + 1), "", None, [])
    assert not sound and "16 GiB" in left[0].why
    with pytest.raises(InputError, match="16 GiB"):
        place_of(ListedObject("votes/a.csv", LARGEST + 1, "t"), None)


@pytest.mark.parametrize(
    ("key", "as_path", "path"),
    [
        ("2027/rulebook.yml", None, "rulebook.yml"),
        ("x/audits/survey/phone.csv", None, "audits/survey/phone.csv"),
        ("phone.csv", "audits/north/phone.csv", "audits/north/phone.csv"),
    ],
)
def test_an_object_that_is_named_itself_goes_where_it_fits(key: str, as_path: str | None, path: str) -> None:
    assert place_of(ListedObject(key, 1, "t"), as_path) == path


@pytest.mark.parametrize(("key", "as_path"), [("phone.csv", None), ("a.csv", "../a.csv"), ("../a.csv", None)])
def test_one_that_fits_nowhere_is_refused(key: str, as_path: str | None) -> None:
    with pytest.raises(InputError):
        place_of(ListedObject(key, 1, "t"), as_path)
