"""The edition that is published, corrected and published again, at each stage, made once for all faults.

Belongs here: the second time round of the in-process line (`tests/attacks/bench.py`): release 1 stands and is shown,
a deposit was replaced by its supplier's new version, and the line goes on to release 2. So a reader always has an
old state to see, and a rerun an old state to lose.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from benchmarks.compiled import Compiled
from benchmarks.inprocess import Marks
from orchestration import custody
from orchestration.backup import Made, Restored, make_backup, restore
from orchestration.bailiff import signing
from orchestration.publication import publish as publication
from orchestration.run import Now
from orchestration.run.locks import hold_edition
from tests.attacks.bench import Bench
from tests.fixtures.tiny import EDITION, TinyEdition

STEPS = ("read", "build", "test", "judge", "document", "sign", "publish", "show")
"""The line from deposits to what readers see; `run` is the first five, `publish` the last two."""
OTHER = "2025-lounges"
COMMANDS = {"run": STEPS[:5], "sign": STEPS[5:6], "publish": STEPS[6:]}
KEY = "throwaway-bailiff.p12"


class FaultBench(Bench):
    """The line with a key that outlives the process, and a correction that says why."""

    def hold(self) -> None:
        """The edition, held to the end of the process as a command of the command line holds it."""
        hold_edition(self.settings, self.edition, self.run.run_id)

    def sign(self) -> Path:
        """The bailiff's signature with the command `sign`."""
        return signing.sign_dossier(self.settings, self.edition, self.folder / KEY, TinyEdition.password).path

    def publish(self) -> Path:
        """The command `publish` of a correction, without the published warehouse."""
        self.run = self.another_run()
        correction = publication.CorrectionRequest("a field firm sent its file again", "Direction")
        with self.held():
            return publication.publish_release(Now(self.run), correction)

    def first(self) -> Path:
        """The command `publish` of release 1."""
        return super().publish()

    def backup(self) -> Made:
        """The command `backup`, into a folder beside."""
        return make_backup(self.settings, self.folder / "kept")

    def restore(self) -> Restored:
        """The command `restore`, of the only backup there is."""
        (archive,) = (self.folder / "kept").glob("*.zip")
        return restore(archive, self.folder / "again")

    def digest(self) -> str | None:
        """The results digest of the working warehouse."""
        return Now(self.run).scored.results_sha256


@dataclass(frozen=True)
class Means:
    """What a child needs to take up the line in a folder: dbt's manifest and the digest of the code."""

    manifest: Path
    code: str

    @contextmanager
    def bench(self, folder: Path, edition: str = EDITION) -> Iterator[FaultBench]:
        """A bench on a folder, as a command on an edition that starts."""
        with FaultBench(folder, Marks(Compiled.from_manifest(self.manifest), self.manifest), self.code) as bench:
            bench.edition = edition
            bench.run = bench.another_run()
            yield bench


class Stages:
    """The line at each stage of its second time round, on disk; copied, never worked on."""

    def __init__(self, folder: Path, means: Means) -> None:
        self.folder, self.means = folder, means
        with FileLock(folder / "lock"):
            if not (folder / "done").exists():
                self._make()
                (folder / "done").touch()

    def copy(self, before: str, folder: Path) -> Path:
        """A folder with everything done before a step (or, with "end", everything)."""
        shutil.copytree(self.folder / f"before-{before}", folder, symlinks=True)
        return folder

    @staticmethod
    def two(folder: Path) -> None:
        """A folder with the deposits of two editions and the key of the bailiff of both."""
        other = TinyEdition(OTHER)
        other.rulebook["edition"] = OTHER
        for edition in (TinyEdition(), other):
            edition.write(folder / "raw")
        TinyEdition().write_p12(folder)

    @staticmethod
    def copy_of(folder: Path, target: Path) -> Path:
        """A copy of a folder that somebody worked on."""
        return Path(shutil.copytree(folder, target, symlinks=True))

    def _make(self) -> None:
        work = self.folder / "line"
        with self.means.bench(work) as bench:
            tiny = TinyEdition()
            bench.deposit(tiny)
            tiny.write_p12(work)
            for step in STEPS:
                getattr(bench, step if step != "publish" else "first")()
            correct(bench)
            for step in STEPS:
                shutil.copytree(work, self.folder / f"before-{step}", symlinks=True)
                getattr(bench, step)()
        shutil.copytree(work, self.folder / "before-end", symlinks=True)


def correct(bench: Bench) -> None:
    """The survey institute sends its file again: one answer was wrong, one mark changes."""
    old = next(one for one in custody.read_log(bench.raw) if one.path == "survey/responses.csv")
    edition = TinyEdition()
    assert edition.survey is not None
    edition.survey[0]["satisfaction"] = "7"
    fresh = bench.folder / "responses.csv"
    fresh.write_bytes(edition.render()["survey/responses.csv"])
    custody.deposit(bench.raw, [fresh], "Institute", "Nadia Clerk", as_path=old.path, replaces=old.sha256)
