"""Who bears which name: companies that look alike, and what the certificates of who may sign say of a person.

Belongs here: reading names and certificates for two checks; `expectations.own` judges.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import duckdb

from expectations import error_text, own
from orchestration.errors import InputError
from orchestration.evidence import CheckResult
from orchestration.intake import looks_personal
from orchestration.rulebook import load_signer, personal_attributes, subject_values
from orchestration.storage import read_file

if TYPE_CHECKING:
    from orchestration.custody import Deposit


def names_distinct(con: duckdb.DuckDBPyConnection) -> CheckResult:
    """The check `intake.company_names_distinct` on a working warehouse."""
    from expectations.lookalikes import lookalikes  # its table of signs is read when somebody asks

    try:
        companies = con.execute("SELECT DISTINCT company_id, company FROM intake.candidate").fetchall()
    except duckdb.Error as error:
        return CheckResult("intake.company_names_distinct", "error", "0", error_text(error))
    return own.names_distinct_result(lookalikes(companies), len(companies))


def signers_impersonal(deposits: Iterable["Deposit"]) -> CheckResult:
    """The check `intake.signers_impersonal` on the certificates deposited: a release holds them whole."""
    places: list[str] = []
    paths = [deposit for deposit in deposits if deposit.current and deposit.source == "certificate"]
    try:
        for deposit in paths:
            certificate = load_signer(read_file(deposit.stored), deposit.path)
            values = [name for name, value in subject_values(certificate) if looks_personal(value)]
            places += [f"{deposit.path} {name}" for name in dict.fromkeys((*personal_attributes(certificate), *values))]
    except (OSError, InputError) as error:
        return CheckResult("intake.signers_impersonal", "error", "0", error_text(error))
    return own.signers_impersonal_result(places, len(paths))
