"""VERIFY.txt is true: its own commands, run as they stand with what a computer has, tell a good release from a bad one.

Nothing of Palmarès is imported to verify here: bash, sha256sum, pdfsig and coreutils follow the page in each language.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.signoff import sign_pdf
from orchestration.storage.files import sha256_file
from tests.fixtures.little_release import TrueHouse
from tests.fixtures.release_attacks import ATTACKS, Attack
from tests.fixtures.signing_ground import PASSWORD, SIGNED_AT, YEAR

Copy = Callable[[], Path]
LANGUAGES = ("FRANÇAIS", "ENGLISH", "العربية")
pytestmark = pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs pdfsig (poppler-utils)")

BY_HAND = (
    "a file dropped", "a digit changed", "an extra file", "the manifest dropped", "a mark raised",
    "something behind the signature", "the value of the signature changed", "the dossier instead of the signed one",
    "another document signed", "drawn over before the signature", "another certificate", "a log cut at its end",
    "a rulebook changed after the deposits", "a row taken out of the annex",
    "another laureate in the palmarès",
)  # fmt: skip
"""Attacks that a person finds by hand. What needs the rules of the award is the program's to find."""


def commands(release: Path, language: str) -> list[str]:
    """The command lines of one language's part of the release's own VERIFY.txt, in order; Windows' left out."""
    text = (release / "VERIFY.txt").read_text("utf-8")
    part = re.split(r"^-{70}\n(\S+)\n-{70}\n", text, flags=re.M)
    section = dict(zip(part[1::2], part[2::2], strict=True))[language]
    lines = [line.strip() for line in section.splitlines() if line.startswith("       ")]
    return [line for line in lines if re.match(r"(sha256sum|pdfsig|cmp|tail|find|for|grep|\{) ?", line)]


@dataclass(frozen=True)
class Followed:
    """What the commands of the page answered, each with its exit code."""

    said: dict[str, tuple[int, str]]

    def of(self, beginning: str) -> tuple[int, str]:
        """Answer of the command that begins so."""
        return next(answer for command, answer in self.said.items() if command.startswith(beginning))


def follow(release: Path, language: str) -> Followed:
    """Run every command of the page within the release."""
    environment = {"LANG": "C", "PATH": "/usr/bin:/bin"}
    told = {}
    for command in commands(release, language):
        done = subprocess.run(
            ["bash", "-c", command], cwd=release, capture_output=True, text=True, env=environment, check=False
        )
        told[command] = (done.returncode, done.stdout + done.stderr)
    return Followed(told)


def accepted_by_hand(release: Path, paper: tuple[str, str], language: str) -> bool:
    """Whether a person who does what the page says, with both fingerprints on paper, finds nothing wrong."""
    followed = follow(release, language)
    checked, listing = followed.of("sha256sum -c")
    signed = [answer for command, answer in followed.said.items() if command.startswith("pdfsig")]
    borne = ("for", 'grep -ac "annex', 'grep -ac "palmares')
    same = [code for command, (code, _) in followed.said.items() if command.startswith("cmp")]
    return (
        checked == 0
        and all(line.endswith(": OK") for line in listing.splitlines())
        and followed.of("find")[1] == ""
        and all(code == 0 and "Signature is Valid" in text for code, text in signed)
        and all("Total document signed" in text.split("Signature #")[-1] for _, text in signed)
        and same != [] and set(same) == {0}
        and all(int(count) > 0 for name in borne for count in followed.of(name)[1].split())
        and followed.of("{ (cd results")[1].split()[0] == paper[0]
        and followed.of("tail")[1].split()[0] == paper[1]
    )  # fmt: skip


@pytest.fixture(scope="module")
def paper(sealed: Path) -> tuple[str, str]:
    """What the bailiff kept: results digest and custody head, as VERIFY.txt prints them."""
    digests = re.findall(r"^ {4}([0-9a-f]{64})$", (sealed / "VERIFY.txt").read_text("utf-8"), re.M)
    return digests[0], digests[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_release_answers_as_the_page_promises(sealed: Path, paper: tuple[str, str], language: str) -> None:
    assert len(commands(sealed, language)) == 9
    assert accepted_by_hand(sealed, paper, language), follow(sealed, language)


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.name in BY_HAND], ids=lambda attack: attack.name)
def test_an_attacked_release_does_not(copy: Copy, paper: tuple[str, str], attack: Attack) -> None:
    assert not accepted_by_hand(attack.made_on(copy()), paper, "FRANÇAIS")


def test_every_attack_of_the_list_exists() -> None:
    assert set(BY_HAND) <= {attack.name for attack in ATTACKS}


def test_the_three_languages_give_the_same_commands_in_the_same_order(sealed: Path) -> None:
    assert commands(sealed, "FRANÇAIS") == commands(sealed, "ENGLISH") == commands(sealed, "العربية")


def test_the_command_for_windows_names_a_file_of_the_release_as_certutil_takes_it(sealed: Path) -> None:
    """certutil -hashfile FILE SHA256 prints the digest in lower case, as sha256sum does (older ones with blanks)."""
    found = re.findall(r"^ +certutil (.*)$", (sealed / "VERIFY.txt").read_text("utf-8"), re.M)
    assert len(found) == 3
    for arguments in found:
        match = re.fullmatch(r"-hashfile (\S+) SHA256", arguments)
        assert match is not None, arguments
        path = match[1].replace("\\", "/")
        listed = (sealed / "manifest-sha256.txt").read_text("ascii")
        assert f"{sha256_file(sealed / path)}  {path}\n" in listed


def test_each_signed_file_is_named_when_there_are_several(tmp_path: Path) -> None:
    house = TrueHouse(tmp_path)
    inputs = house.inputs()
    again = inputs.dossier_pdf.with_name("signed-again.pdf")
    dossier = inputs.dossier_pdf.read_bytes()
    again.write_bytes(sign_pdf(dossier, house.holder.p12, PASSWORD, at=SIGNED_AT + YEAR / 2))
    release = house.release(signed=[*inputs.signed, again])
    for language in LANGUAGES:
        names = [command.split()[-1] for command in commands(release, language) if command.startswith("pdfsig")]
        assert names == ["dossier-signed-1.pdf", "dossier-signed-2.pdf"]
