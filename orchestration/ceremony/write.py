"""The documents of the evening as files: `ceremony/<edition>/<release>/`, the same bytes for the same release.

running-order.<lang>.pdf   envelopes.<lang>.pdf   press.<lang>.pdf
slides.pdf                 diplomas/<category>.pdf, one a laureate (<category>-<n>.pdf where the title is shared)

Belongs here: which files there are, and their dates: that of the release, the only clock of the evening.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.ceremony import stage
from orchestration.ceremony.compose import Sheet, press_sheet, running_order, words_of
from orchestration.ceremony.programme import Act, programme
from orchestration.ceremony.say import say
from orchestration.dossier import MARGIN
from orchestration.errors import InputError, PalmaresError
from orchestration.intake import ID
from orchestration.progress import report
from orchestration.publication import Page, in_print, public_page
from orchestration.release import Release
from orchestration.rulebook import parse_rulebook
from orchestration.settings import RULEBOOK_FILE, Settings
from orchestration.storage import write_atomic
from orchestration.typesetting import typeset
from orchestration.words import LANGUAGES, moment, short

HERE = Path(__file__).parent
Embargo = Callable[[str], str] | None
"""Until when nothing is told, in words of a language; None leaves a place for it."""
LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


def make_ceremony(settings: Settings, edition: str, embargo: str | None = None) -> list[Path]:
    """Write everything for the evening of a published edition; returns the paths.

    `embargo`: a local time of the edition, 2027-01-15T20:30; None leaves a place for it. Raises Refused before
    publication and after a revocation, with the reasons; InputError for a time that is none.
    """
    page, release = public_page(settings, edition)
    until = None if embargo is None else until_of(embargo, release)
    folder = settings.ceremony(edition, page.number)
    written = []
    for name, pdf in documents(page, until):
        path = folder / name
        write_atomic(path, pdf)
        written.append(path)
    return written


def until_of(embargo: str, release: Release) -> Embargo:
    """Until when nothing is told, from a local time of the edition. Raises InputError for one that is none."""
    zone = parse_rulebook(release.bytes_of(RULEBOOK_FILE), str(release.folder)).zone
    try:
        if not LOCAL_TIME.fullmatch(embargo):
            raise ValueError
        at = datetime.fromisoformat(embargo).replace(tzinfo=zone).isoformat()
    except ValueError:
        raise InputError(say("refused.embargo"), "--embargo", say("refused.embargo_mend")) from None
    return lambda lang: moment(at, zone, lang)


def documents(page: Page, until: Embargo) -> Iterator[tuple[str, bytes]]:
    """Every document with its name within the folder."""
    acts = programme(page)
    total = 3 * len(LANGUAGES) + 1 + sum(len(act.laureates) for act in acts)
    for done, (name, template, data) in enumerate(_contents(page, acts, until)):
        report("evening", done, total)
        yield name, typeset(HERE / template, data, datetime.fromisoformat(page.published_at))


def _contents(page: Page, acts: list[Act], until: Embargo) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, template and data of each document."""
    for lang in LANGUAGES:
        words = words_of(lang)
        embargo = until(lang) if until else None
        sheets = {
            "running-order": Sheet("running_order", tuple(running_order(page, acts, words))),
            "press": Sheet("press", tuple(press_sheet(page, acts, embargo, words))),
        }
        for name, sheet in sheets.items():
            data = {**_file(page, lang, f"evening.{sheet.key}"), **_sheet(page, lang, sheet)}
            yield f"{name}.{lang}.pdf", "sheet.typ", data
        data = {**_file(page, lang, "envelope.title"), **stage.envelopes(acts, words)}
        yield f"envelopes.{lang}.pdf", "envelopes.typ", data
    yield "slides.pdf", "slides.typ", {**_file(page, "fr", "stage.slides"), **stage.slides(page, acts)}
    for act in acts:
        for laureate in act.laureates:
            # The rulebook lets no other id through, and this one becomes a file's name.
            if not re.fullmatch(ID, laureate.key):
                raise PalmaresError(say("refused.file_name", key=repr(laureate.key[:80])))
            data = {**_file(page, "fr", "stage.diploma"), **stage.diploma(page, act, laureate)}
            data["document"] += f" – {laureate.company}"
            yield f"diplomas/{laureate.key}.pdf", "diploma.typ", data


def _file(page: Page, lang: str, key: str) -> dict[str, Any]:
    """What every document of the evening knows: its own name, its language, whether it is a demonstration."""
    words = words_of(lang)
    return {
        "lang": lang,
        "document": f"{words(key)} – {in_print(page.palmares['title'])[lang]}",
        "organiser": page.palmares["organiser"],
        "demonstration": words("evening.demonstration") if page.palmares["demonstration"] else None,
    }


def _sheet(page: Page, lang: str, sheet: Sheet) -> dict[str, Any]:
    """What the page of an A4 sheet needs beside its blocks."""
    words, palmares = words_of(lang), page.palmares
    prints = "evening.prints" if page.palmares_sha256 else "evening.prints_old"
    shown = page.palmares_sha256 or palmares["results_sha256"]
    return {
        "heading": words(f"evening.{sheet.key}"),
        "title": words(f"evening.{sheet.key}"),
        "name": palmares["edition"],
        "about": in_print(palmares["title"])[lang],
        "edition": palmares["edition"],
        "running": words(f"evening.{sheet.key}"),
        "page": words("evening.page", page="{page}", pages="{pages}"),
        "prints": words(prints, edition=palmares["edition"], n=str(page.number), digest=short(shown)),
        "keywords": [
            f"edition={palmares['edition']}",
            f"release={page.number}",
            f"results-sha256={palmares['results_sha256']}",
        ],
        "margin": MARGIN,
        "blocks": sheet.blocks,
    }
