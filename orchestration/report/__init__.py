"""A candidate's own report: what a company is told of its marks, and nothing of anybody else's (`palmares report`).

model.py                 the facts of one report, without words or layout
circle.py                whom a candidate may be compared with, so that no mark of another can be worked out
figures.py               the numbers that are compared, and their means
strengths.py             which criteria stand out, by a rule
experience.py            what its tests, journeys and contests say beyond its marks
deciding.py verdict.py   what decided, and by which criterion; why it was elected, or not
load.py left_out.py      the releases on disk; rows left out that concern the candidate
facts.py                 one candidate's facts, out of a release
compose/                 facts into blocks of one language
pdf.py                   blocks into PDF
write.py                 one report, or all of an edition, into files
words/ sentences/        the report's words, in fr, en, ar; what is said on a terminal

Does not belong here: the look of blocks (`typesetting`), typography and the words that documents share (`words`), what
decided a title (`scoring`).
"""

from orchestration.report.model import Letter
from orchestration.report.write import write_reports

__all__ = [
    "Letter",
    "write_reports",
]
