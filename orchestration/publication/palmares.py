"""The public palmarès as data, JSON and the words it uses.

Belongs here: what the public is told, made from `laureates` and `category_outcome` alone, with the labels of
`dim_category` and the title and dates of `dim_edition`. No other table is opened, so the name of a candidate that was
not elected cannot slip in. The page is in `palmares_page.py`.
"""

from collections.abc import Sequence
from typing import Any

from orchestration.publication.palmares_page import render
from orchestration.publication.revocations import Revocation, Revoked
from orchestration.release import Release
from orchestration.storage import canonical_json
from orchestration.words import LANGUAGES


def _category(row: dict[str, Any], outcome: str, laureates: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "category_id": row["category_id"],
        "label": {lang: row[f"label_{lang}"] or row["label_fr"] for lang in LANGUAGES},
        "sector": row["sector"],
        "outcome": outcome,
        "candidates_ranked": int(row["candidates_ranked"]),
        "laureates": [
            {
                "company": laureate["company"],
                "final": laureate["final"],
                "final_micro": int(laureate["final_micro"]),
                "claim": {lang: laureate[f"claim_{lang}"] for lang in LANGUAGES},
            }
            for laureate in laureates
        ],
    }


def _edition(release: Release, revocation: Revocation | None) -> dict[str, Any]:
    """One edition as the public sees it; categories in the order of their French labels, none once it is revoked."""
    (edition,) = release.rows("dim_edition")
    outcomes = {row["category_id"]: row["outcome"] or "" for row in release.rows("category_outcome")}
    laureates = release.rows("laureates")
    categories = [
        _category(
            row, outcomes[row["category_id"]], [one for one in laureates if one["category_id"] == row["category_id"]]
        )
        for row in (release.rows("dim_category") if revocation is None else [])
    ]
    record = release.record
    return {
        "edition": edition["edition"],
        "release": record.number,
        "corrects": record.corrects.number if record.corrects else None,
        "revoked": vars(revocation) if revocation else None,
        "demonstration": record.demonstration,
        "title": edition["title"],
        "organiser": edition["organiser"],
        "fieldwork": {"start": edition["fieldwork_start"], "end": edition["fieldwork_end"]},
        "min_mark": edition["min_mark"],
        "signed_by": edition["signed_by"],
        "signed_at": edition["signed_at"],
        "published_at": edition["published_at"],
        "results_sha256": edition["results_sha256"],
        "categories": sorted(categories, key=lambda one: (one["label"]["fr"].casefold(), one["category_id"])),
    }


def palmares_data(releases: Sequence[Release], revoked: Revoked) -> list[dict[str, Any]]:
    """The palmarès of each release given, the latest edition first; one that is revoked says so and names nobody."""
    found = (_edition(one, revoked.get((one.record.edition, one.record.number))) for one in releases)
    return sorted(found, key=lambda one: str(one["edition"]), reverse=True)


def palmares_json(editions: Sequence[dict[str, Any]]) -> bytes:
    """The palmarès for programs: canonical JSON, marks as integers in micropoints and as text with two places."""
    return canonical_json({"format": "palmares/1", "editions": editions}) + b"\n"


def palmares_html(editions: Sequence[dict[str, Any]]) -> bytes:
    """The palmarès for people: one self-contained page."""
    return render(editions).encode()
