"""Titles of all time: those of the releases, and those published before there were any.

Belongs here: the rows of `title_history`. It stands in the published warehouse only, in no digest.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

from orchestration.errors import InputError
from orchestration.publication.say import say
from orchestration.release import TITLE_HISTORY, Cell, Release, sort_key
from orchestration.settings import PROJECT_DIR

SEED = PROJECT_DIR / "dbt_project" / "seeds" / "title_history.csv"


def seed_rows(seed: Path) -> list[dict[str, str]]:
    """The shipped list of earlier titles; empty when there is none. Raises InputError for another header."""
    if not seed.exists():
        return []
    with seed.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        if tuple(reader.fieldnames or ()) != TITLE_HISTORY.names:
            raise InputError(say("unmade.header"), str(seed), ",".join(TITLE_HISTORY.names))
        return list(reader)


def _of_release(release: Release) -> list[list[Cell]]:
    labels = {row["category_id"]: row["label_fr"] for row in release.rows("dim_category")}
    companies = {row["candidate_id"]: row["company_id"] for row in release.rows("dim_candidate")}
    mark = " (demonstration)" if release.record.demonstration else ""
    source = f"release {release.record.edition}/{release.record.number}{mark}"
    return [
        [
            companies[row["candidate_id"]],
            row["company"],
            row["edition"],
            row["category_id"],
            labels[row["category_id"]],
            row["final"],
            source,
        ]
        for row in release.rows("laureates")
    ]


def title_rows(standing: Sequence[Release], shown: Sequence[Release], seed: Path = SEED) -> list[list[Cell]]:
    """Rows of title_history in the order of its key.

    `standing`: the newest release of each edition, but for revoked ones: these give no title. `shown`: these too. Their
    editions win over the seed, unless they are demonstrations: real titles of the same year stand beside invented ones.
    """
    rows = [row for release in standing for row in _of_release(release)]
    released = {release.record.edition for release in shown if not release.record.demonstration}
    keys = {sort_key(TITLE_HISTORY, row) for row in rows}
    for earlier in seed_rows(seed):
        row: list[Cell] = [earlier[name] or None for name in TITLE_HISTORY.names]
        if earlier["edition"] not in released and sort_key(TITLE_HISTORY, row) not in keys:
            rows.append(row)
    return sorted(rows, key=lambda row: sort_key(TITLE_HISTORY, row))
