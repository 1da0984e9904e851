"""What is shown beside the marks of a world, by brute force: segments, measures, journeys, observed effort, claims.

Belongs here: the words of SPEC 5 and 8 on what enters no mark, looked up test by test. The marks: `oracle.py`. Keys
are those of the tables without the edition, values their further columns as dictionaries.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from tests.dbt.oracle import Oracle, nearest, weighted
from tests.dbt.worlds import Row

Shown = dict[tuple[str, ...], Row]
SEGMENTS = ("scenario", "language", "city", "site", "persona", "operator")
FACTS = ("repeated", "redirected", "travelled", "contradicted")
MONTHS = {
    "fr": [
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ],
    "en": [
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ],
    "ar": ["يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"],
}


def _decimals(value: Fraction, places: int) -> Decimal:
    return Decimal(nearest(value * 10**places)).scaleb(-places)


def _mean(values: Iterable[int | None], places: int) -> Decimal | None:
    told = [value for value in values if value is not None]
    return _decimals(Fraction(sum(told), len(told)), places) if told else None


def _counted(oracle: Oracle) -> list[Row]:
    return [row for row in oracle.world["intake.test"] if oracle.test_reason[row["test_id"]] is None]


def segments(oracle: Oracle) -> Shown:
    """fct_segment_mark: for each candidate and each value that its counted tests bear."""
    weights = {row["channel"]: row["weight"] for row in oracle.world["rulebook.channel"]}
    tests = _counted(oracle)
    found: Shown = {}
    for key in {(row["candidate_id"], name, row[name]) for row in tests for name in SEGMENTS if row.get(name)}:
        candidate_id, segment, value = key
        own = [row for row in tests if row["candidate_id"] == candidate_id and row.get(segment) == value]
        marks: dict[str, list[int]] = defaultdict(list)
        for row in own:
            marks[row["channel"]].append(oracle.test_mark[row["test_id"]] or 0)
        means = [(weights[name], nearest(Fraction(sum(part), len(part)))) for name, part in marks.items()]
        found[key] = {"tests": len(own), "mark_micro": weighted(means)}
    return found


def measures(oracle: Oracle) -> Shown:
    """fct_measure: values of the counted, completed tests, the ⌈q·n⌉-th smallest of them."""
    tests = {row["test_id"]: row for row in _counted(oracle) if row["outcome"] == "completed"}
    units = {(row["channel"], row["criterion_id"]): row["unit"] for row in oracle.world["rulebook.criterion"]}
    values: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for row in oracle.world["intake.measure"]:
        if test := tests.get(row["test_id"]):
            values[test["candidate_id"], test["channel"], row["criterion_id"]].append(row["value_thousandths"])
    return {
        key: {
            "unit": units[key[1:]],
            "tests": len(some),
            "median": sorted(some)[ceil(Fraction(1, 2) * len(some)) - 1],
            "p90": sorted(some)[ceil(Fraction(9, 10) * len(some)) - 1],
        }
        for key, some in values.items()
    }


def journeys(oracle: Oracle) -> Shown:
    """fct_journey: of tests carried out, where they are of one candidate and each has a step of its own."""
    steps: dict[str, list[Row]] = defaultdict(list)
    for row in oracle.world["intake.test"]:
        if row.get("journey_id") and row["test_id"] in oracle.carried_out:
            steps[row["journey_id"]].append(row)
    found: Shown = {}
    for journey_id, rows in steps.items():
        numbers = [row["step"] for row in rows]
        if None in numbers or len(set(numbers)) < len(numbers) or len({row["candidate_id"] for row in rows}) > 1:
            continue
        personas = {row["persona"] for row in rows} - {None}
        answers = {name: {row[name] for row in rows} - {None} for name in FACTS}
        resolved = [row["resolved"] for row in sorted(rows, key=lambda row: row["step"]) if row["resolved"] is not None]
        found[(journey_id,)] = {
            "candidate_id": rows[0]["candidate_id"],
            "persona": personas.pop() if len(personas) == 1 else None,
            "steps": len(rows),
            "channels": len({row["channel"] for row in rows}),
            "started_at": min(row["started_at"] for row in rows),
            "ended_at": max(row["ended_at"] or row["started_at"] for row in rows),
            **{name: (1 if 1 in told else 0) if told else None for name, told in answers.items()},
            "resolved": resolved[-1] if resolved else None,
        }
    return found


def observed_effort(oracle: Oracle) -> Shown:
    """fct_observed_effort: every candidate that is not withdrawn, shares of the journeys that say anything."""
    told = journeys(oracle).values()
    found: Shown = {}
    for name in oracle.entered:
        own = [row for row in told if row["candidate_id"] == name]
        found[(name,)] = {
            "journeys": len(own),
            "steps_mean": _mean((row["steps"] for row in own), 2),
            **{f"{fact}_share": _mean((row[fact] for row in own), 4) for fact in (*FACTS, "resolved")},
        }
    return found


def claims(oracle: Oracle) -> Shown:
    """The claims of the laureates, in three languages."""
    labels = {row["category_id"]: row for row in oracle.world["rulebook.category"]}
    found: Shown = {}
    for name in oracle.entered:
        category = oracle.candidates[name]["category_id"]
        if oracle.rank[name] == 1 and oracle.outcome[category] in ("elected", "joint"):
            joint, label = oracle.outcome[category] == "joint", labels[category]
            found[category, name] = {f"claim_{lang}": _claim(oracle, label, lang, joint) for lang in MONTHS}
    return found


def _claim(oracle: Oracle, label: Row, lang: str, joint: bool) -> str:
    category, rules = label["category_id"], oracle.rules
    tests = [row for row in _counted(oracle) if oracle.candidates[row["candidate_id"]]["category_id"] == category]
    names = {row["folder"]: row["name"] for row in oracle.world["rulebook.field_firm"]}
    folders = sorted({row["field_firm"] for row in tests}, key=str.encode)
    firms = _listed(list(dict.fromkeys(names.get(folder, folder) for folder in folders)), lang)
    ranked, organiser = len(oracle.rivals(category)), rules["organiser"]
    dates = period(rules["fieldwork_start"], rules["fieldwork_end"], lang)
    title = rules.get(f"title_{lang}") or rules["title_fr"]
    named = label.get(f"label_{lang}") or label["label_fr"]
    if lang == "ar":
        shared = "، مناصفة" if joint else ""
        study = f"دراسة {firms} لفائدة" if firms else "دراسة لفائدة"
        counts = [f"عدد الاختبارات: {len(tests)}"] * bool(tests) + [f"عدد المرشحين: {ranked}"]
        return f"{title}{shared} – فئة {named} – {study} {organiser}، " + "، ".join([dates, *counts]) + "."
    words: dict[str, Any] = {
        "fr": (", ex æquo", "Catégorie", "Étude", "", "pour", "candidat"),
        "en": (", joint winner", "Category", "Study", "by ", "for", "candidate"),
    }
    shared, kind, study, by, purpose, noun = words[lang]
    made = f"{study} {by}{firms} {purpose}" if firms else f"{study} {purpose}"
    counts = [_number(len(tests), "test")] * bool(tests) + [_number(ranked, noun)]
    head = f"{title}{shared if joint else ''} – {kind} {named} – {made} {organiser}"
    return ", ".join([head, dates, *counts]) + "."


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(names: list[str], lang: str) -> str:
    comma, last = {"fr": (", ", " et "), "en": (", ", " and "), "ar": ("، ", " و")}[lang]
    return last.join([comma.join(names[:-1]), names[-1]] if len(names) > 1 else names)


def period(first: date, final: date, lang: str) -> str:
    """Two days in words, month and year once where they are the same; a single day."""
    begin, to, on = {"fr": ("du", "au", "du"), "en": ("from", "to", "on"), "ar": ("من", "إلى", "يوم")}[lang]

    def spelled(day: date, depth: int) -> str:
        number = "1er" if lang == "fr" and day.day == 1 else str(day.day)
        return " ".join([number, MONTHS[lang][day.month - 1], str(day.year)][:depth])

    if first == final:
        return f"{on} {spelled(first, 3)}"
    depth = 3 if first.year != final.year else 2 if first.month != final.month else 1
    return f"{begin} {spelled(first, depth)} {to} {spelled(final, 3)}"
