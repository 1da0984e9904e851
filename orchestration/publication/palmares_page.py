"""The public palmarès as pages: one for each edition and language; accessible, printable, no network.

Belongs here: what a page's template is given, the policy under which it is read, and what it says to search engines.
The words stand in `palmares_words/`, the frame in `palmares_page.html`, the one style sheet in `palmares.css`. Without
script the page is whole; with it the list can be searched, a claim copied, a file compared.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from markupsafe import Markup

from orchestration.publication.palmares_text import (
    PALMARES_WORDS,
    alphabetical,
    amount,
    counted,
    in_print,
    share,
    shown_mark,
)
from orchestration.publication.revocations import Revocation
from orchestration.storage import canonical_json, sha256_bytes
from orchestration.typesetting import web_page
from orchestration.words import LANGUAGES, Words, day, french, number, percent

HERE = Path(__file__).parent
PAGE, CHOICE, CSS = HERE / "palmares_page.html", HERE / "palmares_choice.html", HERE / "palmares.css"
FEED = HERE / "palmares_feed.xml"
LOCALES = {"fr": "fr_MA", "en": "en_GB", "ar": "ar_MA"}
COUNTS = ("categories", "titles", "candidates_ranked", "tests", "responses", "votes")
"""What is counted of an edition, as the palmarès names it, in this order."""
DECISIONS = ("rejected", "excluded", "corrected", "open")
"""What became of contests, in this order."""
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True)
class Held:
    """A title that a company held. `category` is its label as it was published, in French."""

    edition: str
    category_id: str
    category: str
    demonstration: bool = False


@dataclass(frozen=True)
class Page:
    """All that is shown of an edition.

    `palmares` is its palmares.json, without titles where the signature was revoked; `held` the titles that its
    laureates held before, by company; `number` that of the release. `signed_at` and `published_at` are UTC.
    `palmares_sha256` is None for a release older than palmares.json, whose dossier does not bear it; `place` is where
    that file lies.
    """

    palmares: Mapping[str, Any]
    held: Mapping[str, Sequence[Held]]
    number: int
    corrects: int | None
    signed_by: str
    signed_at: str
    published_at: str
    revoked: Revocation | None
    palmares_sha256: str | None
    place: str


@dataclass(frozen=True)
class Card:
    """A laureate. `key` is its address within the page, `width` and `joint` the bar's length in per cent and whom it
    shares the title with."""

    key: str
    category: str
    company: str
    mark: str
    width: str
    claim: str
    candidates: int
    tests: int
    joint: Sequence[str]
    held: Sequence[str]


def content_policy(page: str) -> str:
    """A policy under which the page's own style and script run, and nothing else is fetched or run."""
    scripts = (hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(page))
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in scripts)
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {hashes}; "
        "base-uri 'none'; form-action 'none'"
    )


