"""What is shown beside the marks, and what a contest changes: one little edition, worked by hand."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.dbt import worlds
from tests.dbt.conftest import Score
from tests.dbt.warehouse import rows


def edition() -> worlds.World:
    """Two banks on phone (weight 3, with a measured wait) and visit (weight 1); one test was contested and excluded."""
    world = worlds.rulebook(min_mark_micro=0)
    worlds.add_category(world, "bank", ["bank-atlas", "bank-bahia", "bank-cedre"], "Banque de détail")
    worlds.withdraw(world, "bank-cedre")
    worlds.add_channel(world, "phone", 3, {"tone": (1, 4), "wait": (1, 3)}, units={"wait": "second"})
    worlds.add_channel(world, "visit", 1, {"tone": (1, 4)}, unanswered="exclude")
    atlas, bahia, cedre = "bank-atlas", "bank-bahia", "bank-cedre"
    # T00000: 7/7, 20
    first: dict[str, Any] = {"journey_id": "J1", "step": 1, "persona": "visitor", "repeated": 0, "resolved": 0}
    worlds.add_test(world, atlas, "phone", {"tone": 4, "wait": 3}, measures={"wait": 12_500}, language="es", **first)
    # T00001: 4/7, 11.428571
    second: dict[str, Any] = {
        "journey_id": "J1",
        "step": 3,
        "persona": "visitor",
        "repeated": 1,
        "travelled": 1,
        "resolved": 1,
    }
    worlds.add_test(world, atlas, "phone", {"tone": 3, "wait": 1}, measures={"wait": 60_000}, city="Rabat", **second)
    # T00002: 15
    last: dict[str, Any] = {"journey_id": "J1", "step": 20, "travelled": 0}
    worlds.add_test(world, atlas, "visit", {"tone": 3}, city="Rabat", site="Agdal", **last)
    # T00003: contested and excluded; 20 if it counted
    worlds.add_test(world, atlas, "phone", {"tone": 4}, measures={"wait": 1}, city="Rabat", journey_id="J1", step=1)
    # T00004: contested in vain, 10
    worlds.add_test(world, bahia, "phone", {"tone": 2}, operator="partner", journey_id="J2", step=1)
    # T00005: 20
    worlds.add_test(world, bahia, "visit", {"tone": 4}, field_firm="zone")
    # T00006: left out by the channel, carried out all the same: the journey has two steps
    worlds.add_test(world, bahia, "visit", {}, outcome="unanswered", journey_id="J2", step=2)
    # T00007: of a withdrawn candidate
    worlds.add_test(world, cedre, "phone", {"tone": 2}, city="Fès", journey_id="J3", step=1, resolved=1)
    # T00008: an aborted test that was contested: the contest comes first
    worlds.add_test(world, bahia, "phone", {}, outcome="aborted")
    worlds.add_contest(world, "T00003", "excluded", ground="service_down")
    worlds.add_contest(world, "T00004", "rejected")
    worlds.add_contest(world, "T00008", "excluded")
    worlds.add_contest(world, "T00001")
    world["rulebook.field_firm"] = [{"folder": "zone", "name": "Zahwane Études"}]
    return world


@pytest.fixture
def scored(score: Score) -> duckdb.DuckDBPyConnection:
    """The edition's marks."""
    return score(edition())


def test_a_test_excluded_by_contest_shows_its_mark_and_enters_none(scored: duckdb.DuckDBPyConnection) -> None:
    """Without it Atlas has (20 + 11.428571) / 2 = 15.7142855 on the phone; an open contest excludes nothing."""
    left_out = rows(scored, "SELECT test_id, exclusion_reason, mark_micro FROM marts.fct_test_mark WHERE NOT counted")
    assert {row["test_id"]: (row["exclusion_reason"], row["mark_micro"]) for row in left_out} == {
        "T00003": ("contested", 20_000_000),
        "T00006": ("unanswered", None),
        "T00007": ("withdrawn", 10_000_000),
        "T00008": ("contested", None),
    }
    channels = rows(scored, "SELECT * FROM marts.fct_channel_mark ORDER BY candidate_id, channel")
    assert [(row["counted_tests"], row["mark_micro"]) for row in channels] == [
        (2, 15_714_286),
        (1, 15_000_000),
        (1, 10_000_000),
        (1, 20_000_000),
    ]


def test_every_standing_contest_is_listed(scored: duckdb.DuckDBPyConnection) -> None:
    """An open one has neither decision nor day."""
    found = rows(scored, "SELECT * FROM marts.fct_contest ORDER BY contest_id")
    decided = date(2025, 11, 20)
    assert [(row["test_id"], row["candidate_id"], row["decision"], row["decided_on"]) for row in found] == [
        ("T00003", "bank-atlas", "excluded", decided),
        ("T00004", "bank-bahia", "rejected", decided),
        ("T00008", "bank-bahia", "excluded", decided),
        ("T00001", "bank-atlas", None, None),
    ]
    assert {(row["opened_on"], row["ground"]) for row in found} == {
        (date(2025, 11, 17), "service_down"),
        (date(2025, 11, 17), "other"),
    }


