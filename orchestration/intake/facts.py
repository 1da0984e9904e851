"""What intake judges a file by, as plain data: for whoever judges in another language as intake does (`drafting`).

Belongs here: the rulebook's bounds and words, patterns, limits and the tables of the normal form, each taken from the
constant that the rules themselves are made of. The order of rules is written again there; a test holds it to intake.
"""

import html.entities
import re
import sys
import unicodedata
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from orchestration.intake import patterns, personal
from orchestration.intake.expected import years_of
from orchestration.intake.headers import Expected
from orchestration.intake.normal import ODD, ROUNDS, normal
from orchestration.intake.readers import limits
from orchestration.intake.say import say
from orchestration.intake.sources import audits, candidates, contests, survey, targets, votes
from orchestration.intake.times import periods
from orchestration.rulebook import AUDIT_COLUMNS, Rulebook
from orchestration.words import Words

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CELLS = ("ID", "ROW_ID", "WORD", "WHOLE", "MEASURE", "NAME", "BLANK", "SHA256", "COMPANY", "DAY", "TIME")
PERSONS = (
    "TOLD", "PHONE_INSIDE", "DATE", "WORDS", "HASHED", "STAMP", "BARE_KEY", "PLUS", "DIGITS", "KEY", "BARE_ID",
    "TEXT_MAYBE", "ID_MAYBE",
)  # fmt: skip
LIMITS = ("LINE_BYTES", "RECORD_CHARACTERS", "COLUMNS", "GZIP_RATIO", "GZIP_FREE_BYTES", "GZIP_BYTES")
ONE_FILE = (
    "unreadable_file.gzip", "too_large.columns", "too_large.line", "too_large.gzip", "no_header.empty",
    "no_header.csv", "header_name.control", "duplicate_column.twice", "missing_column.one", "missing_column.several",
    "several_channels.channels", "personal_data.one", "personal_data.several", "bad_target.share",
    "bad_target.variable", "bad_target.twice", "bad_target.total",
)  # fmt: skip
"""Problems of one file of text, which need no other to be seen."""


def facts_of(rulebook: Rulebook) -> dict[str, Any]:
    """Everything that a file of this edition is judged by, sources that the rulebook does not use left out."""
    return {
        "edition": rulebook.edition,
        "most": rulebook.quarantine.max_share,
        "zone": [
            [_micros(period.start.replace(tzinfo=UTC)), _micros(period.end.replace(tzinfo=UTC)), period.offset]
            for period in periods(rulebook.zone, *years_of(rulebook))
        ],
        "patterns": {name: for_browsers(getattr(patterns, name)) for name in CELLS},
        "shares": {"SHARE": targets.SHARE, "VALUE": targets.VALUE},
        "personal": {name: for_browsers(getattr(personal, name)) for name in PERSONS},
        "columns": {"key": sorted(personal.KEY_COLUMNS), "text": sorted(personal.TEXT_COLUMNS)},
        "normal": {"odd": for_browsers(ODD), "rounds": ROUNDS, "digits": digits(), **references()},
        "limits": {name: getattr(limits, name) for name in LIMITS},
        "sources": {source: SOURCES[source](rulebook) for source in rulebook.sources},
    }


def problem_words(lang: str) -> dict[str, str]:
    """The sentences of the problems of one file, by key, their placeholders unfilled."""
    words = Words(lang, folders=(say.folder,))
    return {key: words.template(key) for key in ONE_FILE}


def _of(expected: Expected) -> dict[str, Any]:
    """The columns of a source."""
    return {"known": expected.known, "required": expected.required, "prose": sorted(expected.prose)}


def _candidates(rulebook: Rulebook) -> dict[str, Any]:
    return _of(candidates.expected()) | {"categories": _categories(rulebook), "statuses": candidates.STATUSES}


