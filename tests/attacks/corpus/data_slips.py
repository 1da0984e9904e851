"""Slips that leave every value legal (SPEC 3): only what the values say together gives them away.

Belongs here: faults that the mutation of data (`benchmarks/mutation`) showed to pass before the check named here was made.
"""

from datetime import datetime, timedelta

from tests.attacks.attack import Family, harmless, warned
from tests.attacks.corpus.making import EMAIL, PHONE, SURVEY, spare_test, spare_vote
from tests.fixtures.tiny import CANDIDATES, TinyEdition, digest

FAMILY = Family("data_slips")
attack = FAMILY.attack
CRITERIA = ("greeting", "solution", "courtesy", "follow_up")


FAMILY.add(
    "outcome-changed-after-the-ratings",
    lambda edition: edition.test("T001").update(outcome="unanswered"),
    warned("intake.outcomes_rated", names=("T001 unanswered 4 / 4",)),
)
FAMILY.add(
    "test-called-off-that-was-rated-to-the-end",
    lambda edition: spare_test(edition, outcome="aborted") and None,
    warned("intake.outcomes_rated", names=("X900 aborted 4 / 4",)),
)
FAMILY.add(
    "call-broken-off-half-way",
    lambda edition: spare_test(edition, outcome="aborted", follow_up="") and None,
    harmless(),
)


@attack("criterion-that-slipped-a-row", warned("intake.rechecks_consistent", names=("north phone greeting",)))
def _(edition: TinyEdition) -> None:
    """Forty re-checked tests of each firm; in one file the column of a criterion stands a row too low."""
    edition.rulebook["independence"]["max_shopper_share"] = 10_000
    for firm in ("north", "south"):
        rows = []
        for place in range(80):
            start = datetime(2025, 9, 1, 9, 0) + timedelta(days=place // 2 % 40, hours=place % 2 * 3)
            first = f"{firm[0].upper()}X{place - 1:03d}" if place % 2 else ""
            ratings = dict.fromkeys(CRITERIA, str(2 + place // 2 % 3))
            rows.append(
                spare_test(
                    edition,
                    f"{firm[0].upper()}X{place:03d}",
                    file=f"{firm}/phone",
                    shopper_id=f"{firm[0].upper()}{10 + place % 20}",
                    started_at=start.isoformat(),
                    ended_at=(start + timedelta(minutes=9)).isoformat(),
                    rechecks=first,
                    candidate_id="atlas-banks",
                    **ratings,
                )
            )
        if firm == "north":
            slipped = [row["greeting"] for row in rows]
            for row, rating in zip(rows, slipped[-1:] + slipped[:-1], strict=True):
                row["greeting"] = rating


@attack("column-sorted-by-itself", warned("intake.ratings_unsorted", names=("audits/north/late.csv greeting 24",)))
def _(edition: TinyEdition) -> None:
    edition.rulebook["independence"] |= {"max_shopper_share": 10_000, "min_recheck_share": 0}
    edition.audits["north/late"] = []
    for place in range(24):
        start = datetime(2025, 9, 1, 15, 0) + timedelta(days=place)
        row = spare_test(
            edition,
            f"X{place:03d}",
            shopper_id=f"N{10 + place}",
            started_at=start.isoformat(),
            ended_at=(start + timedelta(minutes=9)).isoformat(),
            candidate_id=CANDIDATES[place % 4],
            **{name: str(3 + place * 7 % 11 % 2) for name in CRITERIA},
        )
        edition.audits["north/phone"].remove(row)
        edition.audits["north/late"].append(row | {"greeting": str(2 + place // 8)})


@attack("copies-under-other-names", warned("intake.responses_distinct", names=("atlas-hotels 3 / 11",)))
def _(edition: TinyEdition) -> None:
    assert edition.survey is not None
    edition.survey += [{**row, "respondent_id": f"X{row['respondent_id']}"} for row in edition.survey[:3]]


@attack("effort-the-wrong-way-round", warned("intake.answers_related", names=(f"{SURVEY} satisfaction / effort",)))
def _(edition: TinyEdition) -> None:
    assert edition.survey is not None
    for place, row in enumerate([*edition.survey, *edition.survey]):
        later = (datetime.fromisoformat(row["answered_at"]) + timedelta(seconds=1 + place)).isoformat()
        edition.survey.append({**row, "respondent_id": f"X{place:03d}", "answered_at": later})
    for row in edition.survey:
        row["effort"] = str(8 - int(row["effort"]))


@attack("file-that-stops-within-a-line", warned("intake.files_ended", names=(EMAIL,), aside={"unreadable_row": 1}))
def _(edition: TinyEdition) -> None:
    spare_test(edition, file="north/email")
    edition.extra[EMAIL] = edition.render()[EMAIL][:-90]


FAMILY.add(
    "last-line-without-an-end",
    lambda edition: edition.extra.update({PHONE: edition.render()[PHONE].removesuffix(b"\n")}),
    harmless(),
)


def voting(edition: TinyEdition, number: int, step: timedelta, channel: str) -> None:
    """Votes of as many people from as many addresses, one after the other."""
    for place in range(number):
        cast = datetime(2025, 10, 3, 14, 0) + place * step
        spare_vote(edition, f"X{place:03d}", cast_at=f"{cast.isoformat()}+01:00", channel=channel)


FAMILY.add(
    "voting-channel-that-falls-silent",
    lambda edition: voting(edition, 220, timedelta(hours=1), "app"),
    warned("intake.vote_channels_whole", names=("app 2025-10-12T16Z",)),
)


@attack(
    "firm-that-took-two-candidates-for-each-other",
    warned("scoring.candidate_drift", names=("south atlas-banks phone",)),
)
def _(edition: TinyEdition) -> None:
    """Each firm tests a good and a bad candidate twenty times; one of them enters each under the other's id."""
    edition.rulebook["independence"] |= {"max_shopper_share": 10_000, "min_recheck_share": 0}
    pair = ("atlas-banks", "cedre-banks")
    for firm in ("north", "south"):
        for place in range(40):
            start = datetime(2025, 9, 1, 9, 0) + timedelta(days=place, hours=5)
            good = place % 2 == 0
            ratings = {name: str((3 if good else 1) + (place // 2 + n) % 2) for n, name in enumerate(CRITERIA)}
            spare_test(
                edition,
                f"{firm[0].upper()}X{place:03d}",
                file=f"{firm}/phone",
                shopper_id=f"{firm[0].upper()}{10 + place}",
                started_at=start.isoformat(),
                ended_at=(start + timedelta(minutes=9)).isoformat(),
                candidate_id=pair[good == (firm == "south")],
                evidence_sha256=digest(f"{firm} {place}"),
                **ratings,
            )
