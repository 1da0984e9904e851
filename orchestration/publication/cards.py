"""Pictures of the palmarès to be shared: each laureate's in each language, and the edition's for who links to it.

Belongs here: what stands on a picture, and under which address. All are drawn in one go at publication, as PNG for
messages and as SVG for print, from what the pages tell; how they look is in `cards.typ`.

cards/<edition>/<laureate>.<lang>.png, .svg     the laureate's address on the page
cards/<edition>/_edition.<lang>.png             Open Graph; no id begins with _
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.publication.palmares_page import Page, cards_of
from orchestration.publication.palmares_text import PALMARES_WORDS, amount, in_print
from orchestration.typesetting import pictures
from orchestration.words import LANGUAGES, Words, day

TEMPLATE = Path(__file__).with_name("cards.typ")
FOLDER, EDITION = "cards", "_edition"


@dataclass(frozen=True)
class Picture:
    """One picture: where it lies (without its kind), and its words from top to bottom."""

    path: str
    lang: str
    title: str
    above: str
    name: str
    below: Sequence[str]
    foot: str
    demonstration: str | None


def share_cards(pages: Sequence[Page]) -> dict[str, bytes]:
    """Every picture of these editions by its path; none of one whose signature was revoked."""
    cards = [card for page in pages if page.revoked is None for lang in LANGUAGES for card in _of(page, lang)]
    if not cards:
        return {}
    data = {"cards": [asdict(card) for card in cards]}
    files = {}
    for kind in ("png", "svg"):
        for card, picture in zip(cards, pictures(TEMPLATE, data, kind), strict=True):
            if kind == "png" or not card.path.rpartition("/")[2].startswith(EDITION):
                files[f"{card.path}.{kind}"] = picture
    return files


def _of(page: Page, lang: str) -> list[Picture]:
    """The edition's picture and its laureates', in one language."""
    words, palmares = Words(lang, folders=(PALMARES_WORDS,)), page.palmares
    title = in_print(palmares["title"])[lang]
    mark = words("palmares.demonstration") if palmares["demonstration"] else None
    when = words("palmares.fieldwork", **{at: day(palmares["fieldwork"][at], lang) for at in ("start", "end")})
    foot = f"{words('palmares.organised', organiser=palmares['organiser'])} · {when}"
    counts = palmares["counts"]
    shown = [amount(words, name, counts[name]) for name in ("titles", "categories", "candidates_ranked", "tests")]
    place = f"{FOLDER}/{palmares['edition']}"
    drawn = [
        Picture(
            path=f"{place}/{EDITION}.{lang}",
            lang=lang,
            title=words("palmares.page"),
            above=palmares["organiser"],
            name=title,
            below=[" · ".join(shown)],
            foot=foot,
            demonstration=mark,
        )
    ]
    for card in cards_of(page, lang):
        figures = [words("palmares.of_twenty", mark=card.mark), amount(words, "candidates_ranked", card.candidates)]
        joint = [f"{words('palmares.joint_with')} {words.listed(card.joint)}"] if card.joint else []
        drawn.append(
            Picture(
                path=f"{place}/{card.key}.{lang}",
                lang=lang,
                title=title,
                above=card.category,
                name=card.company,
                below=[" · ".join(figures), *joint],
                foot=foot,
                demonstration=mark,
            )
        )
    return drawn
