"""The two documents of the evening that are read: the running order and the press sheet.

Belongs here: which facts they tell, as blocks. How a block looks is the typesetting's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.ceremony.programme import Act
from orchestration.publication import (
    COUNTS,
    DECISIONS,
    PALMARES_WORDS,
    Page,
    alphabetical,
    amount,
    in_print,
    shown_mark,
)
from orchestration.typesetting import (
    Block,
    Cell,
    callout,
    digest,
    facts,
    figure,
    heading,
    note,
    paragraph,
    strong,
    table,
    text,
    text_in,
)
from orchestration.words import Words, day, number, percent

OWN_WORDS = Path(__file__).with_name("words")


@dataclass(frozen=True)
class Sheet:
    """A document on A4: the key of its title (`evening.…`) and its blocks."""

    key: str
    blocks: tuple[Block, ...]


def words_of(lang: str) -> Words:
    """The words of the evening, with those of the public page."""
    return Words(lang, folders=(PALMARES_WORDS, OWN_WORDS))


def running_order(page: Page, acts: Sequence[Act], words: Words) -> Iterator[Block]:
    """Who is called when: a line for each laureate, places for what only a hand knows."""
    lang = words.lang
    yield callout(words("order.keep"))
    yield paragraph(words("order.intro"))
    titles = sum(len(act.laureates) for act in acts)
    shared = sum(len(act.laureates) for act in acts if act.shared)
    yield paragraph(words("order.counts", acts=len(acts), titles=titles, shared=shared))
    yield table(
        words("order.table"),
        words.named("order", number=0.5, hour=0.9, category=2.5, laureate=2.6, given_by=2.0, slide=0.7),
        [
            [
                figure(number(act.number, lang)),
                text(""),
                text(words.data(act.label[lang])),
                _laureate(laureate.company, act.shared, words),
                text(""),
                figure(number(act.slide, lang)),
            ]
            for act in acts
            for laureate in act.laureates
        ],
    )
    if untitled := [in_print(category["label"])[lang] for category in _untitled(page, lang)]:
        yield note(words("order.none", names=", ".join(untitled) if lang != "ar" else "، ".join(untitled)))
    yield heading(words("order.before"))
    for name in ("check_slides", "check_envelopes", "check_diplomas"):
        yield paragraph(words(f"order.{name}"))


def _laureate(company: str, shared: bool, words: Words) -> Cell:
    cell = strong(words.data(company))
    return {**cell, "under": words("order.shared")} if shared else cell


def _untitled(page: Page, lang: str) -> list[dict[str, Any]]:
    """Categories without a title, in the alphabet of the language."""
    untitled = [category for category in page.palmares["categories"] if not category["laureates"]]
    return sorted(untitled, key=lambda category: (alphabetical(category["label"][lang]), category["category_id"]))


def press_sheet(page: Page, acts: Sequence[Act], embargo: str | None, words: Words) -> Iterator[Block]:
    """What a newsroom needs. `embargo`: until when, in words of the language; None leaves a place for it."""
    palmares, lang = page.palmares, words.lang
    yield callout(words("press.embargo", at=embargo) if embargo else words("press.embargo_blank"))
    when = {at: day(palmares["fieldwork"][at], lang) for at in ("start", "end")}
    names = (("titles", "titles"), ("categories", "categories"), ("candidates", "candidates_ranked"))
    yield paragraph(
        words(
            "press.lead",
            organiser=palmares["organiser"],
            title=in_print(palmares["title"])[lang],
            **{name: amount(words, key, palmares["counts"][key]) for name, key in names},
            **when,
        )
    )
    yield heading(words("press.facts"))
    yield facts(_facts(page, when, words))
    yield heading(words("press.laureates"))
    yield _laureates(acts, words)
    if untitled := _untitled(page, lang):
        yield heading(words("press.none"))
        minimum = shown_mark(palmares["rules"]["min_mark"], lang)
        yield facts(
            (in_print(category["label"])[lang], text(words(f"palmares.{category['outcome']}", min=minimum)))
            for category in untitled
        )
    yield heading(words("press.limits"))
    for name in ("limit_volunteers", "limit_lead", "limit_year"):
        yield paragraph(words(f"palmares.{name}"))
    if weight := palmares["rules"]["components"].get("vote"):
        yield paragraph(words("palmares.limit_vote", weight=percent(weight, lang)))
    yield heading(words("press.claims"))
    yield paragraph(words("press.claims_text"), sticky=True)
    yield table(
        words("press.claims"),
        words.named("press", laureates=1, claim=3),
        [
            (strong(words.data(laureate.company)), text_in(laureate.claim[lang], lang))
            for act in acts
            for laureate in act.laureates
        ],
    )


def _facts(page: Page, when: dict[str, str], words: Words) -> Iterable[tuple[str, Cell]]:
    palmares, lang = page.palmares, words.lang
    rules = palmares["rules"]
    yield words("press.organiser"), text(words.data(palmares["organiser"]))
    yield words("press.fieldwork"), text(words("press.period", **when))
    if palmares["firms"]:
        yield words("press.firms"), text(words.listed(palmares["firms"]))
    counts = palmares["counts"]
    yield words("press.base"), text(_dots(amount(words, key, counts[key]) for key in COUNTS if counts[key]))
    weights = [
        words("press.weight", name=words.code("component", name), weight=percent(rules["components"][name], lang))
        for name in ("audit", "survey", "vote")
        if name in rules["components"]
    ]
    yield words("press.weights"), text(_dots(weights))
    minimum = {"min": shown_mark(rules["min_mark"], lang), "candidates": number(rules["min_candidates"], lang)}
    yield words("press.minimum"), text(words("press.minimum_text", **minimum))
    if rules["contests"]:
        decisions = [
            words("press.contest", name=words(f"palmares.contest_{name}"), n=palmares["contests"][name])
            for name in DECISIONS
            if palmares["contests"].get(name)
        ]
        yield words("press.contests"), text(_dots(decisions) or words("press.no_contests"))
    signed = {"by": page.signed_by, "at": day(page.signed_at, lang)}
    yield words("press.signed"), text(words("press.signed_text", **signed))
    yield words("press.published"), text(f"{palmares['edition']}/{page.number}")
    if page.palmares_sha256:
        yield words("press.digest"), digest(page.palmares_sha256)
    yield words("press.results"), digest(palmares["results_sha256"])


def _laureates(acts: Sequence[Act], words: Words) -> Block:
    lang = words.lang
    heads = words.named("order", category=2.4, laureate=2.6)
    return table(
        words("press.laureates"),
        [*heads, *words.named("press", mark=0.8, candidates=1.1, before=1.8)],
        [
            [
                text(words.data(act.label[lang])),
                _laureate(laureate.company, act.shared, words),
                figure(shown_mark(laureate.final, lang)),
                figure(number(act.candidates, lang)),
                text(words.listed(dict.fromkeys(laureate.held[lang]))),
            ]
            for act in acts
            for laureate in act.laureates
        ],
    )


def _dots(parts: Iterable[str]) -> str:
    return " · ".join(parts)
