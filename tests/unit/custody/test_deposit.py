"""Taking files into custody: each lands where it belongs, nothing is lost, and wrong use is told how to be mended."""

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from orchestration.custody import Deposit, audit, deposit, read_log
from orchestration.errors import InputError, PalmaresError
from tests.fixtures.tiny import TinyEdition

AT = datetime(2025, 12, 1, 10, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "raw" / "2026"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Where files lie before they are handed in."""
    path = tmp_path / "desk"
    path.mkdir()
    return path


def lay(desk: Path, name: str, data: str = "x") -> Path:
    path = desk / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data, encoding="utf-8")
    return path


def take(folder: Path, *files: Path, **options: str | None) -> list[Deposit]:
    return deposit(folder, files, "Atlas Fieldwork", "Nadia Clerk", received_at=AT, **options)  # type: ignore[arg-type]


def paths(deposits: list[Deposit]) -> list[str]:
    return [found.path for found in deposits]


def test_a_whole_tree_is_taken_in_one_call_and_the_audit_is_clean(tmp_path: Path, folder: Path) -> None:
    tree = TinyEdition().write(tmp_path / "delivery")
    (tree / "deposits.jsonl").unlink()
    (tree / "signoffs").rmdir()
    lay(tree, ".DS_Store")
    lay(tree, ".git/config")
    taken = take(folder, tree)
    assert paths(taken) == sorted(paths(taken)) and len(taken) == 10
    assert audit(folder).problems == () and read_log(folder) == taken
    assert not any(path.name.startswith(".") for path in folder.rglob("*"))


def test_a_line_says_who_received_what_from_whom_and_when(folder: Path, desk: Path) -> None:
    (found,) = take(folder, lay(desk, "candidates.csv", "abc"))
    assert (found.supplier, found.received_by, found.received_at) == (
        "Atlas Fieldwork",
        "Nadia Clerk",
        "2025-12-01T09:00:00+00:00",
    )
    assert found.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" and found.bytes == 3
    assert found.stored.read_text() == "abc" and found.replaces is None


def test_the_time_of_receipt_is_now_unless_given(folder: Path, desk: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    (found,) = deposit(folder, [lay(desk, "candidates.csv")], "A", "B")
    assert before <= datetime.fromisoformat(found.received_at) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("rulebook.yml", "rulebook.yml"),
        ("anywhere/candidates.csv", "candidates.csv"),
        ("mail/huissier.pem", "huissier.pem"),
        ("2026-12/audits/north/phone.xlsx", "audits/north/phone.xlsx"),
        ("audits/votes/votes.ndjson", "votes/votes.ndjson"),
        ("audits/votes/phone.xlsx", "audits/votes/phone.xlsx"),
        ("survey/targets.csv", "survey/targets.csv"),
    ],
)
def test_a_file_goes_where_the_end_of_its_path_says(folder: Path, desk: Path, name: str, path: str) -> None:
    assert paths(take(folder, lay(desk, name))) == [path]


def test_as_names_the_path_of_one_file(folder: Path, desk: Path) -> None:
    assert paths(take(folder, lay(desk, "export.csv"), as_path="audits/north/phone.csv")) == ["audits/north/phone.csv"]


def test_as_names_the_folder_of_several_files_or_of_a_directory(folder: Path, desk: Path) -> None:
    one, two = lay(desk, "a.csv", "1"), lay(desk, "b.csv", "2")
    assert paths(take(folder, one, two, as_path="votes")) == ["votes/a.csv", "votes/b.csv"]
    lay(desk, "wave/c.csv", "3")
    assert paths(take(folder, desk / "wave", as_path="survey/")) == ["survey/c.csv"]
    assert paths(take(folder, lay(desk, "d.csv", "4"), as_path="survey/")) == ["survey/d.csv"]


def test_files_put_in_place_by_hand_are_registered_where_they_are(folder: Path) -> None:
    TinyEdition().write(folder.parent)
    (folder / "deposits.jsonl").unlink()
    lay(folder, "signoffs/signed.pdf")
    lay(folder, "superseded/x")
    (folder / "superseded" / "x").unlink()
    assert len(take(folder, folder)) == 10
    assert audit(folder).problems == ()


def test_repeating_a_deposit_adds_nothing(folder: Path, desk: Path) -> None:
    file = lay(desk, "candidates.csv")
    assert len(take(folder, file)) == 1
    assert take(folder, file) == [] and take(folder, folder / "candidates.csv") == []
    assert len(read_log(folder)) == 1


def test_a_new_version_moves_the_old_one_aside(folder: Path, desk: Path) -> None:
    (old,) = take(folder, lay(desk, "votes/a.csv", "old"))
    (new,) = take(folder, lay(desk, "votes/a.csv", "new"), replaces=old.sha256)
    assert (new.replaces, new.path, new.stored.read_text()) == (old.sha256, old.path, "new")
    assert (folder / "superseded" / old.sha256).read_text() == "old"
    assert audit(folder).problems == ()


def test_a_new_version_may_have_another_name_and_format(folder: Path, desk: Path) -> None:
    (old,) = take(folder, lay(desk, "audits/north/phone.csv", "old"))
    (new,) = take(folder, lay(desk, "audits/north/phone_v2.xlsx", "new"), replaces=old.sha256[:8])
    assert new.path == "audits/north/phone_v2.xlsx" and not (folder / old.path).exists()
    assert audit(folder).problems == ()


def test_a_new_version_without_a_place_of_its_own_takes_the_old_ones(folder: Path, desk: Path) -> None:
    (old,) = take(folder, lay(desk, "votes/a.csv", "old"))
    newer = lay(desk, "export-final-2.csv", "new")
    assert paths(take(folder, newer, replaces=old.sha256)) == ["votes/a.csv"]
    assert take(folder, newer, replaces=old.sha256) == [], "the same call again changes nothing"


def test_an_old_version_may_come_back(folder: Path, desk: Path) -> None:
    first, second = lay(desk, "1/votes/a.csv", "old"), lay(desk, "2/votes/a.csv", "new")
    (old,) = take(folder, first)
    (new,) = take(folder, second, replaces=old.sha256)
    (again,) = take(folder, first, replaces=new.sha256)
    assert again.sha256 == old.sha256 and audit(folder).problems == ()
    (third,) = take(folder, lay(desk, "3/votes/a.csv", "third"), replaces=again.sha256)
    assert third.seq == 4 and audit(folder).problems == ()
    assert [line.replaced for line in read_log(folder)] == [None, 1, 2, 3] and third.replaced == 3


def test_a_new_version_already_put_in_place_under_another_name_is_registered(folder: Path, desk: Path) -> None:
    (old,) = take(folder, lay(desk, "votes/a.csv", "old"))
    placed = lay(folder, "votes/b.csv", "new")
    assert paths(take(folder, placed, replaces=old.sha256)) == ["votes/b.csv"]
    assert audit(folder).problems == ()


def test_wrong_use_is_told_and_changes_nothing(folder: Path, desk: Path) -> None:
    (a,) = take(folder, lay(desk, "votes/a.csv", "aaa"))
    (b,) = take(folder, lay(desk, "votes/b.csv", "bbb"))
    lay(folder, "votes/stray.csv", "stray")
    (desk / "hollow").mkdir()
    (desk / "links").mkdir()
    (desk / "links" / "l.csv").symlink_to(desk / "votes" / "a.csv")
    other = lay(desk, "other/votes/a.csv", "other")
    before = (folder / "deposits.jsonl").read_bytes()
    cases: list[tuple[list[Path], dict[str, str], str, str]] = [
        ([], {}, "no file was named", "name the files"),
        ([desk / "nothing.csv"], {}, "no such file", "check the path"),
        ([desk / "hollow"], {}, "no file in these folders", "folders that hold"),
        ([desk / "links"], {"as_path": "votes"}, "is a link", "file itself"),
        ([lay(desk, "export.csv")], {}, "not clear what 'export.csv' is", "--as"),
        ([lay(desk, "export.csv")], {"as_path": "../x.csv"}, "not a path", "no .."),
        ([lay(desk, "export.csv")], {"as_path": "notes/x.csv"}, "not a deposit", "rulebook.yml"),
        ([folder / "deposits.jsonl"], {}, "not a deposit", "rulebook.yml"),
        ([other], {}, "votes/a.csv is in custody with other bytes (line 1)", f"--replaces {a.sha256}"),
        ([other], {"replaces": "e" * 64}, "names no single current deposit", "deposits.jsonl"),
        ([other], {"replaces": "e"}, "named by its SHA-256", "8 to 64"),
        ([other], {"replaces": b.sha256}, "votes/a.csv belongs to another deposit", "--as"),
        ([lay(desk, "candidates.csv")], {"replaces": a.sha256}, "another kind of file", "one of its kind"),
        ([other, lay(desk, "votes/c.csv")], {"replaces": a.sha256}, "2 files cannot replace one", "one file at a time"),
        ([other, lay(desk, "2/votes/a.csv")], {}, "would both stand at votes/a.csv", "--as"),
        ([lay(desk, "votes/stray.csv", "mine")], {}, "holds a file that is not in custody", "deposit or remove"),
        ([lay(desk, "votes/copy.csv", "aaa")], {}, "in custody already, as votes/a.csv (line 1)", "deposited once"),
    ]
    for files, options, what, mend in cases:
        with pytest.raises(InputError) as caught:
            take(folder, *files, **options)
        assert what in str(caught.value) and mend in str(caught.value.mend), str(caught.value)
    assert (folder / "deposits.jsonl").read_bytes() == before
    assert [(p.code, p.path) for p in audit(folder).problems] == [("file_unlisted", "votes/stray.csv")]


def test_with_a_wrong_file_among_many_none_is_taken(folder: Path, desk: Path) -> None:
    with pytest.raises(InputError, match="not clear"):
        take(folder, lay(desk, "candidates.csv"), lay(desk, "export.csv"))
    assert not folder.exists()


@pytest.mark.parametrize(("supplier", "by"), [("", "B"), ("A", ""), ("A\n", "B"), ("A", "x" * 201), ("A", "\x1b[2J")])
def test_supplier_and_receiver_must_have_names(folder: Path, desk: Path, supplier: str, by: str) -> None:
    with pytest.raises(InputError, match="is not named"):
        deposit(folder, [lay(desk, "candidates.csv")], supplier, by)


def test_a_time_of_receipt_needs_its_offset(folder: Path, desk: Path) -> None:
    with pytest.raises(InputError, match="no offset"):
        deposit(folder, [lay(desk, "candidates.csv")], "A", "B", received_at=datetime(2025, 12, 1))


def test_a_deposit_edited_in_place_cannot_be_replaced_as_if_nothing_had_happened(folder: Path, desk: Path) -> None:
    (old,) = take(folder, lay(desk, "votes/a.csv", "old"))
    (folder / "votes" / "a.csv").write_text("edited")
    for source in (folder / "votes" / "a.csv", lay(desk, "votes/a.csv", "new")):
        with pytest.raises(InputError, match=r"votes/a.csv is no longer, byte for byte, what line 1 received"):
            take(folder, source, replaces=old.sha256)


def test_nothing_is_added_to_a_broken_log(folder: Path, desk: Path) -> None:
    take(folder, lay(desk, "candidates.csv"))
    log = folder / "deposits.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"seq":1', b'"seq":2'))
    with pytest.raises(InputError, match="custody log is broken"):
        take(folder, lay(desk, "rulebook.yml"))


def test_a_disk_that_refuses_is_told_without_a_traceback(folder: Path, desk: Path) -> None:
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.write_text("a file where the deposits folder should be")
    with pytest.raises(PalmaresError, match="was not completed"):
        take(folder, lay(desk, "candidates.csv"))


def test_an_edition_that_is_a_link_keeps_its_journal_on_the_disk_it_points_to(tmp_path: Path, desk: Path) -> None:
    (tmp_path / "disk" / "2026").mkdir(parents=True)
    (tmp_path / "raw").mkdir()
    link = tmp_path / "raw" / "2026"
    link.symlink_to(tmp_path / "disk" / "2026")
    take(link, lay(desk, "candidates.csv"))
    assert audit(link).problems == () and os.listdir(tmp_path / "raw") == ["2026"]


def test_what_is_missing_is_put_back_without_a_new_line(folder: Path, desk: Path) -> None:
    original = lay(desk, "candidates.csv", "abc")
    (taken,) = take(folder, original)
    log = (folder / "deposits.jsonl").read_bytes()
    taken.stored.unlink()
    assert audit(folder).problems
    assert take(folder, original) == [taken]
    assert audit(folder).problems == () and (folder / "deposits.jsonl").read_bytes() == log
    assert take(folder, original) == []


def test_what_was_changed_is_not_covered_up(folder: Path, desk: Path) -> None:
    """The changed file is evidence: it stays until somebody takes it out; then the original comes back."""
    original = lay(desk, "candidates.csv", "abc")
    (taken,) = take(folder, original)
    taken.stored.write_text("abd")
    with pytest.raises(InputError, match="byte for byte") as refused:
        take(folder, original)
    assert "keep it" in str(refused.value) and taken.stored.read_text() == "abd"
    taken.stored.rename(desk / "changed.csv")
    assert take(folder, original) == [taken]
    assert taken.stored.read_text() == "abc" and audit(folder).problems == ()


def test_a_dot_leaves_each_file_of_a_directory_where_it_stands_in_it(folder: Path, desk: Path) -> None:
    """A firm may be called `survey`: without the dot the end of the path that fits first would be taken."""
    for name in ("audits/survey/phone.csv", "votes/a.csv"):
        lay(desk, name, name)
    assert paths(take(folder, desk, as_path=".")) == ["audits/survey/phone.csv", "votes/a.csv"]
    with pytest.raises(InputError, match=r"'\.'"):
        take(folder, lay(desk, "votes/b.csv", "b"), as_path=".")


def test_a_fingerprint_in_capitals_names_the_same_deposit(folder: Path, desk: Path) -> None:
    """As PowerShell's Get-FileHash writes it."""
    (old,) = take(folder, lay(desk, "candidates.csv", "one"))
    (new,) = take(folder, lay(desk, "candidates.csv", "two"), replaces=old.sha256.upper())
    assert new.replaces == old.sha256 and audit(folder).problems == ()
    (newer,) = take(folder, lay(desk, "candidates.csv", "three"), replaces=new.sha256[:12].upper())
    assert newer.replaces == new.sha256


def test_a_first_deposit_that_fails_leaves_no_folder_but_what_was_there_before(folder: Path, desk: Path) -> None:
    with pytest.raises(InputError):
        take(folder, desk / "nofile")
    assert not folder.exists()
    folder.mkdir(parents=True)
    with pytest.raises(InputError):
        take(folder, desk / "nofile")
    assert folder.is_dir()
