"""What Palmarès costs beside a bare engine, on the same votes, in the same run: `make bench`, `make bench-quick`.

Belongs here: measuring our own steps, comparing and printing. Ratios, not seconds: each is CPU seconds over those of
the bare DuckDB query (`bare.py`, as all engines), the same three files, so that a slow or busy machine slows both. Each
measurement has a process of its own, which tells the peak of memory (`stopwatch.py`). What starting costs is taken off
and told: of our steps what they cost on an edition of a thousand votes, so that audits and survey do not count either.
Reading a packed file is beside DuckDB's own reader of that file (`readers.py`). Before a figure is shown, counts are
compared. An engine that cannot run here is told with the reason.

    python -m benchmarks.bench [--votes N] [--times K] [--threads T] [--without ENGINE …] [--keep] [--against]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import readers
from benchmarks.bare import ENGINES, SPARK, Counts
from benchmarks.measured import Measured, Ratio, keep, kept, machine, regressions, today, versions
from benchmarks.stopwatch import Stopwatch
from orchestration.errors import InputError
from orchestration.sample import generate
from orchestration.scoring.engine import ENVIRONMENT, PYTHON, check_spark, installed
from orchestration.settings import PROJECT_DIR, Settings

if TYPE_CHECKING:
    import duckdb

EDITION = "2030"
TINY = 1_000
STEPS = {
    "intake": ("intake",),
    "marks": ("marks",),
    "checks": ("data tests", "checks of intake"),
    "recount": ("recount",),
    "all of it": ("intake", "marks", "data tests", "checks of intake", "recount"),
}
"""What is shown, and the steps that it is made of."""

BASE = "DuckDB"
APART = 1_000
"""Bare engines may differ in one vote of so many: two votes of one voter in the same second have no first. Each also
reads lines its own way that we set aside."""


def measure_line(settings: Settings) -> dict[str, Any]:
    """Our own steps, in process, in their order; the counts of dbt and of the recount."""
    from benchmarks.inprocess import Line, Marks
    from orchestration.recount import recount
    from orchestration.storage.warehouse import connect

    line = Line(settings, EDITION, Marks.kept())
    watch = Stopwatch()
    watch.step("intake", line.read)
    watch.step("marks", line.build)
    watch.step("data tests", line.test)
    watch.step("checks of intake", line.judge_intake)
    with connect(line.work, read_only=True) as con:
        marks = con.execute("SELECT candidate_id, observations FROM intermediate.int_vote_mark").fetchall()
        accepted = _accepted(con)
        (quarantined,) = con.execute("SELECT count(*) FROM intake.quarantine WHERE source = 'votes'").fetchone() or (0,)
        weights = dict(con.execute("SELECT respondent_id, weight_micro FROM intake.survey_weight").fetchall())
    recounted = watch.step("recount", lambda: recount(settings.edition_raw(EDITION), weights))
    shares = [row for row in recounted.tables["fct_component_mark"] if row["component"] == "vote"]
    return {
        "steps": watch.steps,
        "marks": dict(marks),
        "recount": {row["candidate_id"]: row["observations"] for row in shares},
        "accepted": accepted,
        "aside": quarantined,
    }


def _accepted(con: "duckdb.DuckDBPyConnection") -> Counts:
    """The answer to the bare question from the rows that were accepted. In whole numbers, which DuckDB takes to disk
    where they are too many: a voter's first vote is the least of its instant with the candidate's number behind it."""
    return dict(
        con.execute(
            "SELECT candidate_id, n FROM (SELECT first % 4096 AS place, count(*) AS n FROM "
            "(SELECT min(epoch_us(cast_at) * 4096 + enum_code(candidate_id)) AS first FROM intake.vote "
            "GROUP BY hash(voter_key, category_id)) GROUP BY place) "
            "JOIN (SELECT DISTINCT candidate_id, enum_code(candidate_id) AS place FROM intake.vote) USING (place)"
        ).fetchall()
    )


def make(raw: Path, votes: int) -> None:
    """A synthetic edition with so many votes, and little else."""
    generate(raw, EDITION, categories=6, votes=votes, respondents=600, seed=1)


def _apart(left: Counts, right: Counts) -> int:
    return sum(abs(left.get(name, 0) - right.get(name, 0)) for name in {*left, *right})


def compare(bare: dict[str, Any], line: dict[str, Any]) -> list[str]:
    """What does not agree: then no figure is worth showing."""
    base = bare[BASE]["counts"]
    most = line["aside"] + 2 + sum(base.values()) // APART
    wrong = [
        f"{name} counts otherwise than {BASE}" for name, engine in bare.items() if _apart(base, engine["counts"]) > most
    ]
    if line["marks"] != line["recount"]:
        wrong.append("the recount counts otherwise than dbt")
    if _apart(base, line["accepted"]) > most:
        wrong.append(f"the votes that were accepted differ from those of {BASE} by more than those set aside")
    return wrong


def command(what: str, raw: Path, threads: int) -> list[str]:
    """What makes one measurement in a process of its own: of our line, or of the readers or an engine, which is asked
    for the edition beside, `tiny`, first."""
    if what == "line":
        return [sys.executable, "-m", "benchmarks.bench", "--line", str(raw), "--threads", str(threads)]
    votes = [str(place / EDITION / "votes") for place in (raw.parent / "tiny", raw)]
    if what == "readers":
        return [sys.executable, "-m", "benchmarks.readers", *votes, str(threads)]
    python = str(ENVIRONMENT / PYTHON) if what == SPARK else sys.executable
    return [python, "-m", "benchmarks.bare", what, *votes, str(threads)]


def left_out(without: Collection[str], environment: Path = ENVIRONMENT) -> dict[str, str]:
    """The engines that are not measured, and why."""
    reasons = {name: "left out by --without" for name in ENGINES if name in without}
    try:
        check_spark(environment)
    except InputError as error:
        reasons.setdefault(SPARK, error.what)
    return reasons


def measured_by(what: str, status: int, out: str, errors: str) -> dict[str, Any]:
    """What such a process measured. Raises SystemExit with its last words where it failed."""
    if status:
        raise SystemExit(f"{what} failed ({status}):\n{errors}")
    figures: dict[str, Any] = json.loads(out.splitlines()[-1])
    return figures


def _child(what: str, raw: Path, threads: int) -> dict[str, Any]:
    done = subprocess.run(command(what, raw, threads), cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    return measured_by(what, done.returncode, done.stdout, done.stderr)


def own_steps(raw: Path) -> dict[str, Any]:
    """The measurement of our own steps that a child process makes."""
    with tempfile.TemporaryDirectory(prefix="palmares-bench-") as home:
        return measure_line(Settings(home=Path(home), raw=raw))


def summed(values: Sequence[float], peaks: Sequence[float], starts: Sequence[float]) -> Ratio:
    """Several runs as one figure; `starts` is empty where no start is told."""
    median, low, high, peak = (
        round(figure, 3) for figure in (statistics.median(values), min(values), max(values), max(peaks))
    )
    return Ratio(median, low, high, peak, start=round(statistics.median(starts), 3) if starts else None)


def line_of(name: str, ratio: Ratio) -> str:
    """One line of the table: the median, the smallest and the largest, what starting took, the peak of memory."""
    spread = f"({ratio.low:.2f} to {ratio.high:.2f})"
    start = "" if ratio.start is None else f"start {ratio.start:4.1f} s"
    return f"{name:<20} {ratio.median:7.2f} x  {spread:<17} {start:<12}  {ratio.peak:6.0f} MB"


def measure(
    raws: Mapping[str, Path], votes: int, times: int, threads: int, absent: Mapping[str, str] | None = None
) -> Measured:
    """Every engine that is not absent and our own steps, `times` times by turns, each beside the bare query of the same
    turn.

    Raises SystemExit with what does not agree: then no figure is worth showing.
    """
    ratios: dict[str, list[float]] = defaultdict(list)
    peaks: dict[str, list[float]] = defaultdict(list)
    starts: dict[str, list[float]] = defaultdict(list)
    seconds: list[float] = []
    engines = [name for name in ENGINES if name not in (absent or {})]
    for _ in range(times):
        bare = {name: _child(name, raws["large"], threads) for name in engines}
        line, tiny = (_child("line", raws[name], threads) for name in ("large", "tiny"))
        if wrong := compare(bare, line):
            raise SystemExit("\n".join(wrong))
        base = bare[BASE]["steps"][BASE]["cpu"]
        seconds.append(base)
        for name in engines:
            ratios[f"bare {name}"].append(bare[name]["steps"][name]["cpu"] / base)
            peaks[f"bare {name}"].append(bare[name]["steps"][name]["peak"])
            starts[f"bare {name}"].append(bare[name]["start"])
        for name, parts in STEPS.items():
            less = sum(tiny["steps"][part]["cpu"] for part in parts)
            ratios[name].append((sum(line["steps"][part]["cpu"] for part in parts) - less) / base)
            peaks[name].append(max(line["steps"][part]["peak"] for part in parts))
            starts[name].append(less)
        read = _child("readers", raws["large"], threads)["steps"]
        for name in readers.FILES:
            ours, beside = (read[which.format(name)] for which in (readers.OURS, readers.BESIDE))
            ratios[readers.OURS.format(name)].append(ours["cpu"] / beside["cpu"])
            peaks[readers.OURS.format(name)].append(ours["peak"])
    return Measured(
        votes,
        threads,
        times,
        round(statistics.median(seconds), 3),
        ratios={name: summed(ratios[name], peaks[name], starts[name]) for name in ratios},
        machine=machine(),
        versions=versions(installed(SPARK) if SPARK in engines else {}),
        day=today(),
        absent={f"bare {name}": reason for name, reason in (absent or {}).items()},
    )


def main() -> int:
    """Make the editions, measure all of them as often as asked, compare, print. 1 when a ratio grew by a third."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--votes", type=int, default=5_000_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="keep these figures for the page and for later runs")
    parser.add_argument("--against", action="store_true", help="compare with those that are kept of as many votes")
    parser.add_argument("--without", nargs="*", default=(), choices=[name for name in ENGINES if name != BASE])
    parser.add_argument("--line", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.line:
        os.environ["PALMARES_THREADS"] = str(options.threads)
        print(json.dumps(own_steps(options.line)))
        return 0
    before = kept()
    if options.against and options.votes not in before:
        raise SystemExit(f"no figures of {options.votes} votes are kept to compare with: measure them with --keep")
    with tempfile.TemporaryDirectory(prefix="palmares-bench-") as folder:
        raws = {"large": Path(folder) / "large", "tiny": Path(folder) / "tiny"}
        for name, votes in (("large", options.votes), ("tiny", TINY)):
            make(raws[name], votes)
        measured = measure(raws, options.votes, options.times, options.threads, absent=left_out(options.without))
    print(f"{options.votes} votes, {options.threads} threads, {options.times} times; counts agree")
    print(f"bare {BASE}: {measured.seconds:.2f} CPU seconds; all else as a multiple of it, without the start,")
    print(f"but for reading, a multiple of {BASE}'s own reader")
    for name, ratio in measured.ratios.items():
        print(line_of(name, ratio))
    for name, reason in measured.absent.items():
        print(f"{name:<20} not measured: {reason}")
    worse = regressions(measured, before[options.votes]) if options.against else []
    print(*worse, sep="\n", end="\n" if worse else "")
    if options.keep:
        keep(measured)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
