"""The line as its users walk it: a tiny edition through the command line, on real Dagster, dbt, DuckDB and PDF.

One edition is run, refused, signed, published, verified and corrected; each test takes up where the last one
ended, because a run costs half a minute and each of these acts is one that a person would do next.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from benchmarks.inprocess import Line, Marks
from orchestration.instance import prepare_dagster_home
from orchestration.instance.launch import run_job
from orchestration.run import Now, Run
from orchestration.settings import Settings
from orchestration.status import freshness
from orchestration.storage.files import sha256_file
from tests.fixtures.tiny import TinyEdition, relog
from tests.integration.command import Palmares

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders that all tests of this module share."""
    return tmp_path_factory.mktemp("line")


@pytest.fixture(scope="module")
def edition() -> TinyEdition:
    """The clean edition that they share."""
    return TinyEdition()


@pytest.fixture
def palmares(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    return Palmares(place / "var", place / "raw", capsys, monkeypatch)


@pytest.fixture
def copied(palmares: Palmares, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The state and the deposits as they stand, copied, and named by the environment: to be touched, or worked on."""
    for variable, folder in (("PALMARES_HOME", palmares.home), ("PALMARES_RAW", palmares.raw)):
        monkeypatch.setenv(variable, str(shutil.copytree(folder, tmp_path / folder.name)))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))  # so that it is put back
    return Settings.from_env()


@pytest.fixture(scope="module")
def key(place: Path, edition: TinyEdition) -> Path:
    path = place / "bailiff.p12"
    path.write_bytes(edition.p12)
    return path


Change = Callable[[Path, Path], object]
"""What somebody does to a home and its deposits."""

LOOK = """
import sys
sys.argv = sys.argv[1:]
from orchestration.cli import main
try:
    main()  # which leaves the process itself
finally:
    print(*sys.modules)
"""

READER = """
import sys, duckdb
held = duckdb.connect(sys.argv[1], read_only=True)
for _ in sys.stdin:
    print(held.execute("select string_agg(distinct release, ',') from dim_edition").fetchone()[0], flush=True)
"""


class Reader:
    """A BI tool in a process of its own, which opens the published warehouse and keeps it open."""

    process: subprocess.Popen[str] | None = None

    def open(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", READER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def releases(self) -> str:
        """The releases that it sees in the file it holds."""
        assert self.process and self.process.stdin and self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """One reader for the module: it opens release 1 and is still there when release 2 comes."""
    reader = Reader()
    yield reader
    if reader.process:
        reader.process.communicate("")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, to see that nothing was written."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_help_waits_for_nothing_heavy() -> None:
    """Half a second is what the contract allows; what would take it is not even imported (no timed test)."""
    told = subprocess.run(
        [sys.executable, "-c", "import sys, orchestration.cli; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    heavy = {"dagster", "dbt", "duckdb", "pandas", "polars", "pyarrow", "pydantic", "pyhanko", "great_expectations"}
    assert heavy & set(told.stdout.split()) == set()


def test_an_unknown_edition_is_wrong_use(palmares: Palmares) -> None:
    (palmares.raw).mkdir(exist_ok=True)
    said = palmares("run", "1999")
    assert (said.code, "there is no edition 1999" in said.err) == (2, True)
    assert palmares("run", "../etc").code == 2
    assert palmares("frobnicate").code == 2


def test_check_reads_and_computes_nothing(palmares: Palmares, edition: TinyEdition) -> None:
    edition.write(palmares.raw)
    said = palmares("check", edition.edition, "--json")
    assert said.code == 0
    assert said.data["problems"] == []
    assert {file["file"] for file in said.data["files"]} >= {"candidates.csv"}
    assert not (palmares.home / "evidence").exists()


def test_publishing_what_was_never_run_is_refused(palmares: Palmares, edition: TinyEdition) -> None:
    said = palmares("publish", edition.edition)
    assert said.code == 1
    assert "has not been scored" in said.err
    assert not (palmares.home / "releases").exists()


def test_run_ends_with_a_dossier_and_says_who_must_act(palmares: Palmares, edition: TinyEdition) -> None:
    said = palmares("run", edition.edition, "--json")
    assert said.code == 0, said.err
    assert said.data["failed"] == said.data["open_warnings"] == []
    assert (said.data["stage"], said.data["who"]) == ("waiting for the bailiff", "bailiff")
    assert (said.data["stage_code"], said.data["who_code"]) == ("unsigned", "bailiff")
    assert Path(said.data["dossier"]["pdf"]).read_bytes().startswith(b"%PDF-1.7")
    assert palmares("status", "--json").data[0]["stage"] == "waiting for the bailiff"


def test_running_again_keeps_the_dossier(palmares: Palmares, edition: TinyEdition) -> None:
    before = palmares("status", edition.edition, "--json").data["dossier"]
    again = palmares("run", edition.edition)
    assert (again.code, again.err.count("skipped"), again.err.count("kept")) == (0, 3, 1), again.err
    assert palmares("status", edition.edition, "--json").data["dossier"] == before


def sql(statement: str) -> Change:
    def change(home: Path, raw: Path) -> None:
        with duckdb.connect(home / "work" / "2026.duckdb") as con:
            con.execute(statement)

    return change


def older_evidence(home: Path, raw: Path) -> None:
    log = home / "evidence" / "2026.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-5]))


def older_warehouse(home: Path, raw: Path) -> None:
    """A state of the working warehouse from before: taken in, but not scored."""
    with duckdb.connect(home / "work" / "2026.duckdb") as con:
        con.execute("DROP SCHEMA marts CASCADE")


def new_rulebook(home: Path, raw: Path) -> None:
    path = raw / "2026" / "rulebook.yml"
    path.write_bytes(path.read_bytes() + b"\n")
    relog(raw / "2026")


def set_clocks_back(home: Path, raw: Path) -> None:
    """A deposit is edited, and every file is as old as the world."""
    audit = next((raw / "2026" / "audits").rglob("*.csv"))
    audit.write_bytes(audit.read_bytes().replace(b"2", b"3", 1))
    for path in [*home.rglob("*"), *raw.rglob("*")]:
        os.utime(path, (0, 0))


def dbt_says_otherwise(home: Path, raw: Path) -> None:
    """One of dbt's tests failed, says the file from which the UI is told what they found."""
    path = next((home / "dbt" / "2026").rglob("run_results.json"))
    said = json.loads(path.read_bytes())
    next(one for one in said["results"] if one["status"] == "pass")["status"] = "fail"
    path.write_text(json.dumps(said))


OTHER_DUCKDB = '{"packages": {"duckdb": "1"}}'
ATTACKS: dict[str, tuple[Change, str]] = {
    "dbt": (dbt_says_otherwise, "what dbt wrote"),
    "marks": (sql("UPDATE marts.fct_ranking SET final_micro = final_micro + 1"), "somebody edited it"),
    "rows": (sql("DELETE FROM intake.test WHERE line = 3"), "do not: intake.test): somebody edited it"),
    "quarantine": (sql("INSERT INTO intake.unknown_column VALUES ('a.csv', 'x')"), "somebody edited it"),
    "evidence": (older_evidence, "cannot be read"),
    "warehouse": (older_warehouse, "cannot be read"),
    "rulebook": (new_rulebook, "the rulebook"),
    "clock": (set_clocks_back, "custody is broken"),
    "pages": (lambda home, raw: (home / "data_docs" / "2026" / "index.html").unlink(), "is gone"),
    "engine": (
        sql("CREATE SCHEMA scoring; CREATE TABLE scoring.engine AS SELECT 'pyspark' AS package, '4.1.4' AS version"),
        "spark (pyspark 4.1.4) made the marks, and now duckdb is asked to",
    ),
    "packages": (lambda home, raw: (home / "work" / "2026.note.json").write_text(OTHER_DUCKDB), "duckdb 1."),
    "garbage": (lambda home, raw: (home / "work" / "2026.duckdb").write_bytes(b"garbage" * 999), "cannot be read"),
    "nothing in it": (lambda home, raw: (home / "work" / "2026.duckdb").write_bytes(b""), "cannot be read"),
    "cut short": (lambda home, raw: os.truncate(home / "work" / "2026.duckdb", 20_000), "cannot be read"),
    "never run": (lambda home, raw: (home / "work" / "2026.duckdb").unlink(), "nothing was made before"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_touched_since_is_not_taken_for_fresh(copied: Settings, attack: str) -> None:
    """Each by its name; a clock that was set back, or forward, says nothing either way."""
    now = Run(copied, "2026", "test")
    if attack in ("marks", "clock"):
        for path in copied.home.rglob("*"):
            os.utime(path, (0, 0))
        assert freshness(Now(now)).dossier, "nothing but the clock"
    change, said = ATTACKS[attack]
    change(copied.home, copied.raw)
    found = freshness(Now(now))
    assert (found.checked, found.dossier, len(found.lines)) == (False, False, 1)
    assert said in found.lines[0]


def test_what_duckdb_made_is_not_fresh_for_a_run_on_spark(copied: Settings) -> None:
    now = Run(copied, "2026", "test")
    assert freshness(Now(now)).dossier
    found = freshness(Now(now), "spark")
    assert (found.checked, found.lines) == (
        False,
        ("duckdb made the marks, and now spark is asked to: marks, checks and dossier are made anew",),
    )


def test_a_run_on_another_engine_is_refused_before_anything_is_begun(
    palmares: Palmares, copied: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = copied.evidence_log("2026").read_bytes()
    said = palmares("run", "2026", "--engine", "flink")
    assert (said.code, said.out) == (2, "") and "there is no engine 'flink'" in said.err
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    said = palmares("run", "2026", "--engine", "spark", "--lang", "fr")
    assert said.code == 2 and ("make deploy/spark/.venv/.ready" in said.err or "Java 17" in said.err)
    assert copied.evidence_log("2026").read_bytes() == before


def test_checks_launched_by_hand_after_an_upgrade_do_not_speak_for_rows_made_before(copied: Settings) -> None:
    change, said = ATTACKS["packages"]
    change(copied.home, copied.raw)
    run_job(copied, "prepare_edition", "2026", assets="key:assurance_scoring")
    assert said in freshness(Now(Run(copied, "2026", "test"))).lines[0]


def versions(instance: dg.DagsterInstance) -> dict[str, str]:
    """The data version of every asset that was made, newest of each."""
    newest = {key: instance.get_latest_materialization_event(key) for key in instance.all_asset_keys()}
    made = {key: event.asset_materialization for key, event in newest.items() if event}
    return {key.to_user_string(): one.tags["dagster/data_version"] for key, one in made.items() if one and one.tags}


def told(instance: dg.DagsterInstance, run_id: str) -> dict[tuple[str, str], tuple[bool, str]]:
    """What a run told of every check."""
    logs = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    seen = [entry.get_dagster_event().asset_check_evaluation_data for entry in logs]
    return {(one.asset_key.to_user_string(), one.check_name): (one.passed, one.severity.value) for one in seen}


def standing_shown(settings: Settings) -> str:
    """The stage that the page of the edition shows in the UI."""
    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        [record] = instance.fetch_materializations(dg.AssetKey("edition_standing"), limit=1).records
    assert record.asset_materialization is not None
    return str(record.asset_materialization.metadata["stage"].value)


def test_a_job_of_the_ui_makes_nothing_twice_and_tells_every_check_as_it_was_found(copied: Settings) -> None:
    watched = [copied.evidence_log("2026"), copied.work_db("2026")]
    skips: list[str | None] = []
    prepare_dagster_home(copied)
    with dg.DagsterInstance.get() as instance:
        [first, *_] = instance.get_runs(dg.RunsFilter(job_name="prepare_edition"))
        before, version = [path.read_bytes() for path in watched], versions(instance)
        run_ids = [run_job(copied, "prepare_edition", "2026")]
        assert [path.read_bytes() for path in watched] == before, "not a row, not a record"
        assert len(told(instance, first.run_id)) > 150
        assert told(instance, run_ids[0]) == told(instance, first.run_id), "dbt's tests among them"
        assert {k: v for k, v in versions(instance).items() if version[k] != v}.keys() == {"edition_standing"}
        made = instance.get_latest_materialization_event(dg.AssetKey("intake_votes"))
        assert made and made.asset_materialization
        assert "same deposits" in str(made.asset_materialization.metadata["skipped"].value)
        # Asked for, or touched: nothing is skipped.
        again = {"ops": {"intake_custody": {"config": {"again": True}}}}
        run_ids.append(run_job(copied, "prepare_edition", edition="2026", config=again, assets="key:intake_custody"))
        ATTACKS["marks"][0](copied.home, copied.raw)
        run_ids.append(run_job(copied, "prepare_edition", "2026", assets="key:intake_custody"))
        skips = [run.tags.get("skipped") for one in run_ids if (run := instance.get_run_by_id(one))]
    assert skips == ["rows, marks, checks, dossier", None, "nothing"]


def test_what_the_recount_contradicted_is_made_again(copied: Settings, marks: Marks) -> None:
    """A row that was edited before the checks stands in the evidence as it is; the next run reads it anew."""
    line = Line(copied, "2026", marks)
    line.read()
    with duckdb.connect(line.work) as con:
        con.execute("UPDATE intake.rating SET rating = 1 - least(rating, 1)")
    line.build()
    line.test()
    line.judge_intake()
    assert [one.check_id for one in line.judge_scoring() if one.outcome == "failed"]
    assert freshness(Now(line.run)).lines == (
        "the recount contradicted what was made: all of it is read and made again",
    )


def test_a_dossier_that_was_touched_is_made_again_alone(copied: Settings) -> None:
    next((copied.home / "dossiers").rglob("annex.csv")).write_bytes(b"nothing")
    found = freshness(Now(Run(copied, "2026", "test")))
    assert (found.checked, found.dossier) == (True, False)


@pytest.mark.parametrize("command", ["status", "results", "explain"])
def test_who_only_looks_waits_for_nothing_heavy(palmares: Palmares, edition: TinyEdition, command: str) -> None:
    more = ["atlas-hotels"] if command == "explain" else []
    told = subprocess.run(
        [sys.executable, "-c", LOOK, "palmares", command, edition.edition, *more],
        check=True,
        capture_output=True,
        text=True,
    )
    heavy = {"dagster", "dbt", "pandas", "polars", "pyarrow", "pyhanko", "great_expectations", "typst"}
    assert heavy & set(told.stdout.splitlines()[-1].split()) == set()


def test_unsigned_results_say_that_they_are(palmares: Palmares, edition: TinyEdition) -> None:
    assert "NOT PUBLISHED" in palmares("results", edition.edition).out
    unsigned = palmares("results", edition.edition, "--json").data
    assert (unsigned["published"], unsigned["signed"]) == (False, False)
    said = palmares("explain", edition.edition, "atlas-hotels")
    assert said.out.startswith("NOT SIGNED: "), said.out
    assert palmares("--lang", "fr", "explain", edition.edition, "atlas-hotels").out.startswith("NON SIGNÉ\u00a0: ")
    assert palmares("explain", edition.edition, "atlas-hotels", "--json").data["signed"] is False


def test_no_candidate_is_told_what_is_not_published(palmares: Palmares, edition: TinyEdition) -> None:
    said = palmares("report", edition.edition, "bahia-hotels")
    assert (said.code, "is not published" in said.err) == (1, True)
    assert not (palmares.home / "reports").exists()


def test_there_is_no_evening_of_what_is_not_published(palmares: Palmares, edition: TinyEdition) -> None:
    said = palmares("ceremony", edition.edition)
    assert (said.code, "is not published" in said.err) == (1, True)
    assert not (palmares.home / "ceremony").exists()


def test_publishing_without_a_signature_is_refused_and_writes_nothing(palmares: Palmares, edition: TinyEdition) -> None:
    said = palmares("publish", edition.edition)
    assert said.code == 1
    assert "0 / 1" in said.err and "publication.signoff_valid" in said.err
    assert not list((palmares.home / "releases").rglob("release.json"))
    assert not (palmares.home / "published").exists()


def test_a_key_that_the_rulebook_does_not_list_makes_no_signature(
    palmares: Palmares, edition: TinyEdition, place: Path
) -> None:
    from tests.fixtures.throwaway import signer

    other = place / "other.p12"
    other.write_bytes(signer("Somebody Else").p12)
    said = palmares("sign", edition.edition, "--key", other)
    assert (said.code, list((palmares.raw / edition.edition / "signoffs").glob("*.pdf"))) == (1, [])


def test_a_signature_of_another_edition_or_of_the_bare_dossier_does_not_count(
    palmares: Palmares, edition: TinyEdition
) -> None:
    dossier = Path(palmares("status", edition.edition, "--json").data["dossier"]["pdf"])
    handed = palmares.raw / edition.edition / "signoffs"
    handed.mkdir(exist_ok=True)
    shutil.copy(dossier, handed / "unsigned.pdf")
    (handed / "other.pdf").write_bytes(b"%PDF-1.7\nanother document")
    said = palmares("publish", edition.edition)
    assert said.code == 1
    assert "unsigned.pdf" in said.err and "other.pdf" in said.err
    for path in handed.iterdir():
        path.unlink()


def test_the_bailiff_signs_and_the_release_is_published(
    palmares: Palmares, edition: TinyEdition, key: Path, reader: Reader
) -> None:
    assert palmares("sign", edition.edition, "--key", key).code == 0
    said = palmares("publish", edition.edition, "--json")
    assert said.code == 0, said.err
    assert said.data["release"] == 1
    assert palmares("status", edition.edition, "--json").data["stage"] == "published as release 1"
    assert standing_shown(Settings(palmares.home, palmares.raw)) == "published as release 1"
    reader.open(palmares.home / "published" / "palmares.duckdb")
    assert reader.releases() == "1"


def test_the_evening_has_its_documents(palmares: Palmares, edition: TinyEdition) -> None:
    said = palmares("ceremony", edition.edition, "--embargo", "2026-12-01T20:30", "--json")
    assert said.code == 0, said.err
    folder = palmares.home / "ceremony" / edition.edition / "1"
    assert all(sha256_file(Path(one["path"])) == one["sha256"] for one in said.data)
    names = {Path(one["path"]).relative_to(folder).as_posix() for one in said.data}
    assert {"slides.pdf", "press.ar.pdf", "running-order.fr.pdf", "envelopes.en.pdf"} < names
    assert palmares("ceremony", edition.edition, "--embargo", "tonight").code == 2


def test_a_company_is_given_its_own_report(palmares: Palmares, edition: TinyEdition) -> None:
    said = palmares("report", edition.edition, "bahia-hotels", "--lang", "en", "--json")
    assert said.code == 0, said.err
    path = Path(said.data["path"])
    assert path == palmares.home / "reports" / edition.edition / "1" / "bahia-hotels.en.pdf"
    assert sha256_file(path) == said.data["sha256"]
    assert palmares("report", edition.edition, "--all").out.split() == [
        str(path.with_name(f"{one['candidate_id']}.fr.pdf"))
        for one in sorted(edition.candidates, key=lambda row: row["candidate_id"])
    ]
    for wrong in (
        (),
        ("bahia-hotels", "--all"),
        ("nobody",),
        ("bahia-hotels", "--lang", "de"),
        ("--all", "--release", "9"),
    ):
        assert palmares("report", edition.edition, *wrong).code == 2


def test_publishing_again_returns_the_release_that_exists(palmares: Palmares, edition: TinyEdition) -> None:
    before = tree(palmares.home / "releases")
    said = palmares("publish", edition.edition, "--json")
    assert (said.code, said.data["release"]) == (0, 1)
    assert tree(palmares.home / "releases") == before


def test_a_stranger_verifies_the_release(palmares: Palmares, edition: TinyEdition, place: Path) -> None:
    release = palmares.home / "releases" / edition.edition / "1"
    said = palmares("verify", release, "--raw", palmares.raw, "--json")
    assert (said.code, said.data["verdict"], said.data["recount"]["differences"]) == (4, "coherent-not-anchored", 0)
    copied = place / "usb" / "1"
    shutil.copytree(release, copied)
    palmares._patch.setenv("PALMARES_HOME", str(place / "stranger"))
    assert palmares("verify", copied, "--json").code == 4
    digest = said.data["digests"]["results_sha256"]
    assert palmares("verify", copied, "--fingerprint", digest).code == 0
    assert palmares("verify", place / "nowhere").code in (2, 3, 5)


def test_no_mark_is_a_float_in_any_warehouse(palmares: Palmares, edition: TinyEdition) -> None:
    for path in (
        palmares.home / "work" / f"{edition.edition}.duckdb",
        palmares.home / "published" / "palmares.duckdb",
    ):
        with duckdb.connect(path, read_only=True) as con:
            found = con.execute(
                "select table_schema, table_name, column_name, data_type from information_schema.columns"
                " where data_type in ('FLOAT', 'DOUBLE', 'REAL')"
            ).fetchall()
        assert found == []


def test_explain_leads_from_the_final_mark_to_file_and_line(palmares: Palmares, edition: TinyEdition) -> None:
    results = palmares("results", edition.edition, "--json").data
    category = next(one for one in results["categories"] if one["outcome"] == "elected")
    winner = category["ranking"][0]
    said = palmares("explain", edition.edition, winner["candidate_id"], "--json")
    assert said.code == 0
    assert said.data["final_micro"] == winner["final_micro"]
    assert (results["signed"], said.data["signed"], said.data["release"]) == (True, True, 1)
    tests = [test for channel in said.data["channels"] for test in channel["tests"]]
    assert tests
    for test in tests:
        lines = (palmares.raw / edition.edition / test["file"]).read_text("utf-8").splitlines()
        assert test["test_id"] in lines[test["line"] - 1]
    text = palmares("explain", edition.edition, winner["candidate_id"]).out
    assert text.startswith("The marks of edition 2026 as signed and published in release 1\n")
    assert f"{tests[0]['file']}:{tests[0]['line']}" in text
    assert palmares("explain", edition.edition, "nobody").code == 2


def test_a_mark_edited_in_the_working_warehouse_is_refused(palmares: Palmares, edition: TinyEdition) -> None:
    work = palmares.home / "work" / f"{edition.edition}.duckdb"
    kept = work.read_bytes()
    with duckdb.connect(work) as con:
        con.execute("update marts.fct_ranking set final_micro = final_micro + 1 where rank = 2")
    before = tree(palmares.home / "releases") | tree(palmares.home / "published")
    explained = palmares("explain", edition.edition, "atlas-hotels")
    said = palmares("publish", edition.edition)
    work.write_bytes(kept)
    assert explained.out.startswith("NOT SIGNED: ")
    assert said.code == 1
    assert "scoring.recount_agrees" in said.err
    assert tree(palmares.home / "releases") | tree(palmares.home / "published") == before


def test_one_changed_byte_in_a_deposit_is_refused_by_name(palmares: Palmares, edition: TinyEdition) -> None:
    deposit = palmares.raw / edition.edition / "candidates.csv"
    kept = deposit.read_bytes()
    deposit.write_bytes(kept[:-2] + bytes([kept[-2] ^ 1]) + kept[-1:])
    answers = {command: palmares(command, edition.edition) for command in ("publish", "run", "check")}
    status = palmares("status", edition.edition, "--json").data
    deposit.write_bytes(kept)
    assert {said.code for said in answers.values()} == {1}
    assert all("candidates.csv" in said.err for said in answers.values())
    assert status["stage"] == "custody is broken"


def test_a_correction_is_a_new_release_that_says_what_it_corrects(
    palmares: Palmares, edition: TinyEdition, key: Path, reader: Reader, place: Path
) -> None:
    folder = palmares.raw / edition.edition
    log = [json.loads(line) for line in (folder / "deposits.jsonl").read_text("utf-8").splitlines()]
    audit = next(line for line in log if line["path"].startswith("audits/"))
    better = place / "better.csv"
    lines = (folder / audit["path"]).read_text("utf-8").splitlines()
    better.write_text("\n".join(lines[:1] + lines[:0:-1]) + "\n", encoding="utf-8")  # the same rows in another order
    said = palmares(
        "deposit", edition.edition, better, "--as", audit["path"], "--replaces", audit["sha256"],
        "--supplier", "Firm", "--by", "Clerk",
    )  # fmt: skip
    assert said.code == 0, said.err
    stale = palmares("publish", edition.edition)
    assert stale.code == 1 and "publication.deposits_unchanged" in stale.err
    assert palmares("run", edition.edition).code == 0
    assert palmares("publish", edition.edition).code == 1, "the signature was given to an earlier dossier"
    assert palmares("sign", edition.edition, "--key", key).code == 0
    said = palmares("publish", edition.edition, "--reason", "rows in order", "--by", "Firm", "--json")
    assert (said.code, said.data["release"]) == (0, 2)
    assert reader.releases() == "1", "who holds the old version reads it whole"
    with duckdb.connect(palmares.home / "published" / "palmares.duckdb", read_only=True) as fresh:
        assert fresh.execute("select distinct release from dim_edition").fetchall() == [(2,)]
    changed = {change["table"] for change in palmares("diff", edition.edition, "1", "2", "--json").data["changes"]}
    assert changed <= {"quality_check", "dim_edition"}, "rows in another order change no result"
    assert palmares("results", edition.edition, "--release", "1", "--json").data["release"] == 1


def test_a_revoked_dossier_is_never_published(palmares: Palmares, edition: TinyEdition) -> None:
    assert palmares("refuse", edition.edition, "--reason", " ", "--by", "Bailiff").code == 2
    said = palmares("refuse", edition.edition, "--reason", "not what I saw", "--by", "Bailiff", "--revoke", "--json")
    assert (said.code, said.data["kind"]) == (0, "revocation")
    refused = palmares("publish", edition.edition)
    assert refused.code == 1 and "not what I saw" in refused.err
    assert palmares("refuse", "2028-none", "--reason", "r", "--by", "b").code == 2


def test_a_rulebook_that_cannot_be_used_is_named_key_by_key(palmares: Palmares, edition: TinyEdition) -> None:
    bad = edition.copy()
    bad.edition = "2028"
    bad.rulebook["edition"] = "2028"
    bad.write(palmares.raw)
    assert [one["edition"] for one in palmares("status", "--json").data] == [edition.edition, "2028"]
    bad.rulebook["eligibility"]["min_mark"] = 12.5
    bad.rulebook["surprise"] = 1
    bad.write(palmares.raw)
    relog(palmares.raw / "2028")
    for command in ("check", "run"):
        said = palmares(command, "2028")
        assert said.code == 2
        assert "eligibility.min_mark" in said.err and "surprise" in said.err
    assert os.path.exists(palmares.raw / "2028" / "rulebook.yml")
