"""The votes of a sample edition, as columns: any number of them, in batches of any size.

Belongs here: who votes for whom and when, as a pure function of the row's number, so that fifty million
votes need no more memory than one batch. Writing them down is filing (vote_files.py).

Sixteen rows make a block: five voters with 3, 1, 5, 2 and 4 votes in successive categories, then one vote by an earlier
voter in a category where that voter already voted (a repeat, which `keep: first` excludes). Now and then eight
blocks in a row are a burst: 128 votes of one address within a clock hour, which the rulebook excludes.
Candidates that tie get the counted votes of their category two by two, one each.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta

import numpy as np

from orchestration.sample.draws import Flags, Keys, Whole, hex_keys
from orchestration.sample.plan import Plan

BATCH = 1 << 18
BLOCK = 16
SESSION = np.array([0, 0, 0, 1, 2, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 0], dtype=np.int64)
POSITION = np.array([0, 1, 2, 0, 0, 1, 2, 3, 4, 0, 1, 0, 1, 2, 3, 0], dtype=np.int64)
SESSIONS = 5
REPEAT_SLOT = 15
REPEAT_REACH = 3000
BURST_BLOCKS = 8
BURST_SHARE = 3
MAX_PER_IP_HOUR = 60
PLATFORMS = (30, 55, 15)
"""Per cent of voters on the site, in the application, by text message."""
HOURLY = (3, 2, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 9, 8, 7, 7, 7, 8, 9, 10, 12, 12, 10, 6)
TIE_ROLES = ("joint", "channel_tie")


@dataclass(frozen=True)
class Batch:
    """Columns of equal length: `category` and `candidate` are places in the plan, `cast_at` seconds since 1970."""

    row: Whole
    voter: Keys
    address: Keys
    category: Whole
    candidate: Whole
    cast_at: Whole
    platform: Whole

    def followed_by(self, other: "Batch") -> "Batch":
        """Both batches as one."""
        return Batch(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))


class Ballots:
    """All regular votes of an edition: `count` rows, numbered from 1 in the order in which they were cast."""

    def __init__(self, plan: Plan, count: int) -> None:
        self._draws = plan.draws
        self._categories = len(plan.categories)
        ids = [category.category_id for category in plan.categories]
        self._fields: list[list[int]] = [[] for _ in ids]
        for candidate in plan.candidates:
            self._fields[ids.index(candidate.category.category_id)].append(candidate.place)
        self._popularity = np.array([candidate.popularity for candidate in plan.candidates], dtype=np.int64)
        self._tied = [place for place, category in enumerate(plan.categories) if category.role in TIE_ROLES]
        self._untied = np.array([place for place in range(len(ids)) if place not in self._tied], dtype=np.int64)
        self._paired = {place: 0 for place in self._tied}
        self.count = count
        self._regular = count - len(self._tied)
        self._blocks = max(1, self._regular // BLOCK)
        self._bursts = self._regular * BURST_SHARE // 100 // (BLOCK * BURST_BLOCKS)
        self._addresses = max(50, count // 6)
        opens, closes = (datetime.combine(day, time(0), UTC) for day in plan.vote_window)
        self._opens = int(opens.timestamp()) + 8 * 3600
        hours = (closes - opens) // timedelta(hours=1) + 15
        weights = np.array([HOURLY[(hour + 9) % 24] for hour in range(hours)], dtype=np.int64)
        self._hourly = np.concatenate([[0], np.cumsum(weights)]) * 3600

    def batches(self) -> Iterator[Batch]:
        """The rows in order, at most BATCH at a time."""
        for start in range(0, self._regular, BATCH):
            end = min(start + BATCH, self._regular)
            batch = self._batch(np.arange(start, end, dtype=np.int64))
            yield batch.followed_by(self._last()) if end == self._regular and self._tied else batch

    def _burst(self, block: Whole) -> tuple[Whole, Flags]:
        """The number of the burst near each block, and whether the block belongs to it."""
        if not self._bursts:
            return np.zeros_like(block), np.zeros(block.shape, dtype=bool)
        number = np.minimum(block * self._bursts // self._blocks, self._bursts - 1)
        first = (2 * number + 1) * self._blocks // (2 * self._bursts)
        return number, (first <= block) & (block < first + BURST_BLOCKS)

    def _batch(self, row: Whole) -> Batch:
        draws = self._draws
        block, slot = row // BLOCK, row % BLOCK
        number, in_burst = self._burst(block)
        repeat = (slot == REPEAT_SLOT) & ~in_burst
        reach = draws.many_below(REPEAT_REACH, "reach", row) % (block + 1)
        origin = np.where(repeat, block - reach, block)
        origin = np.where(self._burst(origin)[1], block, origin)
        source = np.where(repeat, draws.many_below(REPEAT_SLOT, "source", row), slot)
        voter = origin * SESSIONS + SESSION[source]
        position = POSITION[source]
        category = (draws.many_below(self._categories, "ballot", voter) + position) % self._categories
        counted = ~repeat & ~in_burst & (position < self._categories)
        target = (
            self._untied[draws.many_below(max(1, len(self._untied)), "target", number)]
            if len(self._untied)
            else number * 0
        )
        category = np.where(in_burst, target, category)
        candidate = self._chosen(row, category, counted, np.where(in_burst, number, -1))
        cast_at = self._moment(row)
        hour = self._moment(((2 * number + 1) * self._blocks // (2 * max(1, self._bursts))) * BLOCK) // 3600 * 3600
        cast_at = np.where(in_burst, hour + draws.many_below(3600, "burst second", row), cast_at)
        return Batch(
            row=row + 1,
            voter=self._voter_key(np.where(in_burst, -1 - row, voter)),
            address=self._address_key(np.where(in_burst, -1 - number, self._home(voter))),
            category=category,
            candidate=candidate,
            cast_at=cast_at,
            platform=np.where(in_burst, 0, self._platform(voter)),
        )

    def _voter_key(self, number: Whole) -> Keys:
        """What stands for the keyed hash of a voter: distinct for distinct numbers."""
        return hex_keys(24, self._draws.words("voter", number), self._draws.words("voter tail", number))

    def _address_key(self, number: Whole) -> Keys:
        """The same for a network address; like the voter's, longer than any phone number."""
        return hex_keys(20, self._draws.words("address", number), self._draws.words("address tail", number))

    def _home(self, voter: Whole) -> Whole:
        """The number of the address that a voter votes from; some share one."""
        return self._draws.many_below(self._addresses, "home", voter)

    def _platform(self, voter: Whole) -> Whole:
        drawn = self._draws.many_below(100, "platform", voter)
        platform: Whole = np.searchsorted(np.cumsum(PLATFORMS), drawn, side="right").astype(np.int64)
        return platform

    def _moment(self, row: Whole) -> Whole:
        """When a row was cast: never earlier than the row before it; few votes at night, many in the evening."""
        point = row * self._hourly[-1] // self._regular
        hour = np.searchsorted(self._hourly, point, side="right") - 1
        width = self._hourly[hour + 1] - self._hourly[hour]
        moment: Whole = self._opens + hour * 3600 + (point - self._hourly[hour]) * 3600 // width
        return moment

    def _chosen(self, row: Whole, category: Whole, counted: Flags, burst: Whole) -> Whole:
        """The candidate of each vote: drawn by popularity; in a tied category the first two take turns."""
        chosen = np.zeros(row.shape, dtype=np.int64)
        for place, field in enumerate(self._fields):
            here = np.flatnonzero(category == place)
            if not len(here):
                continue
            limits = np.cumsum(self._popularity[field])
            drawn = self._draws.many_below(int(limits[-1]), "choice", row[here])
            item = np.searchsorted(limits, drawn, side="right")
            favourite = self._draws.many_below(len(field), "favourite", burst[here])
            item = np.where(burst[here] >= 0, favourite, item)
            if place in self._paired:
                pair = np.flatnonzero((item < 2) & counted[here])
                turn = self._paired[place] + np.arange(len(pair))
                first = (self._draws.words("turn", place, turn // 2) & np.uint64(1)).astype(np.int64)
                item[pair] = first ^ (turn % 2)
                self._paired[place] += len(pair)
            chosen[here] = np.asarray(field, dtype=np.int64)[item]
        return chosen

    def _last(self) -> Batch:
        """One last voter for each tied category: there if a turn is open, in the first category otherwise."""
        places = np.array(self._tied, dtype=np.int64)
        row = self._regular + np.arange(len(places))
        voter = (self._blocks + 1 + np.arange(len(places))) * SESSIONS
        candidate = []
        category = []
        for place in self._tied:
            turn = self._paired[place]
            item = (self._draws.word("turn", place, turn // 2) & 1) ^ 1 if turn % 2 else 0
            category.append(place if turn % 2 else 0)
            candidate.append(self._fields[category[-1]][item])
        return Batch(
            row=row + 1,
            voter=self._voter_key(voter),
            address=self._address_key(self._home(voter)),
            category=np.array(category, dtype=np.int64),
            candidate=np.array(candidate, dtype=np.int64),
            cast_at=self._moment(np.full(len(places), self._regular - 1, dtype=np.int64)),
            platform=self._platform(voter),
        )
