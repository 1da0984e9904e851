"""Contests (SPEC 3.5b, 3.6): what an entrant, a rival or a clerk may try with a test that is contested."""

from typing import Any

from tests.attacks.attack import Family, blocked, harmless, unread, warned
from tests.attacks.corpus.making import correction, header, raw_line, spare_test
from tests.fixtures.tiny import TinyEdition

FAMILY = Family("contests")
attack = FAMILY.attack

FILE = "contests.csv"
ACCEPTED = "intake.contests_accepted"
BOUND = "intake.contest_corrections_bound"


def contesting(**changes: str) -> Any:
    """A contest of a spare test that was heard and rejected; `changes` spoil it."""

    def make(edition: TinyEdition) -> None:
        spare_test(edition)
        edition.contest("X900").update(changes)

    return make


# ---- a contest set aside: named, warned of, and the edition goes on ------------------------------------------------
for name, changes, reason in (
    ("contest-a-day-before-the-window", {"opened_on": "2025-11-16"}, "outside_window"),
    ("contest-a-day-after-the-window", {"opened_on": "2025-11-29", "decided_on": "2025-11-30"}, "outside_window"),
    ("contest-of-a-rivals-test", {"candidate_id": "bahia-hotels"}, "unknown_test"),
    ("contest-of-a-test-that-is-not", {"test_id": "T999"}, "unknown_test"),
    ("contest-of-everything", {"test_id": "*"}, "malformed_value"),
    ("contest-by-nobody", {"candidate_id": "zenith-hotels"}, "unknown_candidate"),
    ("contest-for-a-reason-of-ones-own", {"ground": "unfair"}, "malformed_value"),
    ("contest-opened-on-a-day-that-is-not", {"opened_on": "2025-11-31"}, "malformed_value"),
    ("contest-decided-before-it-was-opened", {"decided_on": "2025-11-17"}, "malformed_value"),
    ("contest-decided-on-no-day", {"decision": "excluded", "decided_on": ""}, "malformed_value"),
    ("contest-decided-for-no-reason", {"decision": "excluded", "reason": "\u00a0\u200b "}, "malformed_value"),
    ("contest-decided-by-another-word", {"decision": "upheld"}, "malformed_value"),
):
    FAMILY.add(
        name,
        contesting(**changes),
        warned(ACCEPTED, names=(f"{FILE}:2 K1 {reason}",), aside={reason: 1}),
    )
FAMILY.add(
    "contest-whose-id-is-a-path",
    contesting(contest_id="../K1"),
    warned(ACCEPTED, names=(f"{FILE}:2 malformed_value",), aside={"malformed_value": 1}),
)


@attack(
    "test-that-two-contest",
    warned(ACCEPTED, names=("K1 contested_twice", "K2 contested_twice"), aside={"contested_twice": 2}),
)
def _(edition: TinyEdition) -> None:
    """One row would exclude the test, the other would keep it: nobody can tell which is meant."""
    spare_test(edition)
    edition.contest("X900", decision="excluded")
    edition.contest("X900", "K2")


@attack(
    "two-truths-under-one-contest",
    warned(ACCEPTED, names=("2 K1 conflicting_rows", "3 K1 conflicting_rows"), aside={"conflicting_rows": 2}),
)
def _(edition: TinyEdition) -> None:
    spare_test(edition)
    edition.contest("X900")
    edition.contest("X900", decision="excluded")


@attack("contest-handed-in-twice", warned(ACCEPTED, names=("3 K1 duplicate_row",), aside={"duplicate_row": 1}))
def _(edition: TinyEdition) -> None:
    spare_test(edition)
    edition.contest("X900")
    edition.contest("X900")


@attack("contest-cut-short", warned(ACCEPTED, names=(f"{FILE}:3 unreadable_row",), aside={"unreadable_row": 1}))
def _(edition: TinyEdition) -> None:
    spare_test(edition)
    edition.contest("X900")
    raw_line(edition, FILE, b"K2,atlas-hotels,T001\n")


@attack("a-hundred-late-contests-block-nobody", warned(ACCEPTED, names=("K99 outside_window",), aside=None))
def _(edition: TinyEdition) -> None:
    """A rival who hands in nothing but what comes too late: it enters no share of rows set aside."""
    for number in range(100):
        edition.contest("T001", f"K{number}", opened_on="2025-12-01", decided_on="2025-12-02")


# ---- what a contest does -----------------------------------------------------------------------------------------
FAMILY.add("contest-that-was-rejected", contesting(), harmless(same=False))
FAMILY.add(
    "contest-without-a-decision",
    contesting(decision="", decided_on="", reason=""),
    blocked("intake.contests_decided", names=("K1 X900",)),
)
FAMILY.add(
    "test-excluded-by-its-contest-counts-for-nothing",
    contesting(decision="excluded"),
    harmless("X900", "contested"),
)


@attack(
    "candidate-that-contests-its-way-below-completion",
    blocked("intake.completion_reached", names=("atlas-hotels phone 3 / 4",)),
)
def _(edition: TinyEdition) -> None:
    """Its worst test goes, and with it the number that was planned; the shares of shoppers and re-checks stay."""
    edition.contest("T001", decision="excluded")


