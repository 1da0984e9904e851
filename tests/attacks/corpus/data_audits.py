"""Wrong data in the audits (SPEC 3.2, 3.6): what is set aside, what blocks, what only looks suspicious."""

from datetime import datetime, timedelta

from tests.attacks.attack import Family, Make, blocked, harmless, quarantined, unread, warned
from tests.attacks.corpus.making import EMAIL, PHONE, drop_test, header, raw_line, roomy, spare_test
from tests.fixtures.tiny import CANDIDATES, Row, TinyEdition, digest
from tests.fixtures.tiny import PHONE as RATINGS

FAMILY = Family("data_audits")
attack = FAMILY.attack
PLACE = f"{PHONE},12,X900"


def spoilt(**changes: str) -> Make:
    """A spare phone test with a value that is wrong."""
    return lambda edition: spare_test(edition, **changes) and None


# ---- one row set aside, the ranking unmoved ------------------------------------------------------------------------
for name, column, value, reason in (
    ("rating-above-the-maximum", "greeting", "5", "malformed_value"),
    ("rating-below-zero", "solution", "-1", "malformed_value"),
    ("rating-with-decimals", "courtesy", "3.0", "malformed_value"),
    ("rating-in-words", "follow_up", "good", "malformed_value"),
    ("candidate-unknown", "candidate_id", "zenith-hotels", "unknown_candidate"),
    ("candidate-empty", "candidate_id", "", "malformed_value"),
    ("channel-unknown", "channel", "fax", "unknown_channel"),
    ("channel-empty", "channel", "", "malformed_value"),
    ("scenario-unknown", "scenario", "complaint", "malformed_value"),
    ("outcome-unknown", "outcome", "done", "malformed_value"),
    ("language-malformed", "language", "français", "malformed_value"),
    ("shopper-empty", "shopper_id", "", "malformed_value"),
    ("start-in-local-notation", "started_at", "27/10/2025 11:00", "malformed_value"),
    ("start-on-a-day-that-is-not", "started_at", "2025-09-31T11:00:00", "malformed_value"),
    ("start-at-twenty-four-hours", "started_at", "2025-10-27T24:00:00", "malformed_value"),
    ("start-a-second-before-fieldwork", "started_at", "2025-08-31T23:59:59", "outside_window"),
    ("start-before-fieldwork-by-its-offset", "started_at", "2025-09-01T00:30:00+02:00", "outside_window"),
    ("end-a-second-after-fieldwork", "ended_at", "2025-11-01T00:00:00", "outside_window"),
    ("end-before-start", "ended_at", "2025-10-27T10:59:59", "impossible_times"),
    ("end-missing-of-a-completed-test", "ended_at", "", "malformed_value"),
    ("evidence-that-is-no-digest", "evidence_sha256", "photo.jpg", "malformed_value"),
    ("recheck-of-no-id", "rechecks", "T001 and T002", "malformed_value"),
    ("test-id-empty", "test_id", "", "malformed_value"),
):
    place = f"{PHONE},12,{'' if column == 'test_id' else 'X900'}"
    FAMILY.add(name, spoilt(**{column: value}), quarantined(reason, place, column))

FAMILY.add(
    "completed-test-without-any-rating",
    spoilt(greeting="NA", solution="", courtesy="NA", follow_up=""),
    quarantined("no_applicable_criterion", PLACE),
)


@attack("local-time-that-the-clocks-skipped", quarantined("malformed_value", PLACE, "started_at"))
def _(edition: TinyEdition) -> None:
    edition.rulebook["fieldwork"]["start"] = "2025-03-01"
    spare_test(edition, started_at="2025-04-06T02:30:00", ended_at="2025-04-06T03:10:00")


@attack("local-time-that-came-twice-is-the-first", harmless())
def _(edition: TinyEdition) -> None:
    """Ramadan: on 23 February 2025 the hour from 2 to 3 came twice; read as the last, the end would precede the start."""
    edition.rulebook["fieldwork"]["start"] = "2025-02-01"
    times = {"started_at": "2025-02-23T02:30:00", "ended_at": "2025-02-23T01:45:00Z"}
    spare_test(edition, file="north/email", outcome="aborted", delay="", **times)


