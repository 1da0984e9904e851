"""Numbers and names as a report writes them.

Belongs here: small pure functions. A difference is taken between the two numbers as they are shown, so that a reader
who subtracts finds the same.
"""

from pathlib import Path

from orchestration.report.model import CandidateReport
from orchestration.units import MICRO, half_up, hundredths
from orchestration.words import END as ISOLATED
from orchestration.words import LEFT_TO_RIGHT, NBSP, Words, mark, tenths

OWN = Path(__file__).parent.parent / "words"
HUNDREDTH = MICRO // 100


def signed(text: str, value: int, lang: str) -> str:
    """A number with its sign before it, plus too; in right-to-left text the sign would else stand behind it."""
    shown = f"+{text}" if value > 0 else text
    return f"{LEFT_TO_RIGHT}{shown}{ISOLATED}" if lang == "ar" else shown


def mark_difference(own: int | None, mean: int | None, lang: str) -> str:
    """How far a mark is from the mean, in points with two decimals."""
    if own is None or mean is None:
        return "–"
    far = (hundredths(own) - hundredths(mean)) * HUNDREDTH
    return signed(mark(far, lang), far, lang)


def gap(title: int, final: int, words: Words) -> str:
    """How far a final mark is below that of the title, in words where two decimals would show nothing."""
    far = (hundredths(title) - hundredths(final)) * HUNDREDTH
    return mark(far, words.lang) if far else words("verdict.less_than_a_hundredth")


def share(basis_points: int | None, lang: str) -> str:
    """A share as a percentage with one decimal."""
    if basis_points is None:
        return "–"
    return tenths(half_up(basis_points, 10), lang) + (NBSP + "%" if lang == "fr" else "%")


def share_difference(own: int, mean: int | None, lang: str) -> str:
    """How far a share is from the mean, in percentage points with one decimal."""
    if mean is None:
        return "–"
    far = half_up(own, 10) - half_up(mean, 10)
    return signed(tenths(far, lang), far, lang)


def criterion(report: CandidateReport, channel: str, criterion_id: str, words: Words) -> str:
    """What a criterion is called in the rulebook."""
    label = next(entry.label for entry in report.rulebook.grid_of(channel) if entry.id == criterion_id)
    return words.data(label.of(words.lang))
