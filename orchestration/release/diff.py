"""What changed between two releases, table by table.

Belongs here: comparing canonical results as texts; its report as plain words. Whether a release may be published,
and why it corrects another, is decided elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import InputError
from orchestration.release.catalogue import TABLES
from orchestration.release.chain import read_chain, releases_of
from orchestration.release.csvform import Cell, CsvFormError, parse
from orchestration.release.say import say
from orchestration.release.table import Table
from orchestration.storage import read_file
from orchestration.words import Sentence, joined
from orchestration.words import say as house

VOLATILE = {
    "dim_edition": {"release", "signed_at", "published_at"},
    "quality_check": {"release"},
}
"""Columns that differ between any two releases: left out, so that a difference means something."""


@dataclass(frozen=True)
class RowChange:
    """One row that differs. `columns` maps a column to (before, after); empty for a row added or removed."""

    table: str
    kind: str
    key: dict[str, Cell]
    columns: dict[str, tuple[Cell, Cell]]


@dataclass(frozen=True)
class Difference:
    """All that differs between release `before` and release `after` of one edition."""

    before: str
    after: str
    changes: tuple[RowChange, ...]

    def as_json(self) -> dict[str, Any]:
        """The difference as plain data, with a count for each table."""
        counts: dict[str, dict[str, int]] = {}
        for change in self.changes:
            table = counts.setdefault(change.table, {"added": 0, "removed": 0, "changed": 0})
            table[change.kind] += 1
        return {
            "before": self.before,
            "after": self.after,
            "tables": counts,
            "changes": [asdict(change) for change in self.changes],
        }

    def as_text(self, limit: int = 40) -> Sentence:
        """The difference in words; of each table at most `limit` rows are shown, the others counted."""
        between = {"before": self.before, "after": self.after}
        if not self.changes:
            return say("diff.same", **between)
        lines = [say("diff.head", **between)]
        for table, count in self.as_json()["tables"].items():
            counts = joined(", ", [say(f"counted.{kind}", count=number) for kind, number in count.items() if number])
            lines.append(say("diff.table", table=table, counts=counts))
            rows = [change for change in self.changes if change.table == table]
            lines += [_row_text(change) for change in rows[:limit]]
            if len(rows) > limit:
                lines.append(say("diff.more", count=len(rows) - limit))
        return joined("\n", lines)


def _row_text(change: RowChange) -> Sentence:
    key = " ".join(str(value) for name, value in change.key.items() if name not in ("edition", "release"))
    moved = "; ".join(f"{name} {before or '∅'} → {after or '∅'}" for name, (before, after) in change.columns.items())
    return say("diff.moved" if moved else "diff.row", kind=say(f"kind.{change.kind}"), key=key, moved=moved)


def _load(folder: Path, table: Table, keys: list[str]) -> dict[tuple[Cell, ...], dict[str, Cell]]:
    path = folder / "results" / f"{table.name}.csv"
    try:
        rows = parse(table, read_file(path))
    except (OSError, CsvFormError) as error:
        raise InputError(say("unread.what", error=error), str(path), say("unread.what_mend")) from None
    return {tuple(row[key] for key in keys): row for row in rows}


def _changes(table: Table, before: Path, after: Path) -> Iterator[RowChange]:
    volatile = VOLATILE.get(table.name, set())
    keys = [name for name in table.keys if name not in volatile]
    old, new = _load(before, table, keys), _load(after, table, keys)
    compared = [name for name in table.names if name not in volatile and name not in keys]
    for key in sorted(old.keys() | new.keys(), key=lambda cells: [(cell or "").encode() for cell in cells]):
        named = dict(zip(keys, key, strict=True))
        if key not in old or key not in new:
            yield RowChange(table.name, "removed" if key in old else "added", named, {})
            continue
        moved = {name: (old[key][name], new[key][name]) for name in compared if old[key][name] != new[key][name]}
        if moved:
            yield RowChange(table.name, "changed", named, moved)


def diff_releases(before: Path, after: Path) -> Difference:
    """Compare the results of two release folders (table by table in the order of SPEC 8, rows by key).

    Raises InputError for a folder that holds no canonical results.
    """
    changes = tuple(change for table in TABLES.values() for change in _changes(table, before, after))
    return Difference(before.name, after.name, changes)


def check_published(releases: Path, edition: str, numbers: Iterable[int]) -> None:
    """InputError for a number that is none of an edition's releases; it says which there are."""
    there = [line.number for line in releases_of(read_chain(releases), edition)]
    listed = ", ".join(map(str, there))
    for number in numbers:
        if number not in there:
            mend = say("unread.there_mend", numbers=listed) if there else say("unread.none_mend", edition=edition)
            raise InputError(house("edition.no_release", edition=edition, number=number), str(releases / edition), mend)
