"""Responses that no rule of rows sets aside, told by columns: nearly all are.

Belongs here: what a plain response is. Numbers and the values of a profile are written as suppliers write them. A row
that is not plain is judged by the rules of `survey.py`, like every row of a file that a correction names, and every
row of somebody with two profiles.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.intake.headers import Expected
from orchestration.intake.landing import Landing
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.plain_cells import MICROSECONDS
from orchestration.intake.sources.sifting import Seen, Sifted, numbered, whole_numbers
from orchestration.intake.sources.survey import ANSWERS, BOUNDS
from orchestration.intake.sources.taken import Taken
from orchestration.intake.times import Clock
from orchestration.rulebook import Rulebook

TOLD, PROFILES, SUSPECTS = "scratch.told_profile", "scratch.plain_profile", "scratch.suspect_respondent"
COLUMNS = ("respondent_id", "candidate_id", "answered_at", *BOUNDS)
MOST = 99
"""Larger numbers are rare, and judged with care."""


class TakenResponses(Taken):
    """Responses, held to the edition's candidates, the survey's window, the values of each profile column."""

    source, table = "survey", "intake.response"
    times = ("answered_at",)

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        rulebook: Rulebook,
        clock: Clock,
        candidates: Collection[str],
        profile: Mapping[str, Collection[str]],
    ) -> None:
        """`profile`: the columns by which is raked, with the values that `targets.csv` has of each."""
        super().__init__(con)
        if rulebook.survey is None:
            raise ValueError("the rulebook has no survey section")
        window = rulebook.survey.window
        self._clock = clock
        self._window = [pa.scalar(bound, MICROSECONDS) for bound in clock.surely_within(window.start, window.end)]
        self._candidates = numbered(candidates)
        self._values = {name: sorted(values) for name, values in profile.items()}
        self._profile = {name: numbered(values) for name, values in profile.items()}
        self._numbers = {name: whole_numbers(least, min(most, MOST), "") for name, (least, most) in BOUNDS.items()}
        self._seen = Seen()
        self._columns = [f"profile_{place}" for place in range(1, len(profile) + 1)]
        columns = ("file VARCHAR", "respondent_id VARCHAR", *(f"{column} SMALLINT" for column in self._columns))
        con.execute(f"CREATE TABLE {TOLD} ({', '.join(columns)})")

    def split(self, path: str, header: Sequence[str], part: Part) -> tuple[pa.Table, Part]:
        """See `Taken`. The columns are those of a response, and numbers for the values of its profile."""
        rows = Sifted(header, part, self._seen)
        rows.ids("respondent_id")
        rows.listed("candidate_id", self._candidates)
        rows.instants("answered_at", self._clock, *self._window)
        for name, known in self._numbers.items():
            rows.numbers(name, known, pa.int16())
        for name, known in self._profile.items():
            rows.numbers(name, known, pa.int16())
        rows.plain &= np.logical_or.reduce([rows.filled(name) for name in ANSWERS])
        rows.others()
        return rows.split({**{name: name for name in COLUMNS}, **dict(zip(self._columns, self._profile, strict=True))})

    def put(self, path: str) -> None:
        """See `Taken`."""
        self.con.execute(f"INSERT INTO intake.response SELECT ?, line, {', '.join(COLUMNS)} FROM taken", [path])
        if self._columns:
            profile = ", ".join(self._columns)
            self.con.execute(f"INSERT INTO {TOLD} SELECT ?, respondent_id, {profile} FROM taken", [path])

    def forget(self, path: str) -> None:
        """See `Taken`."""
        super().forget(path)
        self.con.execute(f"DELETE FROM {TOLD} WHERE file = ?", [path])

    def suspects(self, landing: Landing) -> str:
        """See `Taken`. Whoever told several profiles, or has a response that is not plain."""
        if not self._columns:
            return "false"
        least = ", ".join(f"min({column}) AS {column}" for column in self._columns)
        several = " OR ".join(f"min({column}) <> max({column})" for column in self._columns)
        landed = "".join(
            f" UNION SELECT {file.cell('respondent_id')} FROM {file.table}" for file in landing.of(self.source)
        )
        profiles = f"SELECT respondent_id, {least}, {several} AS several FROM {TOLD} GROUP BY respondent_id"
        self.con.execute(f"CREATE TABLE {PROFILES} AS {profiles}")
        self.con.execute(f"CREATE TABLE {SUSPECTS} AS SELECT respondent_id FROM {PROFILES} WHERE several{landed}")
        return f"respondent_id IN (FROM {SUSPECTS})"

    def settle(self, landing: Landing, raw: Path, expected: Expected) -> None:
        """See `Taken`. `intake.profile` is filled with what those who are left told."""
        super().settle(landing, raw, expected)
        for column, (name, values) in zip(self._columns, self._values.items(), strict=True):
            self.con.execute(
                f"INSERT INTO intake.profile SELECT respondent_id, ?, ?[{column} + 1] FROM {PROFILES} "
                f"ANTI JOIN {SUSPECTS} USING (respondent_id)",
                [name, values],
            )
