"""The stages of an edition: their names, who must act at each, and what is due.

Belongs here: what follows from being at a stage. The sentences stand in `words/`, under these names; which stage an
edition is at is found in `look.py`.
"""

from enum import Enum


class Who(Enum):
    """Who must act."""

    ORGANISER = "organiser"
    ENGINEER = "engineer"
    BAILIFF = "bailiff"
    NOBODY = "nobody"


class EditionStage(Enum):
    """Where an edition stands, worst first, then in the order of the line."""

    NOTHING_DEPOSITED = "nothing_deposited"
    CUSTODY_BROKEN = "custody_broken"
    SEAL_BROKEN = "seal_broken"
    EVIDENCE_BROKEN = "evidence_broken"
    RULES_BROKEN = "rules_broken"
    INCOMPLETE = "incomplete"
    NOT_READY = "not_ready"
    NOT_RUN = "not_run"
    BLOCKED = "blocked"
    NO_DOSSIER = "no_dossier"
    ENTERED_SINCE = "entered_since"
    WARNINGS_OPEN = "warnings_open"
    UNSIGNED = "unsigned"
    PARTLY_SIGNED = "partly_signed"
    SIGNED = "signed"
    OBJECTED = "objected"
    CUT_SHORT = "cut_short"
    PUBLISHED = "published"
    REVOKED = "revoked"

    @property
    def who(self) -> Who:
        """Who must act."""
        return _ACTIONS[self][0]

    @property
    def action(self) -> str:
        """What must be done, as `words/` names it under `next`."""
        return _ACTIONS[self][1]


_ACTIONS = {
    EditionStage.NOTHING_DEPOSITED: (Who.ORGANISER, "begin"),
    EditionStage.CUSTODY_BROKEN: (Who.ORGANISER, "deposit"),
    EditionStage.SEAL_BROKEN: (Who.ORGANISER, "reseal"),
    EditionStage.EVIDENCE_BROKEN: (Who.ENGINEER, "restore"),
    EditionStage.RULES_BROKEN: (Who.ORGANISER, "correct"),
    EditionStage.INCOMPLETE: (Who.ORGANISER, "complete"),
    EditionStage.NOT_READY: (Who.ENGINEER, "run"),
    EditionStage.NOT_RUN: (Who.ENGINEER, "run"),
    EditionStage.BLOCKED: (Who.ORGANISER, "mend"),
    EditionStage.NO_DOSSIER: (Who.ENGINEER, "run"),
    EditionStage.ENTERED_SINCE: (Who.ENGINEER, "run"),
    EditionStage.WARNINGS_OPEN: (Who.ORGANISER, "accept"),
    EditionStage.UNSIGNED: (Who.BAILIFF, "sign"),
    EditionStage.PARTLY_SIGNED: (Who.BAILIFF, "sign"),
    EditionStage.SIGNED: (Who.ORGANISER, "publish"),
    EditionStage.OBJECTED: (Who.ORGANISER, "answer"),
    EditionStage.CUT_SHORT: (Who.ORGANISER, "finish"),
    EditionStage.PUBLISHED: (Who.NOBODY, "nothing"),
    EditionStage.REVOKED: (Who.ORGANISER, "answer"),
}
