"""pyHanko's writer and signer, with the clock and the random taken out.

Belongs here: what `sign.py` changes of pyHanko's own classes.
"""

import hashlib
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.signers import PdfSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession


class FixedWriter(IncrementalPdfFileWriter):
    """An update that depends on the document alone: no clock, no random identifier.

    Equal inputs must give an equal dossier, so that a signature on it stays good after a rerun.
    """

    def __init__(self, document: bytes) -> None:
        super().__init__(BytesIO(document))
        first = self._document_id[0]
        fixed = generic.ByteStringObject(hashlib.sha256(document).digest()[:16])
        self._document_id = generic.ArrayObject([first, fixed])

    def _update_meta(self) -> None:
        """Leave the dates of the document as they are."""


class TimedSigner(PdfSigner):
    """A signer whose stated time may be given (tests, and acts that are entered later than they were done)."""

    at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.at
        return session
