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
from orchestration.words import LANGUAGES, Words, day


def _translated(key: str, **values: Any) -> dict[str, str]:
    """A sentence in the three languages; a value may be a function of the language."""
    return {
        lang: words_of(lang)(key, **{name: value(lang) if callable(value) else value for name, value in values.items()})
        for lang in LANGUAGES
    }


def slides(page: Page, acts: Sequence[Act]) -> dict[str, Any]:
    """The deck: the title, a slide for each category, the end."""
    return {
        "title": in_print(page.palmares["title"]),
        "organiser": page.palmares["organiser"],
        "when": _translated("palmares.fieldwork", start=lambda lang: day(page.palmares["fieldwork"]["start"], lang),
                      end=lambda lang: day(page.palmares["fieldwork"]["end"], lang)),
        "acts": [
            {
                "label": act.label,
                "elected": _translated("stage.joint" if act.shared else "stage.elected"),
                "laureates": [
                    {
                        "company": laureate.company,
                        "mark": _translated("palmares.of_twenty", mark=partial(shown_mark, laureate.final)),
                        "held": _titles_before(laureate),
                    }
                    for laureate in act.laureates
                ],
            }
            for act in acts
        ],
        "end": _translated("stage.end", by=page.signed_by),
    }  # fmt: skip


def _titles_before(laureate: Laureate) -> dict[str, str] | None:
    """Titles held before, in the three languages; None where there are none."""
    titles = len(laureate.held["fr"])
    if not titles:
        return None
    key = "palmares.held_one" if titles == 1 else "palmares.held"
    return {
        words.lang: words(key, n=str(titles), editions=words.listed(dict.fromkeys(laureate.held[words.lang])))
        for words in map(words_of, LANGUAGES)
    }


def envelopes(acts: Sequence[Act], words: Words) -> dict[str, Any]:
    """For each category a page for the outside of its envelope and the card within."""
    lang = words.lang
    return {
        "acts": [
            {
                "outside": words("envelope.outside", n=act.number),
                "inside": words("envelope.inside", n=act.number),
                "category": words("stage.category"),
                "label": act.label[lang],
                "closed": words("envelope.closed"),
                "elected": words("envelope.elected_joint" if act.shared else "envelope.elected"),
                "laureates": [
                    {
                        "company": laureate.company,
                        "mark": words(
                            "envelope.mark" if act.candidates > 1 else "envelope.mark_one",
                            mark=shown_mark(laureate.final, lang),
                            n=act.candidates,
                        ),
                    }
                    for laureate in act.laureates
                ],
            }
            for act in acts
        ]
    }


def diploma(page: Page, act: Act, laureate: Laureate) -> dict[str, Any]:
    """One laureate's diploma: the claim that it may print, in three languages."""
    return {
        "title": in_print(page.palmares["title"]),
        "diploma": _translated("stage.diploma"),
        "category": {lang: words_of(lang)("stage.category") for lang in LANGUAGES},
        "label": act.label,
        "awarded": _translated("stage.awarded"),
        "company": laureate.company,
        "joint": _translated("order.shared") if act.shared else None,
        "claim": laureate.claim,
        "for_organiser": _translated("stage.organiser", organiser=page.palmares["organiser"]),
        "signed": _translated("stage.signed", by=page.signed_by, at=lambda lang: day(page.signed_at, lang)),
        "reference": _translated("stage.reference", edition=page.palmares["edition"], n=str(page.number)),
        "digest": page.palmares_sha256 or page.palmares["results_sha256"],
    }
