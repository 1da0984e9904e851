"""What is true of an edition is looked at once and handed on; what is looked at again just before writing is counted.

Hashing code and rows, reading the evidence and opening DuckDB are what a publication costs besides its checks. A second
publication of the same dossier finds everything as it was, and makes no check and no recount anew.
"""

import gc
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from benchmarks.inprocess import Marks
from orchestration import recount
from orchestration.assurance import judging, straight
from orchestration.assurance.gathering import Beside
from orchestration.errors import Refused
from orchestration.evidence import CheckResult, EvidenceLog, RefusalBody, code_sha256
from orchestration.publication import warehouse
from orchestration.run import Now
from orchestration.run import now as now_module
from orchestration.settings import PROJECT_DIR
from orchestration.status import EditionStage, describe
from tests.attacks.bench import Bench, CleanLine
from tests.attacks.corpus.records import rewritten
from tests.integration.command import Palmares

LOOKS: dict[str, list[tuple[Any, str]]] = {
    "evidence read": [(EvidenceLog, "records"), (EvidenceLog, "append_all")],
    "duckdb opened": [(duckdb, "connect")],
    "code hashed": [(now_module, "code_sha256")],
    "rows hashed": [(now_module, "intake_sha256")],
    "results hashed": [(now_module, "compute_digest")],
    "recounted": [(judging, "recount")],
    "recount compared": [(recount, "compare")],
    "tables compared": [(warehouse, "same_tables")],
}
"""Functions that look, by what they look at. Appending reads the evidence too, under its lock."""


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """How often each was looked at within the block."""
    seen: Counter[str] = Counter()

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            seen[name] += 1
            return function(*args, **options)

        return call

    with ExitStack() as patches:
        for name, functions in LOOKS.items():
            for owner, attribute in functions:
                patches.enter_context(patch.object(owner, attribute, counted(name, getattr(owner, attribute))))
        yield seen


@pytest.fixture(scope="module")
def line(marks: Marks, tmp_path_factory: pytest.TempPathFactory) -> CleanLine:
    """The tiny edition at each stage, made once."""
    return CleanLine(tmp_path_factory.mktemp("line"), marks)


@pytest.fixture
def bench(line: CleanLine, tmp_path: Path) -> Iterator[Bench]:
    """The tiny edition, signed and not yet published."""
    with line.copy("sign", tmp_path) as bench:
        yield bench


def test_a_publication_looks_before_and_just_before_writing_and_done_again_looks_once(bench: Bench) -> None:
    with counting() as first:
        release = bench.publish()
        bench.show()
    assert first == {
        "evidence read": 6,  # once, four times under its lock to add to it, once for revocations; never to read it back
        # Weights before the recount, results after it; the palmarès is made again, and compared with the signed one.
        "duckdb opened": 11,
        "code hashed": 1,
        "rows hashed": 2,
        "results hashed": 2,
        "recounted": 1,
        "recount compared": 1,
    }
    known, shown = bench.records(), bench.settings.published_db.resolve()

    with counting() as second:
        assert bench.publish() == release
        assert bench.show().resolve() == shown
    compared = second.pop("tables compared", 0)  # DuckDB may write the same tables in the same bytes
    assert compared <= 1
    assert second == {
        "evidence read": 2,
        "duckdb opened": 2 + compared,  # the results; the published warehouse, made and compared with what is shown
        "code hashed": 1,
        "rows hashed": 1,
        "results hashed": 1,
    }
    assert bench.records() == known, "nothing is entered for what is already published"
    assert describe(bench.settings, bench.edition).stage is EditionStage.PUBLISHED


