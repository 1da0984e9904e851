"""The order of the evening: one order for all languages, so that the third envelope is the third slide.

Belongs here: acts and their laureates, out of the public page's data. Sectors stand together; within one, categories
follow the French alphabet. A category without a title is not called on stage: the press sheet says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.publication import Page, alphabetical, elected, held_before, in_print
from orchestration.words import LANGUAGES


@dataclass(frozen=True)
class Laureate:
    """One elected company. `final` is its mark with two decimals, `claim` what it may print and `held` its titles
    before, by language; `key` names its diploma and its place on the public page."""

    key: str
    company: str
    final: str
    claim: Mapping[str, str]
    held: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Act:
    """One category on stage: its place in the evening, which is also the number of its envelope."""

    number: int
    label: Mapping[str, str]
    sector: str
    candidates: int
    laureates: Sequence[Laureate]

    @property
    def shared(self) -> bool:
        """Whether the title has more than one holder."""
        return len(self.laureates) > 1

    @property
    def slide(self) -> int:
        """The page of its slide: the first is the title's."""
        return self.number + 1


def programme(page: Page) -> list[Act]:
    """The acts of the evening, in their order."""
    called = sorted(
        (category for category in page.palmares["categories"] if category["laureates"]),
        key=lambda category: (category["sector"], alphabetical(category["label"]["fr"]), category["category_id"]),
    )
    acts = []
    for number, category in enumerate(called, 1):
        acts.append(
            Act(
                number=number,
                label=in_print(category["label"]),
                sector=category["sector"],
                candidates=category["candidates_ranked"],
                laureates=[
                    Laureate(
                        key=key,
                        company=laureate["company"],
                        final=laureate["final"],
                        claim=laureate["claim"],
                        held={
                            lang: held_before(page, laureate["company_id"], category["category_id"], lang)
                            for lang in LANGUAGES
                        },
                    )
                    for key, laureate in elected(category)
                ],
            )
        )
    return acts
