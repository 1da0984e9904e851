"""Wrong candidates (SPEC 3.1): every row of that list must be valid, for all else refers to it."""

from tests.attacks.attack import Family, Make, blocked, harmless, unread, warned
from tests.attacks.corpus.making import roomy
from tests.fixtures.tiny import TinyEdition

FAMILY = Family("candidates")
attack = FAMILY.attack


def spare(edition: TinyEdition, **changes: str) -> None:
    """One more row, of a withdrawn candidate; the last of its file."""
    roomy(edition)
    row = {
        "candidate_id": "delta-hotels", "company_id": "delta", "company": "Delta", "category_id": "hotels",
        "status": "withdrawn", "withdrawn_on": "2025-09-15", **changes,
    }  # fmt: skip
    edition.candidates.append(row)


def spoilt(**changes: str) -> Make:
    """A spare candidate with values that are wrong."""
    return lambda edition: spare(edition, **changes)


for name, changes, reason, column in (
    ("category-unknown", {"category_id": "airlines"}, "unknown_category", "category_id"),
    ("category-empty", {"category_id": ""}, "malformed_value", "category_id"),
    ("status-unknown", {"status": "active"}, "malformed_value", "status"),
    ("withdrawn-and-entered", {"status": "entered"}, "malformed_value", "withdrawn_on"),
    ("withdrawn-on-a-day-that-is-not", {"withdrawn_on": "2025-02-30"}, "malformed_value", "withdrawn_on"),
    ("company-without-a-name", {"company": ""}, "malformed_value", "company"),
    ("company-with-an-endless-name", {"company": "Delta " * 40}, "malformed_value", "company"),
    ("company-id-with-blanks", {"company_id": "delta group"}, "malformed_value", "company_id"),
):
    expect = blocked(
        "intake.candidates_accepted",
        names=(f"candidates,quarantined,{reason},candidates.csv,6,delta-hotels,{column}",),
        aside={reason: 1},
    )
    FAMILY.add(name, spoilt(**changes), expect)


@attack("row-twice", blocked("intake.candidates_accepted", names=("duplicate_row",), aside={"duplicate_row": 1}))
def _(edition: TinyEdition) -> None:
    spare(edition)
    spare(edition)


@attack(
    "one-id-in-two-categories",
    blocked("intake.candidates_accepted", names=("conflicting_rows",), aside={"conflicting_rows": 2}),
)
def _(edition: TinyEdition) -> None:
    spare(edition)
    spare(edition, category_id="banks")


@attack("company-twice-in-a-category", blocked("intake.candidate_keys_unique", names=("atlas hotels",)))
def _(edition: TinyEdition) -> None:
    edition.candidate("bahia-hotels").update(company_id="atlas", company="Atlas")


FAMILY.add(
    "company-under-two-names",
    lambda edition: edition.candidate("atlas-banks").update(company="Atlas Bank"),
    warned("intake.company_names_stable", names=("atlas",), same=True),
)
FAMILY.add(
    "name-of-two-companies",
    lambda edition: edition.candidate("bahia-hotels").update(company="ATLAS"),
    warned("intake.company_names_stable", names=("atlas, bahia",), same=True),
)


@attack(
    "candidate-that-nobody-tested",
    blocked(
        "intake.completion_reached", "intake.respondents_enough", "scoring.respondents_enough",
        "scoring.channels_present", "scoring.marks_complete",
        names=("delta-hotels phone 0 / 4", "delta-hotels 0"),
    ),
)  # fmt: skip
def _(edition: TinyEdition) -> None:
    spare(edition, status="entered", withdrawn_on="")


@attack(
    "candidate-left-out-of-the-list",
    blocked(
        "intake.quarantine_share", "intake.votes_enough", "scoring.votes_enough",
        names=("audits 6 / 28", "banks 12", "unknown_candidate", "no_award_too_few_candidates"),
        aside={"unknown_candidate": 22},
    ),
)  # fmt: skip
def _(edition: TinyEdition) -> None:
    del edition.candidates[3]


@attack("only-one-left-in-a-category", harmless("banks no_award_too_few_candidates", "hotels elected", same=False))
def _(edition: TinyEdition) -> None:
    edition.rulebook["vote"]["min_votes"] = 12
    edition.withdraw("cedre-banks")


for name, day, told in (
    ("withdrawn-after-fieldwork", "2025-12-20", "cedre-banks 2025-12-20 [after_fieldwork]"),
    ("withdrawn-without-a-day", "", "cedre-banks – [no_date]"),
):

    @attack(name, warned("intake.withdrawals_timely", names=(told,)))
    def _(edition: TinyEdition, day: str = day) -> None:
        edition.rulebook["vote"]["min_votes"] = 12
        edition.withdraw("cedre-banks", day)


@attack("nobody-reaches-the-minimum-mark", harmless("banks no_award_min_mark", "hotels no_award_min_mark", same=False))
def _(edition: TinyEdition) -> None:
    edition.rulebook["eligibility"]["min_mark"] = "19.99"


FAMILY.add(
    "no-list-of-candidates",
    lambda edition: edition.extra.update({"candidates.csv": None}),
    unread("missing_file", names=("candidates.csv",)),
)
FAMILY.add(
    "list-without-statuses",
    lambda edition: [row.pop("status") for row in edition.candidates] and None,
    unread("missing_column", names=("candidates.csv", "line 1", "status")),
)
