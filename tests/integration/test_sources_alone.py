"""Each source is read alone: rows of the others are carried over, and are those that a reading from nothing makes."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from benchmarks.inprocess import Line, Marks
from orchestration.custody import deposit
from orchestration.definitions import defs
from orchestration.evidence import intake_sha256, table_digests
from orchestration.intake import RECEIVED, Standing, load_edition
from orchestration.intake.landing import Landing
from orchestration.progress import listening
from orchestration.release import compute_digest
from orchestration.run import Now, Run, note_rows, packages_differ, release_edition, tables_differ
from orchestration.settings import Settings
from orchestration.status import freshness
from tests.fixtures.tiny import EDITION, TinyEdition, encode

Change = Callable[[TinyEdition], object]
CORRECTION = {
    **{"id": "C1", "file": "votes/votes.csv", "key": "V001", "column": "channel", "expect": "web", "value": "sms"},
    **{"reason": "The platform said so", "by": "N. Clerk", "on": "2025-12-01"},
}
CORRECTED_CANDIDATE = {
    **CORRECTION,
    **{"id": "C2", "file": "candidates.csv", "key": "cedre-banks", "column": "company"},
    **{"expect": "Cèdre", "value": "Cèdre Banque"},
}


def edition() -> TinyEdition:
    """The tiny edition, with a row set aside in three sources, a column that nobody knows, a contest, a correction."""
    tiny = TinyEdition()
    tiny.contest(tiny.audits["north/phone"][0]["test_id"])
    assert tiny.survey and tiny.votes
    tiny.audits["south/phone"].append({**tiny.audits["south/phone"][0], "test_id": "T999", "candidate_id": "nobody"})
    tiny.survey.append({**tiny.survey[0], "respondent_id": "R999", "satisfaction": "11"})
    tiny.votes.append({**tiny.votes[0], "vote_id": "V999", "candidate_id": "nobody"})
    for row in tiny.survey:
        row["note"] = "calm"
    test = tiny.audits["north/phone"][1]
    tiny.corrections = [
        {
            **CORRECTION,
            **{"id": "C0", "file": f"audits/{tiny.file_of(test['test_id'])}.csv", "key": test["test_id"]},
            **{"column": "language", "expect": test["language"], "value": "ar"},
        }
    ]
    return tiny


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The edition as it was taken in."""
    folder = tmp_path_factory.mktemp("before")
    settings = Settings(folder / "var", folder / "raw")
    edition().write(settings.raw)
    assert load_edition(settings, EDITION).problems == ()
    return settings


def vouched(settings: Settings) -> frozenset[str]:
    with duckdb.connect(settings.work_db(EDITION), read_only=True) as con:
        return frozenset({intake_sha256(con)})


def made(settings: Settings) -> dict[str, str]:
    """Every table of rows, by its digest."""
    with duckdb.connect(settings.work_db(EDITION), read_only=True) as con:
        return table_digests(con)


def more_votes(tiny: TinyEdition) -> None:
    assert tiny.votes
    # A vote of its own, and one that stands in the other file too.
    tiny.extra["votes/late.csv"] = encode([{**tiny.votes[0], "vote_id": "V800"}, tiny.votes[1]], "csv")


def of_audits(tiny: TinyEdition) -> None:
    test = tiny.audits["north/phone"][2]
    test["language"] = "fr" if test["language"] == "ar" else "ar"


def of_targets(tiny: TinyEdition) -> None:
    assert tiny.targets
    tiny.targets[0]["share"], tiny.targets[1]["share"] = "0.5", "0.5"


def of_rules(tiny: TinyEdition) -> None:
    tiny.rulebook["organiser"] = "Another"


