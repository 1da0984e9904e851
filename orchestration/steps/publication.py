"""The step that publishes: everything is looked at again, the gate decides, then the release is made.

Belongs here: gathering what the gate needs *now*, and what follows when it says yes. The decision itself is
`gate.decide`, the release is `release/`.
"""

from dataclasses import dataclass
from pathlib import Path

from expectations.registry import registry
from expectations.publication import publication_checks
from orchestration import custody
from orchestration.evidence import EvidenceBroken, Record, record_results
from orchestration.gate import SignoffFacts, decide
from orchestration.errors import Refused
from orchestration.release.build import build_release
from orchestration.release.content import ReleaseInputs
from orchestration.release.published import publish_warehouse
from orchestration.release.record import Code, Corrects, Digests
from orchestration.signoff import SignoffJudgement, judge_signoffs
from orchestration.steps.context import Run, utc_now
from orchestration.steps.working import current_fingerprints


@dataclass(frozen=True)
class Published:
    """What publication made."""

    release: Path
    warehouse: Path
