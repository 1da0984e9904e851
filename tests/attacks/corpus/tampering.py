"""Tampering between two steps with the working warehouse: rows that were read, rules, marks, dbt's account.

Belongs here: what somebody with a database tool can do to `work/<edition>.duckdb` and to what lies beside it. Each
attack strikes between two steps of a clean edition. Evidence, dossier and releases are attacked in `records.py`.
"""

import json
from typing import Any

from expectations.own import dbt_checks
from orchestration.assurance.gathering import model_names
from orchestration.errors import PalmaresError
from tests.attacks.attack import JUDGED, Expect, Family, blocked, refused, unjudged
from tests.attacks.bench import Bench
from tests.attacks.corpus.making import PHONE, correction, spare_test, spare_vote
from tests.fixtures.tiny import TinyEdition, encode

FAMILY = Family("tampering")


def sql(*statements: str) -> Any:
    """An attack that runs statements on the working warehouse."""
    return lambda bench: bench.sql(*statements)


def after_reading(name: str, expect: Expect, *statements: str) -> None:
    """Strike between intake and the marks: the marks are made from what was changed."""
    FAMILY.add(name, sql(*statements), expect, at="read", then=JUDGED[1:])


def after_marks(name: str, expect: Expect, *statements: str) -> None:
    """Strike between the marks and dbt's tests of them."""
    FAMILY.add(name, sql(*statements), expect, at="build", then=JUDGED[2:])


def after_tests(name: str, expect: Expect, *statements: str) -> None:
    """Strike when dbt has tested the marks and nobody has judged them yet."""
    FAMILY.add(name, sql(*statements), expect, at="test", then=JUDGED[3:])


