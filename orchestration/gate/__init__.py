"""The gate: whether an edition may be shown to the bailiff, whether it may be published. Pure, closed by default.

reasons.py    what speaks against it, as sentences with their remedies
decision.py   from evidence, fingerprints and sign-off to every reason against

Belongs here: the decision and its sentences. Does not belong here: reading, checking, signing, publishing.
"""

from orchestration.gate.decision import decide, decide_dossier, decide_results
from orchestration.gate.reasons import causes_first, changed_words

__all__ = [
    "causes_first",
    "changed_words",
    "decide",
    "decide_dossier",
    "decide_results",
]
