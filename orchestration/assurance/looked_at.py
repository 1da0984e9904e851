"""What some checks of intake are asked of: last lines of files, names, certificates, withdrawals.

Belongs here: looking, and the keys that fail. Where nobody can look, the check is in error.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from expectations import in_error, own, spec_of
from orchestration.errors import InputError
from orchestration.evidence import CheckResult
from orchestration.intake import looks_personal, withdrawals
from orchestration.rulebook import load_signer, personal_attributes, subject_values
from orchestration.storage import open_ordinary, read_file

if TYPE_CHECKING:
    from orchestration.custody import Deposit
    from orchestration.rulebook import Window

TEXTS = (".csv", ".ndjson")
"""Packed and binary files are not asked how they end: one that was cut cannot be read at all."""
_LAST_ASIDE = """
    WITH line AS (
        SELECT file, max(line) AS line, true AS aside FROM intake.quarantine GROUP BY file
        UNION ALL SELECT file, max(line), false FROM intake.candidate GROUP BY file
        UNION ALL SELECT file, max(line), false FROM intake.test GROUP BY file
        UNION ALL SELECT file, max(line), false FROM intake.response GROUP BY file
        UNION ALL SELECT file, max(line), false FROM intake.vote GROUP BY file
        UNION ALL SELECT file, max(line), false FROM intake.contest GROUP BY file)
    SELECT file FROM line GROUP BY file HAVING arg_max(aside, line)
"""


def files_ended(con: duckdb.DuckDBPyConnection, deposits: Iterable["Deposit"]) -> CheckResult:
    """The check `intake.files_ended`: no end of line behind the last line, and that line was set aside.

    Many programs write no end behind the last line; then the line itself is whole.
    """
    texts = [deposit for deposit in deposits if deposit.current and deposit.path.endswith(TEXTS)]
    try:
        unended = {deposit.path for deposit in texts if deposit.bytes and _last_byte(deposit.stored) not in b"\r\n"}
        set_aside = {file for (file,) in con.execute(_LAST_ASIDE).fetchall()}
    except (OSError, duckdb.Error) as error:
        return in_error(spec_of("intake.files_ended"), error)
    return own.outcome("intake.files_ended", set_aside & unended, looked_at=len(texts))


def _last_byte(path: Path) -> bytes:
    with open_ordinary(path, limit=None) as stream:
        stream.seek(-1, 2)
        return stream.read(1)


def names_distinct(con: duckdb.DuckDBPyConnection) -> CheckResult:
    """The check `intake.company_names_distinct`: companies whose names differ and look alike, two by two."""
    from expectations.lookalikes import lookalikes  # its table of signs is read when somebody asks

    try:
        companies = con.execute("SELECT DISTINCT company_id, company FROM intake.candidate").fetchall()
    except duckdb.Error as error:
        return in_error(spec_of("intake.company_names_distinct"), error)
    return own.outcome("intake.company_names_distinct", lookalikes(companies), looked_at=len(companies))


def signers_impersonal(deposits: Iterable["Deposit"]) -> CheckResult:
    """The check `intake.signers_impersonal`: a release holds the certificates whole, whatever they tell of a holder.

    The keys are file and attribute, never the value.
    """
    places: list[str] = []
    paths = [deposit for deposit in deposits if deposit.current and deposit.source == "certificate"]
    try:
        for deposit in paths:
            certificate = load_signer(read_file(deposit.stored), deposit.path)
            values = [name for name, value in subject_values(certificate) if looks_personal(value)]
            places += [f"{deposit.path} {name}" for name in dict.fromkeys((*personal_attributes(certificate), *values))]
    except (OSError, InputError) as error:
        return in_error(spec_of("intake.signers_impersonal"), error)
    return own.outcome("intake.signers_impersonal", places, looked_at=len(paths))


def withdrawals_timely(
    con: duckdb.DuckDBPyConnection, deposits: Sequence["Deposit"], fieldwork: "Window"
) -> CheckResult:
    """The check `intake.withdrawals_timely`: withdrawals that came, or became known, when the data was there."""
    try:
        left = withdrawals(con, deposits, fieldwork)
        (listed,) = con.execute("SELECT count(*) FROM intake.candidate").fetchall()[0]
    except duckdb.Error as error:
        return in_error(spec_of("intake.withdrawals_timely"), error)
    late = [withdrawal.key for withdrawal in left if withdrawal.late]
    return own.outcome("intake.withdrawals_timely", late, looked_at=listed)