# ---- rows that were read -----------------------------------------------------------------------------------------
COPY_TEST = (
    "INSERT INTO intake.test SELECT * REPLACE ('X900' AS test_id, 99 AS line) FROM intake.test WHERE test_id = 'T001'"
)
COPY_RATING = "INSERT INTO intake.rating SELECT 'X900', criterion_id, 0 FROM intake.rating WHERE test_id = 'T001'"
COPY_VOTE = "INSERT INTO intake.vote SELECT * REPLACE ('X900' AS vote_id, 'k' AS voter_key, 99 AS line) FROM intake.vote WHERE vote_id = 'V001'"
COPY_RESPONSE = (
    "INSERT INTO intake.response SELECT * REPLACE ('R002' AS respondent_id, 99 AS line, TIMESTAMP '2025-11-28 10:00:00' AS answered_at,"
    " 10 AS satisfaction) FROM intake.response WHERE respondent_id = 'R001'"
)
after_reading(
    "test-added",
    blocked(
        "intake.evidence_unique",
        "intake.rows_conserved",
        "intake.shopper_share",
        "intake.tests_apart",
        "scoring.recount_agrees",
        "scoring.recount_complete",
        "scoring.rows_accounted",
        names=(
            "audits/north/phone.csv",
            "atlas-hotels N01 2 / 7",
            "fct_channel_mark atlas-hotels/phone counted_tests",
        ),
    ),
    COPY_TEST,
    COPY_RATING,
)
after_reading(
    "test-removed",
    blocked(
        "intake.completion_reached",
        "intake.recheck_share",
        "intake.rechecks_resolved",
        "intake.rows_conserved",
        "scoring.recount_agrees",
        "scoring.recount_complete",
        "scoring.rows_accounted",
        names=(
            "atlas-hotels phone 3 / 4",
            "north 1 / 11",
            "T025",
        ),
    ),
    "DELETE FROM intake.test WHERE test_id = 'T001'",
    "DELETE FROM intake.rating WHERE test_id = 'T001'",
)
after_reading(
    "test-doubled",
    refused(
        "scoring",
        exit=2,
        names=("marts.fct_test_mark has two rows of one key edition, test_id",),
        checks=frozenset(
            {
                "intake.evidence_unique",
                "intake.rows_conserved",
                "intake.shopper_share",
                "intake.test_keys_unique",
                "intake.tests_apart",
            }
        ),
    ),
    "INSERT INTO intake.test SELECT * FROM intake.test WHERE test_id = 'T001'",
)
after_reading(
    "test-of-another-candidate",
    blocked(
        "intake.completion_reached",
        "intake.rechecks_resolved",
        "scoring.recount_agrees",
        names=(
            "atlas-hotels phone 3 / 4",
            "T025",
            "fct_channel_mark atlas-hotels/phone counted_tests",
        ),
    ),
    "UPDATE intake.test SET candidate_id = 'bahia-hotels' WHERE test_id = 'T001'",
)
after_reading(
    "test-declared-a-recheck",
    blocked(
        "intake.completion_reached",
        "intake.rechecks_resolved",
        "scoring.recount_agrees",
        names=(
            "atlas-hotels phone 3 / 4",
            "T025",
            "fct_channel_mark atlas-hotels/phone counted_tests",
        ),
    ),
    "UPDATE intake.test SET rechecks = 'T005' WHERE test_id = 'T001'",
)
after_reading(
    "test-declared-aborted",
    blocked(
        "intake.completion_reached",
        "intake.outcomes_rated",
        "intake.recheck_share",
        "scoring.recount_agrees",
        names=(
            "atlas-hotels phone 3 / 4",
            "north 1 / 11",
            "fct_channel_mark atlas-hotels/phone counted_tests",
        ),
    ),
    "UPDATE intake.test SET outcome = 'aborted' WHERE test_id = 'T001'",
)
after_reading(
    "test-moved-out-of-fieldwork",
    blocked(
        "intake.durations_plausible",
        "intake.tests_valid",
        "scoring.recount_agrees",
        names=(
            "T001",
            "fct_test_mark T001 started_at",
        ),
    ),
    "UPDATE intake.test SET started_at = TIMESTAMP '2025-08-01 10:00:00' WHERE test_id = 'T001'",
)
after_reading(
    "rating-edited",
    blocked("scoring.recount_agrees", names=("fct_channel_mark atlas-hotels/phone mark",)),
    "UPDATE intake.rating SET rating = 0 WHERE test_id = 'T001' AND criterion_id = 'greeting'",
)
after_reading(
    "rating-above-the-maximum",
    blocked(
        "intake.ratings_valid",
        "scoring.recount_agrees",
        names=(
            "T001 greeting",
            "fct_channel_mark atlas-hotels/phone mark",
        ),
    ),
    "UPDATE intake.rating SET rating = 5 WHERE test_id = 'T001' AND criterion_id = 'greeting'",
)
after_reading(
    "rating-of-no-test",
    blocked(
        "intake.ratings_valid",
        "scoring.channels_follow",
        "scoring.marks_complete",
        "scoring.recount_agrees",
        "scoring.references_resolved",
        names=(
            "T001",
            "atlas-hotels phone",
            "fct_channel_mark atlas-hotels/phone mark",
        ),
    ),
    "UPDATE intake.rating SET test_id = 'T999' WHERE test_id = 'T001'",
)
after_reading(
    "response-added",
    blocked(
        "intake.rows_conserved",
        "scoring.recount_agrees",
        "scoring.rows_accounted",
        names=(
            "survey/responses.csv",
            "fct_component_mark atlas-hotels/survey mark",
        ),
    ),
    COPY_RESPONSE,
)
after_reading(
    "response-edited",
    blocked("scoring.recount_agrees", names=("fct_component_mark bahia-hotels/survey mark",)),
    "UPDATE intake.response SET satisfaction = 10 WHERE respondent_id = 'R009'",
)
after_reading(
    "response-beyond-its-scale",
    blocked(
        "intake.responses_valid",
        "scoring.recount_agrees",
        names=(
            "survey/responses.csv:10",
            "fct_component_mark bahia-hotels/survey mark",
        ),
    ),
    "UPDATE intake.response SET satisfaction = 11 WHERE respondent_id = 'R009'",
)
after_reading(
    "vote-added",
    blocked(
        "intake.rows_conserved",
        "scoring.recount_agrees",
        "scoring.rows_accounted",
        names=(
            "votes/votes.csv",
            "fct_component_mark atlas-banks/vote observations",
        ),
    ),
    COPY_VOTE,
)
after_reading(
    "vote-moved-to-another-candidate",
    blocked("scoring.recount_agrees", names=("fct_component_mark atlas-hotels/vote observations",)),
    "UPDATE intake.vote SET candidate_id = 'atlas-hotels' WHERE candidate_id = 'bahia-hotels' AND vote_id < 'V020'",
)
after_reading(
    "vote-moved-after-the-close",
    blocked("intake.votes_valid", names=("V001",)),
    "UPDATE intake.vote SET cast_at = TIMESTAMP '2025-12-24 20:00:00' WHERE vote_id = 'V001'",
)
after_reading(
    "candidate-withdrawn",
    blocked(
        "intake.votes_enough",
        "scoring.recount_agrees",
        "scoring.recount_complete",
        "scoring.votes_enough",
        names=(
            "banks 12",
            "category_outcome banks outcome",
            "fct_channel_mark 8 / 6",
        ),
    ),
    "UPDATE intake.candidate SET status = 'withdrawn' WHERE candidate_id = 'cedre-banks'",
)
after_reading(
    "candidate-moved-to-another-category",
    blocked(
        "intake.votes_enough",
        "intake.votes_valid",
        "scoring.recount_agrees",
        "scoring.recount_complete",
        "scoring.votes_enough",
        names=(
            "banks 12",
            "V004",
            "category_outcome banks outcome",
        ),
    ),
    "UPDATE intake.candidate SET category_id = 'hotels' WHERE candidate_id = 'cedre-banks'",
)
after_reading(
    "company-renamed",
    blocked("scoring.recount_agrees", names=("dim_candidate bahia-hotels company",)),
    "UPDATE intake.candidate SET company = 'Zenith' WHERE company_id = 'bahia'",
)
after_reading(
    "row-account-edited",
    blocked(
        "intake.rows_conserved",
        "scoring.recount_complete",
        "scoring.rows_accounted",
        names=(
            "votes/votes.csv 29 / 40 + 0",
            "votes/votes.csv (29, 40, 0) / (40, 40, 0)",
        ),
    ),
    "UPDATE intake.row_account SET rows_read = 29 WHERE file = 'votes/votes.csv'",
)
after_reading(
    "row-account-deleted",
    blocked(
        "intake.rows_conserved",
        "intake.sources_present",
        "scoring.recount_complete",
        "scoring.rows_accounted",
        names=(
            "votes/votes.csv",
            "votes",
            "votes/votes.csv – / (40, 40, 0)",
        ),
    ),
    "DELETE FROM intake.row_account WHERE file = 'votes/votes.csv'",
)


