"""What speaks against a publication, as sentences with their remedies, in English and French.

Belongs here: reasons as values, put into words from `words/`. When one is given is decided in `decision.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.evidence import CheckResult, CheckSpec, Record
from orchestration.words import Phrasebook, Sentence, joined, remedied

say = Phrasebook(Path(__file__).parent / "words")


@dataclass(frozen=True)
class Reason:
    """One thing that speaks against: a stable code, the check it is about (or None), what is wrong, how to mend it."""

    code: str
    check_id: str | None
    message: Sentence
    remedy: Sentence

    def text(self) -> Sentence:
        """What is wrong and how to mend it."""
        return remedied(self.message, self.remedy)


CAUSES = (
    "evidence_broken", "fingerprint_missing", "check_registered_twice", "check_unknown", "gate_without_checks",
    "dossier_missing", "dossier_unrecorded", "dossier_stale", "gate_not_run", "gate_stale",
)  # fmt: skip
"""Reasons that bring others with them, the first cause first."""
CONSEQUENCES = ("check_changed_since_dossier", "check_stale", "check_missing", "warning_accepted_late")
"""Reasons of single checks that follow from such a cause, by the dozen."""
NAMED = 3


def causes_first(reasons: Sequence[Reason]) -> list[Sentence]:
    """The sentences for these reasons: causes first, then the others, then consequences, folded by kind.

    Without a cause, or alone of its kind, a consequence has a sentence of its own. A folded one counts its checks.
    """
    causes = sorted(
        (reason for reason in reasons if reason.code in CAUSES), key=lambda reason: CAUSES.index(reason.code)
    )
    others = [reason for reason in reasons if reason.code not in CAUSES]
    folded = {code: [reason for reason in others if reason.code == code] for code in CONSEQUENCES} if causes else {}
    folded = {code: alike for code, alike in folded.items() if len(alike) > 1}
    sentences = [reason.text() for reason in (*causes, *(reason for reason in others if reason.code not in folded))]
    for code, alike in folded.items():
        ids = ", ".join(str(reason.check_id) for reason in alike[:NAMED]) + (", …" if len(alike) > NAMED else "")
        sentences.append(say(f"folded.{code}", count=len(alike), ids=ids))
    return sentences


def entered(records: Iterable[Record]) -> Sentence:
    """What the bailiff entered, each act with its day."""
    return joined(", ", [say(f"entered.{record.kind}", at=record.at[:10]) for record in records])


def changed_words(names: Iterable[str]) -> Sentence:
    """What changed, in words, from the names of fingerprints that differ."""
    return joined(", ", [say(f"changed.{name}") for name in names])


def reason(
    code: str,
    spec: CheckSpec | None = None,
    result: CheckResult | None = None,
    *,
    detail: str = "",
    quote: str = "",
    changed: Sequence[str] = (),
) -> Reason:
    """Build the reason of a code, about a check or about the edition as a whole.

    `changed` names the fingerprints that differ; `detail` and `quote` are put into the sentence as they are.
    """
    words = {"detail": detail, "quote": quote, "changed": changed_words(changed)}
    if spec is not None:
        words |= {"id": spec.id, "sentence": spec.what, "own": spec.mend}
        words |= {"expected": spec.expected, "observed": "–", "keys": ""}
    if result is not None:
        shown = ", ".join(result.failing_keys[:3]) + (", …" if result.failing_count > 3 else "")
        keys = f" ({shown})" if result.failing_keys else ""
        words |= {"expected": result.expected, "observed": result.observed, "keys": keys}
    remedy = code if code in say.keys("remedy") else "run"
    return Reason(code, spec.id if spec else None, say(f"reason.{code}", **words), say(f"remedy.{remedy}", **words))
