"""The working warehouse as it is now: digests of what was taken in and of what was computed.

Belongs here: recomputing fingerprints, never remembering them.
"""

from orchestration.errors import Refused
from orchestration.evidence import Fingerprints
from orchestration.intake import intake_digest
from orchestration.release.canonical import compute_digest
from orchestration.steps.context import Run
from orchestration.warehouse import connect


def current_fingerprints(run: Run, *, results: bool = True) -> Fingerprints:
    """Fingerprints of deposits, rulebook, code, rows taken in and (unless told otherwise) results, all computed anew.

    Raises Refused when the edition was not scored, PalmaresError when its tables are not those of the contract.
    """
    path = run.settings.work_db(run.edition)
    if not path.exists():
        raise Refused([f"edition {run.edition} has not been scored: palmares run {run.edition}"])
    with connect(path, read_only=True, threads=run.settings.threads) as con:
        return run.fingerprints(
            intake=intake_digest(con), results=compute_digest(con, run.rulebook_path) if results else None
        )