# ---- rules and weights --------------------------------------------------------------------------------------------
after_reading(
    "weights-of-the-components-edited",
    blocked("scoring.recount_agrees", names=("fct_component_mark atlas-banks/audit weight",)),
    "UPDATE rulebook.component SET weight = CASE component WHEN 'audit' THEN 1000 WHEN 'vote' THEN 7000 ELSE weight END",
)
after_reading(
    "weights-that-no-longer-make-all",
    blocked(
        "scoring.recount_agrees",
        "scoring.weights_follow",
        "scoring.weights_valid",
        names=(
            "fct_component_mark atlas-banks/audit weight",
            "sum 10001",
        ),
    ),
    "UPDATE rulebook.component SET weight = 7001 WHERE component = 'audit'",
)
after_reading(
    "minimum-mark-lowered",
    blocked(
        "scoring.recount_agrees",
        "scoring.recount_complete",
        names=(
            "category_outcome banks outcome",
            "laureates 2 / 0",
        ),
    ),
    "UPDATE rulebook.edition SET min_mark_micro = 19999999",
)
after_reading(
    "weight-of-a-channel-edited",
    blocked("scoring.recount_agrees", names=("fct_channel_mark atlas-banks/email weight",)),
    "UPDATE rulebook.channel SET weight = 9 * weight WHERE channel = 'email'",
)
after_reading(
    "weight-of-a-criterion-edited",
    blocked("scoring.recount_agrees", names=("fct_channel_mark atlas-hotels/phone mark",)),
    "UPDATE rulebook.criterion SET weight = 9 * weight WHERE criterion_id = 'greeting'",
)
after_reading(
    "conflict-of-interest-added",
    blocked(
        "intake.completion_reached",
        "scoring.recount_agrees",
        names=(
            "atlas-banks email 1 / 2",
            "fct_channel_mark atlas-banks/email counted_tests",
        ),
    ),
    "INSERT INTO rulebook.conflict VALUES ('N01', 'atlas')",
)
after_reading(
    "category-taken-out",
    blocked(
        "scoring.recount_agrees",
        "scoring.recount_complete",
        "scoring.references_resolved",
        names=(
            "category_outcome banks",
            "category_outcome 2 / 1",
            "dim_candidate_category_is_known [2]",
        ),
    ),
    "DELETE FROM rulebook.category WHERE category_id = 'banks'",
)
after_reading(
    "answers-weighted-otherwise",
    blocked("scoring.recount_agrees", names=("fct_component_mark atlas-banks/survey mark",)),
    "UPDATE rulebook.survey SET satisfaction_weight = 3000, effort_weight = 5000",
)
after_reading(
    "survey-weight-moved-between-two-people",
    blocked(
        "scoring.raking_repeated",
        "scoring.recount_agrees",
        names=(
            "R001",
            "fct_survey_weight R001 weight_micro",
        ),
    ),
    "UPDATE intake.survey_weight SET weight_micro = CASE respondent_id WHEN 'R001' THEN weight_micro + 100000 WHEN 'R005' THEN weight_micro - 100000 ELSE weight_micro END",
)
after_reading(
    "survey-weight-trebled",
    blocked(
        "scoring.raking_repeated",
        "scoring.raking_reproduces",
        "scoring.recount_agrees",
        names=(
            "R001",
            "gender=f",
            "fct_survey_weight R001 weight_micro",
        ),
    ),
    "UPDATE intake.survey_weight SET weight_micro = 3 * weight_micro WHERE respondent_id = 'R001'",
)
after_reading(
    "survey-weight-deleted",
    blocked(
        "scoring.marks_complete",
        "scoring.raking_repeated",
        "scoring.raking_reproduces",
        "scoring.recount_agrees",
        "scoring.recount_complete",
        "scoring.references_resolved",
        "scoring.survey_weights_whole",
        names=(
            "R001",
            "gender=f",
            "fct_component_mark atlas-hotels/survey mark",
        ),
    ),
    "DELETE FROM intake.survey_weight WHERE respondent_id = 'R001'",
)
after_reading(
    "margin-of-the-population-edited",
    blocked(
        "scoring.raking_repeated",
        "scoring.raking_reproduces",
        names=(
            "R001",
            "gender=f",
        ),
    ),
    "UPDATE intake.target SET share = CASE value WHEN 'f' THEN 0.60 WHEN 'm' THEN 0.40 ELSE share END",
)


