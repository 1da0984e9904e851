"""The stages of an edition, and the words for each: the one place that says them.

Belongs here: names, who must act, sentences. Which stage an edition is at is found by `describe` (`look.py`).
"""

from dataclasses import dataclass
from enum import Enum, unique


@dataclass(frozen=True)
class Words:
    """What is said of a stage. `sentence` and `next` may name `{edition}`, `{release}`, `{missing}`, `{objection}`."""

    sentence: str
    who: str
    next: str


_RUN = "palmares run {edition}"
_MEND = "mend what the bailiff found; that makes another dossier"
_SIGN = "read the dossier and sign it (any PDF tool, or palmares sign {edition} --key FILE.p12)"


@unique
class EditionStage(Enum):
    """Where an edition stands. Each stage has its words."""

    CUSTODY_BROKEN = Words(
        "custody is broken",
        "organiser",
        "bring deposits and custody log together (palmares deposit), then palmares run",
    )
    SEAL_BROKEN = Words(
        "changed since its seal",
        "organiser",
        "explain the change by a corrected seal (see above), then palmares run",
    )
    EVIDENCE_BROKEN = Words("the evidence is broken", "data engineer", "restore the evidence log from a backup")
    NOT_READY = Words("not ready", "data engineer", _RUN)
    NOT_RUN = Words("not yet run", "data engineer", _RUN)
    BLOCKED = Words(
        "blocked by checks",
        "organiser",
        "mend what is named (new deposit, correction or withdrawal), then palmares run {edition}",
    )
    NO_DOSSIER = Words("no dossier of the current deposits and code", "data engineer", _RUN)
    ENTERED_SINCE = Words(
        "a reservation, a seal or a draw was entered since the dossier was made", "data engineer", _RUN
    )
    WARNINGS_OPEN = Words(
        "dossier made, warnings open",
        "organiser",
        "accept each warning with its reason (palmares accept {edition} CHECK --reason R --by NAME)",
    )
    UNSIGNED = Words("waiting for the bailiff", "bailiff", _SIGN)
    PARTLY_SIGNED = Words("waiting for {missing}", "bailiff", _SIGN)
    SIGNED = Words("signed, not published", "organiser", "palmares publish {edition}")
    OBJECTED = Words("the bailiff objected: {objection}", "organiser", _MEND)
    CUT_SHORT = Words(
        "the publication of release {release} was cut short",
        "organiser",
        "palmares publish {edition} brings it to its end; until then readers see what they saw",
    )
    PUBLISHED = Words("published as release {release}", "nobody", "nothing is due")
    REVOKED = Words("published as release {release}, then revoked: {objection}", "organiser", _MEND)
