"""Ground for the tests of reports: what a report says, as text.

Belongs here: reading documents and PDFs back. The award that is published is `tests/fixtures/award.py`.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.report.compose import compose
from orchestration.report.model import CandidateReport

ISOLATES = re.compile("[\u2066-\u2069\u200b\u200e\u200f]")


def texts(value: Any) -> Iterator[str]:
    """Every text that a document holds, alternative texts of pictures too, pictures themselves not."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("kind", "svg"):
                yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value
    elif hasattr(value, "__dataclass_fields__"):
        yield from texts(vars(value))


def told(report: CandidateReport, lang: str = "fr") -> str:
    """All that a report says, one text a line, without the marks of direction."""
    return ISOLATES.sub("", "\n".join(texts(compose(report, lang))))


def printed(pdf: bytes, folder: Path) -> str:
    """What pdftotext reads, without line breaks."""
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    read = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, encoding="utf-8")
    return re.sub(r"\s+", " ", ISOLATES.sub("", read.stdout))
