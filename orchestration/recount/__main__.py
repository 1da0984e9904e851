"""`python -m orchestration.recount EDITION_DIR`: a recount for whoever has the deposits, printed as JSON.

Exits 0 when done (and, with --results, when everything agrees), 1 when a result differs, 2 when it cannot be made.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orchestration.recount import CannotRecount, Recount, compare, read_results, read_survey_weights, recount


def as_json(counted: Recount) -> dict[str, Any]:
    """A recount as plain JSON values."""
    return {
        "edition": counted.edition,
        "tables": {name: list(rows) for name, rows in counted.tables.items()},
        "files": [asdict(file) | {"rows_quarantined": file.rows_quarantined} for file in counted.files],
        "used": [
            {"source": source, "file": file, "outcome": outcome, "reason": reason, "rows": rows}
            for (source, file, outcome, reason), rows in sorted(counted.used.items(), key=str)
        ],
        "residuals": [
            {
                "variable": residual.variable,
                "value": residual.value,
                "target": str(residual.target),
                "reached": str(residual.reached),
                "within": residual.within,
            }
            for residual in counted.residuals
        ],
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.recount", description=__doc__)
    parser.add_argument("edition_dir", type=Path, help="the folder that holds deposits.jsonl")
    parser.add_argument("--weights", type=Path, help="fct_survey_weight.csv, if the rulebook rakes")
    parser.add_argument("--results", type=Path, help="a folder of results/*.csv to compare with")
    chosen = parser.parse_args(arguments)
    try:
        weights = read_survey_weights(chosen.weights) if chosen.weights else None
        counted = recount(chosen.edition_dir, weights)
        answer = as_json(counted)
        differences = compare(counted, read_results(chosen.results)) if chosen.results else []
    except (CannotRecount, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if chosen.results:
        answer["differences"] = [asdict(difference) for difference in differences]
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
