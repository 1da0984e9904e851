"""What is true of an edition now: looked at once, and handed on.

Belongs here: custody, evidence and fingerprints as a run finds them. What belongs to the dossier and its signers is
gathered in `dossier` and passed along beside this.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from orchestration import custody
from orchestration.errors import Refused
from orchestration.evidence import Body, Fingerprints, Record, code_sha256, intake_sha256
from orchestration.release import compute_digest
from orchestration.run.context import Run
from orchestration.storage import connect, sha256_file
from orchestration.words import say


class Now:
    """What is true of an edition. Each thing is looked at when it is first asked for, and then kept: who is handed a
    `Now` sees what the one before saw. What must be seen anew before something is written is in `again()`."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @cached_property
    def custody(self) -> custody.CustodyReport:
        """The deposits against their log, every file read."""
        return custody.audit(self.run.raw)

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The evidence, its chain verified. Raises EvidenceBroken."""
        return self.run.log.records()

    @cached_property
    def code_sha256(self) -> str:
        """The code that decides."""
        return code_sha256()

    @cached_property
    def deposited(self) -> Fingerprints:
        """Deposits, rulebook and code: what is true before a row is read."""
        return Fingerprints(
            custody_head=custody.custody_head(self.run.raw),
            rulebook_sha256=sha256_file(self.run.rulebook_path),
            code_sha256=self.code_sha256,
        )

    @cached_property
    def received(self) -> Fingerprints:
        """The same and the rows taken in: to these the checks of intake are tied. Raises Refused without any."""
        return self._of_warehouse(results=False)

    @cached_property
    def scored(self) -> Fingerprints:
        """The same and the results. Raises PalmaresError when the tables are not those of the contract."""
        scored = self._of_warehouse(results=True)
        self.received = replace(scored, results_sha256=None)
        return scored

    def again(self) -> "Now":
        """A new look at everything but the code: that is the code that is running, whatever its files say by now."""
        fresh = Now(self.run)
        fresh.code_sha256 = self.code_sha256
        return fresh

    def enter(self, bodies: Iterable[Body], fingerprints: Fingerprints) -> None:
        """Add records to the evidence, tied to what they were made from."""
        before = self.records
        entered = self.run.log.append_all(bodies, fingerprints=fingerprints, run_id=self.run.run_id)
        if not entered or entered[0].seq == len(before) + 1:
            self.records = (*before, *entered)
        else:
            del self.records  # somebody entered more in between, a refusal perhaps: it is read when next asked for

    def _of_warehouse(self, *, results: bool) -> Fingerprints:
        path = self.run.settings.work_db(self.run.edition)
        if not path.exists():
            raise Refused([say("edition.not_scored", edition=self.run.edition)])
        with connect(path, read_only=True) as con:
            return replace(
                self.deposited,
                intake_sha256=intake_sha256(con),
                results_sha256=compute_digest(con, self.run.rulebook_path) if results else None,
            )
