"""Marks, ranks and outcomes for `palmares results`: of a release, or of unsigned work, which says so.

Belongs here: reading three tables and laying them side by side. Nothing is computed.
"""

import csv
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

from orchestration.errors import InputError
from orchestration.publication import ReleaseStanding, standings_of
from orchestration.release import Release, check_published, compute_digest, newest_release
from orchestration.settings import RULEBOOK_FILE, Settings
from orchestration.status.say import say
from orchestration.storage import connect, read_file, records
from orchestration.words import coded, joined, marked
from orchestration.words import say as house

TABLES = ("fct_ranking", "dim_candidate", "category_outcome")
Rows = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Shown:
    """The results as plain data for JSON, and as rows of a table for people."""

    title: str
    data: dict[str, Any]
    rows: list[list[str]]


def read_results(settings: Settings, edition: str, number: int | None = None) -> Shown:
    """Read a release's results (the newest by default); without any release, those of the working warehouse.

    Raises InputError when there is no such release, or nothing was computed yet.
    """
    settings.edition_raw(edition)
    if number:
        check_published(settings.releases, edition, (number,))
    release = settings.releases / edition / str(number) if number else newest_release(settings.releases, edition)
    if release is not None:
        stands = _standing(settings, edition, release)
        notices = stands.sentences() if stands else []
        title = joined("\n", [say("results.published", edition=edition, release=release.name), *notices])
        shown = _shown(edition, title, int(release.name), _of(release))
        signed = stands is not None and stands.revoked is None
        return replace(shown, data={**shown.data, "signed": signed, "notices": notices})
    if not settings.work_db(edition).exists():
        raise InputError(house("edition.no_results", edition=edition), mend=f"palmares run {edition}")
    title = say("results.unpublished", edition=edition)
    return _shown(edition, title, None, _working(settings.work_db(edition)))


def _of(release: Path) -> Rows:
    rows: Rows = {}
    for name in TABLES:
        text = read_file(release / "results" / f"{name}.csv").decode("utf-8")
        rows[name] = list(csv.DictReader(StringIO(text, newline="")))
    return rows


def _working(path: Path) -> Rows:
    rows: Rows = {}
    with connect(path, read_only=True) as con:
        for name in TABLES:
            rows[name] = [
                {key: "" if value is None else str(value) for key, value in row.items()}
                for row in records(con, f"select * from marts.{name}")
            ]
    return rows


def _shown(edition: str, title: str, release: int | None, tables: Rows) -> Shown:
    companies = {row["candidate_id"]: row["company"] for row in tables["dim_candidate"]}
    outcomes = {row["category_id"]: row["outcome"] for row in tables["category_outcome"]}
    ranked = sorted(tables["fct_ranking"], key=lambda row: (row["category_id"], int(row["rank"]), row["candidate_id"]))
    categories: list[dict[str, Any]] = [
        {
            "category_id": category,
            "outcome": outcomes[category],
            "ranking": [
                {
                    "rank": int(row["rank"]),
                    "candidate_id": row["candidate_id"],
                    "company": companies[row["candidate_id"]],
                    "final_micro": int(row["final_micro"]) if row["final_micro"] else None,
                }
                for row in ranked
                if row["category_id"] == category
            ],
        }
        for category in sorted(outcomes)
    ]
    lines = [
        [
            str(category["category_id"]),
            coded("outcome", str(category["outcome"])),
            str(place["rank"]),
            place["candidate_id"],
            place["company"],
            marked(place["final_micro"]) if place["final_micro"] is not None else "",
            str(place["final_micro"] if place["final_micro"] is not None else ""),
        ]
        for category in categories
        for place in category["ranking"]
    ]
    data = {"edition": edition, "release": release, "published": release is not None, "signed": False}
    return Shown(title, {**data, "categories": categories}, lines)


def signed_release(settings: Settings, edition: str) -> int | None:
    """The number of the newest release, if its signature stands and the working warehouse holds its very results."""
    release, work = newest_release(settings.releases, edition), settings.work_db(edition)
    if release is None or not work.exists():
        return None
    stands = _standing(settings, edition, release)
    if stands is None or stands.revoked is not None:
        return None
    with connect(work, read_only=True) as con:
        digest = compute_digest(con, settings.edition_raw(edition) / RULEBOOK_FILE)
    return stands.number if digest == Release(release).record.digests.results_sha256 else None


def _standing(settings: Settings, edition: str, release: Path) -> ReleaseStanding | None:
    return next((stands for stands in standings_of(settings, edition) if str(stands.number) == release.name), None)
