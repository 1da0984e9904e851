"""Who has signed a dossier so far, and who still must.

Belongs here: the judgement of the files handed back, seen from the rulebook's list of signers. Whether a file counts
is `signoff/`, what that permits is `gate`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.dossier.register import Dossier, signed_files, unread_files
from orchestration.dossier.say import say
from orchestration.evidence import SignoffFacts
from orchestration.run import Run, utc_now
from orchestration.signoff import ListedSigners, Signature, SignoffJudgement, empty_fields, listed_signers
from orchestration.storage import read_file
from orchestration.words import Sentence

SHOWN = 10
"""Files that are named one by one."""


@dataclass(frozen=True)
class Signers:
    """The rulebook's signers as they stand before a dossier. `listed`: certificate (SHA-256) to its holder's name;
    `judged_at`: when the files were judged, UTC; `unread`: what was handed back and could not be looked at."""

    required: int
    listed: dict[str, str]
    judgement: SignoffJudgement
    files: tuple[Path, ...]
    dossier_sha256: str
    judged_at: datetime
    unread: Sentence | None = None

    @property
    def by_certificate(self) -> frozenset[str]:
        """Certificates that signed, each once."""
        return frozenset(signature.cert_sha256 for signature in self.judgement.accepted)

    @property
    def missing(self) -> int:
        """How many signatures are still needed."""
        return max(0, self.required - len(self.by_certificate))

    @property
    def waiting(self) -> list[str]:
        """Names of the listed signers who have not signed, in the rulebook's order."""
        return [name for certificate, name in self.listed.items() if certificate not in self.by_certificate]

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {"signatures": len(self.by_certificate), "required": self.required, "waiting_for": self.waiting}

    def each_once(self) -> list[dict[str, str | None]]:
        """Each signer's first signature, as plain data, in order of time."""
        first: dict[str, Signature] = {}
        for signature in sorted(self.judgement.accepted, key=lambda one: (one.signed_at, one.cert_sha256)):
            first.setdefault(signature.cert_sha256, signature)
        return [
            {
                "signer": signature.subject,
                "at": signature.signed_at.isoformat(),
                "timestamp": signature.timestamp_at.isoformat() if signature.timestamp_at else None,
            }
            for signature in first.values()
        ]

    @property
    def facts(self) -> SignoffFacts:
        """What the gate asks of them."""
        return SignoffFacts(
            dossier_sha256=self.dossier_sha256,
            signers=self.by_certificate,
            required=self.required,
            problems=(
                *(rejected.sentence for rejected in self.judgement.rejected),
                *((self.unread,) if self.unread else ()),
            ),
            dated=tuple((signature.cert_sha256, signature.signed_at) for signature in self.judgement.accepted),
            judged_at=self.judged_at,
        )

    def sentence(self) -> Sentence:
        """How many signed, and who still must."""
        key = "signed" if not self.missing else "waiting" if self.missing == len(self.waiting) else "among"
        counts = {"signed": len(self.by_certificate), "required": self.required, "missing": self.missing}
        return say(f"signers.{key}", names=", ".join(self.waiting), **counts)

    def file_of(self, certificate: str) -> str:
        """Name of a file that this certificate signed."""
        return next(signature.file for signature in self.judgement.accepted if signature.cert_sha256 == certificate)

    def most_signed(self, document: bytes) -> bytes:
        """What the next signer adds to: the file with the most signatures and a field left, or the bare dossier."""
        count = Counter(signature.file for signature in self.judgement.accepted)
        files = sorted((path for path in self.files if count[path.name]), key=lambda path: (-count[path.name], path))
        return next((data for data in map(read_file, files) if empty_fields(data)), document)


def signers_of(run: Run, dossier: Dossier) -> Signers:
    """The files handed back, judged for this dossier. Raises InputError when a listed certificate cannot be read."""
    files = tuple(signed_files(run))
    listed = listed_signers(run.raw, run.rulebook.bailiff)
    return signers_judged(run, dossier, files, listed, judgement=listed.judge(files, read_file(dossier.pdf)))


def signers_judged(
    run: Run, dossier: Dossier, files: tuple[Path, ...], listed: ListedSigners, judgement: SignoffJudgement
) -> Signers:
    """The rulebook's signers, given a judgement of the files handed back."""
    return Signers(
        required=listed.required,
        listed=listed.names,
        judgement=judgement,
        files=files,
        dossier_sha256=dossier.sha256,
        judged_at=utc_now(),
        unread=unread_sentence(run),
    )


def unread_sentence(run: Run) -> Sentence | None:
    """Which files among the sign-offs are not looked at, and what to do; None when there are none."""
    unread = unread_files(run)
    if not unread:
        return None
    more = ", …" if len(unread) > SHOWN else ""
    return say("signers.unread", files=", ".join(repr(name[:200]) for name in unread[:SHOWN]) + more)
