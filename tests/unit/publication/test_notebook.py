"""The notebook of the documentation redraws what was published, and says so when it is something else."""

import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl

from orchestration.settings import PROJECT_DIR

NOTEBOOK = PROJECT_DIR / "docs" / "notebooks" / "palmares.py"


def run(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-X", "utf8", str(NOTEBOOK), str(folder), "2031"], capture_output=True, text=True, check=False,
        encoding="utf-8",
    )  # fmt: skip


def test_it_redraws_the_palmares_from_parquet(two_editions: Path, tmp_path: Path) -> None:
    parquet = two_editions.parent / "parquet"
    drawn = run(parquet)
    assert drawn.returncode == 0, drawn.stderr
    first, title, last = drawn.stdout.splitlines()
    assert (first, last) == ("Palmarès 2031, titles: 1", "as signed")
    assert title.startswith("Banques") and title.endswith(" 16.12  " + "█" * 32)
    other = tmp_path / "parquet"
    shutil.copytree(parquet, other, copy_function=shutil.copyfile)
    other.chmod(0o755)
    pl.read_parquet(other / "laureates.parquet").with_columns(pl.col("final_micro") + 1).write_parquet(
        other / "laureates.parquet"
    )
    assert "not what was signed" in run(other).stderr
