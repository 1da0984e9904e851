"""Every write of custody, evidence and publication fails twice: before it persisted, and just after.

Afterwards the state is what it was or what it was to be, and the same command, started again, ends as if nothing had
happened. `make test` fails a seeded part of publication's many writes, with each kind of call in it,
PALMARES_ATTACKS=full (make attacks) each one.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration import custody
from orchestration.errors import PalmaresError
from orchestration.evidence import EvidenceLog
from orchestration.evidence.bodies import RefusalBody
from orchestration.publication import publish_warehouse
from orchestration.release import MAKING, MANIFEST, parse_manifest
from orchestration.release.chain import read_chain
from orchestration.release.record import Corrects
from orchestration.storage import disk_fault, sha256_file
from tests.faults.failing import WHEN, writes
from tests.fixtures.little_release import House, moved_final, unverified
from tests.fixtures.tries import FULL

PART = 2
"""Writes of publication that an everyday session fails, besides one of each kind."""
State = dict[str, str]


def contents(folder: Path, *but: str) -> State:
    """SHA-256 of every file under a folder, and where links lead."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()) if path.is_symlink() else sha256_file(path)
        for path in sorted(folder.rglob("*"))
        if (path.is_symlink() or path.is_file()) and path.name not in but
    }


def chosen(seen: list[str], name: str) -> list[int]:
    """The numbers of the writes that fail: all, or a seeded part with the last of each kind of call."""
    if FULL:
        return list(range(1, len(seen) + 1))
    chance = random.Random(name)
    ends = {len(seen) - seen[::-1].index(call) for call in seen}
    return sorted(ends | set(chance.sample(range(1, len(seen) + 1), min(PART, len(seen)))))


def failed(work: Callable[[], object], folder: Path, at: int, when: str) -> bool:
    """Do the work on a disk that fails once; whether that was told, in words if it was."""
    try:
        with writes(folder, at, when) as watched:
            work()
    except (PalmaresError, OSError) as error:
        fault = error
    else:
        return False
    words = str(fault) if isinstance(fault, PalmaresError) else disk_fault(fault, folder)
    assert words, f"write {at} ({watched.seen[at - 1]}), {when}: no words for {fault!r}"
    return True


def counted(work: Callable[[], object], folder: Path) -> list[str]:
    """The writes of the work, when none fails."""
    with writes(folder) as watched:
        work()
    assert len(watched.seen) > 3
    return watched.seen


class Kept:
    """A folder that is set back before each try."""

    def __init__(self, folder: Path, name: str = "kept") -> None:
        self.folder = folder
        self.copy = folder.with_name(f"{folder.name}.{name}")
        shutil.copytree(folder, self.copy, symlinks=True)

    def back(self) -> None:
        """As it was."""
        for path in (self.folder, *self.folder.rglob("*")):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(self.folder)
        shutil.copytree(self.copy, self.folder, symlinks=True)


# ---- custody ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("when", WHEN)
def test_a_deposit_whose_write_fails_is_taken_whole_or_not_at_all(tmp_path: Path, when: str) -> None:
    place, at = tmp_path / "raw", datetime(2031, 1, 1, tzinfo=UTC)
    edition = place / "2031"
    edition.mkdir(parents=True)
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    (incoming / "candidates.csv").write_text("candidate_id\nA\n")
    (old,) = custody.deposit(edition, [incoming / "candidates.csv"], "Award", "Clerk", received_at=at)
    (incoming / "candidates.csv").write_text("candidate_id\nB\n")

    def take() -> None:
        custody.deposit(edition, [incoming / "candidates.csv"], "Award", "Clerk", replaces=old.sha256, received_at=at)

    kept = Kept(place)
    before = contents(edition)
    seen = counted(take, place)
    complete = contents(edition)
    assert {"replace", "fsync", "unlink", "open"} <= set(seen)
    for number in range(1, len(seen) + 1):
        kept.back()
        told = failed(take, place, number, when)
        codes = {problem.code for problem in custody.audit(edition).problems}
        state = contents(edition)
        assert (state in (before, complete) and not codes) or "deposit_unfinished" in codes, (number, seen[number - 1])
        assert told or state == complete, f"write {number} ({seen[number - 1]}) failed and nobody was told"
        take()
        assert contents(edition) == complete and not custody.audit(edition).problems
        assert contents(place, "lock") == {f"2031/{name}": value for name, value in complete.items()}


