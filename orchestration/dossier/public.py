"""The palmarès that goes with a dossier: written beside it, its fingerprint in it.

Belongs here: what the rulebook says to the public. What the file holds is `release/palmares.py`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.release import EditionFacts, palmares_json, rows_of_marts
from orchestration.rulebook import Rulebook
from orchestration.storage import sha256_bytes, write_atomic
from orchestration.units import mark_text
from orchestration.words import LANGUAGES

if TYPE_CHECKING:
    import duckdb


def edition_facts(rulebook: Rulebook, *, demonstration: bool, results_sha256: str) -> EditionFacts:
    """What the public is told of the rules. `demonstration`: a signer's certificate is a throw-away one."""
    return EditionFacts(
        edition=rulebook.edition,
        title={lang: rulebook.title.of(lang) for lang in LANGUAGES},
        organiser=rulebook.organiser,
        fieldwork=(rulebook.fieldwork.start.isoformat(), rulebook.fieldwork.end.isoformat()),
        min_mark=mark_text(rulebook.min_mark_micro),
        min_candidates=rulebook.eligibility.min_candidates,
        field_firms=rulebook.field_firms,
        contests=rulebook.contest is not None,
        demonstration=demonstration,
        results_sha256=results_sha256,
    )


def write_palmares(con: "duckdb.DuckDBPyConnection", path: Path, facts: EditionFacts) -> str:
    """Write the palmarès of a working warehouse; its SHA-256."""
    data = palmares_json(facts, rows_of_marts(con))
    write_atomic(path, data)
    return sha256_bytes(data)
