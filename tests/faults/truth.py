"""What must be true on disk at every moment, whatever ended the process that was at work.

Belongs here: the state as readers, auditors and `palmares status` find it. Nothing here mends anything.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration import custody
from orchestration.dossier.register import Dossier, latest_dossier
from orchestration.evidence.log import EvidenceLog
from orchestration.evidence.records import Record
from orchestration.release.catalogue import TABLES
from orchestration.release.chain import MAKING, read_chain, release_dir
from orchestration.settings import Settings
from orchestration.status import EditionStage, describe
from orchestration.storage.files import sha256_bytes, sha256_file
from orchestration.verify.run import verify
from tests.fixtures.tiny import EDITION

SHOWN = ("palmares.duckdb", "parquet", "index.html", "index.json", "fr", "en", "ar", "editions")


@dataclass(frozen=True)
class Seen:
    """What there was before the step: evidence, releases in the chain, and the release that readers see (0: none)."""

    records: tuple[Record, ...]
    releases: tuple[str, ...]
    shown: int


def settings_of(folder: Path) -> Settings:
    """The folders of a line."""
    return Settings(folder / "home", folder / "raw")


def look(folder: Path) -> Seen:
    """The state of a line before something happens to it."""
    settings = settings_of(folder)
    records = EvidenceLog(settings.evidence_log(EDITION)).records()
    chain = read_chain(settings.releases)
    shown = readers_see(settings) if (settings.published / "current").exists() else 0
    return Seen(records, tuple(line.manifest_sha256 for line in chain), shown)


def dossier(folder: Path) -> Dossier:
    """The dossier that was recorded last."""
    settings = settings_of(folder)
    found = latest_dossier(settings, EDITION, EvidenceLog(settings.evidence_log(EDITION)).records())
    assert found is not None
    return found


def readers_see(settings: Settings) -> int:
    """The release that every door of the published warehouse shows: all tables there, none empty that never is."""
    published = settings.published
    with duckdb.connect(str(published / "palmares.duckdb"), read_only=True) as con:
        found = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        assert set(TABLES) <= found, "a table is missing from the published warehouse"
        releases = con.execute("SELECT DISTINCT release FROM dim_edition").fetchall()
        marks = con.execute("SELECT candidate_id, final_micro FROM fct_ranking ORDER BY ALL").fetchall()
    assert len(releases) == 1 and marks, "readers see no release, or two"
    shown = int(releases[0][0])
    assert pq.read_table(published / "parquet" / "dim_edition.parquet").column("release").to_pylist() == [shown]
    rows = pq.read_table(published / "parquet" / "fct_ranking.parquet").to_pylist()
    assert sorted((row["candidate_id"], row["final_micro"]) for row in rows) == marks
    (edition,) = json.loads((published / "index.json").read_bytes())["editions"]
    assert edition["release"] == shown
    for page in ("index.html", "fr/index.html", "en/index.html", "ar/index.html"):
        assert (published / page).read_text("utf-8").rstrip().endswith("</html>")
    return shown


def must_hold(folder: Path, before: Seen) -> Seen:
    """Assert that nothing is half done, and return what there is now."""
    settings = settings_of(folder)
    assert custody.audit(settings.raw / EDITION).problems == (), "custody is no longer whole"
    records = EvidenceLog(settings.evidence_log(EDITION)).records()
    assert records[: len(before.records)] == before.records, "evidence that was acknowledged is gone"
    _dossiers_are_whole(settings, records)
    releases = _releases_are_whole(settings, before)
    shown = readers_see(settings) if before.shown or (settings.published / "current").exists() else 0
    assert shown in {before.shown, len(releases)}, f"readers see release {shown}"
    _status_is_true(settings, records, len(releases), shown)
    return Seen(records, releases, shown)


def _dossiers_are_whole(settings: Settings, records: tuple[Record, ...]) -> None:
    """Each dossier that the evidence names is there, whole; the newest as the record says."""
    named = {record.body.identity[:16]: record.body.dossier_sha256 for record in records if record.kind == "dossier"}
    for folder, digest in named.items():
        pdf = settings.dossiers(EDITION) / folder / "dossier.pdf"
        assert sha256_file(pdf) == digest, f"the dossier {folder} is not the one that was recorded"
        assert (pdf.parent / "dossier.html").read_text("utf-8").rstrip().endswith("</html>")


def _releases_are_whole(settings: Settings, before: Seen) -> tuple[str, ...]:
    """Every release in the chain and every folder that looks like one is whole and verifies; none has gone."""
    chain = read_chain(settings.releases)
    now = tuple(line.manifest_sha256 for line in chain)
    assert now[: len(before.releases)] == before.releases, "a release has left the chain"
    folders = {release_dir(settings.releases, line) for line in chain}
    edition = settings.releases / EDITION
    if edition.is_dir():
        placed = {one for one in edition.iterdir() if not one.name.startswith(MAKING)}
        assert folders <= placed and len(placed - folders) <= 1
        folders = placed
    for folder in folders:
        found = verify(folder)
        assert found.findings == () or {one.code for one in found.findings} == {"chain_place"}, found.as_text()
        assert sha256_bytes((folder / "manifest-sha256.txt").read_bytes()) in now or found.findings
    return now


def _status_is_true(settings: Settings, records: tuple[Record, ...], releases: int, shown: int) -> None:
    """`status` promises nothing that is not there, and calls nothing finished that is not."""
    state = describe(settings, EDITION)
    if state.problems:  # rows were read and no mark is made yet: nothing is promised, a run is due
        assert (state.stage, state.next) == (EditionStage.NOT_READY, f"palmares run {EDITION}"), state
    assert int(state.release.name if state.release else 0) == releases
    if state.stage is EditionStage.PUBLISHED:
        assert shown == releases, f"status says {state.sentence!r}, but readers see release {shown}"
        assert any(record.kind == "publication" and record.body.release == releases for record in records), (
            "status says nothing is due, but the evidence does not know the publication"
        )
    if state.dossier:
        assert sha256_file(state.dossier.pdf) == state.dossier.sha256
        assert state.dossier.sha256 in {r.body.dossier_sha256 for r in records if r.kind == "dossier"}
