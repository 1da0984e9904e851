"""The candidates of an edition (SPEC 3.1). Belongs here: reading `candidates.csv`, nothing of their marks."""

import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass

from orchestration.recount.corrections import Corrections
from orchestration.recount.deposits import Deposits
from orchestration.recount.errors import CannotRecount
from orchestration.recount.moments import day
from orchestration.recount.readers import Row, read_table
from orchestration.recount.rows import NAME, UNPRINTED, Cells, FileAccount, account, settle_repeats
from orchestration.recount.rules import Rules

COLUMNS = ("candidate_id", "company_id", "company", "category_id", "status", "withdrawn_on")
FORMULA = set("=+@-\uff1d\uff0b\uff20\uff0d")
"""With one of these a cell begins that a spreadsheet takes for a formula."""


@dataclass
class Candidate:
    """One company in one category; `entered` is False once it is withdrawn."""

    file: str
    line: int
    key: str
    known: tuple[Hashable, ...]
    reason: str | None
    company_id: str
    company: str
    category_id: str
    entered: bool


def read_candidates(
    deposits: Deposits, rules: Rules, corrections: Corrections
) -> tuple[dict[str, Candidate], FileAccount]:
    """The accepted candidates by id, and the account of the file. Raises CannotRecount if there is no such file."""
    paths = deposits.of("candidates")
    if not paths:
        raise CannotRecount("candidates.csv: not deposited")
    path = paths[0]
    table = corrections.apply(
        read_table(deposits.file(path), path, required=COLUMNS, used=COLUMNS, named=corrections.named(path))
    )
    candidates = [_read(path, line, row, rules) for line, row in table.rows]
    settle_repeats(candidates)
    accepted = {candidate.key: candidate for candidate in candidates if candidate.reason is None}
    reasons = [candidate.reason for candidate in candidates]
    return accepted, account(path, "candidates", reasons, len(table.unreadable))


def _read(path: str, line: int, row: Row, rules: Rules) -> Candidate:
    cells = Cells(row)
    candidate_id = cells.text("candidate_id", NAME)
    company_id = cells.text("company_id", NAME)
    company = row["company"]
    cells.known.append(company)
    if not is_company(company):
        cells.wrong("malformed_value")
    category_id = cells.one_of("category_id", rules.categories, "unknown_category")
    status = cells.one_of("status", ("entered", "withdrawn"), "malformed_value")
    withdrawn_on = row["withdrawn_on"]
    cells.known.append(withdrawn_on)
    if withdrawn_on and (status != "withdrawn" or day(withdrawn_on) is None):
        cells.wrong("malformed_value")
    return Candidate(
        file=path,
        line=line,
        key=candidate_id or row["candidate_id"],
        known=tuple(cells.known),
        reason=cells.reason,
        company_id=company_id,
        company=company,
        category_id=category_id,
        entered=status == "entered",
    )


def is_company(text: str) -> bool:
    """Whether a text can be a company's name: 1 to 200 characters that print, no formula in either width."""
    hidden = UNPRINTED.intersection(map(unicodedata.category, text))
    return 1 <= len(text) <= 200 and not hidden and text[0] not in FORMULA
