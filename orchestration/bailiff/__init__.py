"""All acts of the bailiff, one module each: accepting, objecting, sealing, drawing, tracing, signing.

acceptance.py              a warning is accepted, by id, with a reason and a name
objections.py              refusal, revocation, reservation
sealing.py seal_sheet.py   a fingerprint fixed before the results are known; its page
drawing.py tracing.py      dice, or a name, choose what to trace; what was found for each
signing.py                 signing the dossier with a PKCS#12 key

Belongs here: what must be true before an act is entered, and the act as a record. Does not belong here: the documents
(`dossier`, `draw`), signatures in PDF files (`signoff`), options and words of the command line (`cli`).
"""

from orchestration.bailiff.acceptance import check_sentence, enter_acceptances
from orchestration.bailiff.drawing import draw_tests, trace_wholly
from orchestration.bailiff.objections import enter_refusal, enter_reservation, enter_revocation
from orchestration.bailiff.sealing import seal_stage
from orchestration.bailiff.signing import check_signer, sign_dossier
from orchestration.bailiff.tracing import enter_trace

__all__ = [
    "check_sentence",
    "check_signer",
    "draw_tests",
    "enter_acceptances",
    "enter_refusal",
    "enter_reservation",
    "enter_revocation",
    "enter_trace",
    "seal_stage",
    "sign_dossier",
    "trace_wholly",
]
