"""Small changes of a clean edition that several families use.

Belongs here: adding a row that is right in every way, for an attack to spoil, and room in the rulebook so that one bad
row does not block by its share alone (28 tests: each is 357 basis points).
"""

from typing import Any

from tests.fixtures.tiny import Row, TinyEdition, digest

PHONE = "audits/north/phone.csv"
EMAIL = "audits/north/email.csv"
SURVEY = "survey/responses.csv"
TARGETS = "survey/targets.csv"
VOTES = "votes/votes.csv"


def roomy(edition: TinyEdition, share: int = 4000) -> None:
    """Let more rows be set aside before a source is blocked."""
    edition.rulebook["quarantine"]["max_share"] = share


def spare_test(edition: TinyEdition, name: str = "X900", file: str = "north/phone", **changes: str) -> Row:
    """One more test, of another shopper on a free day; the last row of its file. `changes` spoil it."""
    roomy(edition)
    rows = edition.audits[file]
    row = {
        **rows[0],
        "test_id": name,
        "shopper_id": "N09",
        "started_at": "2025-10-27T11:00:00",
        "ended_at": "2025-10-27T11:09:00",
        "outcome": "completed",
        "evidence_sha256": digest(f"recording {name}"),
        "rechecks": "",
        **changes,
    }
    rows.append(row)
    return row


def drop_test(edition: TinyEdition, test_id: str) -> Row:
    """Take a test out of its file."""
    rows = edition.audits[edition.file_of(test_id)]
    return rows.pop(next(place for place, row in enumerate(rows) if row["test_id"] == test_id))


def spare_response(edition: TinyEdition, name: str = "X900", **changes: str) -> Row:
    """One more response of somebody new, last in its file."""
    roomy(edition)
    assert edition.survey is not None
    row = {**edition.survey[0], "respondent_id": name, "answered_at": "2025-11-27T11:00:00", **changes}
    edition.survey.append(row)
    return row


def spare_vote(edition: TinyEdition, name: str = "X900", **changes: str) -> Row:
    """One more vote of somebody new, last in its file."""
    roomy(edition)
    assert edition.votes is not None
    row = {
        **edition.votes[0],
        "vote_id": name,
        "category_id": "hotels",
        "candidate_id": "atlas-hotels",
        "voter_key": digest(f"voter {name}"),
        "ip_hash": digest(f"address {name}"),
        "cast_at": "2025-10-30T15:00:00+01:00",
        **changes,
    }
    edition.votes.append(row)
    return row


def correction(key: str, name: str = "C1", **changes: Any) -> dict[str, Any]:
    """An entry of corrections.yml that puts a greeting of T001 right; `changes` spoil it."""
    entry = {
        "id": name,
        "file": PHONE,
        "key": key,
        "column": "greeting",
        "expect": "4",
        "value": "3",
        "reason": "The recording says so.",
        "by": "Nadia Clerk",
        "on": "2025-12-02",
    }
    return entry | changes


def line_of(rows: list[Row]) -> int:
    """The line of the last row in a CSV with a header."""
    return len(rows) + 1


def raw_line(edition: TinyEdition, path: str, line: bytes) -> None:
    """Put a line of bytes at the end of a file."""
    edition.extra[path] = edition.render()[path] + line


def header(edition: TinyEdition, path: str, old: str, new: str) -> None:
    """Rewrite the header of a CSV file: the first `old` in it becomes `new`."""
    first, _, rest = edition.render()[path].decode().partition("\n")
    assert old in first
    edition.extra[path] = (first.replace(old, new, 1) + "\n" + rest).encode()


def set_key(data: Any, path: str, value: Any) -> None:
    """Set a key by its path ("vote.burst.action", "categories.0.id"); `...` removes it."""
    *parents, last = path.split(".")
    for part in parents:
        data = data[int(part)] if isinstance(data, list) else data[part]
    if value is ...:
        del data[last]
    elif isinstance(data, list):
        data[int(last)] = value
    else:
        data[last] = value


def withdrawn(edition: TinyEdition, number: int) -> list[str]:
    """More candidates among the hotels, all withdrawn: rows may be about them and count for nothing."""
    names = [f"w{place}-hotels" for place in range(number)]
    for place, name in enumerate(names):
        edition.candidates.append(
            {
                "candidate_id": name,
                "company_id": f"w{place}",
                "company": f"Retrait {place}",
                "category_id": "hotels",
                "status": "withdrawn",
                "withdrawn_on": "2025-09-15",
            }
        )
    return names
