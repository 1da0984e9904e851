"""The effort profile of a candidate, shown beside the marks and never part of one (SPEC 5, `fct_effort`).

Belongs here: weighted means, shares, NPS and CSAT of the counted responses, exact until one rounding half up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from orchestration.recount.marks import decimal_text
from orchestration.recount.survey import FLAGS, Response

Answer = Callable[[Response], int | None]


def effort_profile(responses: Sequence[Response], weights: Mapping[str, int]) -> dict[str, int | str | None]:
    """The columns of `fct_effort` behind the keys, from one candidate's counted responses; None without an answer."""

    def weighed(answer: Answer, places: int, factor: int = 1) -> str | None:
        given = ((weights.get(response.respondent_id, 0), answer(response)) for response in responses)
        return _mean(((weight, value) for weight, value in given if value is not None), places, factor)

    shares = {f"{name}_share": weighed(_fact(position), 4) for position, name in enumerate(FLAGS, start=1)}
    return {
        "responses": len(responses),
        "contacts_mean": weighed(_fact(0), 2),
        **shares,
        "ces": weighed(lambda response: response.answers[2], 2),
        "nps": weighed(_promotion, 2, 100),
        "csat": weighed(_satisfied, 2, 100),
    }


def _mean(pairs: Iterable[tuple[int, int]], places: int, factor: int) -> str | None:
    total = weights = 0
    for weight, value in pairs:
        total += weight * value
        weights += weight
    return decimal_text(factor * total, weights, places) if weights else None


def _fact(position: int) -> Answer:
    return lambda response: response.facts[position]


def _promotion(response: Response) -> int | None:
    """1 for a promoter (9–10), −1 for a detractor (0–6), 0 between."""
    answer = response.answers[1]
    return None if answer is None else int(answer >= 9) - int(answer <= 6)


def _satisfied(response: Response) -> int | None:
    """1 for a satisfaction of 8 and more."""
    answer = response.answers[0]
    return None if answer is None else int(answer >= 8)