def test_a_segment_mark_leaves_out_the_channels_without_its_tests(scored: duckdb.DuckDBPyConnection) -> None:
    """Atlas in Rabat: (3 · 11.428571 + 1 · 15) / 4 = 12.32142825; its visitor called only: 15.7142855 goes up."""
    found = rows(scored, "SELECT * FROM marts.fct_segment_mark WHERE segment NOT IN ('scenario', 'site')")
    marks = {(row["candidate_id"], row["segment"], row["value"]): (row["tests"], row["mark_micro"]) for row in found}
    assert marks == {
        ("bank-atlas", "language", "es"): (1, 20_000_000),
        ("bank-atlas", "language", "fr"): (2, 12_321_428),
        ("bank-atlas", "city", "Rabat"): (2, 12_321_428),
        ("bank-atlas", "persona", "visitor"): (2, 15_714_286),
        ("bank-bahia", "language", "fr"): (2, 12_500_000),
        ("bank-bahia", "operator", "partner"): (1, 10_000_000),
    }
    assert {row["mark"] for row in found} >= {Decimal("12.32"), Decimal("15.71")}


def test_measures_are_those_of_counted_tests(scored: duckdb.DuckDBPyConnection) -> None:
    """12.5 and 60 seconds: the lower is the median of two, the higher the 90th percentile."""
    (measure,) = rows(scored, "SELECT * FROM marts.fct_measure")
    assert measure == {
        "edition": "2031",
        "candidate_id": "bank-atlas",
        "channel": "phone",
        "criterion_id": "wait",
        "unit": "second",
        "tests": 2,
        "median": 12_500,
        "p90": 60_000,
    }


def test_a_journey_is_its_tests_that_were_carried_out(scored: duckdb.DuckDBPyConnection) -> None:
    """The excluded test of J1 would have its first step twice; J3 is of a withdrawn candidate, and a journey."""
    found = {row["journey_id"]: row for row in rows(scored, "SELECT * FROM marts.fct_journey")}
    assert found.keys() == {"J1", "J2", "J3"}
    assert found["J1"] == {
        "edition": "2031",
        "journey_id": "J1",
        "candidate_id": "bank-atlas",
        "persona": "visitor",
        "steps": 3,
        "channels": 2,
        "started_at": datetime(2025, 9, 1, 10, 0),
        "ended_at": datetime(2025, 9, 1, 10, 7),
        "repeated": 1,
        "redirected": None,
        "travelled": 1,
        "contradicted": None,
        "resolved": 1,
    }
    assert (found["J2"]["steps"], found["J2"]["ended_at"]) == (2, datetime(2025, 9, 1, 10, 9))


def test_observed_effort_has_every_candidate_in_the_running(scored: duckdb.DuckDBPyConnection) -> None:
    """One journey of three steps, one of two of which nobody was asked anything."""
    found = rows(scored, "SELECT * FROM marts.fct_observed_effort ORDER BY candidate_id")
    assert [(row["candidate_id"], row["journeys"], row["steps_mean"], row["resolved_share"]) for row in found] == [
        ("bank-atlas", 1, Decimal("3.00"), Decimal("1.0000")),
        ("bank-bahia", 1, Decimal("2.00"), None),
    ]


def test_no_data_test_finds_anything(scored: duckdb.DuckDBPyConnection, compiled) -> None:  # type: ignore[no-untyped-def]
    """A clean edition is clean."""
    assert compiled.failures(scored) == []


CLAIMS = {
    "claim_fr": (
        "Élu Service Client de l'Année Maroc 2026, ex æquo – Catégorie Banque de détail – Étude Tissouk Mesure et "
        "Zahwane Études pour Baromètre Service Client Maroc, du 25 août au 14 novembre 2025, 577 tests, 3 candidats."
    ),
    "claim_en": (
        "Moroccan Customer Service Award 2026, joint winner – Category Retail banking – Study by Tissouk Mesure "
        "and Zahwane Études for Baromètre Service Client Maroc, from 25 August to 14 November 2025, 577 tests, "
        "3 candidates."
    ),
    "claim_ar": (
        "انتُخب خدمة العملاء للسنة المغرب 2026، مناصفة – فئة الأبناك – دراسة Tissouk Mesure وZahwane Études لفائدة "
        "Baromètre Service Client Maroc، من 25 غشت إلى 14 نونبر 2025، عدد الاختبارات: 577، عدد المرشحين: 3."
    ),
}


def test_claims_are_those_of_the_contract_byte_for_byte(score: Score) -> None:
    """577 tests of three banks, two of which share the title, by two firms, one of them under two folders."""
    world = worlds.rulebook(min_mark_micro=0)
    world["rulebook.edition"][0] |= {
        "title_fr": "Élu Service Client de l'Année Maroc 2026",
        "title_en": "Moroccan Customer Service Award 2026",
        "title_ar": "انتُخب خدمة العملاء للسنة المغرب 2026",
        "organiser": "Baromètre Service Client Maroc",
    }
    worlds.add_category(world, "bank", ["bank-a", "bank-b", "bank-c"], "Banque de détail")
    world["rulebook.category"][0] |= {"label_en": "Retail banking", "label_ar": "الأبناك"}
    worlds.add_channel(world, "phone", 1, {"tone": (1, 4)})
    folders = ("tissouk-mesure", "zahwane-etudes", "zahwane-etudes-2")
    for number in range(577):
        candidate = "bank-" + "abc"[number % 3]
        rating = {"tone": 1 if candidate == "bank-c" else 4}
        worlds.add_test(world, candidate, "phone", rating, field_firm=folders[number % 2 + (number > 400)])
    worlds.add_test(world, "bank-a", "phone", {"tone": 0}, field_firm="not-counted", rechecks="T00000")
    world["rulebook.field_firm"] = [
        {"folder": folder, "name": "Tissouk Mesure" if folder == folders[0] else "Zahwane Études"} for folder in folders
    ]
    with score(world) as con:
        found = rows(con, "SELECT * FROM marts.laureates ORDER BY candidate_id")
    assert [row["candidate_id"] for row in found] == ["bank-a", "bank-b"]
    for row in found:
        assert {name: row[name] for name in CLAIMS} == CLAIMS
