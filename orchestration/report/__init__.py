"""A candidate's own report: what a company is told of its marks, and nothing of anybody else's (`palmares report`).

circle.py     whom a candidate may be compared with, so that no mark of another can be worked out
figures.py    the numbers that are compared, and their means
strengths.py  which criteria stand out, by a rule
verdict.py    why it was elected, or not                deciding.py  what decided, and by which criterion
model.py      the facts of one report, without words or layout
load.py       the releases on disk                      left_out.py  rows left out that concern the candidate
facts.py      one candidate's facts, out of a release
compose/      facts into blocks of one language         words/       the sentences, in fr, en, ar
pdf.py        blocks into PDF (template/)               write.py     one report, or all of an edition, into files

Typography, fonts, blocks and codes in words are the dossier's (`orchestration/dossier`).
"""

from orchestration.report.model import Letter
from orchestration.report.write import write_reports

__all__ = [
    "Letter",
    "write_reports",
]