# ---- marks, when they are made -------------------------------------------------------------------------------------
after_marks(
    "mark-of-a-test-edited",
    blocked(
        "scoring.channels_follow",
        "scoring.recount_agrees",
        "scoring.tests_listed",
        names=(
            "bahia-hotels phone",
            "fct_test_mark T002 mark",
            "T002",
        ),
    ),
    "UPDATE marts.fct_test_mark SET mark_micro = 20000000, mark = 20 WHERE test_id = 'T002'",
)
after_marks(
    "mark-beyond-twenty",
    blocked(
        "scoring.audits_follow",
        "scoring.channels_follow",
        "scoring.decimals_faithful",
        "scoring.marks_bounded",
        "scoring.recount_agrees",
        names=(
            "atlas-banks",
            "atlas-banks email",
            "fct_channel_mark_mark_is_shown_faithfully [2]",
        ),
    ),
    "UPDATE marts.fct_channel_mark SET mark_micro = 20000001 WHERE candidate_id = 'atlas-banks'",
)
after_marks(
    "mark-of-a-channel-edited",
    blocked(
        "scoring.channels_follow",
        "scoring.recount_agrees",
        names=(
            "atlas-banks email",
            "fct_channel_mark atlas-banks/email mark_micro",
        ),
    ),
    "UPDATE marts.fct_channel_mark SET mark_micro = mark_micro + 1 WHERE candidate_id = 'atlas-banks' AND channel = 'email'",
)
after_marks(
    "mark-of-a-component-edited",
    blocked(
        "scoring.audits_follow",
        "scoring.recount_agrees",
        names=(
            "atlas-banks",
            "fct_component_mark atlas-banks/audit mark_micro",
        ),
    ),
    "UPDATE marts.fct_component_mark SET mark_micro = mark_micro - 1 WHERE candidate_id = 'atlas-banks' AND component = 'audit'",
)
after_marks(
    "final-mark-edited",
    blocked(
        "scoring.finals_follow",
        "scoring.recount_agrees",
        names=(
            "atlas-banks",
            "fct_ranking atlas-banks final_micro",
        ),
    ),
    "UPDATE marts.fct_ranking SET final_micro = final_micro + 1 WHERE candidate_id = 'atlas-banks'",
)
after_marks(
    "mark-shown-a-cent-higher",
    blocked("scoring.decimals_faithful", "scoring.recount_agrees", names=("fct_ranking atlas-banks final",)),
    "UPDATE marts.fct_ranking SET final = final + 0.01 WHERE candidate_id = 'atlas-banks'",
)
after_marks(
    "mark-emptied",
    blocked(
        "scoring.finals_follow",
        "scoring.marks_complete",
        "scoring.recount_agrees",
        names=(
            "cedre-banks",
            "fct_component_mark cedre-banks/survey mark",
        ),
    ),
    "UPDATE marts.fct_component_mark SET mark_micro = NULL, mark = NULL WHERE candidate_id = 'cedre-banks' AND component = 'survey'",
)
after_marks(
    "ranks-swapped",
    blocked(
        "scoring.laureates_ruled",
        "scoring.ranks_ordered",
        "scoring.recount_agrees",
        names=(
            "laureates_ruled [2]",
            "ranks_ordered [2]",
            "fct_ranking atlas-banks rank",
        ),
    ),
    "UPDATE marts.fct_ranking SET rank = 3 - rank WHERE category_id = 'banks'",
)
after_marks(
    "candidate-ranked-twice",
    refused("scoring", exit=2, names=("marts.fct_ranking has two rows of one key edition, candidate_id",)),
    "INSERT INTO marts.fct_ranking SELECT * FROM marts.fct_ranking WHERE candidate_id = 'atlas-banks'",
)
after_marks(
    "candidate-left-unranked",
    blocked(
        "scoring.candidates_enough",
        "scoring.components_present",
        "scoring.outcomes_ruled",
        "scoring.ranking_complete",
        "scoring.recount_agrees",
        "scoring.recount_complete",
        names=(
            "cedre-banks",
            "fct_ranking cedre-banks",
            "fct_ranking 4 / 3",
        ),
    ),
    "DELETE FROM marts.fct_ranking WHERE candidate_id = 'cedre-banks'",
)
after_marks(
    "candidate-without-a-component",
    blocked(
        "scoring.components_present",
        "scoring.finals_follow",
        "scoring.observations_follow",
        "scoring.recount_agrees",
        "scoring.recount_complete",
        "scoring.votes_enough",
        names=(
            "cedre-banks",
            "vote 32 / 40",
            "fct_component_mark cedre-banks/vote",
        ),
    ),
    "DELETE FROM marts.fct_component_mark WHERE candidate_id = 'cedre-banks' AND component = 'vote'",
)
after_marks(
    "loser-made-eligible-no-longer",
    blocked(
        "scoring.eligibility_follows",
        "scoring.recount_agrees",
        "scoring.values_listed",
        names=(
            "atlas-banks",
            "fct_ranking atlas-banks eligible",
        ),
    ),
    "UPDATE marts.fct_ranking SET eligible = false, reason = 'min_mark' WHERE candidate_id = 'atlas-banks'",
)
after_marks(
    "outcome-edited",
    blocked("scoring.outcomes_ruled", "scoring.recount_agrees", names=("category_outcome banks outcome",)),
    "UPDATE marts.category_outcome SET outcome = 'joint' WHERE category_id = 'banks'",
)
after_marks(
    "outcome-of-another-word",
    blocked(
        "scoring.laureates_ruled",
        "scoring.outcomes_ruled",
        "scoring.recount_agrees",
        "scoring.values_listed",
        names=("category_outcome banks outcome",),
    ),
    "UPDATE marts.category_outcome SET outcome = 'won' WHERE category_id = 'banks'",
)
after_marks(
    "laureate-replaced",
    blocked(
        "scoring.laureates_ruled",
        "scoring.recount_agrees",
        names=(
            "laureates_ruled [2]",
            "laureates banks/atlas-banks",
        ),
    ),
    "UPDATE marts.laureates SET candidate_id = 'cedre-banks', company = 'Cèdre' WHERE category_id = 'banks'",
)
after_marks(
    "laureate-too-many",
    blocked(
        "scoring.laureates_ruled",
        "scoring.recount_agrees",
        "scoring.recount_complete",
        names=(
            "laureates banks/cedre-banks",
            "laureates 2 / 3",
        ),
    ),
    "INSERT INTO marts.laureates SELECT * REPLACE ('cedre-banks' AS candidate_id, 'Cèdre' AS company) FROM marts.laureates WHERE category_id = 'banks'",
)
after_marks(
    "laureate-among-more-candidates",
    blocked(
        "scoring.candidates_enough", "scoring.recount_agrees", names=("laureates banks/atlas-banks candidates_ranked",)
    ),
    "UPDATE marts.laureates SET candidates_ranked = 9 WHERE category_id = 'banks'",
)
after_marks(
    "test-that-no-longer-counts",
    blocked(
        "scoring.channels_follow",
        "scoring.exclusions_reasoned",
        "scoring.recount_agrees",
        "scoring.tests_listed",
        names=(
            "atlas-hotels phone",
            "fct_test_mark T001 counted",
            "T001",
        ),
    ),
    "UPDATE marts.fct_test_mark SET counted = false WHERE test_id = 'T001'",
)
after_marks(
    "sum-of-a-criterion-edited",
    blocked("scoring.recount_agrees", names=("fct_criterion atlas-banks/phone/greeting rating_sum",)),
    "UPDATE marts.fct_criterion SET rating_sum = rating_sum - 1 WHERE candidate_id = 'atlas-banks' AND criterion_id = 'greeting'",
)
after_marks(
    "effort-profile-edited",
    blocked("scoring.recount_agrees", names=("fct_effort atlas-banks nps",)),
    "UPDATE marts.fct_effort SET nps = 100 WHERE candidate_id = 'atlas-banks'",
)
after_marks(
    "interval-of-a-mark-narrowed",
    blocked("scoring.recount_agrees", names=("fct_ranking atlas-banks audit_low",)),
    "UPDATE marts.fct_ranking SET audit_low = audit_high WHERE candidate_id = 'atlas-banks'",
)
after_marks(
    "marks-as-floating-point",
    blocked("scoring.numbers_exact", names=("marts.fct_effort.mood",)),
    "ALTER TABLE marts.fct_effort ADD COLUMN mood DOUBLE",
)
after_marks(
    "company-renamed-in-the-results",
    blocked(
        "scoring.dimensions_complete",
        "scoring.recount_agrees",
        names=(
            "bahia-hotels",
            "dim_candidate bahia-hotels company",
        ),
    ),
    "UPDATE marts.dim_candidate SET company = 'Zenith' WHERE candidate_id = 'bahia-hotels'",
)
after_marks(
    "table-emptied",
    blocked(
        "scoring.recount_agrees",
        "scoring.recount_complete",
        "scoring.tables_filled",
        names=(
            "fct_criterion atlas-banks/email/delay",
            "fct_criterion 28 / 0",
        ),
    ),
    "DELETE FROM marts.fct_criterion",
)
after_marks(
    "rows-accounted-otherwise",
    blocked("scoring.observations_follow", "scoring.rows_accounted", names=("vote 40 / 39",)),
    "UPDATE intermediate.int_row_outcome SET rows = rows - 1 WHERE source = 'votes'",
)
after_marks(
    "weight-of-nobody",
    blocked(
        "scoring.raking_repeated",
        "scoring.raking_reproduces",
        "scoring.recount_agrees",
        "scoring.survey_weights_whole",
        "scoring.weights_valid",
        names=(
            "R001",
            "gender=f",
            "fct_component_mark atlas-hotels/survey mark",
        ),
    ),
    "UPDATE marts.fct_survey_weight SET weight_micro = 0 WHERE respondent_id = 'R001'",
)
after_marks(
    "weight-of-a-component-in-the-results",
    blocked(
        "scoring.components_present",
        "scoring.finals_follow",
        "scoring.recount_agrees",
        "scoring.weights_follow",
        names=(
            "components_present [4]",
            "atlas-banks",
            "fct_component_mark atlas-banks/audit weight",
        ),
    ),
    "UPDATE marts.fct_component_mark SET weight = 7001 WHERE component = 'audit'",
)
after_marks(
    "test-judged-otherwise",
    blocked("scoring.exclusions_follow", "scoring.tests_listed", names=("T001",)),
    "UPDATE intermediate.int_test SET counted = false, exclusion_reason = 'aborted' WHERE test_id = 'T001'",
)
after_marks(
    "vote-left-out-twice",
    blocked("scoring.keys_unique"),
    "INSERT INTO intermediate.int_vote_excluded SELECT file, line, vote_id, 'burst' FROM intake.vote, range(2) WHERE vote_id = 'V001'",
)
after_tests(
    "everything-of-a-title-edited-at-once",
    blocked("scoring.recount_agrees", names=("fct_ranking atlas-banks rank",)),
    "UPDATE marts.fct_ranking SET rank = 3 - rank WHERE category_id = 'banks'",
    "UPDATE marts.laureates SET candidate_id = 'cedre-banks', company = 'Cèdre' WHERE category_id = 'banks'",
)
after_tests(
    "mark-edited-at-every-level",
    blocked("scoring.recount_agrees", names=("fct_component_mark cedre-banks/survey mark",)),
    "UPDATE marts.fct_component_mark SET mark_micro = 20000000, mark = 20 WHERE candidate_id = 'cedre-banks' AND component = 'survey'",
    "UPDATE marts.fct_ranking r SET final_micro = t.m, final = CAST(CAST((t.m + 5000) // 10000 AS DECIMAL(18,2)) / 100 AS DECIMAL(4,2)) FROM (SELECT candidate_id, (2 * sum(weight * mark_micro) + 10000) // 20000 AS m FROM marts.fct_component_mark GROUP BY 1) t WHERE t.candidate_id = r.candidate_id",
)


