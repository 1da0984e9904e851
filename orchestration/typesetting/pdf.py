"""Data and a Typst template to a PDF: PDF/A-2a (3a with a file attached) and PDF/UA-1, the shipped fonts, the same
bytes for the same data. Or to pictures.

Belongs here: how the compiler is called. What a document says is with whoever calls.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from orchestration.typesetting.fonts import FONTS, legible
from orchestration.typesetting.printed import printed

STANDARDS: tuple[Literal["a-2a"], Literal["ua-1"]] = ("a-2a", "ua-1")
"""Archivable, and readable by who cannot see it: the compiler refuses a picture without words or a skipped heading."""
WITH_A_FILE: tuple[Literal["a-3a"], Literal["ua-1"]] = ("a-3a", "ua-1")
"""PDF/A-3 is PDF/A-2 that may carry a file of any form."""

ROOT = Path(__file__).parent.parent
"""Templates read files below this folder alone: each stands in its own room and shares the parts that stand here."""


def typeset(template: Path, data: dict[str, Any], at: datetime, attached: str | None = None) -> bytes:
    """The PDF of a template, which finds `data` in `sys.inputs.document`. `at` dates the file; the template gets it as
    six numbers, in UTC, and with it the direction of `data`'s language. `attached` is the text of a file, which the
    template attaches as it is (`sys.inputs.attached`)."""
    import typst  # 20 MB of compiler: only who renders loads it, a verifier reads marks without it

    at = at.astimezone(UTC)
    page = {"direction": "rtl" if data["lang"] == "ar" else "ltr", "date": [*at.timetuple()[:6]]}
    pdf: bytes = typst.compile(
        template,
        root=ROOT,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=list(STANDARDS if attached is None else WITH_A_FILE),
        sys_inputs=_inputs(data | page) | ({} if attached is None else {"attached": attached}),
        timestamp=int(at.timestamp()),
    )
    return pdf


def pictures(template: Path, data: dict[str, Any], kind: Literal["png", "svg"]) -> list[bytes]:
    """Each page of a template as a picture; PNG has two dots a point. Letters are drawn: who looks needs no font."""
    import typst

    drawn = typst.compile(
        template,
        root=ROOT,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format=kind,
        ppi=144,
        sys_inputs=_inputs(data),
    )
    return drawn if isinstance(drawn, list) else [drawn]


def _inputs(data: dict[str, Any]) -> dict[str, str]:
    return {"document": json.dumps(legible(printed(data)), ensure_ascii=False, sort_keys=True)}
