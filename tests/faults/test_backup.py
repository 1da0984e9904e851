"""A backup is whole or absent, and so is what it is restored to, elsewhere, with every chain and signature.

`make test` kills each command at a seeded few of its moments, PALMARES_ATTACKS=full (make attacks) at every change of
the disk; each write of a small house fails always.
"""

import io
import json
import os
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from orchestration import custody
from orchestration.backup import make_backup, restore
from orchestration.errors import InputError, PalmaresError
from orchestration.evidence import EvidenceLog
from orchestration.evidence.bodies import RefusalBody
from orchestration.release import MANIFEST
from orchestration.run import edition_held
from orchestration.settings import Settings
from orchestration.status import describe
from orchestration.storage import locked, sha256_bytes, sha256_file
from orchestration.verify.run import verify
from tests.faults import truth
from tests.faults.child import Kill, hold, take
from tests.faults.failing import WHEN, writes
from tests.faults.line import Stages
from tests.faults.points import points
from tests.faults.test_writes import contents
from tests.fixtures.tiny import EDITION
from tests.fixtures.tries import FULL, tries

NOT_KEPT = ("dagster", "data_docs", "dbt", "locks", "published")


def kept_of(folder: Path) -> dict[str, str]:
    """Fingerprints of what a backup of a line must hold."""
    told = {f"raw/{name}": digest for name, digest in contents(folder / "raw").items() if not name.startswith(".")}
    return told | {
        f"var/{name}": digest
        for name, digest in contents(folder / "home").items()
        if name.split("/")[0] not in NOT_KEPT and not name.endswith(".lock")
    }