# ---- what is left of a step that is gone ---------------------------------------------------------------------------
after_tests(
    "table-of-rows-dropped",
    unjudged(
        "intake.criterion_agreement",
        "intake.outcomes_rated",
        "intake.ratings_unsorted",
        "intake.rechecks_consistent",
        "scoring.criterion_drift",
        "intake.ratings_valid",
        "intake.ratings_varied",
        "intake.recheck_agreement",
        "intake.tests_distinct",
        names=("could not be evaluated",),
    ),
    "DROP TABLE intake.rating",
)
after_tests(
    "table-of-rules-dropped",
    unjudged("intake.recheck_share", "intake.shopper_share", names=("could not be evaluated",)),
    "DROP TABLE rulebook.independence",
)
after_tests(
    "table-of-marks-dropped",
    refused("scoring", exit=2, names=("the working warehouse has no table marts.fct_criterion: run the editio",)),
    "DROP TABLE marts.fct_criterion",
)
after_tests(
    "column-of-marks-dropped",
    refused("scoring", exit=2, names=("marts.fct_effort has no column nps",)),
    "ALTER TABLE marts.fct_effort DROP COLUMN nps",
)
after_tests(
    "table-of-judgements-dropped",
    unjudged("scoring.observations_follow", "scoring.votes_repeated", names=("could not be evaluated",)),
    "DROP TABLE intermediate.int_row_outcome",
)
after_tests(
    "rows-emptied",
    blocked(
        "intake.rows_conserved",
        "intake.vote_addresses_known",
        "intake.vote_channels_whole",
        "intake.vote_bursts_absent",
        "intake.vote_rate_steady",
        "intake.vote_sources_spread",
        "intake.votes_enough",
        "intake.votes_valid",
        names=(
            "votes/votes.csv",
            "banks 0",
        ),
    ),
    "DELETE FROM intake.vote",
)
after_tests(
    "view-in-the-place-of-a-table",
    blocked(
        "scoring.recount_agrees",
        "scoring.recount_complete",
        names=(
            "laureates banks/atlas-banks",
            "laureates 2 / 1",
        ),
    ),
    "ALTER TABLE marts.laureates RENAME TO kept",
    "CREATE VIEW marts.laureates AS SELECT * REPLACE ('cedre-banks' AS candidate_id) FROM marts.kept WHERE category_id = 'banks'",
)


