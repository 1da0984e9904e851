"""Tables 14 to 23 of docs/method.md, which enter no mark: recomputed by code that shares nothing with the pipeline."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from math import ceil

from tests.dbt.oracle_shown import period
from tests.unit.docs.method_page import BANDS, FACTS, PLACES, TABLES, channel_weights, half_up, number, shown


def carried_out(row: dict[str, str]) -> bool:
    """Of a row of table 3: completed or unanswered, no re-check, excluded by no contest (nobody is in conflict)."""
    return row["outcome"] in ("completed", "unanswered") and not row["rechecks"] and row["contest"] != "excluded"


def decimals(values: list[str], places: int) -> str:
    """The mean of those that say anything, rounded half up; nothing where none does."""
    told = [int(value) for value in values if value]
    if not told:
        return ""
    units = half_up(Fraction(sum(told) * 10**places, len(told)))
    return f"{units // 10**places}.{units % 10**places:0{places}d}"


def test_a_segment_mark_is_the_audit_formula_over_the_tests_that_bear_a_value() -> None:
    weights = channel_weights()
    atlas = [row for row in TABLES[3] if row["company"] == "Atlas" and row["counted"] == "yes"]
    borne = {(name, PLACES[row["test"]][name]) for row in atlas for name in ("language", "city", "persona")}
    assert {(row["segment"], row["value"]) for row in TABLES[15]} == {pair for pair in borne if pair[1]}
    for row in TABLES[15]:
        own = [test for test in atlas if PLACES[test["test"]][row["segment"]] == row["value"]]
        assert row["tests"] == " ".join(test["test"] for test in own)
        marks = {name: [number(t["micropoints"]) for t in own if t["channel"] == name] for name in weights}
        means = {name: half_up(Fraction(sum(found), len(found))) for name, found in marks.items() if found}
        assert {name: row[name] and number(row[name]) for name in weights} == {n: means.get(n, "") for n in weights}
        total, whole = sum(weights[n] * mark for n, mark in means.items()), sum(weights[n] for n in means)
        mark = half_up(Fraction(total, whole))
        assert (number(row["micropoints"]), row["shown"]) == (mark, shown(mark))


def test_points_are_those_of_the_first_band_that_the_value_does_not_reach() -> None:
    emails = {row["test"]: row for row in TABLES[3] if row["channel"] == "email"}
    assert {row["test"] for row in TABLES[16]} == set(emails)
    for row in TABLES[16]:
        value = Fraction(row["hours"])
        points = next(points for below, points in BANDS if below is None or value < Fraction(below))
        assert number(row["points"]) == points and Fraction(number(row["thousandths"])) == value * 1000
        assert (emails[row["test"]]["1st"], emails[row["test"]]["company"]) == (row["points"], row["company"])


def test_percentiles_are_values_by_nearest_rank() -> None:
    for row in TABLES[17]:
        n = number(row["n"])
        assert (number(row["⌈n/2⌉"]), number(row["⌈9n/10⌉"])) == (ceil(Fraction(n, 2)), ceil(Fraction(9 * n, 10)))
    counted = {row["test"] for row in TABLES[3] if row["counted"] == "yes"}
    for row in TABLES[18]:
        own = (line for line in TABLES[16] if line["company"] == row["company"] and line["test"] in counted)
        values = sorted(number(line["thousandths"]) for line in own)
        at = {"median": ceil(Fraction(len(values), 2)), "p90": ceil(Fraction(9 * len(values), 10))}
        assert number(row["tests"]) == len(values)
        assert {name: number(row[name]) for name in at} == {name: values[place - 1] for name, place in at.items()}


def test_journeys_are_their_steps_that_were_carried_out() -> None:
    steps = defaultdict(list)
    for row in TABLES[3]:
        if carried_out(row) and (place := PLACES[row["test"]])["journey"]:
            steps[place["journey"]].append({**row, **place})
    assert [row["journey"] for row in TABLES[19]] == sorted(steps)
    for row in TABLES[19]:
        own = sorted(steps[row["journey"]], key=lambda step: int(step["step"]))
        assert len({step["step"] for step in own}) == len(own) and {step["company"] for step in own} == {row["company"]}
        personas = {step["persona"] for step in own} - {""}
        assert row["steps carried out"] == " ".join(step["test"] for step in own)
        assert (number(row["steps"]), number(row["channels"])) == (len(own), len({step["channel"] for step in own}))
        assert row["persona"] == (personas.pop() if len(personas) == 1 else "")
        for fact in FACTS:
            assert row[fact] == max(step[fact] for step in own)  # "" < "0" < "1"
        assert row["resolved"] == next((step["resolved"] for step in reversed(own) if step["resolved"]), "")
    again = [row for row in TABLES[3] if PLACES[row["test"]]["journey"] == "J1" and not carried_out(row)]
    assert [PLACES[row["test"]]["step"] for row in again] == ["1"], "T13 would have the first step twice"


def test_observed_effort_is_over_the_journeys_that_say_anything() -> None:
    for row in TABLES[20]:
        own = [journey for journey in TABLES[19] if journey["company"] == row["company"]]
        assert number(row["journeys"]) == len(own)
        assert row["steps_mean"] == decimals([journey["steps"] for journey in own], 2)
        for fact in (*FACTS, "resolved"):
            assert row[f"{fact}_share"] == decimals([journey[fact] for journey in own], 4)


def test_dates_say_month_and_year_once() -> None:
    for row in TABLES[22]:
        days = date.fromisoformat(row["first day"]), date.fromisoformat(row["last day"])
        assert (row["French"], row["English"]) == (period(*days, "fr"), period(*days, "en"))


def test_completion_is_of_the_tests_carried_out() -> None:
    for row in TABLES[23]:
        own = [
            test["test"]
            for test in TABLES[3]
            if (test["company"], test["channel"]) == (row["company"], row["channel"])
            and carried_out(test)
            and row["persona"] in ("all", PLACES[test["test"]]["persona"])
        ]
        assert (row["tests carried out"], number(row["number"])) == (" ".join(own), len(own))
        assert number(row["planned"]) == (2 if row["persona"] == "all" else 1)
        assert number(row["basis points"]) == 10_000 * len(own) // number(row["planned"])