@attack("contests-where-the-rulebook-lets-nobody", warned("intake.contests_foreseen", names=(FILE,)))
def _(edition: TinyEdition) -> None:
    edition.contest("T001", decision="excluded")
    del edition.rulebook["contest"]


def without_grounds(edition: TinyEdition) -> None:
    """A contest in a file that has no column `ground`."""
    edition.contest("T001")
    header(edition, FILE, "ground", "grounds")


FAMILY.add(
    "contests-without-a-column",
    without_grounds,
    unread("missing_column", names=("ground",)),
)
FAMILY.add(
    "contest-with-personal-data-in-its-reason",
    lambda edition: edition.contest("T001", reason="Fatima, 0661 23 45 67, says so.") and None,
    unread("personal_data", names=(FILE, "reason"), never=("0661 23 45 67",)),
)


@attack(
    "firm-whose-tests-are-contested-with-success", warned("intake.contests_even", names=("field_firm north 12 / 26",))
)
def _(edition: TinyEdition) -> None:
    for number in range(12):
        day = f"2025-10-{6 + number + 2 * (number // 5):02d}"
        times = {"started_at": f"{day}T15:00:00", "ended_at": f"{day}T15:09:00", "shopper_id": f"N{10 + number}"}
        spare_test(edition, f"X{900 + number}", **times)
        edition.contest(f"X{900 + number}", f"K{number}", decision="excluded")
    edition.rulebook["independence"]["min_recheck_share"] = 0


# ---- corrections that a contest asked for ------------------------------------------------------------------------
def corrected(decision: str = "corrected", contest: str = "K1", key: Any = "X900", **changes: Any) -> Any:
    """A contest of the spare test decided by a correction of its greeting; `changes` spoil the correction."""

    def make(edition: TinyEdition) -> None:
        spare_test(edition)
        edition.contest("X900", decision=decision)
        edition.corrections.append(correction(key, contest=contest, **changes))

    return make


FAMILY.add("correction-that-a-contest-asked-for", corrected(), harmless(same=False))
FAMILY.add(
    "contest-decided-by-a-correction-that-is-not-there",
    contesting(decision="corrected"),
    blocked("intake.contests_corrected", names=("K1 X900",)),
)
FAMILY.add(
    "correction-for-a-contest-that-was-rejected", corrected("rejected"), blocked(BOUND, names=("C1 K1 X900 greeting",))
)
FAMILY.add(
    "correction-for-a-contest-of-another-test",
    corrected(key="T001"),
    blocked(BOUND, names=("C1 K1 T001 greeting",)),
)
FAMILY.add(
    "correction-for-a-contest-that-is-not",
    corrected(contest="K9"),
    blocked(BOUND, "intake.contests_corrected", names=("C1 K9 X900 greeting", "K1 X900")),
)
FAMILY.add(
    "correction-for-a-contest-of-a-response",
    corrected(file="survey/responses.csv", key={"respondent_id": "R001"}, column="effort", expect="6", value="7"),
    blocked(BOUND, names=("C1 K1 effort",)),
)
FAMILY.add(
    "correction-that-gives-the-contested-test-to-a-rival",
    corrected(column="candidate_id", expect="atlas-hotels", value="bahia-hotels"),
    blocked(
        BOUND, ACCEPTED, names=("C1 K1 X900 candidate_id", "unknown_test,contests.csv,2,K1"), aside={"unknown_test": 1}
    ),
)


@attack("correction-that-renames-the-contested-test", blocked(BOUND, names=("C1 K1 X901 test_id",)))
def _(edition: TinyEdition) -> None:
    spare_test(edition)
    edition.contest("X900", decision="corrected").update(test_id="X901")
    edition.corrections.append(correction("X900", contest="K1", column="test_id", expect="X900", value="X901"))


@attack(
    "correction-for-a-contest-that-came-too-late",
    blocked(
        BOUND, ACCEPTED, names=("C1 K1 X900 greeting", "outside_window,contests.csv,2,K1"), aside={"outside_window": 1}
    ),
)
def _(edition: TinyEdition) -> None:
    corrected()(edition)
    edition.contests[0].update(opened_on="2025-12-01", decided_on="2025-12-02")


@attack("clerk-who-decides-a-contest-in-the-corrections", unread("correction_file", names=(FILE, "C1")))
def _(edition: TinyEdition) -> None:
    edition.contest("T001")
    change = {"file": FILE, "column": "decision", "expect": "rejected", "value": "excluded"}
    edition.corrections.append(correction("K1", **change))


FAMILY.add(
    "correction-for-a-contest-of-no-id",
    corrected(contest="K1 and K2"),
    unread("correction_malformed", names=("not the id of a contest",)),
)
FAMILY.add(
    "correction-for-a-contest-where-nobody-may-contest",
    lambda edition: edition.corrections.append(correction("T001", contest="K1")),
    blocked(BOUND, names=("C1 K1 T001 greeting",)),
)
