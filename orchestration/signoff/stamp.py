"""What a signature looks like on the page: the signer's name and the time, in the shipped fonts.

Belongs here: the appearance alone; it proves nothing. It is made by the same compiler as the dossier, so that any name
can be written and the signed file still needs no font of a machine.
"""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import AxisAlignment as Align
from pyhanko.pdf_utils.layout import BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

TEMPLATE = Path(__file__).parent / "stamp.typ"


def stamp_style(name: str, at: datetime, width: float, height: float) -> StaticStampStyle:
    """The appearance of a signature by `name` at `at`, for a field of that size in points."""
    return StaticStampStyle(
        border_width=0,
        background=_Page(_compile(name, at, width, height)),
        background_layout=SimpleBoxLayoutRule(Align.ALIGN_MIN, Align.ALIGN_MIN, Margins.uniform(0)),
    )


def _compile(name: str, at: datetime, width: float, height: float) -> bytes:
    import typst

    # Here and not above: the dossier prepares its signature fields with this package.
    from orchestration.typesetting import FONTS, legible

    lines = [name, f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"]
    data = {"lines": legible(lines), "width": width, "height": height}
    page: bytes = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        pdf_tags=False,
        sys_inputs={"stamp": json.dumps(data)},
        timestamp=0,
    )
    return page


class _Page(PdfContent):
    """The only page of a PDF as content of a signature field."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        super().__init__()

    def render(self) -> bytes:
        reader = PdfFileReader(BytesIO(self._pdf))
        drawn = self._ensure_writer.import_page_as_xobject(reader)
        self.resources.xobject["/Stamp"] = drawn
        left, bottom, right, top = drawn.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Stamp Do"
