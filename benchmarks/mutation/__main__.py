"""python -m benchmarks.mutation [--count 1000] [--seed 2026] [--jobs N] [--json] [--only TEXT]

Makes random plausible changes of a clean edition before it is handed in, takes each through the line and reports what
was blocked, set aside, warned of, harmless, and what moved a mark or a title unseen. Exits 1 if an impossible value
moved a title unseen.

Belongs here: the command line.
"""

import argparse
import json
import os
import sys

from benchmarks.mutation.kinds import KINDS
from benchmarks.mutation.report import summary, table, unseen
from benchmarks.mutation.run import verdicts
from benchmarks.mutation.verdicts import UNSEEN, Verdict

DEFAULT_COUNT, DEFAULT_SEED = 1000, 2026


def main() -> int:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument("--count", type=int, default=DEFAULT_COUNT, help="how many mutations (default 1000)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed, other mutations (default 2026)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a processor)")
    parser.add_argument("--only", default="", help="only kinds whose name contains this text")
    parser.add_argument("--json", action="store_true", help="every verdict as JSON instead of the table")
    options = parser.parse_args()
    numbers = [n for n in range(options.count) if options.only in KINDS[n % len(KINDS)].name]
    mutations: list[Verdict] = []
    for mutation in verdicts(numbers, options.seed, options.jobs):
        mutations.append(mutation)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{len(mutations)} / {len(numbers)}")
    if options.json:
        print(json.dumps([mutation.as_dict() for mutation in mutations], ensure_ascii=False, indent=1))
    else:
        print(table(mutations), unseen(mutations), summary(mutations), sep="\n")
    return int(any(mutation.impossible and mutation.verdict == UNSEEN[1] for mutation in mutations))


if __name__ == "__main__":
    sys.exit(main())