@attack("exact-repeat-in-the-same-file", quarantined("duplicate_row", f"{PHONE},12,T001"))
def _(edition: TinyEdition) -> None:
    roomy(edition)
    edition.audits["north/phone"].append(dict(edition.test("T001")))


@attack("exact-repeat-in-another-file", quarantined("duplicate_row", "audits/north/phone2.csv,2,T001"))
def _(edition: TinyEdition) -> None:
    roomy(edition)
    edition.audits["north/phone2"] = [dict(edition.test("T001"))]


@attack("repeat-that-differs-only-in-spelling", quarantined("duplicate_row", f"{PHONE},12,T001"))
def _(edition: TinyEdition) -> None:
    """The same moment with its offset, the same rating with a leading zero: the same test."""
    roomy(edition)
    row = dict(edition.test("T001"))
    row |= {"started_at": row["started_at"] + "+01:00", "greeting": "0" + row["greeting"]}
    edition.audits["north/phone"].append(row)


@attack("two-truths-under-one-id", quarantined("conflicting_rows", f"{PHONE},12,X900", f"{PHONE},13,X900", rows=2))
def _(edition: TinyEdition) -> None:
    spare_test(edition)
    spare_test(edition, greeting="0")


@attack(
    "two-truths-under-the-id-of-a-test-that-counts",
    blocked(
        "intake.completion_reached", "intake.rechecks_resolved", "intake.quarantine_share", "intake.recheck_share",
        names=("atlas-hotels phone 3 / 4", "conflicting_rows", f"{PHONE},2,T001", f"{PHONE},12,T001"),
        aside={"conflicting_rows": 2},
    ),
)  # fmt: skip
def _(edition: TinyEdition) -> None:
    edition.audits["north/phone"].append({**edition.test("T001"), "greeting": "0"})


@attack(
    "one-test-handed-in-by-two-firms",
    quarantined("conflicting_rows", f"{PHONE},12,X900", "audits/south/phone.csv,12,X900", rows=2),
)
def _(edition: TinyEdition) -> None:
    row = spare_test(edition)
    edition.audits["south/phone"].append(dict(row))


# ---- lines that make no row ----------------------------------------------------------------------------------------
LINE = ",".join(["X900"] * 14)
for name, line in (
    ("line-with-a-field-too-many", b"," * 15 + b"\n"),
    ("line-with-a-field-too-few", b"X900,atlas-hotels,phone\n"),
    ("line-with-an-open-quote", b'X900,"atlas-hotels,phone,sale,fr,N09,,,,,,1,1,1,1\n'),
    ("line-in-latin-1", "X900,atlas-hôtels,phone,sale,fr,N09,,,,,,1,1,1,1\n".encode("latin-1")),
):

    @attack(name, quarantined("unreadable_row", f"{PHONE},12"))
    def _(edition: TinyEdition, line: bytes = line) -> None:
        roomy(edition)
        raw_line(edition, PHONE, line)


@attack(
    "one-bad-row-too-many-for-the-rulebook",
    blocked(
        "intake.quarantine_share",
        names=("≤ 200 bp", "audits 1 / 29", f"{PHONE},12,X900,quarantined,malformed_value"[:26]),
        aside={"malformed_value": 1},
    ),
)
def _(edition: TinyEdition) -> None:
    spare_test(edition, outcome="done")
    roomy(edition, 200)


# ---- whole files -----------------------------------------------------------------------------------------------------
@attack("two-channels-in-one-file", unread("several_channels", names=(PHONE, "email, phone", "channel")))
def _(edition: TinyEdition) -> None:
    edition.audits["north/phone"] += edition.audits.pop("north/email")


@attack("column-missing", unread("missing_column", names=(PHONE, "line 1", "shopper_id")))
def _(edition: TinyEdition) -> None:
    for row in edition.audits["north/phone"]:
        del row["shopper_id"]


