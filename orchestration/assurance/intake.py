"""The steps that take the deposits in: custody first, then rows.

Belongs here: what stops a run before anything is computed, and that it is recorded before it stops.
"""

from collections.abc import Callable, Collection

from expectations import RECOUNT_AGREES, custody_results, spec_of
from orchestration import custody
from orchestration.errors import Refused
from orchestration.evidence import CheckRecord, CheckResult
from orchestration.intake import IntakeReport, Standing, load_edition
from orchestration.progress import report
from orchestration.run import Now, Run, packages_differ
from orchestration.storage import GENESIS
from orchestration.words import joined, remedied
from orchestration.words import say as house


def audit_deposits(run: Run, tell: Callable[[list[CheckResult]], None] = lambda _: None) -> custody.CustodyReport:
    """Audit custody. Raises Refused with every problem of a broken custody, which is recorded as evidence before.

    The rulebook is read here too, so that one that cannot be used is said first (InputError). `tell` is handed what the
    checks of a broken custody found: they are the last that this run evaluates.
    """
    report("custody")
    now = Now(run)
    audit = now.custody
    if audit.problems:
        results = custody_results(audit)
        tell(results)
        if run.rulebook_path.is_file() and audit.head != GENESIS:
            now.enter(results, now.deposited)
        remedies = {spec_of(result.check_id).mend for result in results if result.outcome == "failed"}
        *reasons, last = (house("custody.problem", problem=problem.message) for problem in audit.problems)
        raise Refused([*reasons, remedied(last, joined("; ", sorted(remedies)))])
    _ = run.rulebook
    return audit


def load_rows(run: Run, again: Collection[str] | None = None) -> IntakeReport:
    """Read the deposits into a new working warehouse. Raises Refused for files unread or with personal data.

    `again`: the sources that are read in any case; of the others, rows of which the evidence speaks are carried over
    where deposits and rulebook are those that they were made of. Without it every deposit is read.
    """
    standing = None if again is None else _standing(Now(run), frozenset(again))
    read = load_edition(run.settings, run.edition, progress=report, standing=standing)
    if read.problems:
        raise Refused([problem.sentence for problem in read.problems])
    return read


def _standing(now: Now, again: frozenset[str]) -> Standing | None:
    """The rows on which the second count, by this very code, agreed when it last saw them; None when other packages
    made them. Rows that were edited before the checks stand in the evidence too, with a count that disagrees."""
    if packages_differ(now.run) is not None:
        return None
    last = {
        record.fingerprints.intake_sha256: record.body.outcome
        for record in now.records
        if isinstance(record, CheckRecord)
        and record.body.check_id == RECOUNT_AGREES
        and record.fingerprints.code_sha256 == now.code_sha256
    }
    agreed = frozenset(rows for rows, outcome in last.items() if rows is not None and outcome == "passed")
    return Standing(now.run.settings.work_db(now.run.edition), agreed, again)
