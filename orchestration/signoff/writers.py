"""pyHanko's signer, with the clock taken out.

Belongs here: what `sign.py` changes of pyHanko's own classes.
"""

from datetime import datetime

from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.signers import PdfSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession


class TimedSigner(PdfSigner):
    """A signer whose stated time may be given (tests, and acts that are entered later than they were done)."""

    at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.at
        return session
