"""Rows that are unusable on purpose, one of every kind and a little more: what intake must set aside.

None for the sake of an optional column: without these columns an edition has the very same marks.

Belongs here: how a good row is spoilt, and the reason code it must be quarantined under (SPEC 3.6). They are
extra rows, so that no candidate misses a planned test because of them; small samples get fewer, to stay
below the rulebook's `quarantine.max_share`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from orchestration.sample.grids import Channel
from orchestration.sample.plan import Plan

TENTHS_OF_PER_CENT = 10
"""At most this many thousandths of a source's rows are spoilt (the rulebook allows 20)."""


SPOILT_CHANNELS = ("phone", "email")
LEAST_ROWS = 100


@dataclass(frozen=True)
class Spoilt:
    """One unusable row: its cells, or its raw bytes ("|" between fields), written after the good row number `after`."""

    reason: str
    after: int
    cells: dict[str, Any] | None = None
    raw: bytes | None = None


@dataclass
class Defects:
    """Makes the unusable rows and keeps the account of what must be found: (source, path, reason) -> rows."""

    plan: Plan
    expected: dict[tuple[str, str, str], int] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    """Tests that stand twice in their file."""

    def _kept(self, source: str, path: str, good: int, spoilt: list[list[Spoilt]]) -> list[Spoilt]:
        """As many groups as fit under the limit, in order, entered in the account."""
        kept: list[Spoilt] = []
        for group in spoilt:
            if (len(kept) + len(group)) * 1000 > good * TENTHS_OF_PER_CENT:
                break
            kept.extend(group)
        for item in kept:
            if item.reason == "duplicate_row" and item.cells and "test_id" in item.cells:
                self.repeated.add(item.cells["test_id"])
            if item.reason:
                key = (source, path, item.reason)
                self.expected[key] = self.expected.get(key, 0) + 1
        return kept

    def audits(self, path: str, channel: Channel, rows: Sequence[dict[str, str]]) -> list[Spoilt]:
        """Unusable tests for one text file: calls and e-mails alone, the larger files."""
        if channel.channel_id not in SPOILT_CHANNELS or len(rows) < LEAST_ROWS:
            return []
        full = [item for item, row in enumerate(rows) if row["outcome"] == "completed" and not row["rechecks"]]
        grid = channel.grid

        def near(part: int) -> int:
            return full[(len(full) - 1) * part // 16]

        def bad(part: int, reason: str, **cells: str) -> Spoilt:
            row = rows[near(part)]
            new = {"test_id": f"{row['test_id']}-X{part}", "evidence_sha256": "", **cells}
            return Spoilt(reason, near(part), {**row, **new})

        def again(part: int, reason: str, **cells: str) -> Spoilt:
            return Spoilt(reason, near(part) + 7, {**rows[near(part)], **cells})

        day_before = self.plan.fieldwork[0].replace(day=self.plan.fieldwork[0].day - 1).isoformat()
        start, end = rows[near(6)]["started_at"], rows[near(6)]["ended_at"]
        outside = {name: day_before + rows[near(5)][name][10:] for name in ("started_at", "ended_at")}
        nothing = {criterion.criterion_id: "" for criterion in grid}
        rated = [criterion for criterion in grid if criterion.measured is None]
        measured = [criterion.criterion_id for criterion in grid if criterion.measured]
        conflict = bad(9, "conflicting_rows")
        assert conflict.cells is not None
        other = "0" if conflict.cells["courtesy" if "courtesy" in nothing else grid[0].criterion_id] != "0" else "1"
        twice = {**conflict.cells, "courtesy" if "courtesy" in nothing else grid[0].criterion_id: other}
        groups = [
            [again(8, "duplicate_row")],
            [bad(1, "malformed_value", **{rated[2].criterion_id: "très bien"})],
            [bad(3, "unknown_candidate", candidate_id="societe-inconnue")],
            [bad(5, "outside_window", **outside)],
            [conflict, Spoilt("conflicting_rows", conflict.after + 3, twice)],
            [bad(6, "impossible_times", started_at=end, ended_at=start)],
            [bad(7, "no_applicable_criterion", **nothing)],
            [Spoilt("unreadable_row", near(10), raw=b"ligne tronquee|" + channel.channel_id.encode())],
            [bad(4, "unknown_channel", channel="telex")],
            [bad(2, "malformed_value", **{rated[3].criterion_id: str(rated[3].max + 5)})],
            [bad(11, "malformed_value", scenario="avant-vente")],
            [bad(12, "malformed_value", outcome="termine")],
            [bad(13, "malformed_value", started_at=f"31/09/{self.plan.fieldwork[0].year} 10:15")],
            [bad(14, "malformed_value", **{rated[4].criterion_id: "1.5"})],
            *([bad(15, "malformed_value", **{name: "environ 30"})] for name in measured),
        ]
        return self._kept("audits", path, len(rows), groups)

    def typed_audits(self, path: str, channel: Channel, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows of a workbook or a Parquet file with a few unusable ones among them."""
        part = len(rows) // 5
        full = [row for row in rows if row["outcome"] == "completed" and not row["rechecks"]][part:]
        if not full:
            return list(rows)
        rating = channel.grid[1].criterion_id
        new = {"test_id": f"{full[0]['test_id']}-X1", "evidence_sha256": None}
        other = {"test_id": f"{full[0]['test_id']}-X2", "evidence_sha256": None}
        groups = [
            [Spoilt("malformed_value", part, {**full[0], **new, rating: channel.grid[1].max + 6})],
            [Spoilt("duplicate_row", 2 * part, dict(full[0]))],
            [Spoilt("unknown_candidate", 3 * part, {**full[0], **other, "candidate_id": "societe-inconnue"})],
        ]
        return inserted(rows, self._kept("audits", path, len(rows), groups))

    def typed_survey(self, path: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The same for responses."""
        place = len(rows) // 3
        new = {**rows[place], "respondent_id": "RX-0100"}
        groups = [
            [Spoilt("malformed_value", place, {**new, "satisfaction": 12})],
            [Spoilt("unknown_candidate", 2 * place, {**new, "candidate_id": "societe-inconnue"})],
        ]
        return inserted(rows, self._kept("survey", path, len(rows), groups))

    def typed_votes(self, path: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The same for votes."""
        place = len(rows) // 4
        new = {**rows[place], "vote_id": f"{rows[place]['vote_id']}-X1", "candidate_id": "societe-inconnue"}
        late = {**rows[place], "vote_id": f"{rows[place]['vote_id']}-X2"}
        late["cast_at"] += timedelta(days=45)
        groups = [
            [Spoilt("duplicate_row", 3 * place, dict(rows[place]))],
            [Spoilt("unknown_candidate", place, new)],
            [Spoilt("outside_window", 2 * place, late)],
        ]
        return inserted(rows, self._kept("votes", path, len(rows), groups))

    def survey(self, path: str, rows: Sequence[dict[str, str]]) -> list[Spoilt]:
        """Unusable responses among the first rows of the CSV panel; all by respondents who answer nothing else."""

        def bad(part: int, reason: str, **cells: str) -> Spoilt:
            place = (len(rows) - 1) * part // 12
            return Spoilt(reason, place, {**rows[place], "respondent_id": f"RX-{part:04d}", **cells})

        after = self.plan.survey_window[1].replace(month=12, day=2).isoformat() + "T10:00:00+01:00"
        silent = dict.fromkeys(("satisfaction", "recommendation", "effort"), "")
        first = bad(8, "contradictory_profile", gender="female", age_band="25-34")
        second = bad(8, "contradictory_profile", gender="male", age_band="25-34")
        assert second.cells is not None
        second = Spoilt(second.reason, second.after + 5, second.cells)
        groups = [
            [bad(1, "malformed_value", satisfaction="11")],
            [bad(2, "unknown_candidate", candidate_id="societe-inconnue")],
            [bad(3, "outside_window", answered_at=after)],
            [bad(4, "no_answer", **silent)],
            [bad(5, "unknown_profile_value", region="atlantide")],
            [first, second],
            [Spoilt("unreadable_row", len(rows) // 2, raw=b"RX-9999|r\xe9ponse illisible")],
            [bad(6, "malformed_value", effort="0")],
            [bad(7, "malformed_value", recommendation="8,5")],
            [bad(9, "malformed_value", resolved="oui")],
            [bad(10, "unknown_profile_value", age_band="")],
        ]
        return self._kept("survey", path, len(rows), groups)

    def votes(self, path: str, rows: Sequence[dict[str, str]]) -> list[Spoilt]:
        """Unusable votes for one file; `rows` are good ones of that file."""
        wrong = self.plan.candidates[-1]
        others = [one.category_id for one in self.plan.categories if one.category_id != wrong.category.category_id]

        def bad(part: int, reason: str, **cells: str) -> Spoilt:
            place = (len(rows) - 1) * part // 12
            row = rows[place]
            return Spoilt(reason, place, {**row, "vote_id": f"{row['vote_id']}-X{part}", **cells})

        late = self.plan.vote_window[1].replace(month=11, day=1).isoformat() + "T00:00:00+01:00"
        double = (len(rows) - 1) * 7 // 12
        conflict = bad(8, "conflicting_rows")
        assert conflict.cells is not None
        elsewhere = (
            bad(4, "category_mismatch", candidate_id=wrong.candidate_id, category_id=others[0])
            if others
            else bad(4, "unknown_category", category_id="fusees")  # where there is but one category
        )
        groups = [
            [Spoilt("duplicate_row", double, dict(rows[double]))],
            [bad(1, "malformed_value", cast_at="hier soir")],
            [bad(2, "unknown_candidate", candidate_id="societe-inconnue")],
            [bad(3, "unknown_category", category_id="fusees")],
            [elsewhere],
            [bad(5, "outside_window", cast_at=late)],
            [conflict, Spoilt("conflicting_rows", conflict.after + 2, {**conflict.cells, "channel": "kiosque"})],
            [bad(6, "malformed_value", voter_key="")],
            [Spoilt("unreadable_row", len(rows) // 2, raw=b'{"vote_id": "V-coupe", "voter_key": ')],
        ]
        return self._kept("votes", path, len(rows), groups)


def inserted(rows: Sequence[dict[str, Any]], spoilt: Sequence[Spoilt]) -> list[dict[str, Any]]:
    """The rows with the unusable ones at the places that they name."""
    every = list(rows)
    for item in sorted(spoilt, key=lambda item: item.after, reverse=True):
        assert item.cells is not None
        every.insert(item.after + 1, item.cells)
    return every
