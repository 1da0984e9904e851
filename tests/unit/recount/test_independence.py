"""The recount shares nothing with the first computation: neither code nor SQL, neither in words nor at run time."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import orchestration.recount

PACKAGE = Path(orchestration.recount.__file__).parent
MODULES = sorted(PACKAGE.glob("*.py"))
ALLOWED = {"openpyxl", "polars", "yaml", "orchestration"} | set(sys.stdlib_module_names)


def imported(source: str) -> set[str]:
    """The full names of all modules that a source imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that this test sees them whole"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_imports_nothing_of_the_first_computation(module: Path) -> None:
    for name in imported(module.read_text(encoding="utf-8")):
        assert name.partition(".")[0] in ALLOWED, name
        if name.startswith("orchestration"):
            assert name.startswith("orchestration.recount"), name


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_reaches_for_no_other_code_by_name(module: Path) -> None:
    calls = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not calls & {"__import__", "import_module", "exec", "eval", "sql", "SQLContext", "execute"}


def test_the_reading_order_is_true() -> None:
    """The package names its modules top to bottom, each once, and each imports only modules named before it."""
    order = re.findall(r"`([a-z_]+)`", (orchestration.recount.__doc__ or "").partition("Reading order")[2])
    assert sorted(order) == sorted(path.stem for path in MODULES if path.stem != "__init__")
    for module in MODULES:
        if module.stem in ("__init__", "__main__"):
            continue
        for name in imported(module.read_text(encoding="utf-8")):
            parts = name.removeprefix("orchestration.recount").lstrip(".").split(".")
            if name.startswith("orchestration.recount"):
                assert order.index(parts[0]) < order.index(module.stem), (module.stem, name)


def test_a_module_stays_small_enough_to_be_read() -> None:
    assert {path.name: lines for path in MODULES if (lines := len(path.read_text().splitlines())) > 250} == {}


def test_loading_it_loads_nothing_else_of_the_project_and_no_database() -> None:
    code = (
        "import sys, orchestration.recount, orchestration.recount.__main__\n"
        "print(*(n for n in sys.modules if n.startswith('orchestration.') or n in ('duckdb', 'sqlalchemy', 'pyarrow')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "orchestration.recount.marks" in loaded
    assert [name for name in loaded if not name.startswith("orchestration.recount")] == []


def test_who_ranks_marks_does_not_wait_for_what_reads_deposits() -> None:
    code = "import sys; from orchestration.recount import rank, read_rules; print('polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
