"""Score an edition on Spark and hold what it makes against DuckDB's: `make spark`.

Belongs here: having a copy of a working warehouse scored on Spark, as `palmares run --engine spark` has the warehouse
itself, and comparing the results digests and the verdicts of Great Expectations. It runs in the pipeline's environment,
from the project's folder.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.spark import suites
from expectations.checks import GateFile
from orchestration.errors import PalmaresError
from orchestration.release import compute_digest
from orchestration.run import Run
from orchestration.scoring.spark import score_on_spark
from orchestration.settings import Settings
from orchestration.storage import connect

VERDICTS = Path("on-spark") / "home" / "verdicts.json"


def main() -> None:
    """Compare the results of an edition that was run (`palmares run`) with what Spark makes of the same rows."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("edition")
    edition = parser.parse_args().edition
    settings = Settings.from_env()
    try:
        sys.exit(0 if compared(Run(settings, edition, "spark"), settings.home / "spark" / "compared" / edition) else 1)
    except PalmaresError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)


def compared(run: Run, folder: Path, more: Sequence[GateFile] = ()) -> bool:
    """Whether DuckDB's results and Spark's have the same digest, and Great Expectations the same verdicts on both, of
    the gates that judge marks and of `more`; everything that was made for it stays in `folder`."""
    gates = [*suites.judging_marks(), *more]
    copy = folder / "marks.duckdb"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    shutil.copyfile(run.settings.work_db(run.edition), copy)
    with connect(copy) as con:
        expected = compute_digest(con, run.rulebook_path)
        suites_file = suites.write_suites(con, run.uses, gates, folder / "suites")
        verdicts = suites.of_duckdb(con, run.uses, gates)
    words = ["--unit-tests", "--suites", str(suites_file)]
    scored = score_on_spark(run.settings, copy, folder=folder / "on-spark", account=folder / "dbt", more=words)
    with connect(copy) as con:
        actual = compute_digest(con, run.rulebook_path)
    on_spark = suites.of_spark(folder / VERDICTS)
    differing = suites.differences(verdicts, on_spark)
    packages = ", ".join(map(" ".join, scored.packages.items()))
    print(f"{packages}, {scored.executors} executors: {scored.rows} rows in {scored.seconds} s")
    print(f"results digest, DuckDB: {expected}")
    print(f"results digest, Spark:  {actual}")
    judged = ", ".join(f"{count} on {place}" for place, count in sorted(suites.places(folder / VERDICTS).items()))
    print(f"expectations of Great Expectations on Spark: {len(on_spark)}, in suites: {judged}")
    print("\n".join(f"differs: {line}" for line in differing) or "verdicts: those of DuckDB")
    print("identical" if actual == expected else "THEY DIFFER")
    return actual == expected and not differing


if __name__ == "__main__":
    main()
