"""What changed since the last dossier: a small snapshot of each, and the difference of two.

Belongs here: the snapshot that is kept beside a dossier, and comparing it with the present one. Words and order of
presentation are in `compose/`.
"""

from collections.abc import Mapping
from typing import Any

from orchestration.dossier.model import Change, Inputs
from orchestration.evidence import Draw

Snapshot = dict[str, Any]
KINDS = ("deposit", "candidate", "outcome", "check", "acceptance", "reservation", "seal", "draw", "code")


def snapshot(inputs: Inputs) -> Snapshot:
    """What is remembered of a dossier, as plain JSON: one flat mapping for each kind of fact."""
    return {
        "deposit": {d.path: d.sha256 for d in inputs.deposits if d.current},
        "candidate": {
            c.candidate_id: f"{c.final}|{c.rank}" if not c.withdrawn else "withdrawn"
            for category in inputs.categories
            for c in category.candidates
        },
        "outcome": {category.category_id: category.outcome for category in inputs.categories},
        "check": {check.id: check.outcome for check in inputs.checks},
        "acceptance": {c.id: c.acceptance.by for c in inputs.checks if c.acceptance},
        "reservation": {
            f"{reservation.by}, {reservation.at[:10]}": reservation.reason for reservation in inputs.reservations
        },
        "seal": {str(seal.number): seal.fingerprint for seal in inputs.seals},
        "draw": {draw.seed: _conform(draw) for draw in inputs.draws},
        "code": {"code": inputs.digests.code},
    }


def changes(previous: Mapping[str, Any] | None, inputs: Inputs) -> tuple[Change, ...]:
    """Every fact of the two snapshots that differs, in order of kind and name; nothing where there is none before."""
    if previous is None:
        return ()
    now = snapshot(inputs)
    changes = []
    for kind in KINDS:
        before, after = previous.get(kind, {}), now[kind]
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                changes.append(Change(kind, name, before.get(name), after.get(name)))
    return tuple(changes)


def _conform(draw: Draw) -> str:
    """How many of the drawn tests were found conform."""
    conform = sum(outcome == "conform" for outcome in draw.outcomes.values())
    return f"{conform} / {len(draw.all_tests)}"
