"""Intake: from deposits in custody to typed rows, a quarantine and accounts that close (SPEC 3).

problems.py               what blocks an edition, as values
expected.py               which sources an edition has, by its rulebook
readers/                  files as columns of text with line numbers
normal.py personal.py     a text as it reads, in plain ASCII; personal data, found in it and refused
headers.py                what a source expects of a file's columns
landing.py                text into a scratch database, one table a file
patterns.py times.py      what a cell may look like, as SQL; times in UTC
rules.py                  setting rows aside: repeats, conflicts, the quarantine, accounts
sources/                  the rules of each source
ddl.py                    the tables that intake writes
carrying.py               rows of sources that are as they were, not read again
steps.py                  the steps in order
scratch.py loading.py     the working warehouse: made anew in a folder beside its place, moved there whole
accounts.py left_out.py   what intake tells: by file and by reason; row by row, for the dossier's annex
withdrawals.py            who withdrew, and when it was known
columns.py facts.py       what columns may hold, for suppliers; what a file is judged by, for the page they use
words/                    the sentences of problems; the French of details

Does not belong here: what was received and from whom (`custody`), checks (`expectations`), marks (`scoring`).
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
from orchestration.intake.readers.csv_rows import delimiter_of
from orchestration.intake.readers.parquet_rows import ParquetRows
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.xlsx_rows import XlsxRows
from orchestration.intake.say import told_detail
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
    "delimiter_of",
    "facts_of",
    "load_edition",
    "looks_personal",
    "problem_words",
    "quarantined",
    "reasons_of",
    "scanned",
    "tests_now",
    "told_detail",
    "withdrawals",
    "write_annex",
    "write_quarantine",
]
