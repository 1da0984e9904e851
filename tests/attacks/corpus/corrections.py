"""Corrections by hand (SPEC 3.5): each must match exactly one row whose value is the expected one."""

from typing import Any

from tests.attacks.attack import Family, Make, blocked, unread, warned
from tests.attacks.corpus.making import PHONE, correction, roomy
from tests.fixtures.tiny import TinyEdition

FAMILY = Family("corrections")


def corrected(changes: dict[str, Any]) -> Make:
    """The correction of a test that is there, spoilt by changes."""
    return lambda edition: edition.corrections.append(correction(**{"key": "T001", **changes}))


for name, changes, problem, said in (
    ("row-that-is-not", {"key": "T999"}, "correction_no_row", "matches no row"),
    ("rows-that-are-many", {"key": {"channel": "phone"}}, "correction_several_rows", "more than one row"),
    ("value-that-is-another", {"expect": "0"}, "correction_unexpected", "does not find what it expects (line 2"),
    ("value-that-is-that-already", {"value": "4"}, "correction_malformed", "already"),
    ("column-that-is-not", {"column": "mood"}, "correction_column", "a column that the file does not have"),
    ("key-of-no-column", {"key": {"mood": "sunny"}}, "correction_column", "a column that the file does not have"),
    ("file-that-is-not", {"file": "audits/north/fax.csv"}, "correction_file", "no current deposit with rows"),
    ("file-of-the-rules", {"file": "rulebook.yml"}, "correction_file", "no current deposit with rows"),
    ("path-out-of-the-folder", {"file": "../../etc/passwd"}, "correction_file", "no current deposit with rows"),
    ("reason-left-out", {"reason": ""}, "correction_malformed", "reason is empty"),
    ("nobody-behind-it", {"by": " "}, "correction_malformed", "by is empty"),
    ("day-that-is-not", {"on": "2025-02-30"}, "correction_malformed", "not a day"),
    ("id-that-is-a-path", {"name": "../C1"}, "correction_malformed", "letters, digits"),
    ("value-that-is-a-list", {"value": ["3"]}, "correction_malformed", "not text or a number"),
):
    FAMILY.add(
        f"correction-of-a-{name}" if "that-is" in name or "of" in name else f"correction-with-a-{name}",
        corrected(changes),
        unread(problem, names=(said,)),
    )

FAMILY.add(
    "correction-with-personal-data-in-its-reason",
    lambda edition: edition.corrections.append(correction("T001", reason="Ask fatima@example.ma.")),
    unread("correction_malformed", names=("looks like an e-mail address",), never=("fatima@example.ma",)),
)


def beyond(edition: TinyEdition) -> None:
    """A correction puts an impossible rating in the place of a possible one."""
    roomy(edition)
    edition.corrections.append(correction("T025", value="9"))


FAMILY.add(
    "correction-beyond-the-maximum",
    beyond,
    blocked("intake.recheck_share", names=("north 1 / 12", f"{PHONE},10,T025,greeting"), aside={"malformed_value": 1}),
)
FAMILY.add(
    "two-corrections-of-one-id",
    lambda edition: edition.corrections.extend([correction("T001"), correction("T002")]),
    unread("correction_malformed", names=("stands twice",)),
)


@FAMILY.attack("many-corrections-by-hand", warned("intake.corrections_rare", names=(f"{PHONE} 4",)))
def _(edition: TinyEdition) -> None:
    for number, row in enumerate(edition.audits["north/phone"][:4]):
        old = row["language"]
        changes = {"column": "language", "expect": old, "value": "fr" if old != "fr" else "en"}
        edition.corrections.append(correction(row["test_id"], f"C{number}", **changes))