# ---- evidence --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("when", WHEN)
def test_a_record_whose_write_fails_is_entered_or_it_is_not(tmp_path: Path, when: str, first: bool) -> None:
    log = EvidenceLog(tmp_path / "evidence" / "2031.jsonl")
    log.path.parent.mkdir()
    body = RefusalBody(dossier_sha256="d" * 64, reason="a page is missing", by="Me Essai")
    if not first:
        log.append(body)
    kept = Kept(log.path.parent)
    before = log.records()
    seen = counted(lambda: log.append(body), log.path.parent)
    for number in range(1, len(seen) + 1):
        kept.back()
        told = failed(lambda: log.append(body), log.path.parent, number, when)
        records = log.records()
        assert [record.body for record in records] in ([body] * len(before), [body] * (len(before) + 1))
        assert told or len(records) == len(before) + 1
        log.append(body)
        assert len(log.records()) == len(records) + 1
        assert sorted(path.name for path in log.path.parent.iterdir()) == [
            "2031.jsonl", "2031.jsonl.head", "2031.jsonl.lock",
        ]  # fmt: skip


# ---- publication -----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with release 1 shown, and a correction signed."""
    house = House(tmp_path_factory.mktemp("house"))
    house.release()
    with unverified():
        publish_warehouse(house.settings)
    house.marts(moved_final("C-4", 10_500_000))
    house.inputs()
    return house


CORRECTION = Corrects(number=1, asked_by="Direction", reason="note de C-4 ressaisie")


@pytest.fixture(scope="module")
def kept(house: House) -> Iterator[Kept]:
    """The house before its correction is published."""
    kept = Kept(house.settings.home)
    yield kept
    kept.back()


@pytest.mark.slow
@pytest.mark.parametrize("when", WHEN)
def test_a_release_whose_write_fails_is_made_whole_or_not_at_all(house: House, kept: Kept, when: str) -> None:
    releases = house.settings.releases

    def publish() -> None:
        house.release(CORRECTION)

    kept.back()
    before = contents(releases)
    seen = counted(publish, house.settings.home)
    complete = contents(releases)
    for number in chosen(seen, "release"):
        kept.back()
        told = failed(publish, house.settings.home, number, when)
        state = {name: digest for name, digest in contents(releases).items() if MAKING not in name}
        lines = read_chain(releases)
        if len(lines) == 1:  # a folder that was put in place has no line yet; it is nothing until it has one
            assert {name: digest for name, digest in state.items() if not name.startswith("2031/2/")} == before
        for line in lines:
            folder = releases / "2031" / str(line.number)
            assert sha256_file(folder / MANIFEST) == line.manifest_sha256
            listed = parse_manifest((folder / MANIFEST).read_bytes())
            assert {**listed, MANIFEST: line.manifest_sha256} == contents(folder)
        assert told or len(lines) == 2, f"write {number} ({seen[number - 1]}) failed and nobody was told"
        publish()
        assert contents(releases) == complete, f"write {number} ({seen[number - 1]}), {when}"
        records = EvidenceLog(house.settings.evidence_log("2031")).records()
        assert [record.body.release for record in records] == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize("when", WHEN)
def test_a_version_whose_write_fails_shows_the_old_or_the_new(house: House, kept: Kept, when: str) -> None:
    published = house.settings.published

    def show() -> None:
        with unverified():
            publish_warehouse(house.settings)

    def shown() -> State:
        return contents((published / "current").resolve(), "palmares.duckdb")

    kept.back()
    before = shown()
    house.release(CORRECTION)
    again = Kept(house.settings.home, f"{when}.kept")
    seen = counted(show, published)
    complete = shown()
    assert complete != before and {"symlink", "replace", "rename", "fsync", "chmod"} <= set(seen)
    for number in chosen(seen, "show"):
        again.back()
        told = failed(show, published, number, when)
        assert shown() in (before, complete), f"write {number} ({seen[number - 1]}), {when}"
        assert told or shown() == complete
        show()
        assert shown() == complete
        assert [path.name for path in published.rglob(".*")] == [], "what was in the making is gone"