def _audits(rulebook: Rulebook) -> dict[str, Any]:
    grids = {
        channel: [
            [criterion.id, criterion.max, criterion.measured is not None] for criterion in rulebook.grid_of(channel)
        ]
        for channel in rulebook.channels
    }
    return _of(audits.expected(rulebook)) | {
        "base": AUDIT_COLUMNS,
        "grids": grids,
        "facts": audits.FACTS,
        "scenarios": audits.SCENARIOS,
        "outcomes": audits.OUTCOMES,
        "days": _days(rulebook.fieldwork.start, rulebook.fieldwork.end),
    }


def _survey(rulebook: Rulebook) -> dict[str, Any]:
    assert rulebook.survey is not None
    window = rulebook.survey.window
    bounds = {**survey.ANSWERS, "contacts": (0, survey.MAX_CONTACTS), **dict.fromkeys(survey.FACTS, (0, 1))}
    return _of(survey.expected(rulebook)) | {
        "bounds": list(bounds.items()),
        "answers": list(survey.ANSWERS),
        "variables": survey.variables(rulebook),
        "days": _days(window.start, window.end),
    }


def _targets(rulebook: Rulebook) -> dict[str, Any]:
    return _of(targets.expected()) | {"variables": survey.variables(rulebook)}


def _votes(rulebook: Rulebook) -> dict[str, Any]:
    assert rulebook.vote is not None
    window = rulebook.vote.window
    instants = [_micros(moment.replace(tzinfo=UTC)) for moment in (window.opens, window.closes)]
    return _of(votes.expected()) | {"categories": _categories(rulebook), "instants": instants}


def _contests(rulebook: Rulebook) -> dict[str, Any]:
    assert rulebook.contest is not None
    days = [str(rulebook.contest.opens), str(rulebook.contest.closes)]
    return _of(contests.expected()) | {"grounds": contests.GROUNDS, "decisions": contests.DECISIONS, "days": days}


SOURCES = {
    **{"candidates": _candidates, "audits": _audits, "survey": _survey, "targets": _targets, "votes": _votes},
    "contests": _contests,
}


def _categories(rulebook: Rulebook) -> list[str]:
    return [category.id for category in rulebook.categories]


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _days(*days: date) -> list[int]:
    """Days since 1970."""
    return [(day - EPOCH.date()).days for day in days]


def for_browsers(pattern: str) -> str:
    """A pattern without flags inside, `(?i:at)` as `(?:[aA][tT])`: not every browser of today reads them."""
    parts: list[str] = []
    folds: list[bool] = [False]
    in_class = False
    for sign in re.findall(r"\(\?i:|\\.|.", pattern, re.DOTALL):
        if sign == "(?i:":
            folds.append(True)
        elif sign == "(" and not in_class:
            folds.append(folds[-1])
        elif sign == ")" and not in_class:
            folds.pop()
        in_class = sign == "[" or (in_class and sign != "]")
        if sign == "(?i:":
            parts.append("(?:")
        elif folds[-1] and sign.isalpha():
            parts.append(sign.lower() + sign.upper() if in_class else f"[{sign.lower()}{sign.upper()}]")
        else:
            parts.append(sign)
    return "".join(parts)


@cache
def digits() -> list[list[int]]:
    """Runs of characters that are digits and no other spelling of one: the first, its value, how many follow it."""
    runs: list[list[int]] = []
    for place in range(0x80, sys.maxunicode + 1):
        value = unicodedata.digit(chr(place), None)
        if value is None or unicodedata.decomposition(chr(place)):
            continue
        if runs and place == runs[-1][0] + runs[-1][2] and value == runs[-1][1] + runs[-1][2]:
            runs[-1][2] += 1
        else:
            runs.append([place, value, 1])
    return runs


@cache
def references() -> dict[str, Any]:
    """Named character references: names by what they read as, and those that need no semicolon."""
    names: dict[str, list[str]] = {}
    for name, text in html.entities.html5.items():
        if name.endswith(";") and name[:-1].isalpha():
            names.setdefault(normal(text), []).append(name[:-1])
    bare = [name for name in html.entities.html5 if name.isalpha()]
    return {"names": {text: " ".join(sorted(forms)) for text, forms in names.items()}, "bare": " ".join(sorted(bare))}
