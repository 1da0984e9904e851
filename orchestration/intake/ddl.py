"""The tables that intake writes to the working warehouse.

Belongs here: DDL alone. Times are TIMESTAMP in UTC, marks and weights whole micropoints or millionths (BIGINT), an
empty answer is NULL. Only accepted rows are in candidate, test, rating, measure, response, profile, vote and contest.
Of large tables it is said how they are packed: trying every way takes longer than packing.
"""

from collections.abc import Iterable

from orchestration.storage import literal

RULEBOOK = """
CREATE SCHEMA rulebook;
CREATE TABLE rulebook.edition (
    edition VARCHAR, title_fr VARCHAR, title_en VARCHAR, title_ar VARCHAR, organiser VARCHAR, timezone VARCHAR,
    fieldwork_start DATE, fieldwork_end DATE, min_mark_micro BIGINT, min_candidates INTEGER, min_completion INTEGER,
    unresolved_tie VARCHAR, quarantine_max_share INTEGER, rulebook_sha256 VARCHAR);
CREATE TABLE rulebook.category (
    category_id VARCHAR, sector VARCHAR, label_fr VARCHAR, label_en VARCHAR, label_ar VARCHAR);
CREATE TABLE rulebook.component (component VARCHAR, weight INTEGER);
CREATE TABLE rulebook.channel (
    channel VARCHAR, weight INTEGER, planned_tests INTEGER, grid VARCHAR, unanswered VARCHAR);
CREATE TABLE rulebook.criterion (
    channel VARCHAR, criterion_id VARCHAR, family VARCHAR, weight INTEGER, max INTEGER,
    label_fr VARCHAR, label_en VARCHAR, label_ar VARCHAR, unit VARCHAR);
CREATE TABLE rulebook.planned_by (channel VARCHAR, "column" VARCHAR, value VARCHAR, planned_tests INTEGER);
CREATE TABLE rulebook.field_firm (folder VARCHAR, name VARCHAR);
CREATE TABLE rulebook.contest_window (opens DATE, closes DATE);
CREATE TABLE rulebook.tie_break (position INTEGER, key VARCHAR);
CREATE TABLE rulebook.conflict (shopper_id VARCHAR, company_id VARCHAR);
CREATE TABLE rulebook.independence (max_shopper_share INTEGER, min_recheck_share INTEGER);
CREATE TABLE rulebook.survey (
    window_start DATE, window_end DATE, satisfaction_weight INTEGER, recommendation_weight INTEGER,
    effort_weight INTEGER, keep VARCHAR, min_respondents INTEGER);
CREATE TABLE rulebook.vote (
    opens TIMESTAMP, closes TIMESTAMP, keep VARCHAR, mark VARCHAR, min_votes INTEGER, max_per_ip_hour INTEGER,
    burst_action VARCHAR);
CREATE TABLE rulebook.vote_key (position INTEGER, column_name VARCHAR);
"""

KEYS, WORDS = "VARCHAR USING COMPRESSION fsst", "VARCHAR USING COMPRESSION dictionary"
PACKED = "USING COMPRESSION bitpacking"

VOTE = f"""
CREATE TABLE intake.vote (
    file {{file}}, line BIGINT {PACKED}, vote_id {KEYS}, voter_key {KEYS}, category_id {{category_id}},
    candidate_id {{candidate_id}}, cast_at TIMESTAMP {PACKED}, channel {WORDS}, ip_hash {KEYS});
"""
LISTED = ("file", "category_id", "candidate_id")
"""Columns of votes whose texts can be listed before a vote is read."""

CRITERIA = f"""
CREATE TABLE intake.rating (test_id {WORDS}, criterion_id {{criterion_id}}, rating SMALLINT {PACKED});
CREATE TABLE intake.measure (test_id {KEYS}, criterion_id {{criterion_id}}, value_thousandths BIGINT {PACKED});
"""
"""A test has a dozen ratings, one behind the other: its id is packed as a word is."""

