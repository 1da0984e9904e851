"""Whole recounts: an edition worked by hand, the same result from any order and format, and the command."""

import json
import pickle
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.recount import CannotRecount, recount
from orchestration.recount.__main__ import main
from tests.fixtures.tiny import Row, TinyEdition
from tests.unit.recount.recount_ground import (
    as_declared,
    count_again,
    measured,
    quarantined,
    raked,
    row,
    used,
    without_raking,
    write_results,
)

FORMS: list[dict[str, Any]] = [
    {"delimiter": ";", "bom": True},
    {"audits": "xlsx", "votes": "csv.gz"},
    {"audits": "parquet", "survey": "parquet", "votes": "parquet"},
    {"votes": "ndjson.gz"},
]


def by_hand(tiny: TinyEdition) -> TinyEdition:
    """Three companies in one category: two channels, two tests of each, two responses and a few votes a candidate."""
    book = without_raking(tiny).rulebook
    book["categories"] = [book["categories"][0]]
    book["channels"] = {
        "phone": {"weight": 6000, "planned_tests": 2, "grid": "phone", "unanswered": "zero"},
        "email": {"weight": 3000, "planned_tests": 2, "grid": "email", "unanswered": "exclude"},
    }
    label = {"fr": "x"}
    book["grids"] = {
        "phone": [
            {"id": "greeting", "family": "relation", "weight": 1, "max": 2, "label": label},
            {"id": "answer", "family": "answer", "weight": 2, "max": 4, "label": label},
        ],
        "email": [{"id": "delay", "family": "reachability", "weight": 1, "max": 3, "label": label}],
    }
    names = ("atlas", "bahia", "cedre")
    tiny.candidates = [
        {"candidate_id": n, "company_id": n, "company": n.capitalize(), "category_id": "hotels", "status": "entered"}
        | {"withdrawn_on": ""}
        for n in names
    ]
    head = {"scenario": "sale", "language": "fr", "shopper_id": "N01", "started_at": "2025-09-02T10:00"}

    def test(number: int, name: str, channel: str, outcome: str, **ratings: str) -> Row:
        ids = {"test_id": f"T{number:02d}", "candidate_id": name, "channel": channel}
        return {**ids, **head, "ended_at": "2025-09-02T10:05", "outcome": outcome, **ratings}

    tiny.audits = {
        "north/phone": [
            test(1, "atlas", "phone", "completed", greeting="2", answer="3"),
            test(2, "atlas", "phone", "completed", greeting="NA", answer="4"),
            test(3, "bahia", "phone", "completed", greeting="1", answer="4"),
            test(4, "bahia", "phone", "unanswered", greeting="", answer=""),
            test(5, "cedre", "phone", "completed", greeting="2", answer="4"),
            test(6, "cedre", "phone", "completed", greeting="0", answer="1"),
        ],
        "south/email": [
            test(7, "atlas", "email", "completed", delay="2"),
            test(8, "atlas", "email", "completed", delay="3"),
            test(9, "bahia", "email", "completed", delay="3"),
            test(10, "bahia", "email", "unanswered", delay=""),
            test(11, "cedre", "email", "completed", delay="1"),
            test(12, "cedre", "email", "completed", delay="2"),
        ],
    }
    answers = {"atlas": [("9", "8", "6"), ("7", "", "")], "bahia": [("8", "8", "7"), ("8", "8", "4")]}
    answers["cedre"] = [("5", "4", "4"), ("6", "6", "")]
    tiny.survey = [
        {"respondent_id": f"{n}{k}", "candidate_id": n, "answered_at": "2025-11-05T10:00"}
        | dict(zip(("satisfaction", "recommendation", "effort"), given, strict=True))
        for n in names
        for k, given in enumerate(answers[n])
    ]
    tiny.votes = [
        {"vote_id": f"V{n}{k}", "voter_key": f"key_{n}{k}", "category_id": "hotels", "candidate_id": n}
        | {"cast_at": f"2025-10-1{k}T10:00:00+01:00", "channel": "web", "ip_hash": f"address_{n}{k}"}
        for n, number in (("atlas", 2), ("bahia", 3), ("cedre", 1))
        for k in range(number)
    ]
    return tiny


