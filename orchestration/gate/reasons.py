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


def entered(records: Iterable[Record]) -> Sentence:
    """What the bailiff entered, each act with its day."""
    return joined(", ", [say(f"entered.{record.kind}", at=record.at[:10]) for record in records])


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
    words = {"detail": detail, "quote": quote, "changed": joined(", ", [say(f"changed.{name}") for name in changed])}
    if spec is not None:
        words |= {"id": spec.id, "sentence": spec.what, "own": spec.mend}
        words |= {"expected": spec.expected, "observed": "–", "keys": ""}
    if result is not None:
        shown = ", ".join(result.failing_keys[:3]) + (", …" if result.failing_count > 3 else "")
        keys = f" ({shown})" if result.failing_keys else ""
        words |= {"expected": result.expected, "observed": result.observed, "keys": keys}
    remedy = code if code in say.keys("remedy") else "run"
    return Reason(code, spec.id if spec else None, say(f"reason.{code}", **words), say(f"remedy.{remedy}", **words))
