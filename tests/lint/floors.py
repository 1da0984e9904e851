"""The floors of test coverage: `python -m tests.lint.floors COVERAGE.json`.

Belongs here: which modules decide (marks, custody, evidence, gate, signature, verification), what share of them the
tests must have run, and the comparison. Measuring is SlipCover's (`--json`), lines and branches together. Exit
code: 0 every floor is held, 1 one is not, 2 wrong use.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

DECIDES = (
    "orchestration/custody",
    "orchestration/draw/form.py",
    "orchestration/draw/order.py",
    "orchestration/draw/selection.py",
    "orchestration/evidence",
    "orchestration/gate/decision.py",
    "orchestration/intake/sources/raking.py",
    "orchestration/recount",
    "orchestration/release/record.py",
    "orchestration/rulebook",
    "orchestration/signoff",
    "orchestration/storage/chain.py",
    "orchestration/storage/files.py",
    "orchestration/units.py",
    "orchestration/verify",
)
"""What decides: whole. The marks themselves are SQL, which is held by the recount and by brute force (`tests/dbt`)."""

REST = 90
"""Percent of everything else, together."""


@dataclass(frozen=True)
class Covered:
    """How much of one module the tests ran: lines and branches, and the numbers of the lines that they did not run."""

    path: str
    ran: int
    of: int
    missing: tuple[int, ...] = ()

    @property
    def decides(self) -> bool:
        """Whether the module is one of those that decide."""
        path = PurePosixPath(self.path)
        return any(path.is_relative_to(place) for place in DECIDES)


def read(report: Mapping[str, Any]) -> list[Covered]:
    """The modules of a JSON report of SlipCover, in order. Raises KeyError for another file, and without branches."""
    found = []
    for path, measured in sorted(report["files"].items()):
        total = measured["summary"]
        ran = total["covered_lines"] + total["covered_branches"]
        missed = total["missing_lines"] + total["missing_branches"]
        partly = {start for start, _ in measured["missing_branches"]}
        found.append(Covered(path, ran, ran + missed, tuple(sorted({*measured["missing_lines"], *partly}))))
    return found


def below(modules: Iterable[Covered]) -> list[str]:
    """Each floor that is not held, in a sentence. A place that decides and was not measured at all is one."""
    modules = list(modules)
    told = [
        f"{one.path} decides: {one.ran} of {one.of} lines and branches ran; see line {', '.join(map(str, one.missing))}"
        for one in modules
        if one.decides and one.ran < one.of
    ]
    seen = [PurePosixPath(one.path) for one in modules]
    told += [
        f"{place} decides, and was not measured"
        for place in DECIDES
        if not any(path.is_relative_to(place) for path in seen)
    ]
    rest = [one for one in modules if not one.decides]
    ran, of = sum(one.ran for one in rest), sum(one.of for one in rest)
    if 100 * ran < REST * of:
        lowest = sorted(rest, key=lambda one: (one.ran - one.of, one.path))[:5]
        names = ", ".join(f"{one.path} ({one.of - one.ran})" for one in lowest)
        told.append(f"of the rest, {ran} of {of} lines and branches ran, under {REST} %; most are missing in {names}")
    return told


def main(arguments: Sequence[str]) -> int:
    """Compare a report with the floors and print what is below; returns the exit code."""
    try:
        (path,) = arguments
        modules = read(json.loads(Path(path).read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, OSError) as error:
        print(f"usage: python -m tests.lint.floors COVERAGE.json, as `slipcover --json` writes it ({error})")
        return 2
    found = below(modules)
    print("\n".join(found) or f"coverage: what decides is covered whole, the rest by {REST} % and more")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
