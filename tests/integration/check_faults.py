"""For each SQL check, an edit of a clean warehouse that it must notice.

Belongs here: data alone. Each entry: statements, and a part of a key that must be named. They are made inside a
transaction that is taken back, so that each starts from the clean edition.
"""

_TEST = (
    "INSERT INTO intake.test (file, line, test_id, candidate_id, field_firm, channel, scenario, language, shopper_id,"
    " started_at, ended_at, outcome, rechecks)"
    " SELECT 'audits/north/phone.csv', 900 + i, 'X' || i, {candidate}, 'north', 'phone', 'sale', 'fr', {shopper},"
    " TIMESTAMP '2025-09-02 09:00:00' + {step}, TIMESTAMP '2025-09-02 09:08:00' + {step}, 'completed', {rechecks}"
    " FROM range({n}) AS r(i)"
)
_RATING = (
    "INSERT INTO intake.rating SELECT 'X' || i, criterion_id, {rating} FROM range({n}) AS r(i)"
    " CROSS JOIN rulebook.criterion WHERE channel = 'phone'"
)
_RESPONSE = (
    "INSERT INTO intake.response SELECT 'survey/responses.csv', 900 + i, {respondent}, {candidate},"
    " TIMESTAMP '2025-11-10 10:00:00' + {step}, 8, 8, 5, 1, 0, 0, 0, 0, 1 FROM range({n}) AS r(i)"
)
_VOTE = (
    "INSERT INTO intake.vote SELECT 'votes/votes.csv', 900 + i, 'X' || i, 'k' || i, 'hotels', 'atlas-hotels',"
    " TIMESTAMP '2025-10-10 10:00:00' + {step}, 'web', {ip} FROM range({n}) AS r(i)"
)
ANY_CATEGORY = (
    "CREATE OR REPLACE TABLE intake.vote AS SELECT * REPLACE (category_id::VARCHAR AS category_id) FROM intake.vote"
)
"""Intake lists the categories of its votes: who writes another into one must take the list away."""
_BURST = "UPDATE intake.vote SET ip_hash = 'one', cast_at = TIMESTAMP '2025-10-10 10:00:00' WHERE vote_id < 'V006'"
_INT_TEST = (
    "INSERT INTO intermediate.int_test BY NAME SELECT t.* REPLACE ({who}, 0 AS mark_micro)"
    " FROM intermediate.int_test AS t CROSS JOIN range(40) AS r(i) WHERE t.test_id = 'T001'"
)


def _test(
    n: int, *, shopper: str = "'N01'", candidate: str = "'atlas-hotels'", step: str = "", rechecks: str = "NULL"
) -> str:
    step = step or "INTERVAL 1 DAY * i"
    return _TEST.format(n=n, shopper=shopper, candidate=candidate, step=step, rechecks=rechecks)


def _response(
    n: int, *, respondent: str = "'R001'", candidate: str = "'c' || i", step: str = "INTERVAL 1 DAY * i"
) -> str:
    return _RESPONSE.format(n=n, respondent=respondent, candidate=candidate, step=step)


def _problem(code: str) -> list[str]:
    return [f"INSERT INTO intake.problem VALUES ('{code}', 'audits/north/phone.csv', 3, 'tone', 'said elsewhere')"]


def _aside(source: str, file: str) -> list[str]:
    return [f"INSERT INTO intake.quarantine VALUES ('{source}', '{file}', 7, 'K', 'malformed_value', 'c', 'd', '{{}}')"]


def rechecked(shuffled: str, by: int) -> list[str]:
    """Sixty tests and as many re-checks of each firm that agree, but for one criterion of one firm."""
    statements = []
    for firm in ("north", "south"):
        for name, of in (("P", "NULL"), ("Q", f"'P{firm}' || i")):
            statements.append(
                f"INSERT INTO intake.test SELECT t.* REPLACE ('{name}{firm}' || i AS test_id, '{firm}' AS field_firm,"
                f" {of} AS rechecks) FROM intake.test AS t CROSS JOIN range(60) AS r(i) WHERE test_id = 'T001'"
            )
            moved = f"CASE WHEN criterion_id = 'greeting' AND '{name}{firm}' = '{shuffled}' THEN {by} ELSE 0 END"
            statements.append(
                f"INSERT INTO intake.rating SELECT '{name}{firm}' || i, criterion_id, 2 + (i + {moved}) % 3"
                " FROM range(60) AS r(i) CROSS JOIN rulebook.criterion WHERE channel = 'phone'"
            )
    return statements


