"""Intake: from deposits in custody to typed rows, a quarantine and accounts that close (SPEC 3).

loading.py          the working warehouse is made anew and moved into place
steps.py            the steps in order
expected.py         the sources of a rulebook, where they lie
streams.py          bytes, gzip, blocks of whole lines                        limits.py    what stops a bomb
csv_rows.py csv_blocks.py ndjson_rows.py xlsx_rows.py parquet_rows.py         readers: text columns with line numbers
plain_cells.py ndjson_blocks.py sifting.py taken.py    rows that need no second look, told by columns
plain_tests.py plain_responses.py plain_votes.py       what that asks of each source
typed_cells.py      typed cells as the text that a CSV would have             parts.py     what readers hand over
landing.py ndjson_landing.py    text into a scratch database                  personal.py  personal data is refused
headers.py          what a source expects of columns
corrections.py      reviewed corrections, applied to text
patterns.py times.py            what a cell may look like, as SQL             rules.py     setting rows aside, accounts
candidates.py audits.py survey.py votes.py targets.py                         the rules of each source
weights.py          survey weights from `raking.py`                    signers.py   certificates of who may sign
rulebook_tables.py ddl.py       the rulebook as tables, DDL                   words/       the sentences of problems
carrying.py         rows of sources that are as they were, not read again
accounts.py problems.py           what intake tells                withdrawals.py    who withdrew, and when it was known
facts.py            what a file is judged by, as data, for a page that judges as intake does
columns.py          what the columns of each deposit may hold, as data, for those who tell suppliers
"""

from orchestration.intake.accounts import FileRows, IntakeReport
from orchestration.intake.carrying import RECEIVED, Carried, Standing
from orchestration.intake.columns import Column, Form, columns_of, reasons_of
from orchestration.intake.facts import facts_of, problem_words
from orchestration.intake.left_out import LEFT_OUT, ORDER, quarantined, write_annex, write_quarantine
from orchestration.intake.loading import load_edition, scanned, tests_now
from orchestration.intake.patterns import ID
from orchestration.intake.personal import Kind, looks_personal
from orchestration.intake.problems import Problem
from orchestration.intake.readers.parquet_rows import ParquetRows
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.xlsx_rows import XlsxRows
from orchestration.intake.sources.audits import OPTIONAL as AUDIT_OPTIONAL
from orchestration.intake.sources.audits import REQUIRED as AUDIT_REQUIRED
from orchestration.intake.sources.candidates import COLUMNS as CANDIDATE_COLUMNS
from orchestration.intake.sources.contests import COLUMNS as CONTEST_COLUMNS
from orchestration.intake.sources.contests import DECISIONS, GROUNDS
from orchestration.intake.sources.corrections import CONTEST as CORRECTION_MAY_HAVE
from orchestration.intake.sources.corrections import FIELDS as CORRECTION_FIELDS
from orchestration.intake.sources.survey import REQUIRED as SURVEY_REQUIRED
from orchestration.intake.withdrawals import Withdrawal, candidate_rows, withdrawals

__all__ = [
    "AUDIT_OPTIONAL",
    "AUDIT_REQUIRED",
    "CANDIDATE_COLUMNS",
    "CONTEST_COLUMNS",
    "CORRECTION_FIELDS",
    "CORRECTION_MAY_HAVE",
    "DECISIONS",
    "GROUNDS",
    "ID",
    "LEFT_OUT",
    "ORDER",
    "RECEIVED",
    "SURVEY_REQUIRED",
    "Carried",
    "Column",
    "FileRows",
    "Form",
    "IntakeReport",
    "Kind",
    "ParquetRows",
    "Part",
    "Problem",
    "Standing",
    "Withdrawal",
    "XlsxRows",
    "candidate_rows",
    "columns_of",
    "facts_of",
    "load_edition",
    "looks_personal",
    "problem_words",
    "quarantined",
    "reasons_of",
    "scanned",
    "tests_now",
    "withdrawals",
    "write_annex",
    "write_quarantine",
]