def aside(bench: Bench) -> None:
    """Read an edition of which one row is set aside."""
    edition = TinyEdition()
    spare_test(edition, outcome="done")
    bench.redeposit(edition)
    bench.take("read")


@FAMILY.attack(
    "row-set-aside-deleted", blocked("intake.rows_conserved", names=("audits/north/phone.csv",)), "deposited", ()
)
def _(bench: Bench) -> None:
    aside(bench)
    bench.sql("DELETE FROM intake.quarantine")
    for step in JUDGED[1:]:
        bench.take(step)


@FAMILY.attack(
    "row-set-aside-deleted-and-no-longer-read",
    blocked("scoring.recount_complete", names=("audits/north/phone.csv (10, 10, 0) / (11, 10, 1)",)),
    "deposited",
    (),
)
def _(bench: Bench) -> None:
    aside(bench)
    bench.sql(
        "DELETE FROM intake.quarantine",
        "UPDATE intake.row_account SET rows_read = rows_accepted, rows_quarantined = 0",
    )
    for step in JUDGED[1:]:
        bench.take(step)


@FAMILY.attack(
    "repeated-vote-counted-after-all",
    blocked("scoring.votes_single", names=("votes_single [1]",), infos=frozenset({"scoring.votes_repeated"})),
    "deposited",
    (),
)
def _(bench: Bench) -> None:
    edition = TinyEdition()
    assert edition.votes is not None
    spare_vote(edition, voter_key=edition.votes[-1]["voter_key"], category_id="banks", candidate_id="cedre-banks")
    bench.redeposit(edition)
    for step in JUDGED[:2]:
        bench.take(step)
    bench.sql("DELETE FROM intermediate.int_vote_excluded")
    for step in JUDGED[2:]:
        bench.take(step)


