"""What a dossier's PDF says of itself, to machines: edition, results digest, custody head, its annex, the palmarès.

Belongs here: the keywords of the file, written by `dossier/pdf.py` and read by whoever verifies, without Typst; and the
list that is attached to it.
"""

import re
import zlib
from dataclasses import dataclass
from io import BytesIO

from orchestration.errors import InputError
from orchestration.release.say import say


@dataclass(frozen=True)
class DossierDigests:
    """The fingerprints that identify what is signed (SPEC 8)."""

    results: str
    custody_head: str
    rulebook: str
    code: str


NAMES = ("edition", "results-sha256", "custody-head", "rulebook-sha256")
ANNEX_CSV = "annex.csv"
ATTACHED_AT_MOST = 16 << 20
"""Bytes of a list that is carried within the PDF: some 230 000 rows, which a mail still takes."""
ANNEX = "annex-sha256"
"""The list of every row left out, which is handed over beside the dossier; older dossiers have none."""
PALMARES = "palmares-sha256"
"""The palmarès as it is to be published (palmares.json); older dossiers have none."""
_MARK = re.compile(r"([a-z0-9-]+)=([0-9a-z-]{1,64})")


def keywords(
    edition: str, digests: DossierDigests, annex_sha256: str | None = None, palmares_sha256: str | None = None
) -> list[str]:
    """The keywords of a dossier's PDF."""
    values = (edition, digests.results, digests.custody_head, digests.rulebook)
    marks = [f"{name}={value}" for name, value in zip(NAMES, values, strict=True)]
    beside = ((ANNEX, annex_sha256), (PALMARES, palmares_sha256))
    return [*marks, *(f"{name}={value}" for name, value in beside if value is not None)]


def read_marks(pdf: bytes) -> dict[str, str]:
    """The marks of a dossier, signed or not, by name: `edition`, `results-sha256`, `custody-head`, `rulebook-sha256`,
    and `annex-sha256`, `palmares-sha256` where there is an annex, a palmarès.

    They are read from the document as it was first written: an update that a signing tool (or somebody else) appended
    cannot change them. Raises InputError when the file is no dossier.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        first = PdfFileReader(BytesIO(pdf)).get_historical_resolver(0)
        text = str(first(first.trailer_view.raw_get("/Info").reference)["/Keywords"])
        marks = {m[1]: m[2] for m in map(_MARK.fullmatch, re.split(r"[,;]\s*", text)) if m}
    except Exception as error:  # a file from outside may break any parser; all of it means the same
        raise InputError(say("dossier.unreadable")) from error
    if set(NAMES) - marks.keys():
        raise InputError(say("dossier.other"))
    return {name: marks[name] for name in (*NAMES, ANNEX, PALMARES) if name in marks}


def attached_annex(pdf: bytes) -> bytes | None:
    """The list of rows left out that a dossier carries within, as a reader is shown it; None where it carries none
    (older dossiers, and those whose list is too long). Raises InputError when it carries anything else."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        attached = PdfFileReader(BytesIO(pdf)).root.get("/Names", {}).get("/EmbeddedFiles")
        if attached is None:
            return None
        names = attached["/Names"]  # name, file, name, file …
        if len(names) != 2 or str(names[0]) != ANNEX_CSV:
            raise ValueError(f"{len(names) // 2} files are attached, the first is {str(names[0])!r}")
        file = names[1]["/EF"]["/F"]
        if "/Filter" not in file:  # a short list is not packed
            return bytes(file.encoded_data)
        # A hostile file may unpack without end.
        return zlib.decompressobj().decompress(file.encoded_data, ATTACHED_AT_MOST + 1)
    except Exception as error:
        raise InputError(say("dossier.no_list")) from error
