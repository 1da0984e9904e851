"""What is wrong with a release is said in French too; in English it is what it always was."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.errors import PalmaresError
from orchestration.release import compute_digest
from orchestration.release.chain import append, read_chain, read_record, recover
from orchestration.release.dossier_keywords import attached_annex, read_marks
from orchestration.release.manifest import MANIFEST, format_manifest
from orchestration.release.reading import Release
from orchestration.release.record import CHAIN, RECORD, next_line
from orchestration.storage import sha256_bytes
from orchestration.words import in_language, told
from tests.fixtures.little_release import MARTS
from tests.fixtures.marts import build

LINE = next_line([], "2031", 1, "0" * 64)


def both(ask: Callable[[], object]) -> tuple[str, str]:
    """What an error says in English and in French, after it crossed a process too."""
    with pytest.raises(PalmaresError) as wrong:
        ask()
    across = pickle.loads(pickle.dumps(wrong.value))
    said = str(wrong.value), in_language(told(wrong.value), "fr")
    assert (str(across), in_language(told(across), "fr")) == said
    return said


def test_a_chain_that_was_changed_is_told(tmp_path: Path) -> None:
    chain = tmp_path / CHAIN
    chain.write_bytes(b"{}")
    english, french = both(lambda: read_chain(tmp_path))
    assert english == f"{chain}: does not end with LF. The chain of releases was changed; nothing is published on it"
    assert french.endswith("La chaîne des publications a été modifiée\u202f; rien n’est publié à sa suite")
    chain.rename(tmp_path / "elsewhere")
    chain.symlink_to("elsewhere")
    english, french = both(lambda: read_chain(tmp_path))
    assert english == f"{chain} is a link: put the file itself there, from a backup. Nothing is published on it"
    assert french.startswith(f"{chain} est un lien\u00a0: y remettre le fichier lui-même")


def test_a_release_that_is_not_what_was_published_is_told(tmp_path: Path) -> None:
    append(tmp_path, [], LINE)
    folder = tmp_path / "2031" / "1"
    english, french = both(lambda: recover(tmp_path))
    assert english == f"{folder}: the release is missing or was altered since it was published"
    assert french == f"{folder}\u00a0: la publication manque, ou a été modifiée depuis"
    english, french = both(lambda: read_record(folder))
    assert english.startswith(f"{folder / RECORD} cannot be read: ") and "ne peut pas être lu" in french
    folder.parent.mkdir()
    folder.symlink_to(tmp_path)
    english, french = both(lambda: read_chain(tmp_path))
    assert english == f"{folder} is a link: put the release itself there, from a backup"
    assert french == f"{folder} est un lien\u00a0: y remettre la publication elle-même, d’une sauvegarde"
    (tmp_path / "2032").write_text("", "utf-8")
    english, french = both(lambda: read_chain(tmp_path))
    assert english == f"{tmp_path / '2032'} is a link or no folder: put the folder of releases itself there"
    assert "n’est pas un répertoire" in french


def test_a_file_of_a_release_that_was_altered_is_told(tmp_path: Path) -> None:
    release = Release(tmp_path)
    assert "ne peut pas être lu" in both(lambda: release.manifest)[1]
    table = "results/laureates.csv"
    (tmp_path / "results").mkdir()
    for path in (RECORD, table):
        (tmp_path / path).write_bytes(b"x")
    (tmp_path / MANIFEST).write_bytes(format_manifest(dict.fromkeys((RECORD, table), sha256_bytes(b"x"))))
    assert "ne peut pas être lu" in both(lambda: release.record)[1]
    english, french = both(lambda: release.rows("laureates"))
    assert english.startswith(f"{tmp_path}: {table}: line ") and french.startswith(f"{tmp_path}\u00a0: {table}\u00a0: ")
    (tmp_path / table).write_bytes(b"y")
    english, french = both(lambda: release.bytes_of(table))
    assert english == f"{tmp_path / table} was altered since the release: run `palmares verify` on it"
    assert french.endswith("depuis la publication\u00a0: lancer «\u00a0palmares verify\u00a0» sur celle-ci")
    (tmp_path / table).unlink()
    assert "ne peut pas être lu" in both(lambda: release.bytes_of(table))[1]


@pytest.mark.parametrize(
    ("statement", "french"),
    [
        (
            "DROP TABLE marts.laureates",
            "la base de travail n’a pas de table marts.laureates\u00a0: lancer d’abord l’édition",
        ),
        ("ALTER TABLE marts.laureates DROP claim_ar", "marts.laureates n’a pas de colonne claim_ar"),
        (
            "ALTER TABLE marts.fct_ranking ALTER final_micro TYPE DOUBLE",
            "marts.fct_ranking.final_micro est de type DOUBLE là où il faut integer",
        ),
        (
            "INSERT INTO marts.category_outcome VALUES ('2031', 'banks', 'joint')",
            "marts.category_outcome a deux lignes de même clé edition, category_id",
        ),
        (
            "INSERT INTO marts.category_outcome VALUES ('2031', NULL, 'joint')",
            "marts.category_outcome a une ligne dont la clé est vide",
        ),
    ],
)
def test_marts_that_are_not_those_of_the_contract_are_told(statement: str, french: str, tmp_path: Path) -> None:
    con = build(MARTS.rows())
    con.execute(statement)
    assert both(lambda: compute_digest(con, tmp_path / "rulebook.yml"))[1] == french


def test_what_is_no_dossier_is_told() -> None:
    assert both(lambda: read_marks(b"x")) == (
        "this file is not a readable dossier",
        "ce fichier n’est pas un dossier lisible",
    )
    assert both(lambda: attached_annex(b"x")) == (
        "what is attached to this file is not the list of a dossier",
        "ce qui est joint à ce fichier n’est pas la liste d’un dossier",
    )
