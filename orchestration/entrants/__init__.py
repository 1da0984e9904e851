"""What an entrant may do before anything is signed: read its own tests, and contest them one by one (SPEC 3.5b, 9).

contest_file.py                     contests.csv, read and written anew
contesting.py                       what may be entered and decided
statement.py                        one candidate's tests, as facts
statement_csv.py statement_pdf.py   the statement as CSV and as PDF
write.py                            both as files, while nothing is signed
words/                              the sentences, in fr, en, ar

Belongs here: `palmares contest` and `palmares statement`. What a contest does to a mark is a rule of scoring, whether
an edition may go on with it a check; what a candidate is told after publication is its report.
"""

from orchestration.entrants.contesting import Contested, contest_test
from orchestration.entrants.write import Written, write_statement

__all__ = [
    "Contested",
    "Written",
    "contest_test",
    "write_statement",
]
