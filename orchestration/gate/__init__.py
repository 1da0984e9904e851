"""The gate: whether an edition may be shown to the bailiff, whether it may be published. Pure, closed by default.

Belongs here: the decision from evidence, fingerprints and sign-off (`decision.py`), its sentences (`words.py`). Does
not belong here: reading, checking, signing, publishing.
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