def test_the_command_looks_no_more_than_its_steps(
    bench: Bench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the release's step saw is what the next one tells of: where the edition stands is not looked for anew."""
    palmares = Palmares(bench.settings.home, bench.settings.raw, capsys, monkeypatch)
    monkeypatch.setenv("DAGSTER_HOME", str(bench.settings.home))  # so that it is put back
    bench.publish()
    bench.show()
    with counting() as seen:
        said = palmares("publish", bench.edition)
    assert said.code == 0 and "release 1" in said.out, said
    compared = seen.pop("tables compared", 0)
    assert compared <= 1
    assert seen == {
        "evidence read": 2,
        "duckdb opened": 2 + compared,
        "code hashed": 1,
        "rows hashed": 1,
        "results hashed": 1,
    }


def test_neither_results_nor_recount_are_held_while_the_other_checks_are_asked(bench: Bench) -> None:
    """Of two million tests they are two gigabytes."""
    asked: list[str] = []

    def ask(path: Path, gate: str, uses: frozenset[str]) -> list[CheckResult]:
        asked.append(gate)
        assert not [one for one in gc.get_objects() if isinstance(one, (Beside, recount.Recount))]
        return straight(path, gate, uses)

    with bench.held():
        judging.check_scoring(Now(bench.run), ask)
    assert asked == ["scoring"]


def test_status_looks_once(bench: Bench) -> None:
    bench.publish()
    with counting() as seen:
        describe(bench.settings, bench.edition)
    assert seen == {
        "evidence read": 1,
        "duckdb opened": 1,
        "code hashed": 1,
        "rows hashed": 1,
        "results hashed": 1,
    }


def test_a_run_repeated_looks_once_in_each_of_its_steps(bench: Bench) -> None:
    bench.publish()
    for step in ("read", "build", "test"):
        bench.take(step)
    with counting() as judged:
        bench.judge()
    assert judged["code hashed"] == judged["rows hashed"] == 2 and judged["results hashed"] == 1
    with counting() as kept:
        bench.document()
    assert kept == {
        "evidence read": 1,
        "duckdb opened": 1,
        "code hashed": 1,
        "rows hashed": 1,
        "results hashed": 1,
    }


def test_a_publication_that_the_evidence_does_not_know_is_checked_whole_before_it_is_entered(bench: Bench) -> None:
    """As after a kill between the release and its record."""
    release = bench.publish()
    rewritten(bench, lambda record: None if record["kind"] == "publication" else record)
    with counting() as seen:
        assert bench.publish() == release
    assert seen["recounted"] == 1
    assert [record.kind for record in bench.records()].count("publication") == 1


@pytest.mark.parametrize("name", ["deposits", "rows", "results", "rulebook"])
def test_what_moved_since_the_publication_is_checked_whole(bench: Bench, name: str) -> None:
    bench.publish()
    move(bench, name)
    with counting() as seen, pytest.raises(Refused):
        bench.publish()
    assert seen["recounted"] == (name in ("rows", "results")), "broken custody stops before"


def move(bench: Bench, name: str) -> None:
    """Something changes that a signature was given for."""
    if name == "deposits":
        (bench.raw / "more.csv").write_text("", "utf-8")
    elif name == "rulebook":
        with (bench.raw / "rulebook.yml").open("ab") as rules:
            rules.write(b"# a comment\n")
    else:
        table = {"rows": "intake.vote", "results": "marts.fct_ranking"}[name]
        bench.sql(f"DELETE FROM {table} WHERE candidate_id = (SELECT min(candidate_id) FROM {table})")


@pytest.mark.parametrize("name", ["rows", "results"])
def test_what_moves_while_the_checks_run_stops_the_publication(bench: Bench, name: str) -> None:
    recount = vars(judging)["recount"]

    def meanwhile(*args: Any, **options: Any) -> Any:
        counted = recount(*args, **options)
        move(bench, name)
        return counted

    bench.patch(judging, "recount", meanwhile)
    with pytest.raises(Refused) as refused:
        bench.publish()
    assert "the results" in str(refused.value) if name == "results" else "rows" in str(refused.value)
    assert not (bench.settings.releases / "chain.jsonl").exists()


def test_a_refusal_that_is_entered_while_the_checks_run_is_seen(bench: Bench) -> None:
    """Whoever enters it without the edition's lock: what others add to the evidence is read, not written over."""
    body = RefusalBody(dossier_sha256=bench.dossier.sha256, reason="Not what I saw.", by="Me Essai")
    recount = vars(judging)["recount"]

    def meanwhile(*args: Any, **options: Any) -> Any:
        bench.run.log.append(body)
        return recount(*args, **options)

    bench.patch(judging, "recount", meanwhile)
    with pytest.raises(Refused, match="Not what I saw"):
        bench.publish()


# ---- what a signed dossier is tied to --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "stage"),
    [
        ("orchestration/sample/story.py", EditionStage.SIGNED),
        ("orchestration/cli/running.py", EditionStage.SIGNED),
        ("benchmarks/inprocess.py", EditionStage.SIGNED),
        ("orchestration/gate/decision.py", EditionStage.NO_DOSSIER),
        ("dbt_project/models/marts/fct_ranking.sql", EditionStage.NO_DOSSIER),
        ("expectations/scoring.yml", EditionStage.NO_DOSSIER),
    ],
)
def test_a_comment_undoes_a_signature_only_where_something_is_decided(
    bench: Bench, project: Path, path: str, stage: EditionStage
) -> None:
    place = project / path
    before = place.read_bytes()
    place.write_bytes(before + (b"\n-- a comment\n" if place.suffix == ".sql" else b"\n# a comment\n"))
    bench.code = code_sha256(project)
    place.write_bytes(before)
    assert describe(bench.settings, bench.edition).stage is stage


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project; who edits it puts it back."""
    folder = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("__pycache__", "target", "logs", ".venv")
    for top in ("orchestration", "expectations", "dbt_project", "benchmarks", "deploy/spark"):
        shutil.copytree(PROJECT_DIR / top, folder / top, ignore=ignored)
    return folder
