"""The sheet of a seal: one page with a fingerprint, for the bailiff's paper file.

Belongs here: what the sheet says and its QR code. Entering the seal is `bailiff/sealing.py`; the layout is
`seal_sheet.typ`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno

from orchestration.evidence import Seal
from orchestration.rulebook import Rulebook
from orchestration.settings import RULEBOOK_FILE
from orchestration.typesetting import Cell, code, digest, text, typeset
from orchestration.words import Words, moment, number

TEMPLATE = Path(__file__).with_name("seal_sheet.typ")
GROUP, PER_LINE = 4, 4
"""Signs to a group and groups to a line: sixteen signs are what an eye compares without losing its place."""

COMMANDS = {
    "file": RULEBOOK_FILE,
    "windows": f"certutil -hashfile {RULEBOOK_FILE} SHA256",
    "elsewhere": f"sha256sum {RULEBOOK_FILE}",
    "verify": "palmares verify --fingerprint",
}
"""How the fingerprint is computed or verified again, put into the sentences of each language as it is typed."""


@dataclass(frozen=True)
class Fiche:
    """What a sheet says. `what` fills the sentence on what was sealed (`fiche.<stage>_what`): times as ISO 8601,
    numbers as whole numbers. `before` is the number of the seal that this one corrects."""

    edition: str
    rulebook: Rulebook
    seal: Seal
    what: dict[str, str | int]
    before: int | None
    demonstration: bool


def render_fiche(fiche: Fiche, lang: str = "fr") -> bytes:
    """The sheet in `fr`, `en` or `ar`. Equal facts give equal bytes."""
    at = datetime.fromisoformat(fiche.seal.at)
    return typeset(TEMPLATE, _data(fiche, Words(lang), at), at)


def qr_code(fingerprint: str) -> "segno.QRCode":
    """The 64 digits as they are printed, without spaces; a quarter of the square may be lost under a stamp."""
    return segno.make(fingerprint, error="q", micro=False)


def grouped(fingerprint: str) -> list[str]:
    """The fingerprint in groups of four, four groups to a line."""
    groups = [fingerprint[at : at + GROUP] for at in range(0, len(fingerprint), GROUP)]
    return [" ".join(groups[at : at + PER_LINE]) for at in range(0, len(groups), PER_LINE)]


def _data(fiche: Fiche, words: Words, at: datetime) -> dict[str, Any]:
    seal, lang = fiche.seal, words.lang
    return {
        "lang": lang,
        "title": words("fiche.title", number=seal.number),
        "stage": words(f"fiche.{seal.stage}"),
        "name": fiche.rulebook.title.of(lang),
        "running": words("fiche.running", edition=fiche.edition),
        "organiser": fiche.rulebook.organiser,
        "demonstration": words("doc.demonstration") if fiche.demonstration else None,
        "what": {"title": words("fiche.what"), "text": _what(fiche, words)},
        "print": {
            "title": words("fiche.print"),
            "lines": grouped(seal.fingerprint),
            "note": words(f"fiche.{seal.stage}_print", **COMMANDS),
            "spaces": words("fiche.spaces"),
            "svg": qr_code(seal.fingerprint).svg_inline(border=0, omitsize=True),
            "alt": words("fiche.alt", print=seal.fingerprint),
        },
        "facts": {
            "title": words("fiche.facts"),
            "rows": [{"name": words(f"fiche.{name}"), "cell": cell} for name, cell in _facts(fiche, words, at)],
        },
        "evidence": {
            "title": words("fiche.evidence"),
            "rows": [
                {"name": words("fiche.record"), "cell": digest(seal.record)},
                {"name": words("fiche.chained"), "cell": digest(seal.chained_to)},
            ],
        },
        "consequence": words("fiche.consequence"),
        "boxes": [words("fiche.stamp"), words("fiche.signature")],
    }


def _what(fiche: Fiche, words: Words) -> str:
    """What was sealed, in one sentence: numbers and times as the language writes them."""
    names = {
        name: moment(str(value), fiche.rulebook.zone, words.lang) if name == "at" else value
        for name, value in fiche.what.items()
    }
    title = fiche.rulebook.title.of(words.lang)
    return words(f"fiche.{fiche.seal.stage}_what", edition=fiche.edition, title=title, **names)


def _facts(fiche: Fiche, words: Words, at: datetime) -> list[tuple[str, Cell]]:
    seal, lang = fiche.seal, words.lang
    rows: list[tuple[str, Cell]] = [
        ("edition", code(fiche.edition)),
        ("organiser", text(words.data(fiche.rulebook.organiser))),
        ("number", text(number(seal.number, lang))),
        ("utc", code(f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")),
        ("local", text(moment(seal.at, fiche.rulebook.zone, lang))),
        ("by", text(words.data(seal.by))),
    ]
    if seal.corrects is not None:
        before = fiche.before or 0
        rows.append(("corrects", text(words("fiche.corrects_text", number=before, reason=seal.corrects))))
    return rows