def contested(test: str, decision: str = "NULL", contest: str = "K1") -> str:
    """A contest of a test that stands, decided as told (SQL)."""
    decided = "NULL, NULL" if decision == "NULL" else "DATE '2025-11-20', 'Heard.'"
    return (
        f"INSERT INTO intake.contest SELECT 'contests.csv', 2, '{contest}', candidate_id, test_id, DATE '2025-11-18',"
        f" 'wrong_facts', {decision}, {decided} FROM intake.test WHERE test_id = '{test}'"
    )


def for_contest(column: str, line: int = 2, file: str = "audits/north/phone.csv") -> str:
    """A correction of the row at a line that the contest K1 asked for."""
    return (
        f"INSERT INTO intake.correction VALUES ('C1', '{file}', 'T001', '{column}', '4', '3', 'Heard.', 'N. Clerk',"
        f" DATE '2025-11-20', {line}, 'K1')"
    )


def upheld(tests: int, contests: int, shopper: str) -> list[str]:
    """So many tests of one shopper, of which so many were contested with success."""
    return [
        f"INSERT INTO intake.test SELECT t.* REPLACE ('{shopper}' || i AS test_id, '{shopper}' AS shopper_id,"
        f" CASE '{shopper[0]}' WHEN 'N' THEN 'north' ELSE 'south' END AS field_firm)"
        f" FROM intake.test AS t CROSS JOIN range({tests}) AS r(i) WHERE test_id = 'T001'",
        f"INSERT INTO intake.contest SELECT 'contests.csv', i, 'K{shopper}' || i, 'atlas-hotels', '{shopper}' || i,"
        f" DATE '2025-11-18', 'wrong_facts', 'excluded', DATE '2025-11-20', 'Heard.' FROM range({contests}) AS r(i)",
    ]


def measured(file: str, times: str, tests: int = 10) -> list[str]:
    """So many measured tests of each firm; the values of one file are so many times as large."""
    return [
        "DELETE FROM intake.measure",
        *(
            f"INSERT INTO intake.test SELECT t.* REPLACE ('{firm}' || i AS test_id, '{firm}' AS field_firm,"
            f" 'audits/{firm}/email.csv' AS file) FROM intake.test AS t CROSS JOIN range({tests}) AS r(i)"
            " WHERE test_id = 'T017'"
            for firm in ("north", "south")
        ),
        "INSERT INTO intake.measure SELECT test_id, 'delay', 90000 * CASE file WHEN"
        f" '{file}' THEN {times} ELSE 1 END FROM intake.test WHERE channel = 'email' AND test_id NOT LIKE 'T%'",
    ]


def sorted_ratings(*criteria: str) -> list[str]:
    """A file of two dozen tests in order of time; the ratings of these criteria rise with it."""
    listed = ", ".join(f"'{name}'" for name in criteria)
    return [
        "INSERT INTO intake.test SELECT t.* REPLACE ('Z' || lpad(CAST(i AS VARCHAR), 2, '0') AS test_id, i + 2 AS line,"
        " 'audits/east/phone.csv' AS file, t.started_at + INTERVAL 1 DAY * i AS started_at)"
        " FROM intake.test AS t CROSS JOIN range(24) AS r(i) WHERE test_id = 'T001'",
        "INSERT INTO intake.rating SELECT 'Z' || lpad(CAST(i AS VARCHAR), 2, '0'), criterion_id,"
        f" CASE WHEN criterion_id IN ({listed}) THEN i // 8 ELSE 1 + i * 7 % 3 END"
        " FROM range(24) AS r(i) CROSS JOIN rulebook.criterion WHERE channel = 'phone'",
    ]


def forty_each(north: int, south: int) -> list[str]:
    """Forty tests of one candidate by each of two firms, who rate one criterion each in its way."""
    statements = []
    for firm, rating in (("north", north), ("south", south)):
        statements.append(
            f"INSERT INTO intermediate.int_test BY NAME SELECT t.* REPLACE ('{firm}' || i AS test_id,"
            f" '{firm}' AS field_firm, {rating} * 5000000 AS mark_micro) FROM intermediate.int_test AS t"
            " CROSS JOIN range(40) AS r(i) WHERE t.test_id = 'T001'"
        )
        statements.append(
            f"INSERT INTO intake.rating SELECT '{firm}' || i, 'greeting', {rating} FROM range(40) AS r(i)"
        )
    return statements


