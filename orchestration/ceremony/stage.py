"""What is on stage: slides, envelopes with their cards, diplomas.

Belongs here: their words in place. Slides and diplomas speak all three languages at once, an envelope the language
of who opens it. How they look is in `*.typ`.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from orchestration.ceremony.compose import words_of
from orchestration.ceremony.programme import Act, Laureate
from orchestration.publication import Page, in_print, shown_mark
from orchestration.words import LANGUAGES, Words, day, number


def _told(page: Page, key: str, **values: Any) -> dict[str, str]:
    """A sentence in the three languages; a value may be a function of the language."""
    found = {}
    for lang in LANGUAGES:
        known = {name: value(lang) if callable(value) else value for name, value in values.items()}
        found[lang] = words_of(lang)(key, **known)
    return found


def slides(page: Page, acts: Sequence[Act]) -> dict[str, Any]:
    """The deck: the title, a slide for each category, the end."""
    return {
        "title": in_print(page.palmares["title"]),
        "organiser": page.palmares["organiser"],
        "when": _told(page, "palmares.fieldwork", start=lambda lang: day(page.palmares["fieldwork"]["start"], lang),
                      end=lambda lang: day(page.palmares["fieldwork"]["end"], lang)),
        "acts": [
            {
                "label": act.label,
                "elected": _told(page, "stage.joint" if act.shared else "stage.elected"),
                "laureates": [
                    {
                        "company": one.company,
                        "mark": _told(page, "palmares.of_twenty", mark=partial(shown_mark, one.final)),
                        "held": _held(one),
                    }
                    for one in act.laureates
                ],
            }
            for act in acts
        ],
        "end": _told(page, "stage.end", by=page.signed_by),
    }  # fmt: skip


def _held(one: Laureate) -> dict[str, str] | None:
    """Titles held before, in the three languages; None where there are none."""
    titles = len(one.held["fr"])
    if not titles:
        return None
    key = "palmares.held_one" if titles == 1 else "palmares.held"
    return {
        lang: words(key, n=str(titles), editions=words.listed(dict.fromkeys(one.held[lang])))
        for lang in LANGUAGES
        for words in [words_of(lang)]
    }


def envelopes(acts: Sequence[Act], words: Words) -> dict[str, Any]:
    """For each category a page for the outside of its envelope and the card within."""
    lang = words.lang
    return {
        "acts": [
            {
                "outside": words("envelope.outside", n=number(act.number, lang)),
                "inside": words("envelope.inside", n=number(act.number, lang)),
                "category": words("stage.category"),
                "label": act.label[lang],
                "closed": words("envelope.closed"),
                "elected": words("envelope.elected_joint" if act.shared else "envelope.elected"),
                "laureates": [
                    {
                        "company": one.company,
                        "mark": words(
                            "envelope.mark" if act.candidates > 1 else "envelope.mark_one",
                            mark=shown_mark(one.final, lang),
                            n=number(act.candidates, lang),
                        ),
                    }
                    for one in act.laureates
                ],
            }
            for act in acts
        ]
    }


def diploma(page: Page, act: Act, one: Laureate) -> dict[str, Any]:
    """One laureate's diploma: the claim that it may print, in three languages."""
    return {
        "title": in_print(page.palmares["title"]),
        "diploma": _told(page, "stage.diploma"),
        "category": {lang: words_of(lang)("stage.category") for lang in LANGUAGES},
        "label": act.label,
        "awarded": _told(page, "stage.awarded"),
        "company": one.company,
        "joint": _told(page, "order.shared") if act.shared else None,
        "claim": one.claim,
        "for_organiser": _told(page, "stage.organiser", organiser=page.palmares["organiser"]),
        "signed": _told(page, "stage.signed", by=page.signed_by, at=lambda lang: day(page.signed_at, lang)),
        "reference": _told(page, "stage.reference", edition=page.palmares["edition"], n=str(page.number)),
        "digest": page.palmares_sha256 or page.palmares["results_sha256"],
    }
