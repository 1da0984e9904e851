"""The scored edition, if nothing blocks it: what may be sealed as results, or drawn from.

Belongs here: asking the gate before a person acts on results. The decision is `gate.py`.
"""

from expectations.registry import registry
from orchestration.errors import Refused
from orchestration.evidence.log import Fingerprints
from orchestration.gate.decision import decide_results
from orchestration.run.context import Run
from orchestration.steps.working import current_fingerprints


def sound_results(run: Run, but: str | None = None) -> Fingerprints:
    """Fingerprints of results that a dossier could be made of now.

    Raises Refused with every reason, where the edition is not scored, its checks speak of an earlier state or a
    blocking one failed (`but` names a check whose failure is no reason here).
    """
    current = current_fingerprints(run)
    decision = decide_results(registry(), run.log.records(), current, run.uses)
    reasons = [reason for reason in decision.reasons if but is None or reason.check_id != but]
    if reasons:
        raise Refused([reason.text() for reason in reasons])
    return current