@attack("criterion-missing", unread("missing_column", names=(EMAIL, "line 1", "tone")))
def _(edition: TinyEdition) -> None:
    for row in edition.audits["north/email"]:
        del row["tone"]


FAMILY.add(
    "criterion-misspelt",
    lambda edition: header(edition, PHONE, "courtesy", "Courtesy"),
    unread("missing_column", names=(PHONE, "line 1", "courtesy")),
)
FAMILY.add(
    "column-twice",
    lambda edition: header(edition, PHONE, "rechecks", "outcome"),
    unread("duplicate_column", names=(PHONE, "line 1")),
)
FAMILY.add(
    "header-missing",
    lambda edition: edition.extra.update({PHONE: edition.render()[PHONE].partition(b"\n")[2]}),
    unread("missing_column", names=(PHONE, "line 1")),
)
FAMILY.add(
    "empty-file",
    lambda edition: edition.extra.update({"audits/north/late.csv": b""}),
    unread("no_header", names=("audits/north/late.csv", "line 1")),
)
FAMILY.add(
    "no-audits-at-all",
    lambda edition: edition.audits.clear(),
    unread("missing_file", names=("audits/",)),
)


@attack(
    "no-row-in-any-audit-file",
    blocked(
        *(
            f"intake.{check}"
            for check in (
                "sources_present", "completion_reached", "test_keys_unique", "tests_valid", "ratings_valid",
                "shopper_share", "recheck_share", "rechecks_resolved", "shoppers_rotate", "durations_plausible",
                "tests_apart", "tests_open_hours", "evidence_unique", "tests_distinct", "ratings_varied",
                "shopper_load", "recheck_agreement", "criterion_agreement", "rechecks_consistent", "outcomes_rated",
                "ratings_unsorted",
            )
        ),
        *(
            f"scoring.{check}"
            for check in (
                "marks_complete", "channels_present", "exclusions_follow", "tests_listed", "tables_filled",
                "firm_drift", "shopper_drift", "candidate_drift", "criterion_drift",
            )
        ),
        names=("audits", "atlas-banks phone 0 / 4"),
    ),
)  # fmt: skip
def _(edition: TinyEdition) -> None:
    for name in edition.audits:
        header_line = edition.render()[f"audits/{name}.csv"].partition(b"\n")[0]
        edition.extra[f"audits/{name}.csv"] = header_line + b"\n"


@attack("unknown-column", harmless(infos=frozenset({"intake.columns_known"})))
def _(edition: TinyEdition) -> None:
    for row in edition.audits["north/phone"]:
        row["mood"] = "sunny"


@attack("rows-and-files-in-another-order", harmless())
def _(edition: TinyEdition) -> None:
    for rows in edition.audits.values():
        rows.reverse()
    edition.audits["north/a"] = edition.audits.pop("north/phone")
    edition.audits["south/z"] = edition.audits["south/phone"][5:]
    del edition.audits["south/phone"][5:]
    for table in (edition.survey, edition.votes, edition.candidates):
        assert table is not None
        table.sort(key=lambda row: digest(str(row)))


# ---- quotas ----------------------------------------------------------------------------------------------------------
FAMILY.add(
    "one-planned-test-missing",
    lambda edition: drop_test(edition, "T005") and None,
    blocked("intake.completion_reached", names=("atlas-hotels phone 3 / 4", "≥ 9500 bp")),
)
FAMILY.add(
    "planned-test-aborted",
    lambda edition: edition.test("T005").update(outcome="aborted"),
    blocked("intake.completion_reached", names=("atlas-hotels phone 3 / 4",)),
)


@attack(
    "planned-channel-without-a-test",
    blocked(
        "intake.completion_reached", "scoring.channels_present", "scoring.marks_complete",
        names=("cedre-banks email 0 / 2",),
    ),
)  # fmt: skip
def _(edition: TinyEdition) -> None:
    for name in ("north/email", "south/email"):
        edition.audits[name] = [row for row in edition.audits[name] if row["candidate_id"] != "cedre-banks"]


