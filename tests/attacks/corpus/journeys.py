"""Journeys, places, people, plans by value and measured cells (SPEC 3.2, 3.6, 4)."""

from tests.attacks.attack import Family, Make, blocked, harmless, quarantined, unread, warned
from tests.attacks.corpus.making import PHONE, spare_test
from tests.fixtures.tiny import TinyEdition

FAMILY = Family("journeys")
attack = FAMILY.attack
PLACE = f"{PHONE},12,X900"


def borne(column: str, value: str) -> Make:
    """A spare test that bears a value."""
    return lambda edition: spare_test(edition, **{column: value}) and None


for name, column, value in (
    ("step-of-no-journey", "step", "1"),
    ("fact-of-two", "repeated", "2"),
    ("fact-that-does-not-apply", "resolved", "NA"),
    ("persona-of-two-words", "persona", "foreign visitor"),
    ("city-that-is-a-formula", "city", "=HYPERLINK(1)"),
    ("site-written-backwards", "site", "Agence\u202eecnegA"),
    ("operator-longer-than-a-name", "operator", "A" * 61),
    ("journey-that-is-a-path", "journey_id", "../J1"),
):
    FAMILY.add(
        name,
        borne(column, value),
        quarantined("malformed_value", PLACE, column),
    )
for name, column, value in (
    ("place-that-is-an-address", "site", "agence.agdal@example.ma"),
    ("operator-that-is-a-phone-number", "operator", "Partenaire 0661 23 45 67"),
):
    FAMILY.add(
        name,
        borne(column, value),
        unread("personal_data", names=(PHONE, column), never=(value,)),
    )


def travelling(edition: TinyEdition, *steps: tuple[str, str]) -> None:
    """These tests are steps of one journey."""
    for test_id, step in steps:
        edition.test(test_id).update(journey_id="J1", step=step)


FAMILY.add(
    "journey-in-three-steps",
    lambda edition: travelling(edition, ("T001", "1"), ("T005", "2"), ("T017", "3")),
    harmless(),
)
FAMILY.add(
    "journey-of-two-candidates",
    lambda edition: travelling(edition, ("T001", "1"), ("T002", "2")),
    warned("intake.journeys_coherent", names=("J1: atlas-hotels = bahia-hotels",), same=True),
)
FAMILY.add(
    "step-taken-twice",
    lambda edition: travelling(edition, ("T001", "2"), ("T005", "02")),
    warned("intake.journeys_coherent", names=("J1: T001 (2) = T005 (2)",), same=True),
)
FAMILY.add(
    "journey-without-steps",
    lambda edition: travelling(edition, ("T001", "")),
    warned("intake.journeys_coherent", names=("J1: T001 (–)",), same=True),
)


@attack("persona-of-one-firm-alone", warned("intake.personas_shared", names=("tourist north 1",), same=True))
def _(edition: TinyEdition) -> None:
    for row in edition.tests():
        row["persona"] = "visitor"
    edition.test("T001")["persona"] = "tourist"


@attack(
    "candidate-with-fewer-visitors-than-planned", blocked("intake.quotas_reached", names=("persona=visitor 1 / 2",))
)
def _(edition: TinyEdition) -> None:
    edition.rulebook["channels"]["phone"]["planned_by"] = {"persona": {"visitor": 2}}
    for row in edition.tests():
        row["persona"] = "visitor" if row["channel"] == "phone" else ""
    for test_id in ("T001", "T005", "T009"):
        edition.test(test_id)["persona"] = "Visitor"
    edition.test("T002")["persona"] = "Visitor"


@attack(
    "plan-that-only-a-contested-test-fulfils",
    blocked("intake.quotas_reached", names=("atlas-hotels phone language=fr 0 / 1",)),
)
def _(edition: TinyEdition) -> None:
    edition.rulebook["channels"]["phone"]["planned_by"] = {"language": {"fr": 1}}
    of_atlas = [row for row in edition.tests() if row["candidate_id"] == "atlas-hotels" and row["channel"] == "phone"]
    french = next(row["test_id"] for row in of_atlas if row["language"] == "fr" and not row["rechecks"])
    spare_test(edition, language="en")
    edition.contest(french, decision="excluded")


def waited(edition: TinyEdition, factor: str) -> None:
    """The greeting of phone tests becomes the time waited; the firm "north" writes it down in its own unit."""
    edition.measure("phone", "greeting", "second", ("20", 4), ("60.5", 3), ("", 1))
    for name in ("north/phone", "south/phone"):
        for place, row in enumerate(row for row in edition.audits[name] if row["outcome"] == "completed"):
            seconds = 15 + 7 * place % 30
            row["greeting"] = f"{seconds / 60:.3f}" if name.startswith(factor) else str(seconds)


FAMILY.add("times-in-seconds", lambda edition: waited(edition, "-"), harmless(same=False))
FAMILY.add(
    "minutes-for-seconds",
    lambda edition: waited(edition, "north"),
    warned("intake.measures_comparable", names=("north phone greeting 0.",)),
)


@attack("time-with-a-comma", quarantined("malformed_value", PLACE, "greeting", same=False))
def _(edition: TinyEdition) -> None:
    waited(edition, "-")
    spare_test(edition, greeting="12,5")
