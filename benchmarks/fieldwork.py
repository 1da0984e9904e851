"""What audits and survey cost beside a bare engine: two million tests, five million responses.

Belongs here: the bare questions, our steps on the same files, ratios of CPU seconds. Files are copies of those of a
small edition (`copies.py`). The bare questions: the mean of all ratings of each company, and of the satisfaction with
each, every respondent's last answer counting, by DuckDB over its own readers. What our steps take on the small edition
is taken off. `--run` measures the command `palmares run` too, Dagster, dbt's process and documents and all: nothing is
taken off that.

    python -m benchmarks.fieldwork [--tests N] [--responses N] [--memory 4GB] [--threads T] [--folder F] [--run]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.bench import EDITION
from benchmarks.copies import make
from benchmarks.editions import COMMAND
from benchmarks.scale import steps_of, watched
from benchmarks.stopwatch import Stopwatch
from orchestration.settings import PROJECT_DIR, Settings

STEPS = ("intake", "marks", "data tests", "checks of intake", "recount")
BARE, RUN = "bare DuckDB", "palmares run"
HEADER = 9
"""Columns of a test before the first of its criteria, which all hold small whole numbers or nothing."""
NO_RATINGS = (
    "city", "site", "persona", "operator", "journey_id", "step", "evidence_sha256", "rechecks",
    "repeated", "redirected", "travelled", "contradicted", "resolved",
)  # fmt: skip


def bare(folder: Path, threads: int) -> dict[str, int]:
    """Tests and answers that DuckDB's readers see, after counting the means."""
    import duckdb

    seen = {"tests": 0, "answers": 0}
    with duckdb.connect(config={"threads": threads}) as con:
        for place in sorted((folder / "audits").rglob("*")):
            if place.suffix in (".csv", ".parquet"):
                source = _source(place)
                names = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
                ratings = [f'try_cast("{name}" AS SMALLINT)' for name in names[HEADER:] if name not in NO_RATINGS]
                mean = f"list_avg([{', '.join(ratings)}])"
                rows = con.execute(f"SELECT candidate_id, count(*), avg({mean}) FROM {source} GROUP BY ALL").fetchall()
                seen["tests"] += sum(row[1] for row in rows)
        answers = " UNION ALL ".join(
            f"SELECT respondent_id, candidate_id, try_cast(answered_at AS TIMESTAMPTZ) AS answered_at, "
            f"try_cast(satisfaction AS SMALLINT) AS satisfaction FROM {_source(place)}"
            for place in sorted((folder / "survey").glob("panel*"))
        )
        last = "SELECT candidate_id, arg_max(satisfaction, answered_at) AS satisfaction "
        last += f"FROM ({answers}) GROUP BY respondent_id, candidate_id"
        rows = con.execute(f"SELECT candidate_id, count(*), avg(satisfaction) FROM ({last}) GROUP BY ALL").fetchall()
        seen["answers"] = sum(row[1] for row in rows)
    return seen


def _source(place: Path) -> str:
    if place.suffix == ".parquet":
        return f"read_parquet('{place}')"
    return f"read_csv('{place}', header = true, all_varchar = true, ignore_errors = true)"


def line(settings: Settings, without: Sequence[str]) -> dict[str, Any]:
    """Our own steps, in process, in their order, and how many rows stand where."""
    from benchmarks.inprocess import Line, Marks
    from orchestration.recount import recount
    from orchestration.storage.warehouse import connect

    edition, watch = Line(settings, EDITION, Marks.kept()), Stopwatch()
    works = (edition.read, edition.build, edition.test, edition.judge_intake)
    for name, work in zip(STEPS[:-1], works, strict=True):
        if name not in without:
            watch.step(name, work)
    with connect(edition.work, read_only=True) as con:
        counted = con.execute(
            "SELECT (SELECT count(*) FROM intake.test), (SELECT count(*) FROM intake.response), "
            "(SELECT count(*) FROM intake.survey_weight), (SELECT count(*) FROM intake.quarantine)"
        ).fetchone()
        weights = dict(con.execute("SELECT respondent_id, weight_micro FROM intake.survey_weight").fetchall())
    if "recount" not in without:
        watch.step("recount", lambda: recount(settings.edition_raw(EDITION), weights))
    rows = dict(zip(("tests", "responses", "respondents", "aside"), counted or (), strict=True))
    return {"steps": watch.steps, "rows": rows}