def test_an_edition_worked_by_hand(tmp_path: Path, tiny: TinyEdition) -> None:
    found = count_again(by_hand(tiny), tmp_path)
    tests = {str(one["test_id"]): one["mark_micro"] for one in found.tables["fct_test_mark"]}
    assert tests == {
        "T01": 16_000_000,  # 20 · (1·2 + 2·3) / (1·2 + 2·4) = 20 · 8/10
        "T02": 20_000_000,  # 20 · 8/8: the greeting did not apply
        "T03": 18_000_000,  # 20 · 9/10
        "T04": 0,  # nobody answered the phone
        "T05": 20_000_000,
        "T06": 4_000_000,  # 20 · 2/10
        "T07": 13_333_333,  # 20 · 2/3
        "T08": 20_000_000,
        "T09": 20_000_000,
        "T10": None,  # an e-mail that nobody answered is left out
        "T11": 6_666_667,  # 20 · 1/3, half up
        "T12": 13_333_333,
    }
    channels = {(one["candidate_id"], one["channel"]): one["mark_micro"] for one in found.tables["fct_channel_mark"]}
    assert channels == {
        ("atlas", "phone"): 18_000_000,
        ("atlas", "email"): 16_666_667,  # 33 333 333 / 2 = 16 666 666.5
        ("bahia", "phone"): 9_000_000,
        ("bahia", "email"): 20_000_000,
        ("cedre", "phone"): 12_000_000,
        ("cedre", "email"): 10_000_000,
    }
    parts = {(one["candidate_id"], one["component"]): one["mark_micro"] for one in found.tables["fct_component_mark"]}
    assert parts == {
        ("atlas", "audit"): 17_555_556,  # (6·18 000 000 + 3·16 666 667) / 9 = 17 555 555.67
        ("bahia", "audit"): 12_666_667,
        ("cedre", "audit"): 11_333_333,
        # responses: 20·(0.5·0.9 + 0.2·0.8 + 0.3·5/6) = 17.2 and 20·0.7 = 14
        ("atlas", "survey"): 15_600_000,
        # 20·(0.4 + 0.16 + 0.3) = 17.2 and 20·(0.4 + 0.16 + 0.15) = 14.2
        ("bahia", "survey"): 15_700_000,
        # 20·(0.25 + 0.08 + 0.15) = 9.6 and 20·(0.5·0.6 + 0.2·0.6)/0.7 = 12
        ("cedre", "survey"): 10_800_000,
        ("atlas", "vote"): 13_333_333,
        ("bahia", "vote"): 20_000_000,
        ("cedre", "vote"): 6_666_667,
    }
    ranking = {str(one["candidate_id"]): one for one in found.tables["fct_ranking"]}
    assert [(n, ranking[n]["final_micro"], ranking[n]["rank"], ranking[n]["reason"]) for n in sorted(ranking)] == [
        ("atlas", 16_742_223, 1, None),  # 12 288 889.2 + 3 120 000 + 1 333 333.3 = 16 742 222.5
        ("bahia", 14_006_667, 2, None),  # 8 866 666.9 + 3 140 000 + 2 000 000
        ("cedre", 10_760_000, 3, "below_min_mark"),  # 7 933 333.1 + 2 160 000 + 666 666.7 = 10 759 999.8
    ]
    assert ranking["atlas"]["margin_micro"] == 2_735_556 and ranking["cedre"]["margin_micro"] is None
    # s² = 8 and 22.22…: √(36·8/2 + 9·22.22/2) = √244 = 15.620, times 1.96 / 9 = 3.40
    assert (ranking["atlas"]["audit_low"], ranking["atlas"]["audit_high"]) == ("14.15", "20.96")
    assert ranking["bahia"]["audit_low"] is None  # one counted e-mail
    assert found.tables["category_outcome"] == ({"edition": "2026", "category_id": "hotels", "outcome": "elected"},)
    assert [one["company"] for one in found.tables["laureates"]] == ["Atlas"]
    assert row(found, "laureates", candidate_id="atlas") == {
        "edition": "2026",
        "category_id": "hotels",
        "candidate_id": "atlas",
        "company": "Atlas",
        "final_micro": 16_742_223,
        "final": "16.74",
        "candidates_ranked": 3,
        "fieldwork_start": "2025-09-01",
        "fieldwork_end": "2025-10-31",
        "claim_fr": "Élu Service Client de l'Année Maroc 2026 – Catégorie Hôtels – Étude north et south pour Baromètre "
        "Service Client Maroc, du 1er septembre au 31 octobre 2025, 11 tests, 3 candidats.",
        "claim_en": "Customer Service of the Year 2026 – Category Hotels – Study by north and south for Baromètre "
        "Service Client Maroc, from 1 September to 31 October 2025, 11 tests, 3 candidates.",
        "claim_ar": "Élu Service Client de l'Année Maroc 2026 – فئة فنادق – دراسة north وsouth لفائدة Baromètre "
        "Service Client Maroc، من 1 شتنبر إلى 31 أكتوبر 2025، عدد الاختبارات: 11، عدد المرشحين: 3.",
    }