# ---- what dbt said of its build ------------------------------------------------------------------------------------
def account(change: Any) -> Any:
    """An attack on dbt's run_results.json: `change` gets the list of results and returns another."""

    def attack(bench: Bench) -> None:
        told = json.loads(bench.run_results.read_bytes())
        told["results"] = change(told["results"])
        bench.run_results.write_text(json.dumps(told))

    return attack


def without(name: str) -> Any:
    """dbt says nothing of one node."""
    return lambda found: [one for one in found if name not in one["unique_id"]]


def saying(name: str, status: str) -> Any:
    """dbt says something else of one node."""
    return lambda found: [one | {"status": status} if name in one["unique_id"] else one for one in found]


MODEL = "model.palmares.fct_ranking"
MODELS = len(model_names())
NOT_BUILT = blocked("scoring.models_built", names=(f"{MODELS - 1} / {MODELS}", "fct_ranking [not built]"))
for name, change, expect in (
    ("a-model-left-out", without(MODEL), NOT_BUILT),
    ("a-model-skipped", saying(MODEL, "skipped"), NOT_BUILT),
    (
        "a-test-left-out",
        without(".ranks_ordered"),
        blocked("scoring.ranks_ordered", names=("ranks_ordered [not run]",)),
    ),
    ("a-test-in-error", saying(".ranks_ordered", "error"), blocked("scoring.ranks_ordered", names=("[error]",))),
    ("a-test-that-warns", saying(".ranks_ordered", "warn"), blocked("scoring.ranks_ordered", names=("[warn]",))),
    ("nothing", lambda found: [], blocked(*dbt_checks(), names=(f"0 / {MODELS}",))),
):
    FAMILY.add(f"build-of-which-dbt-tells-{name}", account(change), expect, at="test", then=JUDGED[3:])


@FAMILY.attack(
    "build-of-which-dbt-tells-all-is-well",
    blocked("scoring.recount_agrees", names=("fct_ranking atlas-banks rank",)),
    "build",
    (),
)
def _(bench: Bench) -> None:
    """Whoever edits the marks may edit dbt's account of them too: the other checks do not read it."""
    bench.sql("UPDATE marts.fct_ranking SET rank = 3 - rank WHERE category_id = 'banks'")
    bench.take("test")
    account(
        lambda found: [{**one, "status": "pass", "failures": 0} if one["status"] == "warn" else one for one in found]
    )(bench)
    for step in JUDGED[3:]:
        bench.take(step)


