"""What a dossier's PDF says of itself, to machines: edition, results digest, custody head, its annex, the palmarès.

Belongs here: the keywords of the file, written by `pdf.py` and read by whoever verifies, without Typst.
"""

import re
from dataclasses import dataclass
from io import BytesIO

from orchestration.errors import InputError


@dataclass(frozen=True)
class DossierDigests:
    """The fingerprints that identify what is signed (SPEC 8)."""

    results: str
    custody_head: str
    rulebook: str
    code: str


NAMES = ("edition", "results-sha256", "custody-head", "rulebook-sha256")
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
        reader = PdfFileReader(BytesIO(pdf))
        first = reader.get_historical_resolver(0)
        text = str(first(first.trailer_view.raw_get("/Info").reference)["/Keywords"])
        marks = {m[1]: m[2] for m in map(_MARK.fullmatch, re.split(r"[,;]\s*", text)) if m}
    except Exception as error:  # a file from outside may break any parser; all of it means the same
        raise InputError("this file is not a readable dossier") from error
    if set(NAMES) - marks.keys():
        raise InputError("this PDF is not a dossier: it does not bear the digests of its results")
    return {name: marks[name] for name in (*NAMES, ANNEX, PALMARES) if name in marks}
