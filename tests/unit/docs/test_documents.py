"""Documents are true: links lead somewhere, made pages are current, and every command is one that exists.

What the commands do is tested in `tests/integration/test_command_line.py`; here each is parsed as the command line
would parse it, so that no document names an option or an argument that is not there.
"""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import click
import pytest
import typer.main

from orchestration.cli.app import app
from orchestration.publication.dictionary import PAGES as DICTIONARIES
from orchestration.publication.dictionary import dictionary, translations
from orchestration.publication.lineage import deposits_of, parents, way_of_the_mark
from orchestration.settings import PROJECT_DIR

PAGES = sorted([*PROJECT_DIR.glob("*.md"), *PROJECT_DIR.glob("deploy/*.md"), *PROJECT_DIR.glob("docs/**/*.md")])
FENCE = re.compile(r"^ *```(?:sh|bash|console)?\n(.*?)^ *```", re.M | re.S)
COMMAND = re.compile(r"^\s*(?:\$ |[A-Z_]+=\S+ )*(?:\.venv/bin/)?palmares (.*)$")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def commands() -> list[tuple[str, str]]:
    """(page, command) of each line of a code block that calls palmares."""
    found = []
    for page in PAGES:
        for block in FENCE.findall(page.read_text(encoding="utf-8")):
            for line in block.replace("\\\n", " ").splitlines():
                if match := COMMAND.match(line):
                    found.append((page.name, match[1].split("  #")[0].strip()))
    return found


def test_there_are_commands_to_look_at() -> None:
    assert len(commands()) > 10


@pytest.mark.parametrize(("page", "command"), commands())
def test_a_documented_command_is_one_that_the_command_line_takes(page: str, command: str, tmp_path: Path) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group)
    words = shlex.split(command.replace("…", ""), comments=True)
    if words and words[0].startswith("-"):
        return
    name, rest = words[0], words[1:]
    found = group.commands.get(name)
    assert found is not None, f"{page}: palmares {name} does not exist"
    if "--help" not in rest:
        found.make_context(name, rest, resilient_parsing=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT_DIR)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_data_dictionary_is_current(lang: str) -> None:
    assert DICTIONARIES[lang].read_text("utf-8") == dictionary(lang), "python -m orchestration.publication.dictionary"


def test_every_description_has_its_french_and_none_is_idle() -> None:
    english, used = dictionary("en"), set()
    for text in translations():
        if f"| {text} |" in english or f"\n{text}" in english:
            used.add(text)
    assert used == translations().keys()
    assert all(french.strip() and french != text for text, french in translations().items())


def test_lineage_goes_down_to_the_criterion() -> None:
    way = way_of_the_mark("intake.rating")
    assert way[0] == "laureates" and way[-2:] == ["stg_rating", "intake.rating"]
    assert all(below in parents()[above] for above, below in pairwise(way))
    assert deposits_of("fct_criterion") == ["audits/<field_firm>/*", "candidates.csv", "contests.csv", "rulebook.yml"]
    assert {"survey/*", "votes/*"} < set(deposits_of("sector_mark"))
    with pytest.raises(KeyError):
        way_of_the_mark("intake.nothing")