def test_every_mark_is_the_exact_fraction_rounded_where_the_contract_says(tmp_path: Path, tiny: TinyEdition) -> None:
    found = count_again(tiny, tmp_path)
    weights = {"audit": 7000, "survey": 2000, "vote": 1000}
    for one in found.tables["fct_ranking"]:
        parts = [part for part in found.tables["fct_component_mark"] if part["candidate_id"] == one["candidate_id"]]
        exact = Fraction(sum(weights[str(part["component"])] * int(part["mark_micro"] or 0) for part in parts), 10_000)
        assert isinstance(one["final_micro"], int)
        assert -Fraction(1, 2) < one["final_micro"] - exact <= Fraction(1, 2)
    assert not any(isinstance(cell, float) for rows in found.tables.values() for one in rows for cell in one.values())


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_format_of_the_deposits_changes_nothing(tmp_path: Path, tiny: TinyEdition, form: dict[str, Any]) -> None:
    base = count_again(tiny, tmp_path)
    again = count_again(tiny, tmp_path, **form)
    assert again.tables == base.tables
    assert sum(file.rows_read for file in again.files) == sum(file.rows_read for file in base.files)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_columns_and_files_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random
) -> None:
    tiny = TinyEdition()
    later = [{**one, "answered_at": "2025-11-29T09:00", "effort": "1"} for one in (tiny.survey or [])[:5]]
    tiny.survey = [*(tiny.survey or []), *later]
    tiny.votes = [*(tiny.votes or []), *({**one, "vote_id": f"W{n}"} for n, one in enumerate((tiny.votes or [])[:9]))]
    weights = raked(tiny)
    tiny.audits["north/twice"] = [dict(one) for one in tiny.audits["north/phone"][:2]]
    tiny.audits["south/versions"] = [{**tiny.audits["south/phone"][0], "scenario": "sale", "language": "en"}]
    folder = tmp_path_factory.mktemp("order")
    base = count_again(tiny, folder, weights)
    tables = [*tiny.audits.values(), tiny.candidates, tiny.survey, tiny.votes, tiny.targets or []]
    for rows in tables:
        chance.shuffle(rows)
        columns = list(rows[0])
        chance.shuffle(columns)
        rows[:] = [{name: one[name] for name in columns} for one in rows]
    numbers = chance.sample(range(100), len(tiny.audits))
    named = zip(numbers, tiny.audits.items(), strict=True)
    tiny.audits = {f"{name.split('/')[0]}/f{number:02d}": rows for number, (name, rows) in named}
    assert count_again(tiny, folder, weights).tables == base.tables