for name, change in (
    ("deleted", lambda bench: bench.run_results.unlink()),
    ("cut-short", lambda bench: bench.run_results.write_bytes(bench.run_results.read_bytes()[:-40])),
    ("without-its-manifest", lambda bench: bench.run_results.with_name("manifest.json").unlink()),
):
    FAMILY.add(
        f"account-of-dbt-{name}",
        change,
        expect=unjudged(*dbt_checks(), names=("could not be evaluated",)),
        at="test",
        then=JUDGED[3:],
    )


# ---- reading refused, and somebody goes on -------------------------------------------------------------------------
def goes_on(bench: Bench, spoil: Any) -> None:
    """Intake refuses the deposits; the steps behind it are then started one by one, as the UI allows."""
    edition = TinyEdition()
    spoil(edition)
    bench.redeposit(edition)
    try:
        bench.take("read")
    except PalmaresError as error:
        bench.told.append(str(error))
    else:
        raise AssertionError("it was read")
    for step in JUDGED[1:]:
        bench.take(step)


def two_channels(edition: TinyEdition) -> None:
    """One more file, of two channels."""
    rows = [edition.test("T001") | {"test_id": "X900"}, edition.test("T017") | {"test_id": "X901"}]
    edition.extra["audits/north/late.csv"] = encode(rows, "csv")


def personal(edition: TinyEdition) -> None:
    """One more file, whose voter is not hashed."""
    row = (edition.votes or [])[0] | {"vote_id": "X900", "voter_key": "fatima@example.ma"}
    edition.extra["votes/late.csv"] = encode([row], "csv")


LATE = "audits/north/late"
for name, spoil, problem, check, key in (
    (
        "file-that-cannot-be-read",
        lambda edition: edition.extra.update({f"{LATE}.xlsx": b"PK no workbook"}),
        *("unreadable_file", "files_readable", f"{LATE}.xlsx"),
    ),
    (
        "file-without-a-column",
        lambda edition: edition.extra.update({f"{LATE}.csv": b"test_id,channel\nX900,phone\n"}),
        *("missing_column", "columns_present", f"{LATE}.csv"),
    ),
    ("file-of-two-channels", two_channels, "several_channels", "channel_single", f"{LATE}.csv"),
    ("file-with-personal-data", personal, "personal_data", "personal_data_absent", "votes/late.csv:2 voter_key"),
    (
        "correction-of-nothing",
        lambda edition: edition.corrections.append(correction("T999")),
        *("correction_no_row", "corrections_matched", f"{PHONE} greeting"),
    ),
):
    expect = blocked(
        f"intake.{check}",
        *([] if check == "corrections_matched" else ["intake.rows_conserved"]),
        errors=frozenset({"scoring.recount_agrees", "scoring.recount_complete"}),
        problems=(problem,),
        names=(key,),
        never=("fatima@example.ma",),
    )
    FAMILY.add(
        f"going-on-after-a-{name}", lambda bench, spoil=spoil: goes_on(bench, spoil), expect, at="deposited", then=()
    )


# ---- between signature and publication -------------------------------------------------------------------------------
for name, statement, checks, changed in (
    (
        "outcome-edited",
        "UPDATE marts.category_outcome SET outcome = 'joint' WHERE category_id = 'banks'",
        ("scoring.recount_agrees", "publication.outcomes_follow"),
        ("banks", "results_sha256"),
    ),
    (
        "laureate-replaced",
        "UPDATE marts.laureates SET candidate_id = 'cedre-banks', company = 'Cèdre' WHERE category_id = 'banks'",
        ("scoring.recount_agrees", "publication.laureates_follow"),
        ("laureates banks/cedre-banks", "results_sha256"),
    ),
    (
        "minimum-of-candidates-raised",
        "UPDATE rulebook.edition SET min_candidates = 3",
        ("scoring.eligibility_follows", "publication.outcomes_follow", "publication.titles_contested"),
        ("hotels", "intake_sha256"),
    ),
    (
        "minimum-mark-raised",
        "UPDATE rulebook.edition SET min_mark_micro = 19999999",
        ("scoring.eligibility_follows", "publication.outcomes_follow", "publication.titles_merited"),
        ("atlas-banks", "intake_sha256"),
    ),
    (
        "claim-without-its-dates",
        "UPDATE marts.laureates SET claim_fr = 'Le meilleur'",
        ("publication.claims_dated",),
        ("atlas-hotels", "results_sha256"),
    ),
    (
        "company-that-is-an-address",
        "UPDATE marts.dim_candidate SET company = 'someone@example.ma' WHERE company_id = 'bahia'",
        ("scoring.recount_agrees", "scoring.dimensions_complete", "publication.personal_data_absent"),
        ("dim_candidate.company 1", "results_sha256"),
    ),
):
    expect = refused(
        "publication",
        "check_failed",
        "check_changed_since_dossier",
        "dossier_stale",
        checks=frozenset({*checks, "publication.results_unchanged"}),
        names=changed,
    )
    FAMILY.add(f"{name}-after-the-signature", sql(statement), expect, at="sign", then=("publish",))