def whole(raw: Path, home: str) -> dict[str, Any]:
    """The command, in a process of its own."""
    environment = {**os.environ, "PALMARES_HOME": home, "PALMARES_RAW": str(raw)}
    watch, words = Stopwatch(), [*COMMAND, EDITION]
    watch.step(RUN, lambda: subprocess.run(words, env=environment, cwd=PROJECT_DIR, stdout=sys.stderr, check=True))
    return {"steps": watch.steps}


def measure_one(what: str, raw: Path, threads: int, without: Sequence[str]) -> dict[str, Any]:
    """The measurement that a child process makes."""
    if what == BARE:
        watch = Stopwatch()
        rows = watch.step(BARE, lambda: bare(raw / EDITION, threads))
        return {"steps": watch.steps, "rows": rows}
    with tempfile.TemporaryDirectory(prefix="palmares-fieldwork-") as home:
        if what == RUN:
            return whole(raw, home)
        return line(Settings(home=Path(home), raw=raw), without)


def measure(options: argparse.Namespace, folder: Path) -> list[str]:
    """Make the files, measure, and say what was found."""
    raws = {"small": folder / "small", "large": folder / f"{options.tests}-{options.responses}"}
    for name, (tests, responses) in {"small": (0, 0), "large": (options.tests, options.responses)}.items():
        if not raws[name].exists():
            make(raws[name], tests, responses)

    def child(what: str, raw: Path) -> Any:
        words = ["--one", what, "--raw", str(raw), "--threads", str(options.threads), "--without", *options.without]
        command = [sys.executable, "-m", "benchmarks.fieldwork", *words]
        return watched(what, command, options.memory, folder / "state")

    base, seen = child(BARE, raws["large"])
    steps = steps_of(base, seen)
    large, seen = child("line", raws["large"])
    small, _ = child("line", raws["small"])
    less = {name: step["cpu"] for name, step in small["steps"].items()}
    steps |= steps_of(large, seen)
    cost = steps[BARE].cpu
    lines = [f"{large['rows']}; bare: {base['rows']}", f"{BARE:<18} {cost:8.1f} CPU s {steps[BARE].memory:8.0f} MB"]
    for name in large["steps"]:
        spent = steps[name].cpu - less[name]
        lines.append(f"{name:<18} {spent:8.1f} CPU s {steps[name].memory:8.0f} MB  {spent / cost:6.2f} x bare")
    if options.run:
        run = steps_of(*child(RUN, raws["large"]))[RUN]
        lines.append(
            f"{RUN:<18} {run.cpu:8.1f} CPU s {run.memory:8.0f} MB  {run.wall:.0f} s, {run.disk:.0f} MB on disk"
        )
    return lines


def main() -> int:
    """Read the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", type=int, default=2_000_000)
    parser.add_argument("--responses", type=int, default=5_000_000)
    parser.add_argument("--memory", default="4GB", help="PALMARES_MEMORY of every step")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the files are made, and stay")
    parser.add_argument("--without", nargs="*", default=(), choices=STEPS[1:], help="steps that are left out")
    parser.add_argument("--run", action="store_true", help="the whole command too")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--raw", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        os.environ["PALMARES_THREADS"] = str(options.threads)
        print(json.dumps(measure_one(options.one, options.raw, options.threads, options.without)))
        return 0
    with tempfile.TemporaryDirectory(prefix="palmares-fieldwork-") as own:
        print(*measure(options, options.folder or Path(own)), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
