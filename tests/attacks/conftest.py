"""Fixtures of the attacks: dbt's SQL, compiled once while it does not change, and the clean edition at each stage."""

import pytest
from filelock import FileLock

from orchestration.compiled import Compiled, compile_project
from orchestration.dbt_args import DBT_DIR
from orchestration.files import sha256_bytes, sha256_file
from tests.attacks.bench import CleanLine, Marks

MADE = {"target", "logs"}


@pytest.fixture(scope="session")
def marks() -> Marks:
    """The compiled dbt project, kept between sessions by its content and shared between workers."""
    files = sorted(path for path in DBT_DIR.rglob("*") if path.is_file() and not MADE & set(path.parts))
    content = "".join(f"{sha256_file(path)}  {path.relative_to(DBT_DIR)}\n" for path in files)
    folder = DBT_DIR / "target" / "in-process"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / sha256_bytes(content.encode())[:16]
    with FileLock(folder / "lock"):
        if not (target / "run_results.json").exists():  # the last file that dbt writes
            compile_project(target)
    manifest = target / "manifest.json"
    return Marks(Compiled.from_manifest(manifest), manifest)


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory, marks: Marks) -> CleanLine:
    """The clean edition, from its deposits to its release."""
    return CleanLine(tmp_path_factory.mktemp("clean"), marks)
