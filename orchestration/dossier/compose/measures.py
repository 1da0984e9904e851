"""What a check expected and what it observed, in a reader's words and units.

Belongs here: the two facts of a result, which are written once for all languages ("0", "≤ 250 bp", "3 / 12867"), put
into words: counts of cases, percentages, points. Which checks are shown where is `checks.py`.
"""

import re

from orchestration.dossier.model import CheckFact
from orchestration.words import Words, mark, number, percent

_OF = re.compile(r"([0-9]+) / ([0-9]+)")
_OWN = re.compile(r"([0-9]+) / ([0-9]+)(?: \([0-9]+\))?")
"""What a check observed in its own words may be followed by the number of rows that it names."""
_UNITS = {"d": "days", "ppm": "ppm", "/ h": "per_hour", "h": "hours", "min": "minutes", "s": "seconds"} | {
    name: name for name in ("files", "tables", "rows", "tests")
}
"""Signs behind a number, and the word that says them."""
_BARE = re.compile(r"(?:[≤≥<>] )?[0-9]+(?: \+ [0-9]+)*")


def measures(check: CheckFact, words: Words) -> dict[str, str]:
    """`expected` and `observed` of a check.

    A check that looks for faults expects "0" or keeps a limit and observes "faults / looked at"; one that must find all
    expects "all / all". What was looked at is said with its unit; a check whose two figures count other things than
    its rows has a sentence of its own (`observed.<id>`).
    """
    everything = _OF.fullmatch(check.expected)
    return {
        "expected": _unit(_measure(check.expected, check, words, "measure.of" if everything else None), check, words),
        "observed": _observed(check, words, "measure.of" if everything else "measure.cases"),
    }


def _observed(check: CheckFact, words: Words, pair: str) -> str:
    ratio = _OWN.fullmatch(check.observed)
    if ratio and ratio[1] != "0" and words.knows("observed", check.id):
        cases, of = (number(int(part), words.lang) for part in ratio.groups())
        return words(f"observed.{check.id}", cases=cases, of=of)
    return _unit(_measure(check.observed, check, words, pair), check, words)


def _unit(shown: str, check: CheckFact, words: Words) -> str:
    """A bare number with the unit of its check, where the catalogue has one."""
    if not words.knows("unit_of", check.id) or not _BARE.fullmatch(re.sub("[\u202f.,]", "", shown)):
        return shown
    return words(f"unit_of.{check.id}", n=shown)


def _measure(fact: str, check: CheckFact, words: Words, pair: str | None) -> str:
    if fact in ("0", "0 ppm") and pair != "measure.of":
        return words("measure.none")
    if pair and (ratio := _OF.fullmatch(fact)):
        cases, of = (number(int(part), words.lang) for part in ratio.groups())
        key = "measure.none_of" if pair == "measure.cases" and ratio[1] == "0" else pair
        unit = next((unit for unit in (check.unit, check.id) if words.knows("counted", unit)), None)
        if pair == "measure.cases" and unit is not None:
            looked_at = words(f"counted.{unit}", n=of)
            return words(f"{key}_units", cases=cases, looked_at=looked_at)
        return words(key, cases=cases, of=of)
    shown = re.sub(r"\b([0-9]+) bp\b", lambda m: percent(int(m[1]), words.lang), fact)
    shown = re.sub(r"\b([0-9]+) µ", lambda m: mark(int(m[1]), words.lang), shown)
    shown = re.sub(rf"\b([0-9]+) ({'|'.join(_UNITS)})\b", lambda m: words(f"unit.{_UNITS[m[2]]}", n=int(m[1])), shown)
    shown = re.sub(r"\bmax\b", lambda _: words("unit.max"), shown)
    shown = re.sub(r"(?<![\w.,:-])[0-9]{4,}(?![\w.,:-])", lambda m: number(int(m[0]), words.lang), shown)
    return re.sub(r"\b(audits|candidates|survey|votes)\b(?=[ :])", lambda m: words.code("source", m[1]), shown)
