"""Wrong, repeated and massed votes (SPEC 3.4)."""

from datetime import datetime, timedelta

from tests.attacks.attack import Family, Make, blocked, harmless, quarantined, unread, warned
from tests.attacks.corpus.making import VOTES, raw_line, roomy, spare_vote, withdrawn
from tests.fixtures.tiny import TinyEdition, digest, encode

FAMILY = Family("data_votes")
attack = FAMILY.attack
PLACE = f"{VOTES},42,X900"


def spoilt(**changes: str) -> Make:
    """A spare vote with a value that is wrong."""
    return lambda edition: spare_vote(edition, **changes) and None


for name, column, value, reason in (
    ("candidate-unknown", "candidate_id", "zenith-hotels", "unknown_candidate"),
    ("candidate-empty", "candidate_id", "", "malformed_value"),
    ("category-unknown", "category_id", "airlines", "unknown_category"),
    ("category-of-another-candidate", "category_id", "banks", "category_mismatch"),
    ("cast-a-second-before-the-vote-opens", "cast_at", "2025-10-01T08:59:59+01:00", "outside_window"),
    ("cast-a-second-after-the-vote-closes", "cast_at", "2025-11-01T00:00:00+01:00", "outside_window"),
    ("cast-too-early-by-its-offset", "cast_at", "2025-10-01T09:30:00+02:00", "outside_window"),
    ("cast-in-epoch-seconds", "cast_at", "1761832800", "malformed_value"),
    ("cast-with-an-offset-of-nowhere", "cast_at", "2025-10-30T15:00:00+15:00", "malformed_value"),
    ("vote-id-empty", "vote_id", "", "malformed_value"),
    ("voter-empty", "voter_key", "", "malformed_value"),
    ("voter-with-blanks", "voter_key", "Fatima Zahra", "malformed_value"),
    ("address-empty", "ip_hash", "", "malformed_value"),
    ("channel-empty", "channel", "", "malformed_value"),
):
    place = f"{VOTES},42,{'' if column == 'vote_id' else 'X900'}"
    FAMILY.add(name, spoilt(**{column: value}), quarantined(reason, place, column))


@attack("exact-repeat", quarantined("duplicate_row", f"{VOTES},42,V001"))
def _(edition: TinyEdition) -> None:
    assert edition.votes is not None
    roomy(edition)
    edition.votes.append(dict(edition.votes[0]))


@attack("whole-file-deposited-twice-in-two-formats", quarantined("duplicate_row", "votes/votes.csv,2,V001", rows=40))
def _(edition: TinyEdition) -> None:
    roomy(edition, 5000)
    edition.extra["votes/again.ndjson.gz"] = encode(edition.votes or [], "ndjson.gz")


@attack("two-truths-under-one-id", quarantined("conflicting_rows", PLACE, f"{VOTES},43,X900", rows=2))
def _(edition: TinyEdition) -> None:
    spare_vote(edition)
    spare_vote(edition, candidate_id="bahia-hotels")


@attack("line-that-is-no-object", quarantined("unreadable_row", "votes/more.ndjson,2"))
def _(edition: TinyEdition) -> None:
    row = spare_vote(edition)
    assert edition.votes is not None
    edition.votes.remove(row)
    [first] = [vote for vote in edition.votes if vote["vote_id"] == "V001"]
    edition.votes.remove(first)
    edition.extra["votes/more.ndjson"] = encode([first], "ndjson") + b'["X900", "atlas-hotels"]\n'


@attack(
    "line-cut-short",
    warned("intake.files_ended", names=("unreadable_row", f"{VOTES},42"), aside={"unreadable_row": 1}, same=True),
)
def _(edition: TinyEdition) -> None:
    roomy(edition)
    raw_line(edition, VOTES, b"X900,abc,hotels,atlas-h")


@attack("no-vote-file", unread("missing_file", names=("votes/",)))
def _(edition: TinyEdition) -> None:
    edition.votes = None


@attack("column-missing", unread("missing_column", names=(VOTES, "line 1", "ip_hash")))
def _(edition: TinyEdition) -> None:
    for row in edition.votes or ():
        del row["ip_hash"]