def test_withdrawn_candidates_have_no_marks_and_their_rows_are_accounted_for(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.withdraw("bahia-hotels")
    found = count_again(tiny, tmp_path)
    for table in ("fct_ranking", "fct_channel_mark", "fct_component_mark", "fct_criterion", "fct_effort"):
        assert "bahia-hotels" not in {one["candidate_id"] for one in found.tables[table]}, table
    assert row(found, "category_outcome", category_id="hotels")["outcome"] == "no_award_too_few_candidates"
    assert row(found, "dim_category", category_id="hotels")["candidates_entered"] == 2
    assert row(found, "dim_category", category_id="hotels")["candidates_ranked"] == 1
    assert used(found, "audits")["withdrawn"] == 8
    assert row(found, "fct_ranking", candidate_id="atlas-hotels")["reason"] == "too_few_candidates"


def test_accepted_rows_are_counted_or_excluded(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.withdraw("bahia-hotels")
    found = count_again(tiny, tmp_path)
    for file in found.files:
        if file.source != "candidates":
            outcomes = [rows for (_, name, _, _), rows in found.used.items() if name == file.file]
            assert sum(outcomes) == file.rows_accepted


def test_audits_alone_make_an_edition(tmp_path: Path, tiny: TinyEdition) -> None:
    found = count_again(tiny.audits_only(), tmp_path)
    assert {one["component"] for one in found.tables["fct_component_mark"]} == {"audit"}
    assert found.tables["fct_survey_weight"] == ()
    assert {one["responses"] for one in found.tables["fct_effort"]} == {0}
    assert {file.source for file in found.files} == {"candidates", "audits"}


def test_a_survey_alone_makes_an_edition(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.rulebook["components"] = {"audit": 0, "survey": 10000, "vote": 0}
    tiny.rulebook["tie_break"] = ["survey"]
    found = count_again(tiny, tmp_path)
    assert {one["component"] for one in found.tables["fct_component_mark"]} == {"survey"}
    assert all(
        found.tables[name] == () for name in ("fct_test_mark", "fct_criterion", "fct_channel_mark", "fct_journey")
    )
    assert {one["journeys"] for one in found.tables["fct_observed_effort"]} == {0}
    assert all(one["audit_low"] is None and one["final_micro"] for one in found.tables["fct_ranking"])


def test_a_channel_in_which_nothing_was_measured_has_tests_and_no_measures(tmp_path: Path, tiny: TinyEdition) -> None:
    base = count_again(measured(tiny.audits_only()), tmp_path)
    for test in tiny.tests():
        if "delay" in test:
            test["delay"] = "NA"
    found = count_again(tiny, tmp_path)
    assert base.tables["fct_measure"] and found.tables["fct_measure"] == ()
    assert len(found.tables["fct_test_mark"]) == len(base.tables["fct_test_mark"])


def test_files_of_a_component_that_is_not_in_use_are_not_read(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.audits_only()
    tiny.extra = {"votes/v.csv": b"\xff\xff", "survey/r.csv": b"", "survey/targets.csv": b"?"}
    tiny.corrections = [{"id": "c1", "file": "votes/v.csv", "key": "V1", "column": "x", "expect": "", "value": "y"}]
    assert {file.source for file in count_again(tiny, tmp_path).files} == {"candidates", "audits"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"candidate_id": "a b"}, "malformed_value"),
        ({"company": "=HYPERLINK()"}, "malformed_value"),
        ({"company": ""}, "malformed_value"),
        ({"company": "x" * 201}, "malformed_value"),
        ({"company": "a\tb"}, "malformed_value"),
        ({"company_id": "é"}, "malformed_value"),
        ({"category_id": "bakeries"}, "unknown_category"),
        ({"status": "maybe"}, "malformed_value"),
        ({"withdrawn_on": "2025-10-01"}, "malformed_value"),
        ({"status": "withdrawn", "withdrawn_on": "soon"}, "malformed_value"),
    ],
)
def test_a_candidate_that_cannot_be_read_is_set_aside(
    tmp_path: Path, tiny: TinyEdition, cells: Row, reason: str
) -> None:
    tiny.audits_only().candidates[0].update(cells)
    found = count_again(tiny, tmp_path)
    assert quarantined(found, "candidates") == {reason: 1}
    assert set(quarantined(found, "audits")) == {"unknown_candidate"}


def test_a_withdrawal_needs_no_date_and_a_candidate_stands_once(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.audits_only().candidates[0].update(status="withdrawn")
    assert quarantined(count_again(tiny, tmp_path), "candidates") == {}
    tiny.candidates.append({**tiny.candidates[0], "status": "entered"})
    assert quarantined(count_again(tiny, tmp_path), "candidates") == {"conflicting_rows": 2}


def correction(**cells: Any) -> dict[str, Any]:
    base = {"id": "c1", "file": "audits/north/phone.csv", "key": "T001", "column": "greeting", "expect": "4"}
    return {**base, "value": "3", "reason": "heard again", "by": "N. Clerk", "on": "2025-12-01", **cells}


def test_a_correction_changes_one_cell_as_if_it_had_been_deposited_so(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.audits_only().test("T001")["greeting"] = "4"
    edited = tiny.copy()
    edited.test("T001")["greeting"] = "3"
    expected = count_again(edited, tmp_path).tables
    tiny.corrections = [correction()]
    assert count_again(tiny, tmp_path).tables == expected
    tiny.corrections = [correction(value=2), correction(id="c2", expect=2, value=3)]
    assert count_again(tiny, tmp_path).tables == expected
    tiny.corrections = [correction(file="audits/north/phone.xlsx", key={"test_id": "T001"})]
    assert count_again(tiny, tmp_path, audits="xlsx").tables == expected


@pytest.mark.parametrize("form", ["csv", "ndjson.gz", "parquet"])
def test_votes_candidates_responses_and_targets_are_corrected_alike(
    tmp_path: Path, tiny: TinyEdition, form: str
) -> None:
    weights = raked(tiny)
    expected = count_again(tiny, tmp_path).tables
    files = {
        f"votes/votes.{form}": ("V005", "channel", tiny.votes or []),
        "candidates.csv": ("bahia-hotels", "company", tiny.candidates),
        "survey/responses.csv": ("R007", "effort", tiny.survey or []),
        "survey/targets.csv": ({"variable": "region", "value": "south"}, "share", tiny.targets or []),
    }
    for file, (key, column, rows) in files.items():
        wanted = key if isinstance(key, dict) else {next(iter(rows[0])): key}
        found = next(one for one in rows if wanted.items() <= one.items())
        tiny.corrections.append(correction(id=file, file=file, key=key, column=column, expect="9", value=found[column]))
        found[column] = "9"
    assert count_again(tiny, tmp_path, weights, votes=form).tables == expected


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        ({"key": "T999"}, "meets 0 rows"),
        ({"key": {"candidate_id": "atlas-hotels"}}, "meets 3 rows"),
        ({"expect": "9"}, "expected value"),
        ({"column": "no_such"}, "expected value"),
        ({"file": "audits/north/other.csv"}, "meets 0 rows"),
        ({"file": "candidates.csv", "key": "bahia-hotels", "column": "company"}, "expected value"),
        ({"file": "survey/responses.csv", "key": "R007", "column": "no_such"}, "expected value"),
        ({"file": "votes/votes.csv", "key": "V999", "column": "channel"}, "meets 0 rows"),
        ({"file": "votes/votes.csv", "key": "V001", "column": "channel"}, "expected value"),
        ({"file": "votes/votes.csv", "key": "V001", "column": "no_such"}, "meets 0 rows"),
        ({"file": "votes/votes.csv", "key": {"category_id": "hotels"}, "column": "channel"}, "meets 20 rows"),
        ({"file": "survey/targets.csv", "key": "gender"}, "no single key"),
        ({"key": None}, "key is missing"),
        ({"key": ["T001"]}, "key is missing"),
        ({"id": None}, "id is missing"),
        ({"value": ["x"]}, "single values"),
    ],
)
def test_a_correction_that_does_not_fit_stops_everything(
    tmp_path: Path, tiny: TinyEdition, cells: dict[str, Any], named: str
) -> None:
    tiny.corrections = [correction(**cells)]
    with pytest.raises(CannotRecount, match=named):
        count_again(tiny, tmp_path)


def test_corrections_are_a_list_of_maps_with_ids_of_their_own(tmp_path: Path, tiny: TinyEdition) -> None:
    for data, named in ((b"a: b\n", "list"), (b"- x\n", "map")):
        tiny.extra = {"corrections.yml": data}
        with pytest.raises(CannotRecount, match=named):
            count_again(tiny, tmp_path)
    tiny.extra = {}
    tiny.corrections = [correction(), correction()]
    with pytest.raises(CannotRecount, match="stand twice"):
        count_again(tiny, tmp_path)


def test_an_edition_without_rulebook_or_candidates_cannot_be_recounted(tmp_path: Path, tiny: TinyEdition) -> None:
    for missing in ("rulebook.yml", "candidates.csv"):
        tiny.extra = {missing: None}
        with pytest.raises(CannotRecount, match=missing):
            count_again(tiny, tmp_path)


def test_a_replaced_deposit_is_read_no_more(tmp_path: Path, tiny: TinyEdition) -> None:
    base = count_again(tiny.audits_only(), tmp_path)
    folder = tiny.write(tmp_path / "replaced")
    log = folder / "deposits.jsonl"
    new = (folder / "audits/north/phone.csv").read_text().replace(",4,", ",0,")
    (folder / "audits/north/phone_2.csv").write_text(new)
    old = next(entry for line in log.read_text().splitlines() if "north/phone" in (entry := json.loads(line))["path"])
    entry = {"path": "audits/north/phone_2.csv", "sha256": "new", "replaces": old["sha256"]}
    log.write_text(log.read_text() + json.dumps(entry) + "\n")
    (folder / "audits/north/phone.csv").unlink()
    assert recount(folder).tables != base.tables


def test_the_command_prints_the_recount_and_compares(tmp_path: Path, tiny: TinyEdition, capsys: Any) -> None:
    folder = tiny.write(tmp_path)
    found = recount(folder, raked(tiny))
    results = write_results(as_declared(found), tmp_path / "results")
    arguments = [str(folder), "--weights", str(results / "fct_survey_weight.csv"), "--results", str(results)]
    assert main(arguments) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["differences"] == [] and printed["edition"] == "2026"
    assert printed["tables"]["fct_ranking"] == [dict(one) for one in found.tables["fct_ranking"]]
    assert {one["within"] for one in printed["residuals"]} == {True}
    place = results / "fct_ranking.csv"
    place.write_text(place.read_text().replace(",1,true,", ",2,true,"))
    assert main(arguments) == 1
    assert {one["column"] for one in json.loads(capsys.readouterr().out)["differences"]} == {"rank"}
    assert main(arguments[:3]) == 0
    assert "differences" not in json.loads(capsys.readouterr().out)
    assert main([str(folder)]) == 2
    assert "fct_survey_weight" in capsys.readouterr().err
    assert main([str(tmp_path / "nowhere")]) == 2


def test_why_it_cannot_be_made_crosses_a_process_whole() -> None:
    told = pickle.loads(pickle.dumps(CannotRecount(["one", "two"])))
    assert told.problems == ("one", "two") and str(told) == "one\ntwo"


def test_the_command_runs_as_a_module(tmp_path: Path, tiny: TinyEdition) -> None:
    folder = tiny.audits_only().write(tmp_path)
    command = [sys.executable, "-m", "orchestration.recount", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)["tables"]["fct_ranking"]) == 4
