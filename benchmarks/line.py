"""How the line grows with the votes: intake, marks and recount against hashing the same deposits, in one run.

    python benchmarks/line.py [VOTES …]        (default: 50000 200000)

Ratios, not seconds: "x hash" is how many times longer than reading and hashing the files once on the same machine at
the same moment; "x smaller" compares with the smaller edition before it (votes grow by the factor in brackets).
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.compiled import Compiled, compile_project
from orchestration import custody
from orchestration.intake import load_edition
from orchestration.recount import recount
from orchestration.sample import generate
from orchestration.settings import Settings
from orchestration.storage.warehouse import connect

STEPS = ("hash", "intake", "marks", "recount")


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(votes: int, folder: Path, compiled: Compiled) -> dict[str, float]:
    """Seconds of each step on a synthetic edition with so many votes."""
    settings = Settings(home=folder / "var", raw=folder / "raw")
    generate(settings.raw, "2030", categories=6, votes=votes, respondents=600, seed=1)
    raw = settings.edition_raw("2030")
    seconds = {"hash": timed(lambda: custody.audit(raw)), "intake": timed(lambda: load_edition(settings, "2030"))}
    with connect(settings.work_db("2030")) as con:
        seconds["marks"] = timed(lambda: compiled.run(con))
        weights = dict(con.execute("select respondent_id, weight_micro from intake.survey_weight").fetchall())
    seconds["recount"] = timed(lambda: recount(raw, weights))
    return seconds


def main(sizes: list[int]) -> None:
    """Print the table of ratios."""
    before: tuple[int, dict[str, float]] | None = None
    with tempfile.TemporaryDirectory() as name:
        compiled = Compiled.from_manifest(compile_project(Path(name) / "dbt"))
        for votes in sizes:
            seconds = measure(votes, Path(name) / str(votes), compiled)
            print(f"{votes} votes")
            for step in STEPS[1:]:
                line = f"  {step:<8} {seconds[step] / seconds['hash']:8.1f} x hash"
                if before:
                    line += f"   {seconds[step] / before[1][step]:6.2f} x smaller (votes x {votes / before[0]:.0f})"
                print(line)
            before = (votes, seconds)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [50_000, 200_000])
