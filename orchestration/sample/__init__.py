"""Synthetic editions: invented companies, real shapes, deposits in custody.

draws.py                        the only source of chance
grids.py data/                  channels and grids, in three languages; their criteria and the categories, as tables
plan.py                         who stands in an edition, and when
sheets.py                       what shoppers rated
schedule.py                     who goes when: firms, shoppers, days, hours
circumstances.py journeys.py    the optional columns of tests; tests that one customer made in a row
audits.py                       every test, as plain rows
people.py ballots.py            respondents and their answers; votes, any number of them
tables.py                       CSV, XLSX, Parquet, gzip: the same bytes each time
rulebook.py                     the rulebook and the table of candidates
contests.py                     what entrants contested, and how it was decided
defects.py                      rows that are unusable on purpose
filing.py                       tests as the two field firms hand them in
survey_files.py vote_files.py   the survey as the panel institute sends it; votes as three platforms do
certificate.py                  the throw-away key of demonstrations
edition.py                      a whole edition, taken into custody
story.py                        what an edition holds on purpose and where: docs/sample.md

Belongs here: everything that `palmares sample` writes, and the story it holds on purpose (docs/sample.md). Does not
belong here: reading, checking or marking an edition; a sample is judged by the same code as a real one.
"""

from orchestration.sample.certificate import KEY_FILE, PASSWORD
from orchestration.sample.edition import Sample, generate

__all__ = ["KEY_FILE", "PASSWORD", "Sample", "generate"]
