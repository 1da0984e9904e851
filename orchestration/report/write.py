"""Reports as files: one candidate's, or those of all candidates of an edition.

Belongs here: where a report lies: `reports/<edition>/<release>/<candidate>.<lang>.pdf`, written whole or not at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.errors import InputError, PalmaresError
from orchestration.intake import ID
from orchestration.progress import report as progress
from orchestration.report.facts import NO_LETTER, report_of
from orchestration.report.load import Published
from orchestration.report.model import Letter
from orchestration.report.pdf import render_pdf
from orchestration.report.say import say
from orchestration.rulebook import is_plain
from orchestration.settings import Settings
from orchestration.storage import sha256_bytes, write_atomic
from orchestration.words import LANGUAGES
from orchestration.words import say as house


@dataclass(frozen=True)
class Written:
    """One report on disk."""

    candidate_id: str
    release: int
    lang: str
    path: Path
    sha256: str

    @property
    def data(self) -> dict[str, str | int]:
        """For JSON."""
        return {**vars(self), "path": str(self.path)}


def write_reports(
    settings: Settings,
    edition: str,
    candidate_id: str | None,
    number: int | None = None,
    lang: str = "fr",
    letter: Letter = NO_LETTER,
) -> Iterator[Written]:
    """Write the report of one candidate, or of every candidate where none is named, withdrawn ones too.

    `letter`: what the organiser adds to it; its days are checked here.

    Raises Refused when the edition is not published, InputError for an unknown language, release, candidate or day.
    """
    if lang not in LANGUAGES:
        mend = house("one_of.known", known=", ".join(LANGUAGES))
        raise InputError(say("refused.language", lang=repr(lang[:20])), "--lang", mend)
    options = (("--until", letter.until), ("--title-until", letter.title_until))
    days = [(option, day) for option, day in options if day is not None]
    for option, day in days:
        if not is_day(day):
            raise InputError(say("refused.day", day=repr(day[:20])), option, say("refused.day_mend"))
    if letter.contact is not None and not is_plain(letter.contact):
        raise InputError(say("refused.contact"), "--contact", say("refused.contact_mend"))
    published = Published(settings, edition, number)
    first = published.release.record.published_at[:10]
    for option, day in days:
        if day < first:
            raise InputError(say("refused.past", day=day, published=first), option, say("refused.day_mend"))
    candidates = published.candidates if candidate_id is None else [candidate_id]
    for done, key in enumerate(candidates):
        progress("reports", done, len(candidates))
        if not re.fullmatch(ID, key):  # intake lets no other id through, and this one becomes a file's name
            raise PalmaresError(say("refused.file_name", candidate=repr(key[:80])))
        pdf = render_pdf(report_of(published, key, letter), lang)
        path = settings.reports(edition, published.number) / f"{key}.{lang}.pdf"
        write_atomic(path, pdf)
        yield Written(key, published.number, lang, path, sha256=sha256_bytes(pdf))


def is_day(text: str) -> bool:
    """Whether a text is a day as 2027-02-28."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