def elected(category: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The laureates of a category in the order of their names, each with its address: the category's, with a number
    where the title is shared."""
    laureates = sorted(category["laureates"], key=lambda row: (alphabetical(row["company"]), row["company_id"]))
    shared = len(laureates) > 1
    return [
        (category["category_id"] + (f"-{place}" if shared else ""), laureate)
        for place, laureate in enumerate(laureates, 1)
    ]


def edition_page(page: Page, lang: str, editions: Sequence[str], address: str | None = None) -> bytes:
    """The page of an edition in `fr`, `en` or `ar`; `editions` are all that have a page, the newest first. Where
    `address` is known the picture for who shares the page is named with it: few of them look beside the page."""
    words = Words(lang, folders=(PALMARES_WORDS,))
    palmares = page.palmares
    categories = sorted(
        palmares["categories"],
        key=lambda category: (alphabetical(category["label"][lang]), category["label"][lang], category["category_id"]),
    )
    sectors = sorted({category["sector"] for category in categories})
    return _under_policy(
        web_page(
            PAGE,
            page=page,
            palmares=palmares,
            address=address,
            lang=lang,
            words=words,
            languages=[Words(other, folders=(PALMARES_WORDS,)) for other in LANGUAGES],
            locales=LOCALES,
            editions=editions,
            title=in_print(palmares["title"])[lang],
            counts=[(name, palmares["counts"][name]) for name in COUNTS if palmares["counts"][name]],
            summary=_summary(page, words),
            sectors=[(sector, _cards(categories, sector, page, lang)) for sector in sectors],
            no_title=[
                {**category, "label": in_print(category["label"])}
                for category in categories
                if not category["laureates"]
            ],
            contests=[(name, palmares["contests"][name]) for name in DECISIONS if palmares["contests"].get(name)],
            minimum=share(int(Decimal(palmares["rules"]["min_mark"]).scaleb(6))),
            linked=_linked(page, categories, lang, words),
            css=Markup(CSS.read_text(encoding="utf-8")),  # noqa: S704 - our own file
            day=day,
            mark=shown_mark,
            number=number,
            percent=percent,
            counted=counted,
            amount=partial(amount, words),
        )
    )


def feed(pages: Sequence[Page], lang: str) -> bytes:
    """What was published, corrected or revoked, newest edition first, for who follows it without looking (Atom)."""
    words = Words(lang, folders=(PALMARES_WORDS,))
    entries = [_entry(page, words) for page in pages]
    return web_page(
        FEED,
        words=words,
        lang=lang,
        title=pages[0].palmares["title"][lang],
        organiser=pages[0].palmares["organiser"],
        id=uuid5(NAMESPACE_URL, f"palmares:{pages[0].palmares['organiser']}:{lang}"),
        updated=max(entry["updated"] for entry in entries),
        entries=entries,
    ).encode()


def _entry(page: Page, words: Words) -> dict[str, str]:
    """One edition as it stands. A correction or a revocation is a new entry, by another name."""
    palmares, revoked = page.palmares, page.revoked
    what = sha256_bytes(canonical_json(palmares))  # two organisers' editions of one name are two
    name = f"palmares:{words.lang}:{palmares['edition']}:{page.number}:{what}" + (":revoked" if revoked else "")
    known = {"n": str(page.number), "old": str(page.corrects)}
    return {
        "id": str(uuid5(NAMESPACE_URL, name)),
        "title": palmares["title"][words.lang],
        "updated": revoked.at if revoked else page.published_at,
        "address": f"{palmares['edition']}.html",
        "release": words("palmares.corrected" if page.corrects else "palmares.release", **known),
        "summary": _summary(page, words),
    }


def choice_page(page: Page) -> bytes:
    """The page that leads to the languages; `page` is the newest edition's."""
    return _under_policy(
        web_page(
            CHOICE,
            titles=[
                (Words(lang, folders=(PALMARES_WORDS,)), in_print(page.palmares["title"])[lang]) for lang in LANGUAGES
            ],
            demonstration=page.palmares["demonstration"],
            css=Markup(CSS.read_text(encoding="utf-8")),  # noqa: S704 - our own file
        )
    )


def _under_policy(page: str) -> bytes:
    return page.replace("@POLICY@", content_policy(page), 1).encode()


def cards_of(page: Page, lang: str) -> list[Card]:
    """Every laureate of an edition."""
    categories = page.palmares["categories"]
    return [
        card
        for sector in sorted({category["sector"] for category in categories})
        for card in _cards(categories, sector, page, lang)
    ]


def held_before(page: Page, company_id: str, category_id: str, lang: str) -> list[str]:
    """The editions of the titles that a company held before, one for each title: “2025”, or “2025 (Mobile telephony)”
    where it was elected in another category than this one."""
    labels = {row["category_id"]: in_print(row["label"])[lang] for row in page.palmares["categories"]}
    return [
        title.edition
        if title.category_id == category_id
        else f"{title.edition} ({labels.get(title.category_id, french(title.category))})"
        for title in page.held.get(company_id, ())
    ]


def _cards(categories: Sequence[Mapping[str, Any]], sector: str, page: Page, lang: str) -> list[Card]:
    """The laureates of a sector, in the order of the categories; those of one category in that of their names."""
    cards = []
    for category in categories:
        if category["sector"] != sector:
            continue
        holders = elected(category)
        for key, laureate in holders:
            cards.append(
                Card(
                    key=key,
                    category=in_print(category["label"])[lang],
                    company=laureate["company"],
                    mark=shown_mark(laureate["final"], lang),
                    width=share(laureate["final_micro"]),
                    claim=laureate["claim"][lang],
                    candidates=category["candidates_ranked"],
                    tests=category["tests"],
                    joint=[other["company"] for _, other in holders if other is not laureate],
                    held=held_before(page, laureate["company_id"], category["category_id"], lang),
                )
            )
    return cards


def _summary(page: Page, words: Words) -> str:
    """The edition in one sentence, for whoever shares the address."""
    if page.revoked:
        return words("palmares.revoked")
    palmares, lang = page.palmares, words.lang
    counts = (amount(words, name, palmares["counts"][name]) for name in ("titles", "categories"))
    when = words("palmares.fieldwork", **{at: day(palmares["fieldwork"][at], lang) for at in ("start", "end")})
    mark = [words("palmares.demonstration")] if palmares["demonstration"] else []
    return " · ".join([*mark, *counts, when])


def _linked(page: Page, categories: Sequence[Mapping[str, Any]], lang: str, words: Words) -> Markup:
    """The laureates as JSON-LD (schema.org), each with the claim that it may print. No sign of markup stands in it."""
    palmares = page.palmares
    mark = words("palmares.demonstration") + " – " if palmares["demonstration"] else ""
    data = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "name": mark + palmares["title"][lang],
        "inLanguage": lang,
        "publisher": {"@type": "Organization", "name": palmares["organiser"]},
        "mainEntity": {
            "@type": "ItemList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": place,
                    "item": {
                        "@type": "Organization",
                        "name": laureate["company"],
                        "award": mark + laureate["claim"][lang],
                    },
                }
                for place, laureate in enumerate(
                    (laureate for category in categories for laureate in category["laureates"]), 1
                )
            ],
        },
    }
    text = json.dumps(data, sort_keys=True)
    escaped = re.sub("[<>&]", lambda sign: f"\\u{ord(sign[0]):04x}", text)
    return Markup(escaped)  # noqa: S704 - neither < nor > nor & is left, and nothing beyond ASCII
