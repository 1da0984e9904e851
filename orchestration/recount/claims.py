"""The sentence that a laureate may print, in French, English and Arabic (SPEC 8, `claim_*`).

Belongs here: the words, the two days and the lists of names. Does not belong here: who is a laureate (`tables`).
Every space is a plain one, figures have no separators; the texts of the rulebook stand as they are written there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

FRENCH = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ARABIC = (
    "يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو",
    "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر",
)  # fmt: skip


@dataclass(frozen=True)
class Study:
    """What a claim says of its category. Texts stand by language; `tests` and `candidates` are numbers of them."""

    title: Mapping[str, str]
    shared: bool
    label: Mapping[str, str]
    firms: Sequence[str]
    organiser: str
    start: date
    end: date
    tests: int
    candidates: int


def claims(study: Study) -> dict[str, str]:
    """The three sentences, by column."""
    return {"claim_fr": french(study), "claim_en": english(study), "claim_ar": arabic(study)}


def french(study: Study) -> str:
    """« …, ex æquo – Catégorie … – Étude A, B et C pour X, du 25 août au 14 novembre 2025, 577 tests, 3 candidats. »"""
    title = study.title["fr"] + (", ex æquo" if study.shared else "")
    origin = f"Étude{_by(' ', _listed(study.firms, ', ', ' et '))} pour {study.organiser}"
    first, last = _days(study, FRENCH)
    dates = f"du {first} au {last}" if first else f"du {last}"
    parts = [origin, dates, *_counted(study.tests, "test"), *_counted(study.candidates, "candidat")]
    return f"{title} – Catégorie {study.label['fr']} – {', '.join(parts)}."


def english(study: Study) -> str:
    """“…, joint winner – Category … – Study by A, B and C for X, from 25 August to 14 November 2025, …”"""
    title = study.title["en"] + (", joint winner" if study.shared else "")
    origin = f"Study{_by(' by ', _listed(study.firms, ', ', ' and '))} for {study.organiser}"
    first, last = _days(study, ENGLISH)
    dates = f"from {first} to {last}" if first else f"on {last}"
    parts = [origin, dates, *_counted(study.tests, "test"), *_counted(study.candidates, "candidate")]
    return f"{title} – Category {study.label['en']} – {', '.join(parts)}."


def arabic(study: Study) -> str:
    """«…، مناصفة – فئة … – دراسة A، B وC لفائدة X، من 25 غشت إلى 14 نونبر 2025، عدد الاختبارات: 577، …»"""
    title = study.title["ar"] + ("، مناصفة" if study.shared else "")
    origin = f"دراسة{_by(' ', _listed(study.firms, '، ', ' و'))} لفائدة {study.organiser}"
    first, last = _days(study, ARABIC)
    dates = f"من {first} إلى {last}" if first else f"يوم {last}"
    tests = [f"عدد الاختبارات: {study.tests}"] if study.tests else []
    parts = [origin, dates, *tests, f"عدد المرشحين: {study.candidates}"]
    return f"{title} – فئة {study.label['ar']} – {'، '.join(parts)}."


def _by(word: str, firms: str) -> str:
    """The firms behind their word; nothing where there are none."""
    return word + firms if firms else ""


def _listed(names: Sequence[str], comma: str, last: str) -> str:
    """Names in a row, the last behind its own word: "A, B et C"."""
    return last.join([comma.join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _counted(number: int, noun: str) -> list[str]:
    """A number of things, one in the singular; nothing where there are none."""
    return [f"{number} {noun}{'s' if number > 1 else ''}"] if number else []


def _days(study: Study, months: Sequence[str]) -> tuple[str, str]:
    """The first and the last day in words, what they share said of the last alone; one day has no first ("")."""
    start, end = study.start, study.end
    ordinal = "er" if months is FRENCH else ""

    def words(day: date, month: bool, year: bool) -> str:
        number = f"{day.day}{ordinal if day.day == 1 else ''}"
        return " ".join([number, *([months[day.month - 1]] if month else []), *([str(day.year)] if year else [])])

    last = words(end, month=True, year=True)
    if start == end:
        return "", last
    other_year = start.year != end.year
    return words(start, month=other_year or start.month != end.month, year=other_year), last