READ = frozenset({"candidates", "audits", "survey", "votes", "contests"})
CHANGES: dict[str, tuple[Change, set[str]]] = {
    "nothing": (lambda tiny: None, set()),
    "votes": (more_votes, {"votes"}),
    "targets": (of_targets, {"survey"}),
    "audits": (of_audits, {"audits", "contests"}),
    "contests": (lambda tiny: tiny.contests[0].update(reason="Heard again."), {"contests"}),
    "corrections": (lambda tiny: tiny.corrections.append(CORRECTION), {*READ, "corrections"}),
    "candidates": (lambda tiny: tiny.withdraw("cedre-banks"), set(READ)),
    "corrected": (lambda tiny: tiny.corrections.append(CORRECTED_CANDIDATE), {*READ, "corrections"}),
    "rulebook": (of_rules, set(RECEIVED)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_is_read_with_what_needs_it_and_nothing_else(
    before: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    change, expected = CHANGES[name]
    tiny = edition()
    if name == "corrected":
        company = next(row["company"] for row in tiny.candidates if row["candidate_id"] == "cedre-banks")
        CORRECTED_CANDIDATE["expect"] = company
    change(tiny)
    alone, whole = (Settings(tmp_path / home, tmp_path / "raw") for home in ("alone", "whole"))
    tiny.write(tmp_path / "raw")
    shutil.copytree(before.home, alone.home)
    landed: list[str] = []
    land = Landing.land

    def noting(self: Landing, place: Path, path: str, source: str, *rest: object, **named: object) -> None:
        landed.append(source)
        land(self, place, path, source, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Landing, "land", noting)
    read = load_edition(alone, EDITION, standing=Standing(before.work_db(EDITION), vouched(before)))
    kinds = {kind for source in expected & READ for kind in RECEIVED[source].kinds}
    assert (read.problems, set(landed)) == ((), kinds)
    assert {source for source, why in read.carried.why.items() if why != "same"} == expected
    told = load_edition(whole, EDITION)
    assert made(alone) == made(whole), "to the row what a reading from nothing makes"
    assert (read.files, read.quarantined, read.unknown_columns) == (told.files, told.quarantined, told.unknown_columns)


def test_a_source_that_is_asked_for_is_read_with_what_needs_it(before: Settings) -> None:
    standing = Standing(before.work_db(EDITION), vouched(before), frozenset({"audits"}))
    kept = made(before)
    why = load_edition(before, EDITION, standing=standing).carried.why
    assert {name: said for name, said in why.items() if said != "same"} == {"audits": "asked", "contests": "needed"}
    assert made(before) == kept


SPOILT: dict[str, str] = {
    "an edited row": "UPDATE intake.rating SET rating = 1 WHERE rating > 1",
    "other deposits": "UPDATE intake.deposit SET sha256 = repeat('0', 64) WHERE source = 'votes'",
    "a rulebook": "UPDATE rulebook.edition SET rulebook_sha256 = repeat('0', 64)",
    "a quarantine": "DELETE FROM intake.quarantine",
}


@pytest.mark.parametrize("name", SPOILT)
def test_rows_that_somebody_edited_are_never_carried_over(before: Settings, tmp_path: Path, name: str) -> None:
    shutil.copytree(before.home, tmp_path / "var")
    settings = Settings(tmp_path / "var", before.raw)
    run, known, kept = Run(settings, EDITION, "test"), vouched(settings), made(settings)
    note_rows(run, kept)
    with duckdb.connect(settings.work_db(EDITION)) as con:
        con.execute(SPOILT[name])
    carried = load_edition(settings, EDITION, standing=Standing(settings.work_db(EDITION), known)).carried
    assert not carried.sources and carried.edited
    table = SPOILT[name].removeprefix("UPDATE ").removeprefix("DELETE FROM ").split()[0]
    assert tables_differ(run, carried.edited) == [table], "by name"
    assert made(settings) == kept


@pytest.mark.parametrize("name", ["absent", "garbage", "pipe", "with problems", "counted by no such code"])
def test_what_cannot_be_carried_over_is_read(before: Settings, tmp_path: Path, name: str) -> None:
    work = tmp_path / "2026.duckdb"
    known = vouched(before)
    if name == "garbage":
        work.write_bytes(b"garbage" * 999)
    elif name == "pipe":
        os.mkfifo(work)
    elif name == "counted by no such code":
        shutil.copyfile(before.work_db(EDITION), work)
        known = frozenset()
    elif name == "with problems":
        shutil.copyfile(before.work_db(EDITION), work)
        with duckdb.connect(work) as con:
            con.execute("INSERT INTO intake.problem VALUES ('unreadable_file', 'votes/votes.csv', NULL, NULL, 'no')")
            known = frozenset({intake_sha256(con)})
    carried = load_edition(before, EDITION, standing=Standing(work, known)).carried
    assert set(carried.why.values()) == {"anew"} and carried.edited is None


def test_a_note_of_no_use_only_makes_stale(before: Settings) -> None:
    run = Run(before, EDITION, "test")
    note_rows(run, {})
    assert packages_differ(run) is None and tables_differ(run, {"intake.vote": "x"}) == []
    note = before.work_db(EDITION).with_suffix(".note.json")
    for text in ("{", "[]", '{"packages": 1, "tables": []}', "{}"):
        note.write_text(text)
        assert "duckdb" in str(packages_differ(run)) and tables_differ(run, {"intake.vote": "x"}) == []
    note.write_text('{"packages": {"pandas": "1"}}')
    assert packages_differ(run)
    note.unlink()


# ---- real runs -------------------------------------------------------------------------------------------------------


class Runs:
    """Runs of Dagster's jobs on the intake of an edition; marks and checks are made in this process, as elsewhere."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance, marks: Marks) -> None:
        self.settings, self.instance = settings, instance
        self.line = Line(settings, EDITION, marks)

    def intake(self, job: str = "prepare_edition", **form: str | bool) -> dict[str, dict[str, str]]:
        """What the run's event log says of each source: why it was read, or was not."""
        ended = defs.resolve_job_def(job).execute_in_process(
            run_config={"ops": {"intake_custody": {"config": form}}},
            partition_key=EDITION,
            instance=self.instance,
            asset_selection=[dg.AssetKey("intake_custody"), *(dg.AssetKey(f"intake_{noun}") for noun in RECEIVED)],
        )
        release_edition(self.settings, EDITION)
        self.tags = (self.instance.get_run_by_id(ended.run_id) or ended.dagster_run).tags
        said = {}
        for entry in self.instance.all_logs(ended.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
            event = entry.asset_materialization
            assert event is not None
            noun = event.asset_key.to_user_string().removeprefix("intake_")
            said[noun] = {key: str(event.metadata[key].value) for key in ("skipped", "read") if key in event.metadata}
        return said

    def rest(self) -> str:
        """Marks and checks; the results digest."""
        for step in (self.line.build, self.line.test, self.line.judge_intake, self.line.judge_scoring):
            step()
        with duckdb.connect(self.settings.work_db(EDITION), read_only=True) as con:
            return compute_digest(con, self.settings.raw / EDITION / "rulebook.yml")


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    """The edition after its first run."""
    settings = Settings(tmp_path / "var", tmp_path / "raw")
    edition().write(settings.raw)
    for name, value in (("HOME", settings.home), ("RAW", settings.raw), ("THREADS", 1)):
        monkeypatch.setenv(f"PALMARES_{name}", str(value))
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        instance.add_dynamic_partitions("editions", [EDITION])
        runs = Runs(settings, instance, Marks.kept())
        assert all(said == {} for said in runs.intake().values()), "nothing stood: all is read"
        runs.rest()
        yield runs
    release_edition(settings, EDITION)


def late_votes(runs: Runs, folder: Path) -> None:
    """One more file of votes is handed in."""
    late, tiny = folder / "late.csv", edition()
    assert tiny.votes
    late.write_bytes(encode([{**tiny.votes[0], "vote_id": "V800", "voter_key": "e" * 40}], "csv"))
    deposit(runs.settings.raw / EDITION, [late], "Votes SA", "N. Clerk", as_path="votes/late.csv")


@pytest.mark.slow
def test_one_more_file_of_votes_and_only_votes_are_read_with_the_same_results_as_from_nothing(
    runs: Runs, tmp_path: Path
) -> None:
    late_votes(runs, tmp_path)
    said = runs.intake()
    assert said["votes"] == {"read": "votes: its deposits changed, read"}
    for noun in ("audits", "survey", "candidates", "contests", "corrections", "rulebook"):
        assert "same deposits" in said[noun]["skipped"], noun
    assert runs.tags["skipped"] == "audits, candidates, contests, corrections, rulebook, survey"
    digest = runs.rest()
    heads = {record.fingerprints.custody_head for record in runs.line.records()[-9:] if record.fingerprints}
    assert heads == {Now(runs.line.run).deposited.custody_head}, "the evidence speaks of the deposits as they are now"

    nothing = Line(Settings(tmp_path / "nothing", runs.settings.raw), EDITION, runs.line.marks)
    nothing.read()
    nothing.build()
    with duckdb.connect(nothing.work, read_only=True) as con:
        assert compute_digest(con, nothing.raw / "rulebook.yml") == digest
    assert made(nothing.settings) == made(runs.settings)


@pytest.mark.slow
def test_an_edited_table_of_a_source_that_would_be_skipped_is_named_and_all_is_read(runs: Runs, tmp_path: Path) -> None:
    kept = made(runs.settings)
    with duckdb.connect(runs.settings.work_db(EDITION)) as con:
        con.execute("UPDATE intake.rating SET rating = 1 WHERE rating > 1")
        con.execute("DELETE FROM intake.vote WHERE line = 3")
    line = str(freshness(Now(runs.line.run)).lines[0])
    assert "intake.rating, intake.vote" in line and "somebody edited it" in line
    late_votes(runs, tmp_path)
    told: list[str] = []
    with listening(lambda what, *_: told.append(str(what))):
        said = runs.intake()
    assert all("skipped" not in one for one in said.values())
    assert any("(intake.rating, intake.vote): somebody edited the working warehouse" in line for line in told)
    assert made(runs.settings)["intake.rating"] == kept["intake.rating"]

    # Asked for by a person, one source is read and what needs it; packages of another day carry nothing over.
    runs.rest()
    form: dict[str, str | bool] = {"again": True, "source": "audits", "reason": "The firm doubted it", "by": "N. Clerk"}
    said = runs.intake("reread_source", **form)
    assert {noun for noun, one in said.items() if "read" in one} == {"audits", "contests"}
    runs.rest()
    note = runs.settings.work_db(EDITION).with_suffix(".note.json")
    note.write_text("{}")
    assert all(one == {} for one in runs.intake("reread_source", **form).values())
