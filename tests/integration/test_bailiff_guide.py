"""The bailiff's guide is true: every command of docs/bailiff.md is run as it stands there, in the order of the page.

The runs between them are the engineer's and taken in process: `palmares run` has its own test (`test_command_line.py`).

A command that is added to the page and not to `EXPECTED` fails here. What stands for something else on the page (a
fingerprint, an address) is put in; nothing else is changed.
"""

import csv
import re
import shlex
import shutil
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.inprocess import Line, Marks
from orchestration.settings import PROJECT_DIR, Settings
from tests.fixtures.stamp_server import stamp_server
from tests.fixtures.tiny import TinyEdition
from tests.integration.command import Palmares, run_in_process

pytestmark = pytest.mark.slow

PAGE = (PROJECT_DIR / "docs" / "bailiff.md").read_text("utf-8")
SERVER = "http://horodatage.example"


@dataclass(frozen=True)
class Expected:
    """How a command ends and what it must say. `aside`: on a copy of the folders, from before the first signature at
    the latest, for the page tells of several answers and only one can be given. `run_before`: the engineer runs the
    edition first. `published_before`: the organiser publishes it first."""

    code: int
    words: tuple[str, ...]
    aside: bool = False
    run_before: bool = False
    published_before: bool = False


EXPECTED = {
    "status 2026": Expected(0, ("waiting for the bailiff", "bailiff: read the dossier and sign it")),
    'seal 2026 rules --by "Maître Nom"': Expected(0, ("Seal 1: rules",)),
    'seal 2026 collection --by "Maître Nom"': Expected(0, ("Seal 2: collection",)),
    'seal 2026 results --by "Maître Nom"': Expected(0, ("Seal 3: results",)),
    'seal 2026 rules --by "Maître Nom" --corrects "La date de fin des tests était fausse"': Expected(
        1, ("has not changed since seal 1: there is nothing to correct",)
    ),
    "draw 2026 --seed 46132": Expected(0, ("Draw 46132 of edition 2026", "for the bailiff alone")),
    "draw 2026 --whole retail_banking": Expected(0, ("Full trace 00001", "for the bailiff alone"), aside=True),
    'trace 2026 --seed 46132 --sheet form.csv --by "Maître Nom"': Expected(0, ("Draw 46132:", "0 not conform")),
    'reserve 2026 --reason "Je n\'ai pas entendu les enregistrements." --by "Maître Nom"': Expected(
        0, ("reserved  Maître Nom", "Je n'ai pas entendu les enregistrements."), run_before=True
    ),
    f"sign 2026 --key ma-cle.p12 --timestamp {SERVER}": Expected(0, ("Time stamp of the server",), aside=True),
    "sign 2026 --key ma-cle.p12": Expected(0, ("Signed by", "1 of 1", "palmares publish 2026")),
    "verify var/releases/2026/1 --fingerprint EMPREINTE": Expected(
        0, ("CONFORM", "the fingerprint given (results_sha256)"), published_before=True
    ),
    "verify var/releases/2026/1 --raw raw/2026 --fingerprint EMPREINTE": Expected(0, ("CONFORM", "0 differences")),
    'refuse 2026 --reason "Ce que j\'ai constaté" --by "Maître Nom"': Expected(0, ("never be published",), aside=True),
    'refuse 2026 --revoke --release 1 --reason "On m\'a montré un autre registre." --by "Maître Nom"': Expected(
        0, ("Release 1 stays, and is shown as revoked",)
    ),
}
"""Every command of the page, without `palmares`. The story: read, seal, draw, trace, reserve, sign, published, verify,
revoke. Nothing changed after its seal, so a corrected one is refused."""


def commands() -> list[str]:
    """The commands of the page, in its order."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", PAGE, re.M | re.S)
    return [line.removeprefix("palmares ") for block in blocks for line in block.splitlines() if line.strip()]


def test_every_command_of_the_page_is_expected_here_and_the_reverse() -> None:
    assert sorted(commands()) == sorted(EXPECTED), "add the command to EXPECTED: CONTRIBUTING.md says how"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder as the page assumes it: deposits in raw/, state in var/, the bailiff's key beside them."""
    folder = tmp_path / "place"
    edition = TinyEdition().audits_only()
    raw = edition.write(folder / "raw")
    assert not (raw / "survey").exists() and not (raw / "votes").exists(), "audits alone run to a release"
    (folder / "ma-cle.p12").write_bytes(edition.p12)
    return folder


def test_the_page_followed_from_top_to_bottom(
    place: Path, marks: Marks, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    palmares = Palmares(place / "var", place / "raw", capsys, monkeypatch)
    line = Line(Settings(palmares.home, palmares.raw), "2026", marks)
    run_in_process(line)
    for command in commands():
        expected = EXPECTED[command]
        if command.startswith("sign ") and not (place / "waiting").exists():
            shutil.copytree(place, place.with_name("copied"))
            place.with_name("copied").rename(place / "waiting")
        if expected.run_before:
            run_in_process(line)
        if expected.published_before:
            assert palmares("publish", "2026").code == 0
        folder = place
        if expected.aside:
            kept = place / "waiting"
            folder = Path(shutil.copytree(kept if kept.exists() else place, place.with_name("aside")))
        with stamp_server() if SERVER in command else nullcontext(SERVER) as server, monkeypatch.context() as patch:
            patch.setenv("PALMARES_HOME", str(folder / "var"))
            patch.setenv("PALMARES_RAW", str(folder / "raw"))
            patch.chdir(folder)
            said = palmares(*filled(command, palmares, server))
        shutil.rmtree(place.with_name("aside"), ignore_errors=True)
        assert said.code == expected.code, (command, said.out, said.err)
        for words in expected.words:
            assert words in said.out + said.err, (command, said.out, said.err)


def filled(command: str, palmares: Palmares, server: str) -> list[str]:
    """The words of a command, with what stands for something else put in."""
    words = shlex.split(command.replace(SERVER, server))
    if "retail_banking" in words:  # a category of the shipped edition
        words[words.index("retail_banking")] = "banks"
    if "form.csv" in words:
        form = palmares.home / "draws" / "2026" / "46132" / "form.csv"
        with form.open(encoding="utf-8", newline="") as stream:
            rows = [f"{row['test_id']},conforme," for row in csv.DictReader(stream)]
        (palmares.home.parent / "form.csv").write_text("\n".join(["test_id,outcome,remark", *rows]) + "\n", "utf-8")
    if "EMPREINTE" in words:
        digest = palmares("status", "2026", "--json").data["dossier"]["results_sha256"]
        paper = " ".join(digest[start : start + 4] for start in range(0, 64, 4)).upper()
        words[words.index("EMPREINTE")] = paper
    return words
