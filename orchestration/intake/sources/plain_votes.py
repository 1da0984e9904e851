"""Votes that no rule of rows sets aside, told by columns: nearly all are.

Belongs here: what a plain vote is, and its way into `intake.vote`: ids, keys and times written as suppliers write them,
a channel that is a word, a candidate in its own category, a time inside the window. A row that is not plain is judged
by the rules of `votes.py`, like every row of a file that a correction names, and every row whose id may stand twice
(`taken.py`).
"""

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.intake.landing import Landing
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.plain_cells import MICROSECONDS
from orchestration.intake.sources.sifting import Seen, Sifted, is_plain_id, numbered
from orchestration.intake.sources.taken import Taken
from orchestration.rulebook import VOTE_COLUMNS, Rulebook


class TakenVotes(Taken):
    """Votes, held to the edition's candidates with their categories, and its window."""

    source, table = "votes", "intake.vote"
    times = ("cast_at",)

    def __init__(self, con: duckdb.DuckDBPyConnection, rulebook: Rulebook, category_of: Mapping[str, str]) -> None:
        """`category_of` are the accepted candidates, corrections made."""
        super().__init__(con)
        if rulebook.vote is None:
            raise ValueError("the rulebook has no vote section")
        self._categories = numbered(category.id for category in rulebook.categories)
        homes = [
            (name, self._categories[category])
            for name, category in sorted(category_of.items())
            if category in self._categories and is_plain_id(name)
        ]
        self._candidates = {name: number for number, (name, _) in enumerate(homes)}
        self._homes = np.array([*(home for _, home in homes), -2], dtype=np.int64)  # the last: of no candidate
        self._window = [
            pa.scalar(moment.replace(tzinfo=None), MICROSECONDS)
            for moment in (rulebook.vote.window.opens, rulebook.vote.window.closes)
        ]
        self._seen = Seen()

    def split(self, path: str, header: Sequence[str], part: Part) -> tuple[pa.Table, Part]:
        """See `Taken`. The columns are those of a vote."""
        rows = Sifted(header, part, self._seen)
        rows.instants("cast_at", None, *self._window)
        homes = self._homes[rows.listed("candidate_id", self._candidates)]
        rows.plain &= homes == rows.listed("category_id", self._categories)
        rows.words("channel")
        rows.keys("voter_key")
        rows.keys("ip_hash")
        rows.ids("vote_id")
        rows.others()
        return rows.split({name: name for name in VOTE_COLUMNS})

    def put(self, path: str) -> None:
        """See `Taken`."""
        self.con.execute("INSERT INTO intake.vote SELECT ?, * FROM taken", [path])

    def suspects(self, landing: Landing) -> str:
        """See `Taken`."""
        return self.repeated(landing, "vote_id")