class Small:
    """A house of one deposit and one record."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(folder / "home", folder / "raw")
        self.folder = folder
        folder.mkdir()
        (folder / "candidates.csv").write_text("candidate_id\nA\n")
        (self.settings.raw / "2031").mkdir(parents=True)
        custody.deposit(self.settings.raw / "2031", [folder / "candidates.csv"], "Award", "Clerk")
        log = EvidenceLog(self.settings.evidence_log("2031"))
        log.append(RefusalBody(dossier_sha256="0" * 64, by="Me Nom", reason="a reason"))
        (self.settings.home / "published").mkdir()
        (self.settings.home / "published" / "page").write_text("can be made again")


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path / "small")


# ---- what comes back -------------------------------------------------------------------------------------------------
def test_restored_on_another_path_every_chain_and_signature_holds(stages: Stages, place: Path, tmp_path: Path) -> None:
    settings = truth.settings_of(stages.copy("end", place))
    before, kept = describe(settings, EDITION), kept_of(place)
    made = make_backup(settings, tmp_path / "kept")
    assert (made.editions, made.busy, made.files) == ((EDITION,), (), len(kept))
    shutil.rmtree(place / "raw")
    shutil.move(place / "home", tmp_path / "lost")  # nothing of the old place is of use
    found = restore(made.path, tmp_path / "new" / "palmares", made.fingerprint.upper())
    assert (found.told, found.busy, found.fingerprint) == ((), (), made.fingerprint)
    again = found.settings
    assert kept_of_restored(found.folder) == kept
    after = describe(again, EDITION)
    moved = json.dumps(before.data).replace(str(settings.home), "HOME").replace(str(settings.raw), "RAW")
    assert json.dumps(after.data).replace(str(again.home), "HOME").replace(str(again.raw), "RAW") == moved
    assert before.stage.value == "published"
    assert truth.readers_see(again) == 2, "the published warehouse is made anew from the releases"
    for number in (1, 2):
        release = again.releases / EDITION / str(number)
        conform = verify(release, again.raw, sha256_file(release / MANIFEST))
        assert (conform.exit_code, conform.findings) == (0, ()), conform.as_text()
        assert all(not path.stat().st_mode & 0o222 for path in release.rglob("*") if path.is_file())


def kept_of_restored(folder: Path) -> dict[str, str]:
    return {name: digest for name, digest in contents(folder).items() if name.split("/")[1] not in NOT_KEPT}


def test_a_run_goes_on_and_its_working_warehouse_alone_is_left_out(stages: Stages, place: Path, tmp_path: Path) -> None:
    """Somebody is on the edition: the backup does not wait for him, and what it holds is whole."""
    settings = truth.settings_of(stages.copy("end", place))
    kept = {name: one for name, one in kept_of(place).items() if not name.startswith("var/work/")}
    child = hold(place)
    try:
        made = make_backup(settings, tmp_path / "kept")
    finally:
        child.kill()
        child.join()
    assert made.busy == (EDITION,)
    found = restore(made.path, tmp_path / "again")
    assert (found.busy, found.told, kept_of_restored(found.folder)) == ((EDITION,), (), kept)
    assert describe(found.settings, EDITION).next == f"palmares run {EDITION}"
    with edition_held(settings, EDITION, "palmares backup"):
        pass  # it was given back


def test_a_release_that_is_being_made_is_waited_for(stages: Stages, place: Path, tmp_path: Path) -> None:
    """Releases, their chain and the evidence of them are taken while nobody publishes."""
    settings = truth.settings_of(stages.copy("read", place))
    done = threading.Event()

    def work() -> None:
        make_backup(settings, tmp_path / "kept")
        done.set()

    with locked(settings.lock_file("releases")):
        thread = threading.Thread(target=work)
        thread.start()
        assert not done.wait(0.3)
    thread.join()
    assert done.is_set()


# ---- whole or absent -------------------------------------------------------------------------------------------------
def test_a_backup_that_is_killed_is_absent_or_whole(stages: Stages, place: Path) -> None:
    stages.copy("end", place)
    before = kept_of(place)
    ended = take(stages.means, place, ("backup",))
    assert ended.code == 0, ended.error
    shutil.rmtree(place / "kept")
    for kill in points("backup", ended, [(1, 60_000)], None if FULL else 2):
        dead = take(stages.means, place, ("backup",), kill)
        assert dead.killed or dead.code == 0, (kill, dead)
        archives = list((place / "kept").glob("*.zip"))
        assert len(archives) <= 1
        for one in archives:
            with zipfile.ZipFile(one) as whole:
                assert whole.testzip() is None
            one.unlink()
        assert kept_of(place) == before, kill
    assert take(stages.means, place, ("backup",)).code == 0
    assert [path.suffix for path in (place / "kept").iterdir()] == [".zip"], "what was cut short is swept away"


@pytest.mark.parametrize("house", ["small", "whole"])
def test_a_restore_that_is_killed_leaves_all_or_nothing(
    stages: Stages, small: Small, tmp_path: Path, house: str
) -> None:
    """A small house at each change of the disk; one with releases, which are shown again, at some."""
    place = small.folder if house == "small" else stages.copy("end", tmp_path / "line")
    make_backup(Settings(place / "home", place / "raw"), place / "kept")
    kept = kept_of(place)
    ended = take(stages.means, place, ("restore",))
    assert ended.code == 0, ended.error
    shutil.move(place / "again", tmp_path / "first")
    some = {"small": tries(ended.changes, 6), "whole": 1}[house]
    kills = [Kill("changes", at) for at in sorted({*range(ended.changes, 0, -max(1, ended.changes // some))})]
    for kill in kills + (points("restore", ended, [(1, 60_000)], None) if FULL else []):
        dead = take(stages.means, place, ("restore",), kill)
        assert dead.killed or dead.code == 0, (kill, dead)
        if (place / "again").exists():
            assert kept_of_restored(place / "again") == kept, kill
            shutil.move(place / "again", tmp_path / f"made-{kill}")
    assert take(stages.means, place, ("restore",)).code == 0
    assert kept_of_restored(place / "again") == kept
    assert not [path for path in place.iterdir() if path.name.startswith(".")], "nothing is left beside"


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("what", ["backup", "restore"])
def test_every_write_that_fails_leaves_all_or_nothing(small: Small, tmp_path: Path, what: str, when: str) -> None:
    room = tmp_path / "room"
    kept = make_backup(small.settings, tmp_path / "kept").path

    def work() -> None:
        if what == "backup":
            make_backup(small.settings, room / "kept")
        else:
            restore(kept, room / "again")

    room.mkdir()
    with writes(room) as counted:
        work()
    due = len(contents(room / "again")) if what == "restore" else 0
    assert len(counted.seen) > 3
    for at in range(1, len(counted.seen) + 1):
        shutil.rmtree(room)
        room.mkdir()
        told = False
        try:
            with writes(room, at, when):
                work()
        except OSError:
            told = True
        complete = any((room / "kept").glob("*.zip")) if what == "backup" else (room / "again").exists()
        assert told or complete, f"write {at} ({counted.seen[at - 1]}) failed and nobody was told"
        if what == "backup":
            for archive in (room / "kept").glob("*.zip"):
                restore(archive, tmp_path / f"whole-{at}-{when}")
        elif (room / "again").exists() and any((room / "again").iterdir()):
            assert len(contents(room / "again")) == due, at
        with suppress(InputError):  # it stands there already
            work()
        assert what == "backup" or len(contents(room / "again")) == due


# ---- what is refused -------------------------------------------------------------------------------------------------
def test_a_folder_that_holds_anything_is_not_written_to(small: Small, tmp_path: Path) -> None:
    made = make_backup(small.settings, tmp_path / "kept")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    for place in ("full", "file", "link"):
        with pytest.raises(InputError, match="is no empty folder"):
            restore(made.path, tmp_path / place)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]
    with pytest.raises(InputError, match="fingerprint"):
        restore(made.path, tmp_path / "empty", "0" * 64)
    assert restore(made.path, tmp_path / "empty", " ".join(made.fingerprint)).told == ()
    assert (tmp_path / "empty" / "raw" / "2031" / "candidates.csv").exists()


def rewritten(
    path: Path, change: Callable[[dict[str, bytes]], object] = lambda files: None, listed: bool = True
) -> zipfile.ZipFile:
    """The files of a backup, changed, in a new archive at the same place that is still open; `listed`: in the manifest
    too, as whoever forges one would."""
    with zipfile.ZipFile(path) as old:
        files = {name: old.read(name) for name in old.namelist()}
    change(files)
    if listed:
        names = sorted(files.keys() - {MANIFEST})
        files[MANIFEST] = "".join(f"{sha256_bytes(files[name])}  {name}\n" for name in names).encode()
    new = zipfile.ZipFile(path, "w")
    for name, data in files.items():
        new.writestr(name, data)
    return new


def forged_names() -> Iterator[str]:
    yield from ("../out", "raw/../../out", "/etc/out", "raw//out", "raw/./out", "raw\\..\\..\\out", "C:/out", "raw")
    yield from ("raw/a\nb", "raw/\x1b[2J", "var/..", "other/out", "raw/2031/../../../out")


@pytest.mark.parametrize("name", list(forged_names()))
def test_a_name_that_climbs_out_is_refused(small: Small, tmp_path: Path, name: str) -> None:
    made = make_backup(small.settings, tmp_path / "kept")
    rewritten(made.path, lambda files: files.update({name: b"out"})).close()
    with pytest.raises(InputError):
        restore(made.path, tmp_path / "in" / "again")
    assert not (tmp_path / "in" / "again").exists() and not list(tmp_path.rglob("out"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR, stat.S_IFCHR])
def test_a_link_or_anything_but_a_file_is_refused(small: Small, tmp_path: Path, kind: int) -> None:
    made = make_backup(small.settings, tmp_path / "kept")
    entry = zipfile.ZipInfo("raw/2031/link")
    entry.external_attr = (kind | 0o777) << 16
    with rewritten(made.path) as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(InputError, match="no ordinary file"):
        restore(made.path, tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("packed", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_entry_that_is_packed_as_no_backup_is_is_refused(small: Small, tmp_path: Path, packed: int) -> None:
    made = make_backup(small.settings, tmp_path / "kept")
    with rewritten(made.path) as archive:
        archive.writestr("raw/2031/more.csv", b"more", packed)
    with pytest.raises(InputError, match="no ordinary file"):
        restore(made.path, tmp_path / "again")


def test_an_archive_that_was_changed_is_refused(small: Small, tmp_path: Path) -> None:
    made = make_backup(small.settings, tmp_path / "kept")
    whole, deposit = made.path.read_bytes(), "raw/2031/candidates.csv"

    def version_9(files: dict[str, bytes]) -> None:
        files["backup.json"] = files["backup.json"].replace(b'"format":1', b'"format":9')

    def refused(words: str) -> None:
        with pytest.raises(InputError, match=words):
            restore(made.path, tmp_path / "again")
        assert not (tmp_path / "again").exists() and not (tmp_path / ".again.restoring").exists()
        made.path.write_bytes(whole)

    rewritten(made.path, lambda files: files.update({deposit: b"candidate_id\nB\n"}), listed=False).close()
    refused("is not what the archive's manifest says")
    rewritten(made.path, lambda files: files.pop(deposit), listed=False).close()
    refused("do not agree on 'raw/2031/candidates.csv'")
    rewritten(made.path, lambda files: files.update({"raw/2031/more": b""}), listed=False).close()
    refused("do not agree")
    rewritten(made.path, version_9).close()
    refused("of form 9")
    rewritten(made.path, lambda files: files.pop(MANIFEST), listed=False).close()
    refused("is no backup of Palmarès")
    rewritten(made.path, lambda files: files.update({MANIFEST: b"\xff"}), listed=False).close()
    refused("manifest-sha256.txt is not what")
    with rewritten(made.path) as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(deposit, b"candidate_id\nA\n")
    refused("a name twice")
    made.path.write_bytes(whole[:-30])
    refused("is no archive, or was cut short")
    made.path.write_bytes(b"PK")
    refused("is no archive")
    # Bits: whichever is flipped, what is restored is what was kept, or nothing.
    for at in range(0, len(whole), max(1, len(whole) // tries(400, 20))):
        flipped = bytearray(whole)
        flipped[at] ^= 0x10
        made.path.write_bytes(flipped)
        with suppress(PalmaresError):
            restore(made.path, tmp_path / f"flipped-{at}")
            assert (tmp_path / f"flipped-{at}" / deposit).read_bytes() == b"candidate_id\nA\n"
        made.path.write_bytes(whole)


def test_what_was_wrong_when_it_was_kept_is_told_and_given_back(small: Small, tmp_path: Path) -> None:
    """Also what a forger changes who writes the manifest too: the chains speak."""
    log = small.settings.evidence_log("2031")
    made = make_backup(small.settings, tmp_path / "kept")

    def forge(files: dict[str, bytes]) -> None:
        files["raw/2031/candidates.csv"] = b"candidate_id\nB\n"
        files["var/evidence/2031.jsonl"] = log.read_bytes().replace(b"a reason", b"no reason")

    rewritten(made.path, forge).close()
    told = restore(made.path, tmp_path / "again").told
    assert len(told) == 2 and "candidates.csv" in told[0] and "2031.jsonl" in told[1], told
    with pytest.raises(InputError, match="fingerprint"):
        restore(made.path, tmp_path / "other", made.fingerprint)


def test_a_backup_is_not_put_into_what_it_keeps_and_takes_no_link(small: Small, tmp_path: Path) -> None:
    for inside in (small.settings.home, small.settings.raw / "2031"):
        with pytest.raises(InputError, match="would be lost with it"):
            make_backup(small.settings, inside)
    (small.settings.home / "dossiers").symlink_to("/etc")
    with pytest.raises(InputError, match="is a link"):
        make_backup(small.settings, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_the_archive_is_one_that_common_tools_open(small: Small, tmp_path: Path) -> None:
    made = make_backup(small.settings, tmp_path / "kept")
    with zipfile.ZipFile(io.BytesIO(made.path.read_bytes())) as archive:
        archive.extractall(tmp_path / "by-hand")
    assert os.system(f"cd {tmp_path / 'by-hand'} && sha256sum --quiet -c {MANIFEST}") == 0
