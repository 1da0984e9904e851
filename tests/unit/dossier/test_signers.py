"""What is handed back is looked at or told: an ending in capitals, a sub-folder, a file of another kind."""

from pathlib import Path

import pytest

from orchestration.dossier import signed_files, unread_sentence
from orchestration.run import Run
from orchestration.settings import Settings


@pytest.fixture
def run(tmp_path: Path) -> Run:
    run = Run(Settings(tmp_path / "var", tmp_path / "raw"), "2026", "test")
    for folder in run.settings.signoff_dirs("2026"):
        folder.mkdir(parents=True)
    return run


def put(run: Run, name: str, folder: int = 0) -> None:
    path = run.settings.signoff_dirs("2026")[folder] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-")


def test_an_ending_in_capitals_is_a_pdf_too(run: Run) -> None:
    for name in ("SIGNE.PDF", "b.Pdf", "a.pdf"):
        put(run, name)
    put(run, "c.pdf", 1)
    assert [path.name for path in signed_files(run)] == ["SIGNE.PDF", "a.pdf", "b.Pdf", "c.pdf"]
    assert unread_sentence(run) is None


def test_a_file_in_a_sub_folder_or_of_another_kind_is_told(run: Run) -> None:
    for name in ("Me Essai/2026/signe.pdf", "signe.p7m", "a.pdf", "x\x1b[2J.doc", ".DS_Store", ".cache/a.pdf"):
        put(run, name)
    put(run, "lettre.docx", 1)
    assert [path.name for path in signed_files(run)] == ["a.pdf"]
    told = unread_sentence(run)
    assert told is not None
    assert "'signe.p7m', 'x\\x1b[2J.doc', 'Me Essai/2026/signe.pdf', 'lettre.docx'" in told
    assert "no sub-folder" in told and "sous-répertoire" in told.fr and "DS_Store" not in told


def test_of_very_many_some_are_named_and_a_folder_named_as_a_pdf_is_judged(run: Run) -> None:
    for number in range(12):
        put(run, f"{number:02}.txt")
    put(run, "odd.pdf/inside.txt")
    told = unread_sentence(run)
    assert told is not None and "'09.txt', …" in told and "'10.txt'" not in told and "inside" not in told
    assert [path.name for path in signed_files(run)] == ["odd.pdf"]


def test_a_link_to_another_folder_is_not_followed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.txt").write_text("x")
    (run.settings.signoff_dirs("2026")[0] / "away").symlink_to(tmp_path / "elsewhere")
    assert unread_sentence(run) is None or "secret" not in str(unread_sentence(run))


def test_without_a_folder_nothing_was_handed_back(tmp_path: Path) -> None:
    run = Run(Settings(tmp_path / "var", tmp_path / "raw"), "2026", "test")
    assert signed_files(run) == [] and unread_sentence(run) is None
