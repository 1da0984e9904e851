"""Personal data hidden in any column of any source (SPEC 3.4): the file is refused and nothing of it is kept anywhere.

Belongs here: the loop over the columns of the contract; what a telephone number looks like is `intake/personal.py`.
"""

from collections.abc import Iterator

from tests.attacks.attack import Family, unread
from tests.attacks.corpus.making import PHONE, SURVEY, VOTES
from tests.fixtures.tiny import Row, TinyEdition, columns_of

FAMILY = Family("personal")

CANDIDATES = "candidates.csv"
FORMS = ("fatima.zahra@example.ma", "+212 661-23-45-67", "0661234567", "06 61 23 45 67", "00212661234567")
"""An e-mail address and one telephone number as Moroccans write it; each column is given one of them in turn."""

KEY_FORMS = (
    *("AB123456", "be 654321", "41.92.14.7", "2001:db8::ff00:42:8329", "212661234567", "(0661) 23.45.67"),
    *("\u0660\u0666\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "Fatima <fatima.zahra@example.ma>"),
)
"""What a keyed hash must not be: a national id, an address of the network, a number in any spelling or script."""


def rows_of(edition: TinyEdition, path: str) -> list[Row]:
    """The rows of a source."""
    found = {
        CANDIDATES: edition.candidates,
        PHONE: edition.audits["north/phone"],
        SURVEY: edition.survey,
        VOTES: edition.votes,
    }[path]
    assert found is not None
    return found


def places() -> Iterator[tuple[str, str]]:
    """Every column of every source."""
    for path in (CANDIDATES, PHONE, SURVEY, VOTES):
        for column in columns_of(rows_of(TinyEdition(), path)):
            yield path, column


def add(path: str, column: str, value: str, name: str) -> None:
    """The second row of a file holds the value."""
    FAMILY.add(
        name,
        lambda edition: rows_of(edition, path)[1].update({column: value}),
        unread("personal_data", names=(path, column, "line 3", "the file is refused"), never=(value,)),
    )


for number, (path, column) in enumerate(places()):
    add(path, column, FORMS[number % len(FORMS)], f"{path.partition('/')[0].removesuffix('.csv')}-{column}")
    if number % 3 == 0:
        text = "Rappeler le 06.61.23.45.67 SVP"
        add(path, column, text, f"{path.partition('/')[0].removesuffix('.csv')}-{column}-in-a-sentence")
for column in ("voter_key", "ip_hash"):
    for number, value in enumerate(KEY_FORMS):
        add(VOTES, column, value, f"votes-{column}-of-form-{number + 1}")


def unknown(edition: TinyEdition) -> None:
    """A column that nobody asked for."""
    for row in edition.survey or ():
        row["comment"] = ""
    (edition.survey or [])[1]["comment"] = "write to fatima.zahra@example.ma"


FAMILY.add(
    "survey-in-a-column-that-nobody-asked-for",
    unknown,
    unread("personal_data", names=(SURVEY, "comment"), never=("fatima.zahra",)),
)
FAMILY.add(
    "audits-in-a-line-that-makes-no-row",
    lambda edition: edition.extra.update({PHONE: edition.render()[PHONE] + b"X900,fatima.zahra@example.ma\n"}),
    unread("personal_data", names=(PHONE, "line 12"), never=("fatima.zahra",)),
)
