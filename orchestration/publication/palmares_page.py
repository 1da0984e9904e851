"""The public palmarès as one page: accessible, printable, no network.

Belongs here: layout. Every value is escaped by Jinja; the words stand in `palmares_words.py`, the page's frame, style
and its few lines of script in `palmares_page.html`. Without script all three languages are shown, French first.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from orchestration.publication.palmares_words import (
    WORDS,
    candidates,
    day,
    mark,
)

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=day, mark=mark, candidates=candidates)
    return environment.get_template("palmares_page.html")


def content_policy(page: str) -> str:
    """A policy under which the page's own style and script run, and nothing else is fetched or run."""
    found = _SCRIPT.findall(page)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in found)
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {hashes}; base-uri 'none'"


def render(editions: Sequence[dict[str, Any]]) -> str:
    """The page of all editions given, in the order given."""
    page = _template().render(editions=editions, words=WORDS, policy="@POLICY@")
    return page.replace("@POLICY@", content_policy(page), 1)
