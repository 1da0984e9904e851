"""The published tables: every column of SPEC 8 in its order, and what stands in the plain ones."""

from hashlib import sha256
from pathlib import Path

import pytest

from orchestration.recount import Recount
from orchestration.recount.comparison import KEYS, VOUCHED_ELSEWHERE
from tests.fixtures.tiny import TinyEdition
from tests.unit.recount.recount_ground import count_again, full, row

# Written from SPEC 8 by hand; `edition` leads each of them.
LISTED = {
    "dim_edition": "release title organiser fieldwork_start fieldwork_end min_mark rulebook_sha256 results_sha256 "
    "signed_by signed_at published_at",
    "dim_category": "category_id label_fr label_en label_ar sector candidates_entered candidates_ranked",
    "dim_candidate": "candidate_id company_id company category_id status",
    "fct_test_mark": "test_id candidate_id field_firm channel scenario language city site persona operator journey_id "
    "step started_at outcome counted exclusion_reason mark_micro mark",
    "fct_criterion": "candidate_id channel criterion_id family ratings rating_sum rating_max_sum",
    "fct_channel_mark": "candidate_id channel planned_tests counted_tests weight mark_micro mark",
    "fct_component_mark": "candidate_id component weight observations mark_micro mark",
    "fct_survey_weight": "respondent_id weight_micro",
    "fct_effort": "candidate_id responses contacts_mean repeated_share redirected_share travelled_share "
    "contradicted_share resolved_share ces nps csat",
    "fct_segment_mark": "candidate_id segment value tests mark_micro mark",
    "fct_measure": "candidate_id channel criterion_id unit tests median p90",
    "fct_journey": "journey_id candidate_id persona steps channels started_at ended_at repeated redirected travelled "
    "contradicted resolved",
    "fct_observed_effort": "candidate_id journeys steps_mean repeated_share redirected_share travelled_share "
    "contradicted_share resolved_share",
    "fct_contest": "contest_id candidate_id test_id opened_on ground decision decided_on",
    "fct_ranking": "candidate_id category_id final_micro final rank eligible reason audit_low audit_high margin_micro",
    "laureates": "category_id candidate_id company final_micro final candidates_ranked fieldwork_start fieldwork_end "
    "claim_fr claim_en claim_ar",
    "category_outcome": "category_id outcome",
    "quality_check": "release check_id gate severity outcome expected observed accepted_by reason",
}
COLUMNS = {table: f"edition {columns}".split() for table, columns in LISTED.items()}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Recount:
    return count_again(full(TinyEdition()), tmp_path_factory.mktemp("tables"))


def test_every_table_of_the_contract_is_made_or_vouched_for_by_name() -> None:
    assert set(KEYS) | {"quality_check"} == set(COLUMNS)


@pytest.mark.parametrize("table", KEYS)
def test_a_table_has_the_columns_of_the_contract_in_their_order(found: Recount, table: str) -> None:
    made = [column for column in COLUMNS[table] if f"{table}.{column}" not in VOUCHED_ELSEWHERE or "weight" in column]
    assert found.tables[table]
    assert {tuple(one) for one in found.tables[table]} == {tuple(made)}


@pytest.mark.parametrize("table", KEYS)
def test_rows_stand_in_the_bytewise_order_of_their_key(found: Recount, table: str) -> None:
    keys = [[str(one[column]).encode() for column in KEYS[table]] for one in found.tables[table]]
    assert keys == sorted(keys)


def test_the_edition_is_told_as_far_as_the_deposits_tell_it(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.rulebook["eligibility"]["min_mark"] = "12.345"
    assert row(count_again(tiny, tmp_path), "dim_edition") == {
        "edition": "2026",
        "title": "Élu Service Client de l'Année Maroc 2026",
        "organiser": "Baromètre Service Client Maroc",
        "fieldwork_start": "2025-09-01",
        "fieldwork_end": "2025-10-31",
        "min_mark": "12.35",
        "rulebook_sha256": sha256(tiny.render()["rulebook.yml"]).hexdigest(),
    }


def test_a_category_is_counted_with_and_without_its_withdrawn_candidates(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.withdraw("bahia-hotels")
    tiny.rulebook["categories"].append({"id": "cinemas", "sector": "public", "label": {"fr": "Cinémas"}})
    found = count_again(tiny, tmp_path)
    assert row(found, "dim_category", category_id="hotels") == {
        "edition": "2026",
        "category_id": "hotels",
        "label_fr": "Hôtels",
        "label_en": "Hotels",
        "label_ar": "فنادق",
        "sector": "private",
        "candidates_entered": 2,
        "candidates_ranked": 1,
    }
    empty = row(found, "dim_category", category_id="cinemas")
    assert (empty["label_en"], empty["label_ar"]) == ("Cinémas", "Cinémas")
    assert (empty["candidates_entered"], empty["candidates_ranked"]) == (0, 0)


def test_a_test_shows_where_it_was_made_and_what_was_left_empty_is_null(found: Recount) -> None:
    told = row(found, "fct_test_mark", test_id="T001")
    assert [told[column] for column in ("city", "site", "persona", "operator", "journey_id", "step")] == [
        *("Rabat", "Agdal", "visitor", "Atlas, direct", "J1", 1),
    ]
    assert (told["field_firm"], told["started_at"]) == ("north", "2025-09-01T08:00:00Z")
    told = row(found, "fct_test_mark", test_id="T002")
    assert {told[column] for column in ("city", "site", "persona", "operator", "journey_id", "step")} == {None}


def test_an_instant_is_cut_to_the_second(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.test("T001")["started_at"] = "2025-09-01T07:59:59.999999"
    told = row(count_again(tiny, tmp_path), "fct_test_mark", test_id="T001")
    assert told["started_at"] == "2025-09-01T06:59:59Z"


def test_a_table_of_many_rows_is_told_row_by_row(tmp_path: Path, tiny: TinyEdition) -> None:
    rows = count_again(full(tiny), tmp_path).tables["fct_test_mark"]
    told = tuple(rows)
    assert rows == told == rows[:] and rows != told[1:] and rows != 5
    assert rows[3] == told[3] and rows[-1] == told[-1] and rows[1:3] == told[1:3]