FAULTS: list[tuple[str, list[str], str]] = [
    (
        "intake.deposits_ordered",
        ["UPDATE intake.deposit SET received_at = '2025-01-01T00:00:00+00:00' WHERE seq = 5"],
        "5",
    ),
    (
        "intake.rulebook_stable",
        ["INSERT INTO intake.deposit SELECT * REPLACE (99 AS seq) FROM intake.deposit WHERE source = 'rulebook'"],
        "rulebook.yml (99)",
    ),
    ("intake.files_readable", _problem("unreadable_file"), "audits/north/phone.csv:3 [unreadable_file]"),
    ("intake.files_readable", _problem("a_code_of_the_future"), "a_code_of_the_future"),
    ("intake.columns_present", _problem("missing_column"), "missing_column"),
    ("intake.columns_present", _problem("no_header"), "no_header"),
    ("intake.channel_single", _problem("several_channels"), "several_channels"),
    ("intake.personal_data_absent", _problem("personal_data"), "audits/north/phone.csv:3 tone"),
    ("intake.corrections_matched", _problem("correction_no_row"), "correction_no_row"),
    (
        "intake.columns_known",
        ["INSERT INTO intake.unknown_column VALUES ('candidates.csv', 'mood')"],
        "candidates.csv mood",
    ),
    ("intake.sources_present", ["DELETE FROM intake.row_account WHERE source = 'votes'"], "votes"),
    (
        "intake.rows_conserved",
        ["UPDATE intake.row_account SET rows_read = rows_read + 1 WHERE file = 'candidates.csv'"],
        "candidates.csv 5 / 4 + 0",
    ),
    ("intake.rows_conserved", ["DELETE FROM intake.test WHERE test_id = 'T001'"], "audits/north/phone.csv"),
    ("intake.rows_conserved", _aside("votes", "votes/votes.csv"), "votes/votes.csv"),
    (
        "intake.rows_conserved",
        ["UPDATE intake.test SET file = 'audits/north/more.csv' WHERE test_id = 'T001'"],
        "audits/north/more.csv",
    ),
    (
        "intake.rows_conserved",
        [
            "INSERT INTO intake.deposit SELECT * REPLACE ('votes/late.csv' AS path) FROM intake.deposit"
            " WHERE source = 'votes'"
        ],
        "votes/late.csv",
    ),
    (
        "intake.quarantine_share",
        ["UPDATE intake.row_account SET rows_read = rows_read + 5, rows_quarantined = 5 WHERE source = 'votes'"],
        "votes 5 / 45",
    ),
    ("intake.rows_usable", _aside("votes", "votes/votes.csv"), "votes/votes.csv:7 malformed_value"),
    (
        "intake.corrections_rare",
        [
            "INSERT INTO intake.correction BY NAME SELECT 'C' || i AS id, 'survey/responses.csv' AS file"
            " FROM range(4) AS r(i)"
        ],
        "survey/responses.csv 4",
    ),
    ("intake.candidates_accepted", _aside("candidates", "candidates.csv"), "candidates.csv:7"),
    ("intake.candidate_keys_unique", ["INSERT INTO intake.candidate SELECT * FROM intake.candidate LIMIT 1"], "atlas"),
    (
        "intake.candidate_keys_unique",
        ["UPDATE intake.candidate SET category_id = 'hotels' WHERE candidate_id = 'atlas-banks'"],
        "atlas hotels",
    ),
    (
        "intake.company_names_stable",
        ["UPDATE intake.candidate SET company = 'Autre' WHERE candidate_id = 'atlas-banks'"],
        "atlas",
    ),
    (
        "intake.company_names_stable",
        ["UPDATE intake.candidate SET company = 'ATLAS' WHERE company_id = 'bahia'"],
        "atlas, bahia",
    ),
    ("intake.test_keys_unique", ["INSERT INTO intake.test SELECT * FROM intake.test WHERE test_id = 'T001'"], "T001"),
    *(
        ("intake.tests_valid", [f"UPDATE intake.test SET {change} WHERE test_id = 'T001'"], "T001")
        for change in (
            "candidate_id = 'nobody'",
            "channel = 'fax'",
            "scenario = 'lunch'",
            "outcome = 'maybe'",
            "ended_at = started_at - INTERVAL 1 SECOND",
            "started_at = TIMESTAMP '2025-08-31 21:00:00'",
            "ended_at = TIMESTAMP '2025-11-01 02:00:00'",
        )
    ),
    ("intake.ratings_valid", ["UPDATE intake.rating SET rating = 5 WHERE test_id = 'T001'"], "T001 greeting"),
    ("intake.ratings_valid", ["UPDATE intake.rating SET rating = -1 WHERE test_id = 'T001'"], "T001 greeting"),
    ("intake.ratings_valid", ["UPDATE intake.rating SET criterion_id = 'delay' WHERE test_id = 'T001'"], "T001 delay"),
    ("intake.ratings_valid", ["DELETE FROM intake.rating WHERE test_id = 'T001'"], "T001"),
    (
        "intake.ratings_valid",
        ["INSERT INTO intake.rating SELECT * FROM intake.rating WHERE test_id = 'T001'"],
        "T001 greeting",
    ),
    *(
        ("intake.responses_valid", [f"UPDATE intake.response SET {change} WHERE line = 2"], "survey/responses.csv:2")
        for change in (
            "candidate_id = 'nobody'",
            "satisfaction = 11",
            "recommendation = -1",
            "effort = 0",
            "effort = 8",
            "satisfaction = NULL, recommendation = NULL, effort = NULL",
            "resolved = 2",
            "answered_at = TIMESTAMP '2025-10-31 20:00:00'",
            "answered_at = TIMESTAMP '2025-12-01 02:00:00'",
        )
    ),
    (
        "intake.votes_valid",
        ["UPDATE intake.vote SET cast_at = TIMESTAMP '2025-11-01 00:00:00' WHERE vote_id = 'V001'"],
        "V001",
    ),
    (
        "intake.votes_valid",
        [ANY_CATEGORY, "UPDATE intake.vote SET category_id = 'none' WHERE vote_id = 'V001'"],
        "V001",
    ),
    ("intake.votes_valid", ["INSERT INTO intake.vote SELECT * FROM intake.vote WHERE vote_id = 'V001'"], "V001"),
    ("intake.completion_reached", ["DELETE FROM intake.test WHERE test_id = 'T001'"], "atlas-hotels phone 3 / 4"),
    (
        "intake.completion_reached",
        ["UPDATE rulebook.edition SET min_completion = 0", "DELETE FROM intake.test WHERE channel = 'email'"],
        "atlas-hotels email 0 / 2",
    ),
    ("intake.respondents_enough", ["DELETE FROM intake.response WHERE respondent_id = 'R001'"], "atlas-hotels 7"),
    *(
        (
            "intake.respondents_pseudonymous",
            [f"UPDATE intake.response SET respondent_id = '{name}' WHERE respondent_id = 'R001'"],
            "survey/responses.csv 1",
        )
        for name in ("fatima.benali", "Alaoui", "mohamed_alaoui-b", "4012345", "12-34-56", "AB123456", "B-12345")
    ),
    ("intake.votes_enough", ["DELETE FROM intake.vote WHERE candidate_id = 'bahia-hotels'"], "hotels 11"),
    (
        "intake.shopper_share",
        ["UPDATE intake.test SET shopper_id = 'N01' WHERE candidate_id = 'atlas-hotels'"],
        "atlas-hotels N01 6 / 6",
    ),
    ("intake.recheck_share", ["UPDATE intake.test SET rechecks = NULL WHERE field_firm = 'north'"], "north 0 / "),
    *(
        ("intake.rechecks_resolved", [f"UPDATE intake.test SET {change} WHERE rechecks = 'T001'"], "T0")
        for change in ("rechecks = 'T999'", "channel = 'email'", "candidate_id = 'atlas-banks'")
    ),
    (
        "intake.rechecks_resolved",
        ["UPDATE intake.test SET shopper_id = 'N01' WHERE test_id = 'T001' OR rechecks = 'T001'"],
        "T0",
    ),
    ("intake.conflicts_absent", ["UPDATE intake.test SET shopper_id = 'S04' WHERE test_id = 'T004'"], "T004 S04"),
    ("intake.shoppers_rotate", [_test(10)], "atlas-hotels phone N01"),
    (
        "intake.durations_plausible",
        ["UPDATE intake.test SET ended_at = started_at WHERE test_id = 'T001'"],
        "T001 phone 0 s",
    ),
    (
        "intake.durations_plausible",
        ["UPDATE intake.test SET ended_at = started_at + INTERVAL 7 HOUR WHERE test_id = 'T001'"],
        "T001",
    ),
    (
        "intake.durations_plausible",
        ["UPDATE intake.test SET ended_at = started_at + INTERVAL 46 DAY WHERE test_id = 'T017'"],
        "T017 email",
    ),
    ("intake.tests_apart", [_test(2, shopper="'N09'", step="INTERVAL 5 MINUTE * i")], "X1 N09"),
    ("intake.tests_open_hours", [_test(1, step="INTERVAL (-4) HOUR")], "X0 phone 06:00"),
    ("intake.tests_open_hours", [_test(1, step="INTERVAL 12 HOUR")], "X0 phone 22:00"),
    (
        "intake.evidence_unique",
        [
            "UPDATE intake.test SET evidence_sha256 = repeat('A', 64) WHERE test_id = 'T002'",
            "UPDATE intake.test SET evidence_sha256 = repeat('a', 64) WHERE test_id = 'T001'",
        ],
        "T001 = T002",
    ),
    ("intake.tests_distinct", [_test(2, step="INTERVAL 9 MINUTE * i"), _RATING.format(n=2, rating=3)], "X0 = X1"),
    (
        "intake.ratings_varied",
        [_test(10, shopper="'N09'", candidate="'c' || i % 2"), _RATING.format(n=10, rating=3)],
        "N09 phone 10 / 10",
    ),
    ("intake.ratings_unsorted", sorted_ratings("greeting"), "audits/east/phone.csv greeting 24"),
    ("intake.shopper_load", [_test(81, shopper="'N09'", step="INTERVAL 10 SECOND * i")], "N09 2025-09-02 81"),
    (
        "intake.recheck_agreement",
        [_test(12, shopper="'N09'", rechecks="'T001'"), _RATING.format(n=12, rating=0)],
        "north",
    ),
    (
        "intake.criterion_agreement",
        [_test(31, shopper="'N09'", rechecks="'T001'"), _RATING.format(n=31, rating=0)],
        "phone greeting",
    ),
    ("intake.rechecks_consistent", rechecked("Qnorth", 1), "north phone greeting 1"),
    (
        "intake.outcomes_rated",
        ["UPDATE intake.test SET outcome = 'unanswered' WHERE test_id = 'T001'"],
        "T001 unanswered 4",
    ),
    (
        "intake.outcomes_rated",
        ["UPDATE intake.test SET outcome = 'aborted' WHERE test_id = 'T001'"],
        "T001 aborted 4 / 4",
    ),
    ("intake.answers_varied", [_response(6)], "R001 6"),
    (
        "intake.completion_reached",
        [contested("T001", "'excluded'")],
        "atlas-hotels phone 3 / 4",
    ),
    (
        "intake.quotas_reached",
        ["UPDATE intake.test SET language = 'es' WHERE candidate_id = 'atlas-hotels'"],
        "atlas-hotels phone language=fr 0 / 1",
    ),
    (
        "intake.quotas_reached",
        [
            "INSERT INTO rulebook.planned_by VALUES ('phone', 'persona', 'visitor', 2)",
            "UPDATE intake.test SET persona = 'visitor'",
            "UPDATE intake.test SET persona = 'resident' WHERE test_id IN ('T001', 'T005')",
            contested("T009", "'excluded'"),
        ],
        "atlas-hotels phone persona=visitor 1 / 2",
    ),
    (
        "intake.contests_foreseen",
        [
            "DELETE FROM rulebook.contest_window",
            "INSERT INTO intake.deposit SELECT * REPLACE ('contests.csv' AS path, 'contests' AS source)"
            " FROM intake.deposit WHERE path = 'candidates.csv'",
        ],
        "contests.csv",
    ),
    ("intake.contests_accepted", _aside("contests", "contests.csv"), "contests.csv:7 K malformed_value"),
    ("intake.contests_decided", [contested("T001")], "K1 T001"),
    ("intake.contests_corrected", [contested("T001", "'corrected'")], "K1 T001"),
    ("intake.contest_corrections_bound", [for_contest("greeting")], "C1 K1 T001 greeting"),
    *(
        (
            "intake.contest_corrections_bound",
            [contested("T001", "'corrected'"), for_contest(column, **place)],
            key,
        )
        for column, place, key in (
            ("candidate_id", {}, "C1 K1 T001 candidate_id"),
            ("test_id", {}, "C1 K1 T001 test_id"),
            ("greeting", {"line": 3}, "C1 K1 T002 greeting"),
            ("effort", {"file": "survey/responses.csv"}, "C1 K1 effort"),
        )
    ),
    (
        "intake.contest_corrections_bound",
        [contested("T001", "'excluded'"), for_contest("greeting")],
        "C1 K1 T001 greeting",
    ),
    ("intake.contests_even", upheld(20, 8, "N09"), "shopper_id N09 8 / 20"),
    ("intake.contests_even", upheld(40, 12, "N09"), "field_firm north 12 / "),
    (
        "intake.journeys_coherent",
        ["UPDATE intake.test SET journey_id = 'J1', step = line WHERE test_id IN ('T001', 'T002')"],
        "J1: atlas-hotels = bahia-hotels",
    ),
    (
        "intake.journeys_coherent",
        ["UPDATE intake.test SET journey_id = 'J1', step = 2 WHERE test_id IN ('T001', 'T005')"],
        "J1: T001 (2) = T005 (2)",
    ),
    (
        "intake.journeys_coherent",
        ["UPDATE intake.test SET journey_id = 'J1' WHERE test_id = 'T001'"],
        "J1: T001 (–)",
    ),
    (
        "intake.personas_shared",
        [
            "UPDATE intake.test SET persona = 'visitor'",
            "UPDATE intake.test SET persona = 'tourist' WHERE test_id = 'T001'",
        ],
        "tourist north 1",
    ),
    ("intake.measures_comparable", measured("audits/north/email.csv", "60"), "north email delay 5400.0 / 90.0"),
    ("intake.measures_comparable", measured("audits/south/email.csv", "1 / 60"), "south email delay 1.5 / 90.0"),
    (
        "intake.measures_comparable",
        [
            *measured("", "1"),
            "INSERT INTO intake.test SELECT * REPLACE ('n' || test_id AS test_id, 'north' AS field_firm,"
            " 'audits/north/late.csv' AS file) FROM intake.test WHERE test_id LIKE 'south_'",
            "INSERT INTO intake.measure SELECT 'n' || test_id, 'delay', 1500 FROM intake.measure"
            " WHERE test_id LIKE 'south_'",
        ],
        "audits/north/late.csv email delay 1.5 / 90.0",
    ),
    (
        "intake.responses_distinct",
        [
            "INSERT INTO intake.response SELECT * REPLACE ('X' || respondent_id AS respondent_id) FROM intake.response"
            " WHERE respondent_id < 'R004'"
        ],
        "atlas-hotels 3 / 11",
    ),
    (
        "intake.answers_related",
        [
            "INSERT INTO intake.response SELECT r.* FROM intake.response AS r CROSS JOIN range(2)",
            "UPDATE intake.response SET effort = 8 - effort",
        ],
        "survey/responses.csv satisfaction / effort",
    ),
    ("intake.answers_unhurried", [_response(7, step="INTERVAL 2 SECOND * i")], "R001 6"),
    (
        "intake.answers_spread",
        [_response(30, respondent="'X' || i", candidate="'atlas-hotels'", step="INTERVAL 1 MILLISECOND * i")],
        "atlas-hotels 2025-11-10T10:00:00Z 30",
    ),
    ("intake.raking_converged", ["UPDATE intake.raking SET converged = false"], "raking"),
    ("intake.raking_efficient", ["UPDATE intake.raking SET efficiency_bp = 4999"], "4999"),
    (
        "intake.weights_moderate",
        ["UPDATE intake.survey_weight SET weight_micro = 3000000 WHERE respondent_id < 'R005'"],
        "4 / 32",
    ),
    ("intake.vote_bursts_absent", [_BURST, "UPDATE rulebook.vote SET burst_action = 'flag'"], "* 2025-10-10T10Z 5"),
    (
        "intake.vote_bursts_absent",
        [
            _VOTE.format(n=101, ip="'one'", step="INTERVAL 1 SECOND * i"),
            "UPDATE rulebook.vote SET burst_action = NULL, max_per_ip_hour = NULL",
        ],
        "hotels 2025-10-10T10Z 101",
    ),
    ("intake.vote_bursts_excluded", [_BURST], "2025-10-10T10Z 5"),
    (
        "intake.vote_rate_steady",
        [_VOTE.format(n=40, ip="'a' || i", step="INTERVAL 1 SECOND * i")],
        "hotels 2025-10-10T10:00Z 40 (1)",
    ),
    (
        "intake.vote_addresses_known",
        [_VOTE.format(n=60, ip="'a' || i", step="INTERVAL 50 SECOND * i")],
        "hotels 2025-10-10T10Z 60 / 60",
    ),
    (
        "intake.vote_channels_whole",
        [
            _VOTE.format(n=250, ip="'a' || i", step="INTERVAL 1 HOUR * i"),
            "UPDATE intake.vote SET channel = 'app' WHERE vote_id LIKE 'X%'",
        ],
        "app 2025-10-20T19Z",
    ),
    ("intake.vote_sources_spread", [_VOTE.format(n=250, ip="'one'", step="INTERVAL 1 HOUR * i")], "hotels 250 / 270"),
    (
        "scoring.exclusions_follow",
        ["UPDATE intermediate.int_test SET counted = NOT counted WHERE test_id = 'T001'"],
        "T001",
    ),
    (
        "scoring.tests_listed",
        ["UPDATE marts.fct_test_mark SET mark_micro = mark_micro + 1 WHERE test_id = 'T001'"],
        "T001",
    ),
    (
        "scoring.tests_listed",
        ["INSERT INTO marts.fct_test_mark SELECT * FROM marts.fct_test_mark WHERE test_id = 'T001'"],
        "T001",
    ),
    (
        "scoring.votes_repeated",
        [
            "INSERT INTO intermediate.int_row_outcome BY NAME SELECT 'votes' AS source,"
            " 'votes/votes.csv' AS file, 'excluded' AS outcome, 'repeated_vote' AS reason, 3 AS rows"
        ],
        "votes/votes.csv repeated_vote 3",
    ),
    ("scoring.numbers_exact", ["ALTER TABLE marts.fct_effort ADD COLUMN mood DOUBLE"], "marts.fct_effort.mood"),
    (
        "scoring.numbers_exact",
        ["ALTER TABLE marts.fct_effort ADD COLUMN mood_micro INTEGER"],
        "marts.fct_effort.mood_micro",
    ),
    (
        "scoring.weights_follow",
        ["UPDATE marts.fct_component_mark SET weight = 7001 WHERE component = 'audit'"],
        "atlas-banks audit",
    ),
    (
        "scoring.weights_follow",
        ["UPDATE marts.fct_channel_mark SET planned_tests = 1 WHERE channel = 'email'"],
        "atlas-banks email",
    ),
    ("scoring.weights_follow", ["UPDATE rulebook.component SET weight = 7001 WHERE component = 'audit'"], "sum 10001"),
    (
        "scoring.channels_follow",
        ["UPDATE marts.fct_channel_mark SET mark_micro = mark_micro - 1 WHERE channel = 'email'"],
        "atlas-banks email",
    ),
    (
        "scoring.channels_follow",
        ["UPDATE marts.fct_channel_mark SET counted_tests = 9 WHERE channel = 'email'"],
        "atlas-banks email",
    ),
    (
        "scoring.audits_follow",
        ["UPDATE marts.fct_component_mark SET mark_micro = mark_micro + 1 WHERE component = 'audit'"],
        "atlas-banks",
    ),
    ("scoring.finals_follow", ["UPDATE marts.fct_ranking SET final_micro = final_micro + 1"], "atlas-banks"),
    (
        "scoring.finals_follow",
        ["UPDATE marts.fct_ranking SET final_micro = NULL WHERE candidate_id = 'atlas-banks'"],
        "atlas-banks",
    ),
    (
        "scoring.observations_follow",
        ["UPDATE marts.fct_component_mark SET observations = observations + 1 WHERE candidate_id = 'atlas-banks'"],
        "vote 41 / 40",
    ),
    ("scoring.ranking_complete", ["DELETE FROM marts.fct_ranking WHERE candidate_id = 'atlas-banks'"], "atlas-banks"),
    (
        "scoring.ranking_complete",
        ["UPDATE intake.candidate SET status = 'withdrawn' WHERE candidate_id = 'atlas-banks'"],
        "atlas-banks",
    ),
    ("scoring.ranking_complete", ["INSERT INTO marts.fct_ranking SELECT * FROM marts.fct_ranking"], "atlas-banks"),
    ("scoring.eligibility_follows", ["UPDATE marts.fct_ranking SET eligible = NOT eligible"], "atlas-banks"),
    ("scoring.eligibility_follows", ["UPDATE rulebook.edition SET min_mark_micro = 19999999"], "atlas-banks"),
    ("scoring.eligibility_follows", ["UPDATE rulebook.edition SET min_candidates = 3"], "atlas-banks"),
    (
        "scoring.dimensions_complete",
        ["DELETE FROM marts.dim_candidate WHERE candidate_id = 'atlas-banks'"],
        "atlas-banks",
    ),
    (
        "scoring.dimensions_complete",
        ["UPDATE marts.dim_candidate SET company = 'Autre' WHERE candidate_id = 'atlas-banks'"],
        "atlas-banks",
    ),
    (
        "scoring.dimensions_complete",
        ["UPDATE marts.dim_category SET candidates_ranked = 1 WHERE category_id = 'banks'"],
        "banks",
    ),
    (
        "scoring.respondents_enough",
        [
            "UPDATE marts.fct_component_mark SET observations = 7"
            " WHERE component = 'survey' AND candidate_id = 'atlas-banks'"
        ],
        "atlas-banks 7",
    ),
    (
        "scoring.votes_enough",
        [
            "UPDATE marts.fct_component_mark SET observations = 1"
            " WHERE component = 'vote' AND candidate_id = 'atlas-banks'"
        ],
        "banks 9",
    ),
    (
        "scoring.survey_weights_whole",
        ["UPDATE marts.fct_survey_weight SET weight_micro = weight_micro + 1 WHERE respondent_id = 'R001'"],
        "R001",
    ),
    ("scoring.survey_weights_whole", ["DELETE FROM intake.survey_weight WHERE respondent_id = 'R001'"], "R001"),
    (
        "scoring.raking_reproduces",
        ["UPDATE marts.fct_survey_weight SET weight_micro = 3 * weight_micro WHERE respondent_id = 'R001'"],
        "gender=",
    ),
    ("scoring.firm_drift", [_INT_TEST.format(who="'west' AS field_firm")], "west phone"),
    ("scoring.candidate_drift", forty_each(4, 2), "north atlas-hotels phone 9"),
    ("scoring.criterion_drift", forty_each(4, 1), "north phone greeting 6"),
    ("scoring.shopper_drift", [_INT_TEST.format(who="'N99' AS shopper_id")], "N99 phone"),
    (
        "scoring.margins_clear",
        ["UPDATE marts.fct_ranking SET audit_low = 0, audit_high = 20"],
        "banks atlas-banks / cedre-banks",
    ),
    (
        "publication.outcomes_follow",
        ["UPDATE marts.category_outcome SET outcome = 'joint' WHERE category_id = 'banks'"],
        "banks",
    ),
    ("publication.outcomes_follow", ["DELETE FROM marts.category_outcome WHERE category_id = 'banks'"], "banks"),
    ("publication.outcomes_follow", ["UPDATE rulebook.edition SET min_mark_micro = 19999999"], "banks"),
    ("publication.laureates_follow", ["DELETE FROM marts.laureates WHERE category_id = 'banks'"], "atlas-banks"),
    ("publication.laureates_follow", ["UPDATE marts.laureates SET final_micro = final_micro + 1"], "atlas-banks"),
    ("publication.laureates_follow", ["UPDATE marts.category_outcome SET outcome = 'no_award_tie'"], "atlas-banks"),
    ("publication.titles_contested", ["UPDATE rulebook.edition SET min_candidates = 3"], "banks"),
    ("publication.titles_contested", ["UPDATE marts.laureates SET candidates_ranked = 9"], "banks"),
    ("publication.titles_merited", ["UPDATE rulebook.edition SET min_mark_micro = 19999999"], "atlas-banks"),
    *(
        ("publication.claims_dated", [f"UPDATE marts.laureates SET {change}"], "atlas-banks")
        for change in (
            "claim_fr = 'Le meilleur'",
            "claim_en = NULL",
            "claim_ar = ''",
            "fieldwork_end = DATE '2026-01-01'",
        )
    ),
    (
        "publication.personal_data_absent",
        ["UPDATE marts.dim_candidate SET company = 'someone@example.ma'"],
        "dim_candidate.company 4",
    ),
    (
        "publication.personal_data_absent",
        ["UPDATE marts.fct_survey_weight SET respondent_id = '+212 661-234567' WHERE respondent_id = 'R001'"],
        "fct_survey_weight.respondent_id 1",
    ),
    (
        "publication.personal_data_absent",
        ["UPDATE marts.fct_test_mark SET language = '06 61 23 45 67' WHERE test_id = 'T001'"],
        "fct_test_mark.language 1",
    ),
]