@attack("one-vote-too-few", blocked("intake.votes_enough", "scoring.votes_enough", names=("hotels 19", "≥ 20")))
def _(edition: TinyEdition) -> None:
    assert edition.votes is not None
    edition.votes.remove(next(vote for vote in edition.votes if vote["category_id"] == "hotels"))


# ---- rules of the vote -----------------------------------------------------------------------------------------------
def massed(edition: TinyEdition, number: int, step: timedelta, **changes: str) -> None:
    """More votes for one candidate, one after the other."""
    start = datetime(2025, 10, 3, 14, 0)
    for place in range(number):
        cast = f"{(start + place * step).isoformat()}+01:00"
        spare_vote(edition, f"X{place:03d}", **{"cast_at": cast, **changes})


FAMILY.add(
    "one-voter-votes-fifty-times",
    lambda edition: massed(
        edition,
        50,
        timedelta(hours=7),
        voter_key=next(v for v in edition.votes if v["category_id"] == "hotels")["voter_key"],
    ),
    harmless("votes,excluded,repeated_vote", infos=frozenset({"scoring.votes_repeated"})),
)
FAMILY.add(
    "fifty-votes-of-one-address-in-an-hour",
    lambda edition: massed(edition, 50, timedelta(seconds=65), ip_hash=digest("one address")),
    harmless("votes,excluded,burst", infos=frozenset({"intake.vote_bursts_excluded"})),
)
FAMILY.add(
    "vote-for-a-withdrawn-candidate",
    lambda edition: spare_vote(edition, candidate_id=withdrawn(edition, 1)[0]) and None,
    harmless(f"votes,excluded,withdrawn,{VOTES},42,X900"),
)


@attack(
    "burst-that-takes-a-category-below-its-minimum",
    blocked("scoring.votes_enough", names=("hotels 16",), infos=frozenset({"intake.vote_bursts_excluded"})),
)
def _(edition: TinyEdition) -> None:
    for vote in [vote for vote in edition.votes or () if vote["category_id"] == "hotels"][:4]:
        vote.update(ip_hash=digest("one address"), cast_at="2025-10-09T12:15:00+01:00")


@attack("burst-that-is-only-flagged", warned("intake.vote_bursts_absent", names=("hotels 2025-10-03T13Z 20",)))
def _(edition: TinyEdition) -> None:
    edition.rulebook["vote"]["burst"]["action"] = "flag"
    massed(edition, 20, timedelta(minutes=2), ip_hash=digest("one address"))


@attack("burst-without-a-rule-against-it", warned("intake.vote_bursts_absent", names=("hotels 2025-10-03T13Z 110",)))
def _(edition: TinyEdition) -> None:
    del edition.rulebook["vote"]["burst"]
    massed(edition, 110, timedelta(seconds=30), ip_hash=digest("one address"))


FAMILY.add(
    "forty-votes-of-forty-addresses-in-a-minute",
    lambda edition: massed(edition, 40, timedelta(seconds=1)),
    warned("intake.vote_rate_steady", names=("hotels 2025-10-03T13:00Z 40",)),
)
FAMILY.add(
    "two-hundred-votes-of-one-address-over-days",
    lambda edition: massed(edition, 220, timedelta(hours=2), ip_hash=digest("one address")),
    warned("intake.vote_sources_spread", names=("hotels 220 / 240",)),
)
FAMILY.add(
    "ninety-votes-of-ninety-new-addresses-in-an-hour",
    lambda edition: massed(edition, 90, timedelta(seconds=35)),
    warned("intake.vote_addresses_known", names=("hotels 2025-10-03T13Z 90 / 90",)),
)


@attack("ninety-votes-in-an-hour-of-addresses-that-were-there-before", harmless(same=False))
def _(edition: TinyEdition) -> None:
    """A campaign among people who voted in another category: they are many at once, but no strangers."""
    massed(edition, 90, timedelta(seconds=35))
    for place, vote in enumerate([vote for vote in edition.votes or () if vote["vote_id"].startswith("X")]):
        earlier = {"category_id": "banks", "candidate_id": "atlas-banks"}
        keys = {column: vote[column] for column in ("voter_key", "ip_hash")}
        cast = datetime(2025, 10, 1, 9, 30) + timedelta(minutes=7 * place)
        spare_vote(edition, f"Y{place:03d}", **{**keys, **earlier, "cast_at": f"{cast.isoformat()}+01:00"})
