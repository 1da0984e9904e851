"""What each attack fires, exactly: `snapshots/<family>.yml`, written by `make snapshots` and read like code in review.

Belongs here: reading and writing these files. What an attack *must* fire is said by hand in `corpus/`; what fires
besides stands in the snapshot alone, so that a new check edits no attack: it shows as a difference of a snapshot, which
somebody has to find right.
"""

import os
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from filelock import FileLock

from tests.attacks.attack import Attack
from tests.attacks.bench import Outcome, severe

FOLDER = Path(__file__).with_name("snapshots")
RENEW = "RENEW" in os.environ
HEAD = "# What each attack fires, exactly. Written by `make snapshots`, never by hand: read the difference.\n"

Fired = dict[str, Any]
"""The gate that stopped the edition and, sorted, the checks that blocked or warned, those that only inform, those that
could not be evaluated, and the codes of the gate's reasons. What is empty is left out."""


def fired(outcome: Outcome) -> Fired:
    """What an attack fired."""
    severe_checks = severe(outcome.failed)
    parts: Fired = {
        "gate": outcome.gate,
        "checks": sorted(severe_checks),
        "infos": sorted(outcome.failed.keys() - severe_checks),
        "errors": sorted({result.check_id for result in outcome.errors}),
        "reasons": sorted(outcome.reasons),
    }
    return {name: part for name, part in parts.items() if part}


def recorded(family: str) -> dict[str, Fired]:
    """The snapshot of a family, by the names of its attacks. A family without one has an empty one."""
    return _read(FOLDER / f"{family}.yml")


def renew(attack: Attack, seen: Fired, order: Iterable[str]) -> None:
    """Write what an attack fired into its family's snapshot. `order`: the names of the family's attacks; others go."""
    path = FOLDER / f"{attack.family}.yml"
    with FileLock(Path(tempfile.gettempdir()) / f"palmares-snapshot-{attack.family}.lock"):  # workers share the file
        _read.cache_clear()
        known = {**_read(path), attack.name: seen}
        _write(path, {name: known[name] for name in order if name in known})


@cache
def _read(path: Path) -> dict[str, Fired]:
    return yaml.load(path.read_bytes(), yaml.CSafeLoader) if path.exists() else {}


def _write(path: Path, snapshot: dict[str, Fired]) -> None:
    path.parent.mkdir(exist_ok=True)
    text = yaml.dump(snapshot, Dumper=yaml.CSafeDumper, sort_keys=False, width=110, default_flow_style=None)
    path.write_text(HEAD + text, "utf-8")