INTAKE = f"""
CREATE SCHEMA intake;
CREATE TABLE intake.deposit (
    seq INTEGER, path VARCHAR, sha256 VARCHAR, bytes BIGINT, supplier VARCHAR, received_at VARCHAR,
    received_by VARCHAR, replaces VARCHAR, source VARCHAR, current BOOLEAN);
CREATE TABLE intake.row_account (
    file VARCHAR, source VARCHAR, rows_read BIGINT, rows_accepted BIGINT, rows_quarantined BIGINT);
CREATE TABLE intake.quarantine (
    source VARCHAR, file VARCHAR, line BIGINT, key VARCHAR, reason VARCHAR, column_name VARCHAR, detail VARCHAR,
    raw VARCHAR);
CREATE TABLE intake.unknown_column (file VARCHAR, column_name VARCHAR);
CREATE TABLE intake.problem (code VARCHAR, file VARCHAR, line BIGINT, column_name VARCHAR, message VARCHAR);
CREATE TABLE intake.correction (
    id VARCHAR, file VARCHAR, key VARCHAR, column_name VARCHAR, expect VARCHAR, value VARCHAR, reason VARCHAR,
    "by" VARCHAR, corrected_on DATE, line BIGINT, contest VARCHAR);
CREATE TABLE intake.candidate (
    file VARCHAR, line BIGINT, candidate_id VARCHAR, company_id VARCHAR, company VARCHAR, category_id VARCHAR,
    status VARCHAR, withdrawn_on DATE);
CREATE TABLE intake.test (
    file {WORDS}, line BIGINT {PACKED}, test_id {KEYS}, candidate_id {WORDS}, field_firm {WORDS}, channel {WORDS},
    scenario {WORDS}, language {WORDS}, shopper_id {WORDS}, started_at TIMESTAMP {PACKED}, ended_at TIMESTAMP {PACKED},
    outcome {WORDS}, evidence_sha256 VARCHAR USING COMPRESSION uncompressed, rechecks {KEYS}, site {WORDS},
    city {WORDS}, persona {WORDS}, operator {WORDS}, journey_id {KEYS}, step INTEGER {PACKED},
    repeated TINYINT {PACKED}, redirected TINYINT {PACKED}, travelled TINYINT {PACKED}, contradicted TINYINT {PACKED},
    resolved TINYINT {PACKED});
CREATE TABLE intake.response (
    file {WORDS}, line BIGINT {PACKED}, respondent_id {KEYS}, candidate_id {WORDS}, answered_at TIMESTAMP {PACKED},
    satisfaction SMALLINT {PACKED}, recommendation SMALLINT {PACKED}, effort SMALLINT {PACKED},
    contacts SMALLINT {PACKED}, repeated SMALLINT {PACKED}, redirected SMALLINT {PACKED}, travelled SMALLINT {PACKED},
    contradicted SMALLINT {PACKED}, resolved SMALLINT {PACKED});
CREATE TABLE intake.profile (respondent_id {KEYS}, variable {WORDS}, value {WORDS});
CREATE TABLE intake.target (variable VARCHAR, value VARCHAR, share DECIMAL(18, 12));
CREATE TABLE intake.contest (
    file VARCHAR, line BIGINT, contest_id VARCHAR, candidate_id VARCHAR, test_id VARCHAR, opened_on DATE,
    ground VARCHAR, decision VARCHAR, decided_on DATE, reason VARCHAR);
CREATE TABLE intake.survey_weight (respondent_id {KEYS}, weight_micro BIGINT {PACKED});
CREATE TABLE intake.raking (
    converged BOOLEAN, iterations INTEGER, worst_error_micro BIGINT, efficiency_bp INTEGER, max_weight_micro BIGINT);
""" + (VOTE + CRITERIA).format_map(dict.fromkeys((*LISTED, "criterion_id"), "VARCHAR"))


def enum(texts: Iterable[str]) -> str:
    """The type of a column that holds one of these texts, as a number. Sorted: numbers have the order of the texts."""
    return f"ENUM ({', '.join(map(literal, sorted(set(texts))))})"
