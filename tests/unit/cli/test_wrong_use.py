"""Wrong use is told as a sentence with its place and its remedy, exit code 2, before anything is done."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
import typer

from orchestration.cli import bailiff
from orchestration.errors import InputError
from tests.fixtures.little_release import House
from tests.fixtures.throwaway import PASSWORD
from tests.fixtures.tiny import TinyEdition
from tests.integration.command import Palmares, Said

SIGN = "import sys; from orchestration.cli import main; sys.argv = ['palmares', *sys.argv[1:]]; main()"


@pytest.fixture
def palmares(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    (tmp_path / "raw").mkdir()
    return Palmares(tmp_path / "var", tmp_path / "raw", capsys, monkeypatch)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file, where a command is asked to make a folder."""
    path = tmp_path / "file"
    path.write_text("kept", encoding="utf-8")
    return path


def is_told(said: Said, where: str | Path) -> None:
    """Code 2, the place, and how to mend it; no traceback."""
    assert said.code == 2, said.err
    assert str(where) in said.err and "How to mend it: " in said.err and "Traceback" not in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("init", "2030", "--to", "{file}/d"),
        ("init", "2030", "--to", "{tmp}/" + "x" * 300),
        ("contract", "{edition}", "--to", "{file}/d"),
        ("contract", "{edition}", "--to", "{file}"),
        ("backup", "--to", "{file}/d"),
        ("backup", "--to", "{file}"),
        ("restore", "{file}/a.zip", "--to", "{tmp}/r"),
        ("check", "{edition}", "--csv", "{file}/x.csv"),
        ("check", "{edition}", "--csv", "{file}/d/x.csv"),
        ("export", "--to", "{file}/x.xlsx"),
        ("deposit", "{edition}", "{file}/x", "--supplier", "S", "--by", "C"),
        ("verify", "{file}/x"),
        ("verify", "{file}"),
        ("verify", "{tmp}/nowhere"),
        ("verify", "{tmp}/" + "x" * 300),
    ],
)
def test_a_place_where_nothing_can_stand_is_named(
    palmares: Palmares, file: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    edition = TinyEdition()
    edition.write(palmares.raw)
    given = [word.format(file=file, tmp=tmp_path, edition=edition.edition) for word in words]
    path = next(word for word in given if word.startswith(str(tmp_path)))
    is_told(palmares(*given), file if path.startswith(str(file)) else path)
    assert file.read_text("utf-8") == "kept"


@pytest.mark.parametrize("place", ["kept", "", "./kept/../kept"])
def test_a_folder_where_rows_are_to_be_written_is_named_and_no_other(
    palmares: Palmares, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = TinyEdition()
    edition.write(palmares.raw)
    (tmp_path / "kept").mkdir()
    monkeypatch.chdir(tmp_path)
    said = palmares("check", edition.edition, "--csv", place)
    is_told(said, f"Error: {tmp_path / Path(place)}: a folder stands where a file is due")


def test_a_folder_that_is_no_release_keeps_its_own_code(palmares: Palmares, tmp_path: Path) -> None:
    assert palmares("verify", tmp_path).code == 5


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_where_nobody_can_be_asked_the_password_s_variable_is_named(
    palmares: Palmares, tmp_path: Path, lang: str
) -> None:
    said = sign(palmares, tmp_path / "key.p12", lang, "")
    remedy = "How to mend it: set" if lang == "en" else "Remède\u00a0: donner"
    assert said.returncode == 2
    assert f"{remedy} PALMARES_KEY_PASSWORD" in said.stderr
    assert not re.search(r"Aborted|Warning|\.py", said.stderr)


def test_a_password_may_come_through_a_pipe(palmares: Palmares, tmp_path: Path) -> None:
    said = sign(palmares, tmp_path / "key.p12", "en", f"{PASSWORD}\n")
    assert "PALMARES_KEY_PASSWORD" not in said.stderr and PASSWORD not in said.stderr + said.stdout
    assert "no dossier" in said.stderr and not re.search(r"Aborted|Warning|\.py", said.stderr)


def sign(palmares: Palmares, key: Path, lang: str, typed: str) -> "subprocess.CompletedProcess[str]":
    """`palmares sign` of an edition that waits for its run, without a terminal and without the variable."""
    edition = TinyEdition()
    edition.write(palmares.raw)
    key.write_bytes(edition.p12)
    return subprocess.run(
        [sys.executable, "-c", SIGN, "--lang", lang, "sign", edition.edition, "--key", key],
        env={name: value for name, value in os.environ.items() if name != "PALMARES_KEY_PASSWORD"},
        input=typed,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )


def test_an_interrupted_question_is_no_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(by: BaseException) -> object:
        def prompt(*_: object, **__: object) -> str:
            try:
                raise by
            except BaseException:
                raise click.Abort from None

        return prompt

    monkeypatch.delenv("PALMARES_KEY_PASSWORD", raising=False)
    for by, told in ((KeyboardInterrupt(), KeyboardInterrupt), (EOFError(), InputError)):
        monkeypatch.setattr(typer, "prompt", ask(by))
        with pytest.raises(told):
            bailiff._password()


@pytest.mark.parametrize(
    "address", ["mysql://host/base", "base", "postgresql://host/base?nonsense=1", "postgresql://[x"]
)
def test_an_address_that_is_none_is_refused_before_anything_is_published(
    palmares: Palmares, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = TinyEdition()
    edition.write(palmares.raw)
    monkeypatch.setattr("orchestration.instance.publish", lambda *_, **__: pytest.fail("it was published"))
    said = palmares("publish", edition.edition, "--also", address)
    is_told(said, "--also")
    assert "postgresql://HOST/DATABASE" in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("{desk}/nofile",), "no such file"),
        (("{desk}",), "no file in these folders"),
        (("{desk}/candidates.csv", "--replaces", "a" * 64), "no single current deposit"),
        (("{desk}/candidates.csv", "--as", "../x"), "not a path"),
    ],
)
def test_a_first_deposit_that_fails_begins_no_edition(
    palmares: Palmares, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    if words[0].endswith(".csv"):
        (desk / "candidates.csv").write_text("x", encoding="utf-8")
    given = [word.format(desk=desk) for word in words]
    said = palmares("deposit", "2040", *given, "--supplier", "S", "--by", "C")
    is_told(said, "")
    assert told in said.err
    assert {path.name for path in palmares.raw.iterdir()} <= {".2040.custody"}, "at most the lock"
    assert palmares("status", "--json").data == []


def test_a_difference_is_asked_of_releases_that_are_there(
    palmares: Palmares, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = palmares("diff", "2031", "1", "2")
    is_told(none, palmares.home / "releases" / "2031")
    assert "edition 2031 has no release 1" in none.err and "nothing is published of it yet" in none.err
    house = House(tmp_path, "2031")
    house.release()
    monkeypatch.setenv("PALMARES_HOME", str(house.settings.home))
    one = palmares("diff", "2031", "1", "2")
    is_told(one, house.settings.releases / "2031")
    assert "edition 2031 has no release 2" in one.err and "name one of those there are: 1" in one.err
    french = palmares("--lang", "fr", "diff", "2031", "3", "1")
    assert "n’a pas de publication nº\u00a03" in french.err and "celles qui existent\u00a0: 1" in french.err
    assert palmares("diff", "2031", "1", "1").out == "Releases 1 and 1 hold the same results.\n"
    assert "portent les mêmes résultats" in palmares("diff", "2031", "1", "1", "--lang", "fr").out


def test_what_cannot_be_a_sample_is_told_in_french_too(palmares: Palmares) -> None:
    english = palmares("sample", "2030", "--candidates", "1")
    is_told(english, "--candidates: 1 is not possible")
    assert "give a number from 2 to 50\n" in english.err
    french = palmares("sample", "2030", "--candidates", "1", "--lang", "fr")
    assert french.code == 2
    assert "1 n’est pas possible" in french.err and "Remède\u00a0: donner un nombre de 2 à 50\n" in french.err
    assert "pour l’année 1999" in palmares("sample", "1999", "--lang", "fr").err


def test_the_help_of_a_sample_tells_its_true_bounds(palmares: Palmares) -> None:
    told = " ".join(palmares("sample", "--help").out.split())
    for bounds in (
        "categories, 1 to 2000",
        "2 to 50",
        "100 or more and 10 a category",
        "asked in the survey, 100 or more",
    ):
        assert bounds in told
    assert "RANGE" not in told, "a bound that is not the true one"
    for option, number in (("--categories", "-1"), ("--votes", "99"), ("--respondents", "-5"), ("--candidates", "51")):
        is_told(palmares("sample", "2030", option, number), f"{option}: {number} is not possible")
    assert list(palmares.raw.iterdir()) == []
