"""Evidence is tied to the code that decides, to all of it and to nothing else (SPEC 6)."""

import ast
import os
import py_compile
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path

import pytest
import yaml

from orchestration.errors import InputError
from orchestration.evidence.fingerprints import DECIDING, KINDS, UNDECIDING, code_sha256
from orchestration.settings import PROJECT_DIR
from orchestration.words import in_language, told

ENTRIES = (
    "orchestration.custody.audit",
    "orchestration.assurance.intake",
    "orchestration.assurance.judging",
    "orchestration.scoring.dbt",
    "orchestration.recount.run",
    "orchestration.gate.decision",
    "orchestration.signoff.judge",
    "orchestration.dossier.make",
    "orchestration.publication.publish",
    "orchestration.publication.warehouse",
    "deploy.spark.score",
)
"""Where each of the acts of SPEC 6 begins: custody, reading, checks, scoring, recount, the decision, the judgement of a
signature, the dossier, the release, what readers open; and what Spark's own Python runs."""


# ---- the list --------------------------------------------------------------------------------------------------------
def module_file(name: str) -> Path | None:
    path = PROJECT_DIR.joinpath(*name.split("."))
    return next((one for one in (path.with_suffix(".py"), path / "__init__.py") if one.is_file()), None)


def imported(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever in it, and the packages around each."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def reached() -> set[str]:
    """Every file of the project that is imported, at whatever distance, by what decides."""
    seen: set[Path] = set()
    waiting = [path for name in ENTRIES if (path := module_file(name))]
    assert len(waiting) == len(ENTRIES)
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += [found for name in imported(path) if (found := module_file(name))]
    return {path.relative_to(PROJECT_DIR).as_posix() for path in seen}


def part_of(path: str) -> str | None:
    return next((name for name in DECIDING if path == name or path.startswith(f"{name}/")), None)


def test_whatever_is_imported_by_what_decides_is_in_the_list() -> None:
    assert sorted(path for path in reached() if part_of(path) is None) == []


def test_nothing_is_in_the_list_that_nothing_of_it_imports() -> None:
    assert set(DECIDING) - {part_of(path) for path in reached()} == {"dbt_project"}  # which dbt runs


def test_each_room_stands_on_one_side_of_the_list() -> None:
    """Whoever adds a room says whether it decides."""
    rooms = {f"orchestration/{path.name}" for path in (PROJECT_DIR / "orchestration").iterdir()}
    listed = {name for name in (*DECIDING, *UNDECIDING) if name.startswith("orchestration/")}
    assert rooms - {"orchestration/__pycache__"} == listed
    assert not set(DECIDING) & set(UNDECIDING)


def test_none_of_the_paths_of_the_dbt_project_lies_where_nobody_looks() -> None:
    project = yaml.safe_load((PROJECT_DIR / "dbt_project" / "dbt_project.yml").read_text("utf-8"))
    paths = {path for key, found in project.items() if key.endswith("-paths") for path in found}
    assert paths == {"models", "macros", "tests", "seeds"}
    assert not {f"dbt_project/{path}" for path in paths} & set(UNDECIDING)


# ---- what changes the fingerprint ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the whole project; who edits it puts it back."""
    folder = tmp_path_factory.mktemp("project")
    for top in ("orchestration", "expectations", "dbt_project", "benchmarks", "deploy/spark", "tests/fixtures"):
        ignored = shutil.ignore_patterns("__pycache__", "target", "logs", ".venv")
        shutil.copytree(PROJECT_DIR / top, folder / top, ignore=ignored)
    return folder


@contextmanager
def edited(path: Path) -> Iterator[None]:
    """A comment more, which changes nothing that the program does."""
    before = path.read_bytes()
    sign = {".sql": "--", ".typ": "//"}.get(path.suffix, "#")
    path.write_bytes(before + f"\n{sign} a comment\n".encode())
    yield
    path.write_bytes(before)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small part of a project."""
    for name in (
        "orchestration/gate/decision.py",
        "expectations/own/scoring.py",
        "dbt_project/models/marts/fct_effort.sql",
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copyfile(PROJECT_DIR / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    "path",
    [
        "orchestration/sample/story.py",
        "orchestration/cli/running.py",
        "orchestration/status/state.py",
        "orchestration/defs/publication.py",
        "orchestration/bailiff/signing.py",
        "orchestration/status/look.py",
        "benchmarks/inprocess.py",
        "tests/fixtures/tiny.py",
    ],
)
def test_a_comment_in_what_does_not_decide_leaves_the_fingerprint(whole: Path, path: str) -> None:
    before = code_sha256(whole)
    with edited(whole / path):
        assert code_sha256(whole) == before == code_sha256()


@pytest.mark.parametrize(
    "path",
    [
        "deploy/spark/cluster.py",
        "orchestration/gate/decision.py",
        "orchestration/recount/marks.py",
        "orchestration/units.py",
        "orchestration/dossier/dossier.typ",
        "dbt_project/models/marts/fct_ranking.sql",
        "dbt_project/macros/rounding.sql",
        "dbt_project/dbt_project.yml",
        "expectations/scoring.yml",
        "expectations/own/scoring.py",
    ],
)
def test_a_comment_in_what_decides_changes_the_fingerprint(whole: Path, path: str) -> None:
    before = code_sha256(whole)
    with edited(whole / path):
        assert code_sha256(whole) != before


def test_a_file_that_is_renamed_or_removed_changes_the_fingerprint(project: Path) -> None:
    before = code_sha256(project)
    model = project / "dbt_project" / "models" / "marts" / "fct_effort.sql"
    model.rename(model.with_name("fct_efforts.sql"))
    renamed = code_sha256(project)
    model.with_name("fct_efforts.sql").unlink()
    assert len({before, renamed, code_sha256(project)}) == 3


# ---- where something could hide --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "place",
    [
        "orchestration/gate/logs/more.py",
        "orchestration/gate/target/more.py",
        "orchestration/gate/__pycache__/more.py",
        "dbt_project/models/logs/more.sql",
        "dbt_project/dbt_packages/other/macros/more.sql",
        "dbt_project/packages.yml",
        "expectations/.user.yml",
    ],
)
def test_no_name_of_a_folder_hides_a_source(project: Path, place: str) -> None:
    before = code_sha256(project)
    (project / place).parent.mkdir(parents=True, exist_ok=True)
    (project / place).write_text("", "utf-8")
    assert code_sha256(project) != before


@pytest.mark.parametrize("place", ["orchestration/gate/decision.pyc", "orchestration/gate/fast.so", "expectations/x~"])
def test_what_is_no_source_is_refused_by_name(project: Path, place: str) -> None:
    (project / place).write_bytes(b"")
    with pytest.raises(InputError, match=f"{place}: is no source of the program") as refused:
        code_sha256(project)
    assert "move it away" in str(refused.value)


@pytest.mark.parametrize(
    ("place", "english", "french"),
    [
        ("x~", "is no source of the program", "n’est pas une source du programme"),
        ("link.py", "is a link or no ordinary file", "est un lien ou n’est pas un fichier ordinaire"),
    ],
)
def test_what_stands_where_the_program_decides_is_told_in_both_languages(
    project: Path, place: str, english: str, french: str
) -> None:
    odd = project / "expectations" / place
    if place == "link.py":
        odd.symlink_to("nowhere")
    else:
        odd.write_bytes(b"")
    with pytest.raises(InputError) as refused:
        code_sha256(project)
    assert str(refused.value) == (
        f"{odd}: {english}, and stands where the program decides\n"
        "  How to mend it: move it away; if it belongs to the program, name its kind in evidence/fingerprints.py"
    )
    assert in_language(told(refused.value), "fr") == (
        f"{odd}\u00a0: {french}, et se trouve là où le programme décide\n  Remède\u00a0: l’ôter de là\u202f; "
        "s’il appartient au programme, nommer son genre dans evidence/fingerprints.py"
    )


@pytest.mark.parametrize("target", ["elsewhere", "elsewhere/decision.py", "nowhere"])
def test_a_link_is_refused_and_not_followed(project: Path, target: str) -> None:
    (project / "elsewhere").mkdir()
    (project / "elsewhere" / "decision.py").write_text("", "utf-8")
    (project / "orchestration" / "gate" / "more.py").symlink_to(project / target)
    with pytest.raises(InputError, match=r"gate/more\.py: is a link"):
        code_sha256(project)


def test_a_pipe_is_refused_and_not_read(project: Path) -> None:
    os.mkfifo(project / "expectations" / "more.yml")
    with pytest.raises(InputError, match="no ordinary file"):
        code_sha256(project)


def test_what_dbt_writes_when_it_is_run_by_hand_changes_nothing(project: Path) -> None:
    before = code_sha256(project)
    for name in ("target/compiled/a.sql", "logs/dbt.log", ".user.yml"):
        (project / "dbt_project" / name).parent.mkdir(parents=True, exist_ok=True)
        (project / "dbt_project" / name).write_text("", "utf-8")
    assert code_sha256(project) == before


# ---- compiled files --------------------------------------------------------------------------------------------------
def compiled(source: Path, text: str, mode: py_compile.PycInvalidationMode) -> Path:
    """A compiled file that Python would take for this source's, made from another text of the same size and time."""
    state, own = source.stat(), source.read_bytes()
    source.write_text(text.ljust(state.st_size), "utf-8")
    os.utime(source, ns=(state.st_atime_ns, state.st_mtime_ns))
    cache = py_compile.compile(str(source), cache_from_source(str(source)), doraise=True, invalidation_mode=mode)
    source.write_bytes(own)
    os.utime(source, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert cache is not None
    return Path(cache)


@pytest.fixture
def source(project: Path) -> Path:
    return project / "orchestration" / "gate" / "decision.py"


TIMED, HASHED, UNCHECKED = (
    py_compile.PycInvalidationMode.TIMESTAMP,
    py_compile.PycInvalidationMode.CHECKED_HASH,
    py_compile.PycInvalidationMode.UNCHECKED_HASH,
)


@pytest.mark.parametrize("mode", [TIMED, HASHED, UNCHECKED])
def test_a_compiled_file_made_from_its_source_changes_nothing(
    project: Path, source: Path, mode: py_compile.PycInvalidationMode
) -> None:
    before = code_sha256(project)
    py_compile.compile(str(source), doraise=True, invalidation_mode=mode)
    assert code_sha256(project) == before


@pytest.mark.parametrize("mode", [TIMED, UNCHECKED])
def test_a_compiled_file_that_would_run_in_place_of_its_source_is_refused(
    project: Path, source: Path, mode: py_compile.PycInvalidationMode
) -> None:
    cache = compiled(source, "decide = lambda *_: True", mode)
    with pytest.raises(InputError, match="is not what its source says") as refused:
        code_sha256(project)
    assert str(cache) in str(refused.value) and "delete it" in str(refused.value)
    assert in_language(told(refused.value), "fr") == (
        f"{cache}\u00a0: n’est pas ce que dit sa source, et s’exécuterait à sa place\n  Remède\u00a0: le supprimer"
    )


def test_a_forged_hash_in_a_compiled_file_does_not_help_it(project: Path, source: Path) -> None:
    good = Path(py_compile.compile(str(source), doraise=True, invalidation_mode=HASHED) or "").read_bytes()
    forged = compiled(source, "decide = lambda *_: True", HASHED)
    assert code_sha256(project), "as it is, Python passes it over: its hash is of another text"
    forged.write_bytes(good[:16] + forged.read_bytes()[16:])
    with pytest.raises(InputError, match="is not what its source says"):
        code_sha256(project)


def test_a_compiled_file_that_python_passes_over_is_passed_over(project: Path, source: Path) -> None:
    before = code_sha256(project)
    cache = compiled(source, "decide = lambda *_: True", TIMED)
    good = cache.read_bytes()
    for other in (b"\0\0\0\0" + good[4:], b"", good[:8] + bytes(8) + good[16:]):
        cache.write_bytes(other)
        assert code_sha256(project) == before
    cache.rename(cache.with_name("gone.cpython-311.pyc"))
    assert code_sha256(project) == before


def test_a_compiled_file_that_cannot_be_read_is_refused(project: Path, source: Path) -> None:
    cache = compiled(source, "decide = lambda *_: True", TIMED)
    cache.write_bytes(cache.read_bytes()[:16])
    with pytest.raises(InputError, match="is not what its source says"):
        code_sha256(project)


def test_the_kinds_are_those_that_there_are() -> None:
    suffixes = {Path(name).suffix for name in reached()}
    for name in DECIDING:
        suffixes |= {path.suffix for path in (PROJECT_DIR / name).rglob("*") if path.is_file()}
    assert suffixes >= KINDS
