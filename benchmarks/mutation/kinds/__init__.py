"""The kinds of mutation, one file a source.

    cells     one cell of a test          columns   a column of ratings      survey   responses and margins
    rows      one test                    files     a file as a whole        votes    ballots
    rules     candidates; the rulebook, which is a group of its own: a valid rulebook *is* the rule

Belongs here: the list of all.
"""

from benchmarks.mutation.kind import Group, Kind
from benchmarks.mutation.kinds import cells, columns, files, rows, rules, survey, votes

GROUPS: tuple[Group, ...] = (
    cells.GROUP, rows.GROUP, columns.GROUP, files.GROUP, survey.GROUP, votes.GROUP, rules.CANDIDATES, rules.RULEBOOK
)  # fmt: skip
KINDS: tuple[Kind, ...] = tuple(kind for group in GROUPS for kind in group.kinds)
