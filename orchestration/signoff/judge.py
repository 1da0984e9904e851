"""Is this the dossier, whole, signed by a listed signer? (SPEC 7)

Belongs here: the judgement of files handed back. Every file is taken as hostile: whatever it holds, the answer
is a rejection with its reason, never an exception. Nothing is fetched: no OCSP, no CRL, no chain of authorities.

What must hold, in this order:

1. the file begins with the very bytes of the dossier, and what follows is a chain of updates to *that* document
   (not a second document put behind it);
2. each update does nothing but fill one of the prepared signature fields (checked revision by revision, from the
   dossier on: so nothing was hidden, covered or replaced, before a signature or after it);
3. the last signature covers the file to its last byte, each earlier one all that stood when it was made;
4. each signature is intact, as is what stands around it and is not signed, made with a method that is still safe, with
   a certificate that is byte for byte one of those listed, meant for signing, and valid at the time of signing.

The time of signing is the signer's own statement (a time stamp is shown beside it, and decides nothing): a listed
signer is trusted with the date of his act, as on paper. One bad signature rejects the whole file. Signers are counted
by certificate, over all accepted files.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from orchestration.rulebook import certificates
from orchestration.signoff.say import say
from orchestration.signoff.verdicts import Rejected, Signature
from orchestration.storage import open_ordinary, read_file
from orchestration.words import Sentence, composed

MARGIN = 16 * 1024 * 1024
"""How much larger than the dossier a signed file may be, in bytes: signatures and their appearance."""


def why_rejected(code: str) -> Sentence:
    """The words of a reason's code."""
    return say(f"rejected.{code}")


@dataclass(frozen=True)
class Rejection:
    """One file that does not count, and why, in words for the bailiff."""

    file: str
    code: str

    @property
    def why(self) -> Sentence:
        """The reason alone."""
        return why_rejected(self.code)

    @property
    def sentence(self) -> Sentence:
        """The file and the reason."""
        return composed(lambda text: f"{self.file}: {text(self.why)}")


@dataclass(frozen=True)
class SignoffJudgement:
    """`satisfied`: at least the required number of distinct listed certificates signed this dossier."""

    accepted: tuple[Signature, ...]
    rejected: tuple[Rejection, ...]
    satisfied: bool


def without_earlier_states(judgement: SignoffJudgement, files: Iterable[Path]) -> SignoffJudgement:
    """The judgement without accepted files that another accepted one begins with: signed first by one, then by two.

    What the later file holds is all that the earlier one held. Nothing else changes: each signer still counts once.
    """
    counted = {signature.file for signature in judgement.accepted}
    data = {path.name: read_file(path) for path in files if path.name in counted}
    earlier = {
        name
        for name, mine in data.items()
        if any(len(mine) < len(other) and other.startswith(mine) for other in data.values())
    }
    return replace(
        judgement, accepted=tuple(signature for signature in judgement.accepted if signature.file not in earlier)
    )


def judge_signoffs(
    files: Iterable[Path], dossier: bytes, signer_pems: Iterable[bytes], required: int
) -> SignoffJudgement:
    """Judge each file (in order of path) against the dossier and the listed certificates.

    `signer_pems`: contents of the rulebook's signer files, one certificate each; `required`: how many distinct ones
    must have signed. Raises InputError when a listed certificate cannot be read (the rulebook's fault, not the
    signer's) and ValueError when `required` is below 1.
    """
    if required < 1:
        raise ValueError("a dossier without a required signature would publish itself")
    loaded = (certificates.load_signer(data, f"signer {n}") for n, data in enumerate(signer_pems, 1))
    listed = frozenset(map(certificates.fingerprint, loaded))
    accepted: list[Signature] = []
    rejected: list[Rejection] = []
    for path in sorted(files):
        try:
            verdict = _judge_bytes(_read(path, len(dossier)), dossier, listed)
        except Rejected as refused:
            verdict = str(refused)
        if isinstance(verdict, str):
            rejected.append(Rejection(path.name, verdict))
        else:
            accepted += (replace(signature, file=path.name) for signature in verdict)
    distinct = {signature.cert_sha256 for signature in accepted}
    return SignoffJudgement(tuple(accepted), tuple(rejected), len(distinct) >= required)


def _read(path: Path, dossier_size: int) -> bytes:
    """The file's bytes, if it is an ordinary file of a size that a signed dossier can have."""
    try:
        with open_ordinary(path, limit=None) as stream:
            data = stream.read(dossier_size + MARGIN + 1)
    except OSError as error:
        raise Rejected("unreadable_file") from error
    if len(data) > dossier_size + MARGIN:
        raise Rejected("too_large")
    return data


@lru_cache(maxsize=8)
def _judge_bytes(data: bytes, dossier: bytes, listed: frozenset[str]) -> tuple[Signature, ...] | str:
    """The signatures of a file, or the reason code of its rejection.

    Nothing but the arguments decides, so a verdict is remembered: comparing all objects of a dossier takes seconds,
    and one publication asks several times.
    """
    if not data.startswith(b"%PDF-"):
        return "not_pdf"
    if not data.startswith(dossier):
        return "other_document"
    if data == dossier:
        return "not_signed"
    from orchestration.signoff.updates import judge_updates  # pyHanko: only a file that was signed needs it

    try:
        return judge_updates(data, dossier, listed)
    except Rejected as refused:
        return str(refused)
    except Exception:
        # A hostile file may raise anything in the parsers (recursion, memory, assertion); all of it means "no".
        return "damaged"
