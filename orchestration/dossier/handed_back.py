"""What there is to notice from outside: new deposits, and documents that a bailiff handed back.

Belongs here: looking and saying. Nothing is computed, recorded or published; the sensors call this every half minute.
"""

from dataclasses import dataclass
from pathlib import Path

from orchestration import custody
from orchestration.dossier.register import latest_dossier, signed_files
from orchestration.errors import PalmaresError
from orchestration.run import Run
from orchestration.settings import Settings
from orchestration.signoff import listed_signers
from orchestration.storage import read_file, sha256_bytes


@dataclass(frozen=True)
class HandedBack:
    """A document among an edition's sign-offs."""

    edition: str
    path: Path
    sha256: str

    @property
    def mark(self) -> str:
        """What it is remembered by: another file of the same name is news again."""
        return f"{self.edition}/{self.path.name}:{self.sha256[:16]}"


def deposits_state(settings: Settings) -> dict[str, str]:
    """Each edition found in the deposits folder, with the digest of its custody log ("" without one)."""
    state = {}
    for edition in settings.editions():
        log = settings.edition_raw(edition) / custody.LOG_NAME
        state[edition] = sha256_bytes(read_file(log)) if log.exists() else ""
    return state


def handed_back(settings: Settings) -> list[HandedBack]:
    """Every document that was handed back, of every edition, in order."""
    return [
        HandedBack(edition, path, sha256_bytes(read_file(path)))
        for edition in settings.editions()
        for path in signed_files(Run(settings, edition, "sensor"))
    ]


def verdict(settings: Settings, document: HandedBack) -> str:
    """Whether the document would count for the edition's latest dossier, and what a person may do next."""
    run = Run(settings, document.edition, "sensor")
    try:
        dossier = latest_dossier(settings, document.edition, run.log.records())
        if dossier is None or not dossier.pdf.exists():
            return f"there is no dossier that it could sign: run prepare_edition for {document.edition}"
        listed = listed_signers(run.raw, run.rulebook.bailiff)
        judged = listed.judge([document.path], read_file(dossier.pdf))
    except (PalmaresError, OSError) as error:
        return f"it cannot be judged now: {error}"
    if judged.rejected:
        return f"it does not count: {'; '.join(signature.why for signature in judged.rejected)}"
    signers = ", ".join(sorted({signature.subject for signature in judged.accepted}))
    if not judged.satisfied:
        return f"signed by {signers}; the rulebook asks for {listed.required} signers"
    return f"signed by {signers}; a person may now publish (job publish_edition, or `palmares publish`)"
