"""A release against the deposits it was made from: the same bytes, and a full recount.

Belongs here: what needs the deposits at hand. The recount itself shares nothing with the first computation; it stands
in `orchestration.recount`.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from orchestration.custody import LOG_NAME, SUPERSEDED, Deposit, audit, parse_log
from orchestration.errors import InputError
from orchestration.recount import CannotRecount
from orchestration.storage import read_file
from orchestration.verify.folder import ReleaseFolder
from orchestration.verify.say import say
from orchestration.verify.tables import Rows
from orchestration.verify.verdict import Findings, RecountSummary

Progress = Callable[[str, int, int], None]


def edition_folder(raw: Path, edition: str) -> Path:
    """The edition's deposits: `raw` itself, or the folder of that name in it. Raises InputError when neither is."""
    for folder in (raw, raw / edition):
        if (folder / LOG_NAME).is_file():
            return folder
    raise InputError(say("deposits.not_here", edition=edition), str(raw), say("deposits.not_here_mend", log=LOG_NAME))


@contextmanager
def _as_released(folder: Path, log: bytes) -> Iterator[Path]:
    """The deposits as they stood when the release was made: later deposits taken away, replaced files put back."""
    if read_file(folder / LOG_NAME) == log:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="palmares-verify-") as temporary:
        then = Path(temporary) / folder.name
        then.mkdir()
        (then / LOG_NAME).write_bytes(log)
        for deposit in parse_log(log, then)[0]:
            source = _find(folder, deposit)
            if source is not None:
                deposit.stored.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, deposit.stored)
        yield then


def _find(folder: Path, deposit: Deposit) -> Path | None:
    """Where a deposit's bytes stand today: in place, or among the superseded. The audit checks them."""
    replaced = folder / SUPERSEDED / deposit.sha256
    for place in (replaced, folder / deposit.path):
        if place.is_file() and not place.is_symlink():
            return place
    return None


def check_deposits(
    release: ReleaseFolder,
    tables: Mapping[str, Rows],
    folder: Path,
    findings: Findings,
    progress: Progress | None = None,
) -> RecountSummary | None:
    """Compare the deposits with the custody log of the release, then count everything again.

    Deposits that agree vouch for nothing: who forges a release can forge them too. None when there was nothing sound to
    compare or recount.
    """
    log = release.bytes_of(LOG_NAME)
    if log is None:
        return None
    if not read_file(folder / LOG_NAME).startswith(log):
        findings.altered("deposits_log", LOG_NAME, say("deposits.log"))
        return None
    before = len(findings.items)
    with _as_released(folder, log) as then:
        if then != folder:
            findings.remarks.append(say("remark.later_deposits"))
        for problem in audit(then).problems:
            tell = findings.incomplete if problem.code == "file_missing" else findings.altered
            tell(f"deposits_{problem.code}", problem.path or LOG_NAME, problem.message)
        if len(findings.items) > before:
            return None
        findings.remarks.append(say("remark.deposits"))
        return _recount(then, tables, findings, progress)


def _recount(
    folder: Path, tables: Mapping[str, Rows], findings: Findings, progress: Progress | None
) -> RecountSummary | None:
    from orchestration.recount import compare, recount  # polars: only who counts again waits for it

    weights = {str(row["respondent_id"]): int(row["weight_micro"] or 0) for row in tables.get("fct_survey_weight", [])}
    try:
        again = recount(folder, weights, progress)
    except CannotRecount as error:
        findings.recount_differs("recount_stopped", "deposits", say("deposits.uncounted", error=error))
        return None
    differences = compare(again, tables)
    for difference in differences:
        place = f"results/{difference.table}.csv"
        cell = f"{difference.key} {difference.column}".strip()
        text = say("deposits.cell", cell=cell, released=difference.declared, recounted=difference.recomputed)
        findings.recount_differs("recount_differs", place, text)
    compared = {name: cells for name, cells in again.cells.items() if name in tables}
    return RecountSummary(
        files=len(again.files),
        rows=sum(file.rows_read for file in again.files),
        tables=compared,
        differences=len(differences),
    )
