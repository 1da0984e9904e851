"""The rulebook (règlement) of an edition: the one place that knows its shape (SPEC 4).

types.py          what a single value may be (identifiers, whole numbers, dates, times, decimals)
section.py        what every section is
sections.py       the sections as frozen pydantic models, and rules within one section
model.py          a whole rulebook
references.py     rules between sections
say.py            its sentences, from `words/`
loading.py        from a file to a `Rulebook`, or to the list of everything that is wrong with it
names.py          names in certificates that mix scripts
certificates.py   certificates of who may sign: read strictly, compared by their bytes
"""

from orchestration.rulebook.certificates import (
    DEMONSTRATION,
    is_demonstration,
    load_signer,
    may_sign,
    personal_attributes,
    subject_text,
    subject_values,
)
from orchestration.rulebook.loading import EXAMPLES, load_rulebook, parse_rulebook
from orchestration.rulebook.model import Rulebook
from orchestration.rulebook.section import Labels, Window
from orchestration.rulebook.sections import (
    AUDIT_COLUMNS,
    COMPONENTS,
    SURVEY_COLUMNS,
    VOTE_COLUMNS,
    Bailiff,
    Band,
    Burst,
    Category,
    Channel,
    Conflict,
    ContestWindow,
    Criterion,
    Measured,
    PlannedBy,
    Raking,
    Survey,
    Vote,
)
from orchestration.rulebook.types import FORMULA_SIGNS, IDENTIFIER, UNPRINTED, is_plain, shows_nothing_hidden

__all__ = [
    "AUDIT_COLUMNS",
    "COMPONENTS",
    "DEMONSTRATION",
    "EXAMPLES",
    "FORMULA_SIGNS",
    "IDENTIFIER",
    "SURVEY_COLUMNS",
    "UNPRINTED",
    "VOTE_COLUMNS",
    "Bailiff",
    "Band",
    "Burst",
    "Category",
    "Channel",
    "Conflict",
    "ContestWindow",
    "Criterion",
    "Labels",
    "Measured",
    "PlannedBy",
    "Raking",
    "Rulebook",
    "Survey",
    "Vote",
    "Window",
    "is_demonstration",
    "is_plain",
    "load_rulebook",
    "load_signer",
    "may_sign",
    "parse_rulebook",
    "personal_attributes",
    "shows_nothing_hidden",
    "subject_text",
    "subject_values",
]