@attack(
    "planned-test-by-a-shopper-in-conflict",
    blocked(
        "intake.completion_reached",
        names=("cedre-banks phone 3 / 4", "conflict"),
        infos=frozenset({"intake.conflicts_absent"}),
    ),
)
def _(edition: TinyEdition) -> None:
    edition.test("T012")["shopper_id"] = "S04"


@attack(
    "one-more-test-by-a-shopper-in-conflict",
    harmless("X900", "conflict", infos=frozenset({"intake.conflicts_absent"})),
)
def _(edition: TinyEdition) -> None:
    spare_test(edition, candidate_id="cedre-banks", shopper_id="S04", greeting="0", solution="0")


@attack(
    "shopper-with-too-many-tests-of-a-candidate", blocked("intake.shopper_share", names=("atlas-hotels N01 2 / 6",))
)
def _(edition: TinyEdition) -> None:
    edition.test("T005")["shopper_id"] = "N01"


@attack("firm-with-too-few-re-checks", blocked("intake.recheck_share", names=("south 1 / 12", "≥ 1000 bp")))
def _(edition: TinyEdition) -> None:
    edition.rulebook["independence"]["min_recheck_share"] = 1000
    drop_test(edition, "T027")


# ---- possible but suspicious -----------------------------------------------------------------------------------------
for name, changes in (
    ("re-check-of-a-test-that-is-not", {"rechecks": "T999"}),
    ("re-check-by-the-same-shopper", {"rechecks": "T001", "shopper_id": "N01"}),
    ("re-check-of-another-candidate", {"rechecks": "T002"}),
    ("re-check-of-itself", {"rechecks": "X900"}),
    ("re-check-of-a-re-check", {"rechecks": "T025", "shopper_id": "N09"}),
):
    FAMILY.add(name, spoilt(**changes), warned("intake.rechecks_resolved", names=("X900",), same=True))
FAMILY.add(
    "call-of-two-seconds",
    lambda edition: edition.test("T001").update(ended_at="2025-09-01T09:00:02"),
    warned("intake.durations_plausible", names=("T001 phone 2 s",), same=True),
)
FAMILY.add(
    "call-of-eight-hours",
    lambda edition: edition.test("T001").update(ended_at="2025-09-01T17:00:00"),
    warned("intake.durations_plausible", names=("T001 phone 28800 s",), same=True),
)
FAMILY.add(
    "mail-answered-after-fifty-days",
    lambda edition: edition.test("T017").update(
        started_at="2025-09-01T10:00:00", ended_at="2025-10-21T10:00:00", shopper_id="N08"
    ),
    warned("intake.durations_plausible", names=("T017 email",), same=True),
)
FAMILY.add(
    "call-in-the-night",
    lambda edition: edition.test("T001").update(started_at="2025-09-01T03:10:00", ended_at="2025-09-01T03:20:00"),
    warned("intake.tests_open_hours", names=("T001 phone 03:10",), same=True),
)
FAMILY.add(
    "two-calls-of-one-shopper-at-once",
    lambda edition: edition.test("T002").update(
        shopper_id=edition.test("T001")["shopper_id"], started_at="2025-09-01T09:04:00", ended_at="2025-09-01T09:12:00"
    ),
    warned("intake.tests_apart", names=("T002 N01",), same=True),
)
FAMILY.add(
    "one-recording-for-two-tests",
    lambda edition: edition.test("T006").update(evidence_sha256=edition.test("T001")["evidence_sha256"].upper()),
    warned("intake.evidence_unique", names=("T001 = T006",), same=True),
)


@attack("one-test-entered-twice-within-minutes", warned("intake.tests_distinct", names=("T001 = X900",)))
def _(edition: TinyEdition) -> None:
    edition.rulebook["independence"]["max_shopper_share"] = 4000
    spare_test(edition, shopper_id="N01", started_at="2025-09-01T09:08:30", ended_at="2025-09-01T09:15:00")


