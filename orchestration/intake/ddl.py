"""The tables that intake writes to the working warehouse.

Belongs here: DDL alone. Times are TIMESTAMP in UTC, marks and weights whole micropoints or millionths (BIGINT), an
empty answer is NULL. Only accepted rows are in candidate, test, rating, measure, response, profile, vote and contest.
Of votes it is said how they are packed: trying every way takes longer than packing.
"""

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

VOTE = """
CREATE TABLE intake.vote (
    file {file}, line BIGINT USING COMPRESSION bitpacking, vote_id VARCHAR USING COMPRESSION fsst,
    voter_key VARCHAR USING COMPRESSION fsst, category_id {category_id}, candidate_id {candidate_id},
    cast_at TIMESTAMP USING COMPRESSION bitpacking, channel VARCHAR USING COMPRESSION dictionary,
    ip_hash VARCHAR USING COMPRESSION fsst);
"""
LISTED = ("file", "category_id", "candidate_id")
"""Columns of votes whose texts can be listed before a vote is read."""

INTAKE = """
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
    file VARCHAR, line BIGINT, test_id VARCHAR, candidate_id VARCHAR, field_firm VARCHAR, channel VARCHAR,
    scenario VARCHAR, language VARCHAR, shopper_id VARCHAR, started_at TIMESTAMP, ended_at TIMESTAMP,
    outcome VARCHAR, evidence_sha256 VARCHAR, rechecks VARCHAR, site VARCHAR, city VARCHAR, persona VARCHAR,
    operator VARCHAR, journey_id VARCHAR, step INTEGER, repeated TINYINT, redirected TINYINT, travelled TINYINT,
    contradicted TINYINT, resolved TINYINT);
CREATE TABLE intake.rating (test_id VARCHAR, criterion_id VARCHAR, rating SMALLINT);
CREATE TABLE intake.measure (test_id VARCHAR, criterion_id VARCHAR, value_thousandths BIGINT);
CREATE TABLE intake.response (
    file VARCHAR, line BIGINT, respondent_id VARCHAR, candidate_id VARCHAR, answered_at TIMESTAMP,
    satisfaction SMALLINT, recommendation SMALLINT, effort SMALLINT, contacts SMALLINT, repeated SMALLINT,
    redirected SMALLINT, travelled SMALLINT, contradicted SMALLINT, resolved SMALLINT);
CREATE TABLE intake.profile (respondent_id VARCHAR, variable VARCHAR, value VARCHAR);
CREATE TABLE intake.target (variable VARCHAR, value VARCHAR, share DECIMAL(18, 12));
CREATE TABLE intake.contest (
    file VARCHAR, line BIGINT, contest_id VARCHAR, candidate_id VARCHAR, test_id VARCHAR, opened_on DATE,
    ground VARCHAR, decision VARCHAR, decided_on DATE, reason VARCHAR);
CREATE TABLE intake.survey_weight (respondent_id VARCHAR, weight_micro BIGINT);
CREATE TABLE intake.raking (
    converged BOOLEAN, iterations INTEGER, worst_error_micro BIGINT, efficiency_bp INTEGER, max_weight_micro BIGINT);
""" + VOTE.format_map(dict.fromkeys(LISTED, "VARCHAR"))
