"""pyHanko's writer, with the clock and the random taken out.

Belongs here: how a made PDF is added to. What is added is `fields.py` and `signoff`.
"""

import hashlib
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


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

    def bytes(self) -> bytes:
        """The whole file, which begins with the document."""
        out = BytesIO()
        self.write(out)  # type: ignore[no-untyped-call]
        return out.getvalue()
