"""What a check expected and what it observed, in a reader's words and units.

Belongs here: the two facts of a result, which are written once for all languages ("0", "≤ 250 bp", "3 / 12867"), put
into words: counts of cases, percentages, points. Which checks are shown where is `checks.py`.
"""

import re

from orchestration.dossier.model import CheckFact
from orchestration.words import Words, mark, number, percent

_OF = re.compile(r"([0-9]+) / ([0-9]+)")
_NEXT_TO = {"d": "days", "ppm": "ppm", "/ h": "per_hour"}
"""Signs behind a number, and the word that says them."""


def measures(check: CheckFact, words: Words) -> dict[str, str]:
    """`expected` and `observed` of a check.

    A check that looks for faults expects "0" or keeps a limit and observes "faults / looked at"; one that must find all
    expects "all / all".
    """
    everything = _OF.fullmatch(check.expected)
    return {
        "expected": _told(check.expected, words, "measure.of" if everything else None),
        "observed": _told(check.observed, words, "measure.of" if everything else "measure.cases"),
    }


def _told(fact: str, words: Words, pair: str | None) -> str:
    if fact == "0" and pair != "measure.of":
        return words("measure.none")
    if pair and (found := _OF.fullmatch(fact)):
        cases, of = (number(int(part), words.lang) for part in found.groups())
        key = "measure.none_of" if pair == "measure.cases" and found[1] == "0" else pair
        return words(key, cases=cases, of=of)
    told = re.sub(r"\b([0-9]+) bp\b", lambda m: percent(int(m[1]), words.lang), fact)
    told = re.sub(r"\b([0-9]+) µ", lambda m: mark(int(m[1]), words.lang), told)
    told = re.sub(r"(?<=[0-9]) (d|ppm|/ h)\b", lambda m: " " + words(f"unit.{_NEXT_TO[m[1]]}"), told)
    told = re.sub(r"\b(files|tables|rows|tests|max)\b", lambda m: words(f"unit.{m[1]}"), told)
    told = re.sub(r"(?<![\w.,:-])[0-9]{4,}(?![\w.,:-])", lambda m: number(int(m[0]), words.lang), told)
    return re.sub(r"\b(audits|candidates|survey|votes)\b(?=[ :])", lambda m: words.code("source", m[1]), told)