def many(edition: TinyEdition, number: int, shopper: str, minutes: int = 24 * 60, **changes: str) -> list[Row]:
    """Phone tests of one shopper, candidate after candidate, with the ratings that others gave them."""
    edition.rulebook["independence"] |= {"max_shopper_share": 10_000, "min_recheck_share": 0}
    rows = []
    for place in range(number):
        candidate = CANDIDATES[place % 4]
        ratings = [r for r in RATINGS[candidate] if r is not None]
        start = datetime(2025, 9, 1, 9, 0) + timedelta(minutes=minutes * place)
        row = spare_test(
            edition,
            f"X{place:03d}",
            candidate_id=candidate,
            shopper_id=shopper,
            started_at=start.isoformat(),
            ended_at=(start + timedelta(minutes=6)).isoformat(),
            **dict(
                zip(("greeting", "solution", "courtesy", "follow_up"), ratings[place // 4 % len(ratings)], strict=True)
            ),
        )
        row |= changes
        rows.append(row)
    return rows


@attack("same-ratings-test-after-test", warned("intake.ratings_varied", names=("N09 phone 10 / 10",)))
def _(edition: TinyEdition) -> None:
    for row in many(edition, 10, "N09"):
        row |= {"greeting": "3", "solution": "3", "courtesy": "3", "follow_up": "3"}


@attack(
    "eighty-tests-in-one-day", warned("intake.shopper_load", "intake.shoppers_rotate", names=("N09 2025-09-01 84",))
)
def _(edition: TinyEdition) -> None:
    for place, row in enumerate(many(edition, 84, "N09", minutes=8)):
        row["candidate_id"] = CANDIDATES[place % 4]


@attack(
    "one-shopper-for-nearly-all-of-a-channel",
    warned("intake.shoppers_rotate", names=("atlas-hotels phone N09 8 / 12",)),
)
def _(edition: TinyEdition) -> None:
    many(edition, 32, "N09")


@attack("re-checks-that-contradict-the-tests", warned("intake.recheck_agreement", names=("north",)))
def _(edition: TinyEdition) -> None:
    for place, row in enumerate(many(edition, 12, "N09")):
        row |= {"rechecks": f"T00{place % 8 + 1}", "candidate_id": CANDIDATES[place % 8 % 4], "outcome": "completed"}
        row |= {"greeting": "0", "solution": "0", "courtesy": "0", "follow_up": "0"}
        row["shopper_id"] = f"N{10 + place}"


@attack(
    "re-checks-that-contradict-one-criterion",
    warned("intake.criterion_agreement", "intake.rechecks_consistent", names=("phone greeting",)),
)
def _(edition: TinyEdition) -> None:
    for place, row in enumerate(many(edition, 36, "N09")):
        test = f"T00{place % 5 + 1}"
        row |= {**edition.test(test), "test_id": f"X{place:03d}", "rechecks": test, "shopper_id": f"N{10 + place}"}
        row |= {"greeting": "0", "evidence_sha256": "", "started_at": row["started_at"]}


@attack(
    "firm-that-marks-far-below-the-others",
    warned("scoring.firm_drift", "scoring.criterion_drift", names=("west phone", "west phone courtesy")),
)
def _(edition: TinyEdition) -> None:
    for place, row in enumerate(many(edition, 36, "W01")):
        row |= {"shopper_id": f"W{10 + place % 18}", "greeting": "2", "courtesy": "2", "follow_up": str(1 + place % 2)}
    edition.audits["west/phone"] = edition.audits["north/phone"][10:]
    del edition.audits["north/phone"][10:]


@attack(
    "shopper-who-marks-far-below-the-others",
    warned("intake.shoppers_rotate", "scoring.firm_drift", "scoring.shopper_drift", names=("N09 phone",)),
)
def _(edition: TinyEdition) -> None:
    for place, row in enumerate(many(edition, 32, "N09")):
        row |= {"greeting": str(1 + place % 2), "solution": "2", "courtesy": "1", "follow_up": str(place % 3)}


@attack(
    "title-won-within-the-noise-of-the-tests",
    harmless("banks elected", same=False, infos=frozenset({"scoring.margins_clear"})),
)
def _(edition: TinyEdition) -> None:
    edition.test("T003").update(greeting="0", solution="0", courtesy="0", follow_up="0")
