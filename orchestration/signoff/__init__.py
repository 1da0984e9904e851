"""The bailiff's sign-off: PAdES fields, signing, and the judgement of what was handed back (SPEC 7).

stamp.py writers.py   what a signature looks like; pyHanko's signer, without its clock
sign.py               signature fields, made first; signing with a PKCS#12 key
verdicts.py           what is said of one file
uses.py updates.py    where a dossier uses what an update replaces; the updates behind it, their signatures
judge.py              is this the dossier, whole, signed by a listed signer?
listed.py             the signers whom a rulebook lists

Belongs here: signatures in PDF files. What a sign-off permits is decided in `gate`; refusals and revocations are
evidence records and are not read here. Nothing here reaches for a network, unless the caller of `sign_pdf` names a
time-stamp server.
"""

from orchestration.signoff.judge import (
    Rejection,
    SignoffJudgement,
    judge_signoffs,
    why_rejected,
    without_earlier_states,
)
from orchestration.signoff.listed import ListedSigners, listed_signers
from orchestration.signoff.sign import FIELD, Box, empty_fields, load_key, prepare, sign_pdf
from orchestration.signoff.verdicts import Signature

__all__ = [
    "FIELD",
    "Box",
    "ListedSigners",
    "Rejection",
    "Signature",
    "SignoffJudgement",
    "empty_fields",
    "judge_signoffs",
    "listed_signers",
    "load_key",
    "prepare",
    "sign_pdf",
    "why_rejected",
    "without_earlier_states",
]
