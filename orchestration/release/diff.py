"""What changed between two releases, table by table.

Belongs here: comparing canonical results as texts; its report as plain words. Whether a release may be published,
and why it corrects another, is decided elsewhere.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.errors import InputError
from orchestration.release.catalogue import TABLES
from orchestration.release.csvform import Cell, CsvFormError, parse
from orchestration.release.table import Table
from orchestration.storage import read_file

VOLATILE = {
    "dim_edition": {"release", "signed_at", "published_at"},
    "quality_check": {"release"},
}
"""Columns that differ between any two releases: left out, so that a difference means something."""


@dataclass(frozen=True)
class Change:
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
    changes: tuple[Change, ...]

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

    def as_text(self, limit: int = 40) -> str:
        """The difference in words; of each table at most `limit` rows are shown, the others counted."""
        if not self.changes:
            return f"Releases {self.before} and {self.after} hold the same results."
        lines = [f"From release {self.before} to release {self.after}:"]
        for table, count in self.as_json()["tables"].items():
            total = ", ".join(f"{number} {kind}" for kind, number in count.items() if number)
            lines.append(f"{table}: {total}")
            rows = [change for change in self.changes if change.table == table]
            lines += [f"  {_row_text(change)}" for change in rows[:limit]]
            if len(rows) > limit:
                lines.append(f"  … and {len(rows) - limit} more rows")
        return "\n".join(lines)


def _row_text(change: Change) -> str:
    key = " ".join(str(value) for name, value in change.key.items() if name not in ("edition", "release"))
    moved = "; ".join(f"{name} {before or '∅'} → {after or '∅'}" for name, (before, after) in change.columns.items())
    return f"{change.kind} {key}" + (f": {moved}" if moved else "")


def _load(folder: Path, table: Table) -> dict[tuple[Cell, ...], dict[str, Cell]]:
    path = folder / "results" / f"{table.name}.csv"
    volatile = VOLATILE.get(table.name, set())
    keys = [name for name in table.keys if name not in volatile]
    try:
        rows = parse(table, read_file(path))
    except (OSError, CsvFormError) as error:
        raise InputError(f"cannot be read: {error}", str(path), "run `palmares verify` on that release") from None
    return {tuple(row[key] for key in keys): row for row in rows}


def _changes(table: Table, before: Path, after: Path) -> Iterator[Change]:
    old, new = _load(before, table), _load(after, table)
    volatile = VOLATILE.get(table.name, set())
    keys = [name for name in table.keys if name not in volatile]
    compared = [name for name in table.names if name not in volatile and name not in keys]
    for key in sorted(old.keys() | new.keys(), key=lambda cells: [(cell or "").encode() for cell in cells]):
        named = dict(zip(keys, key, strict=True))
        if key not in old or key not in new:
            yield Change(table.name, "removed" if key in old else "added", named, {})
            continue
        moved = {name: (old[key][name], new[key][name]) for name in compared if old[key][name] != new[key][name]}
        if moved:
            yield Change(table.name, "changed", named, moved)


def diff_releases(before: Path, after: Path) -> Difference:
    """Compare the results of two release folders (table by table in the order of SPEC 8, rows by key).

    Raises InputError for a folder that holds no canonical results.
    """
    changes = tuple(change for table in TABLES.values() for change in _changes(table, before, after))
    return Difference(before.name, after.name, changes)
