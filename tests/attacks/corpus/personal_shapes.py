"""Personal data in every spelling of the table of cases (SPEC 3.4): the file is refused, and nothing of it is kept.

Belongs here: putting each case of `tests/fixtures/personal_cases.yml` into a column of its kind. In which columns
personal data is looked for is attacked in `personal.py`.
"""

from pathlib import Path

import yaml

from tests.attacks.attack import Family, unread
from tests.attacks.corpus.making import SURVEY, VOTES
from tests.attacks.corpus.personal import CANDIDATES, rows_of
from tests.fixtures.tiny import TinyEdition

FAMILY = Family("personal_shapes")

CASES = yaml.safe_load((Path(__file__).parents[2] / "fixtures" / "personal_cases.yml").read_text("utf-8"))
COLUMNS = {
    "key": ((VOTES, "voter_key"), (VOTES, "ip_hash")),
    "id": ((VOTES, "vote_id"), (SURVEY, "respondent_id")),
    "text": ((CANDIDATES, "company"),),
}


def add(path: str, column: str, value: str, name: str) -> None:
    """The second row of a file holds the value."""

    def put(edition: TinyEdition) -> None:
        rows_of(edition, path)[1][column] = value

    FAMILY.add(
        name, put, unread("personal_data", names=(path, column, "line 3", "the file is refused"), never=(value,))
    )


for kind, cells in CASES["personal"].items():
    for number, cell in enumerate(cells):
        places = COLUMNS[kind]
        add(*places[number % len(places)], cell, f"{kind}-{number + 1}")
