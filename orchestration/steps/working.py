"""The working warehouse as it is now: its tables as text, digests of what was taken in and of what was computed.

Belongs here: looking again, never remembering.
"""

from orchestration.errors import Refused
from orchestration.evidence.fingerprints import intake_sha256
from orchestration.evidence.log import Fingerprints
from orchestration.release.canonical import compute_digest, table_rows
from orchestration.release.catalogue import DIGESTED
from orchestration.run.context import Run
from orchestration.storage.warehouse import connect


def current_fingerprints(run: Run, *, results: bool = True) -> Fingerprints:
    """Fingerprints of deposits, rulebook, code, rows taken in and (unless told otherwise) results, all computed anew.

    Raises Refused when the edition was not scored, PalmaresError when its tables are not those of the contract.
    """
    path = run.settings.work_db(run.edition)
    if not path.exists():
        raise Refused([f"edition {run.edition} has not been scored: palmares run {run.edition}"])
    with connect(path, read_only=True, threads=run.settings.threads) as con:
        return run.fingerprints(
            intake=intake_sha256(con), results=compute_digest(con, run.rulebook_path) if results else None
        )


def results_as_text(run: Run) -> dict[str, list[dict[str, str]]]:
    """The canonical results as they stand in the working warehouse, each cell as its CSV would have it."""
    with connect(run.settings.work_db(run.edition), read_only=True, threads=run.settings.threads) as con:
        return {
            table.name: [
                {name: cell or "" for name, cell in zip(table.names, row, strict=True)}
                for row in table_rows(con, table)
            ]
            for table in DIGESTED
        }
