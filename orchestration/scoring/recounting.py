"""What the dossier says of the second computation, kept between the check that makes it and the dossier.

Belongs here: summing up a recount against the declared tables, and the small file that remembers it. The recount
itself is `recount/`; whether it agrees is a check (`scoring.recount_agrees`).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.errors import Refused
from orchestration.evidence import Fingerprints, Record, RunRecord
from orchestration.scoring.model import (
    RecountDifference,
    RecountFact,
    RecountFinal,
    RecountTable,
)
from orchestration.scoring.say import say
from orchestration.storage import canonical_json, read_file, sha256_bytes, write_atomic

if TYPE_CHECKING:
    from orchestration.recount import Difference, Recount

SHOWN = 100
"""Differences printed; their number is always told."""


def summarise(
    counted: "Recount",
    tables: Mapping[str, Sequence[Mapping[str, str | None]]],
    differences: Sequence["Difference"],
) -> RecountFact:
    """How many values of each declared table were compared, how many differ, and every final mark both ways.

    `differences` are all of theirs (`recount.compare`).
    """
    differing = Counter(difference.table for difference in differences)
    declared = {row["candidate_id"]: row["final_micro"] for row in tables["fct_ranking"]}
    recomputed = {str(row["candidate_id"]): str(row["final_micro"]) for row in counted.tables["fct_ranking"]}
    return RecountFact(
        tables=tuple(
            RecountTable(name, len(rows), counted.cells[name], differing[name])
            for name, rows in sorted(counted.tables.items())
            if name in tables
        ),
        finals=tuple(RecountFinal(key, _whole(declared.get(key)), _whole(final)) for key, final in recomputed.items()),
        differences=tuple(
            RecountDifference(d.table, d.key, d.column, declared=d.declared or "–", recomputed=d.recomputed or "–")
            for d in differences[:SHOWN]
        ),
    )


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def remember(path: Path, fingerprints: Fingerprints, fact: RecountFact) -> str:
    """Keep the summary of a recount with the fingerprints of what it was made from; returns its SHA-256."""
    data = canonical_json({"fingerprints": asdict(fingerprints), "fact": asdict(fact)})
    write_atomic(path, data)
    return sha256_bytes(data)


def remembered(path: Path, fingerprints: Fingerprints, records: Sequence[Record] = ()) -> RecountFact | None:
    """The summary kept for exactly these fingerprints, or None.

    Where the evidence says which summary was made, Refused for any other, or none: it is printed.
    """
    recounted = [record.body.recount_sha256 for record in records if isinstance(record, RunRecord)]
    data = read_file(path) if path.exists() else b""
    if recounted and sha256_bytes(data) != recounted[-1]:
        raise Refused([say("refused.recount", path=path)])
    kept = json.loads(data) if data else {"fingerprints": None}
    if kept["fingerprints"] != asdict(fingerprints):
        return None
    fact = kept["fact"]
    return RecountFact(
        tuple(RecountTable(**row) for row in fact["tables"]),
        tuple(RecountFinal(**row) for row in fact["finals"]),
        tuple(RecountDifference(**row) for row in fact["differences"]),
    )
