"""The public palmarès as one page: accessible, printable, no network.

Belongs here: what the page's template is given, and the policy under which it is read. The words stand in
`palmares_words/`, the page's frame, style and its few lines of script in `palmares_page.html`. Without script all three
languages are shown, French first.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.typesetting import web_page
from orchestration.words import LANGUAGES, Words, day, hundredths

PAGE = Path(__file__).with_name("palmares_page.html")
OWN_WORDS = Path(__file__).with_name("palmares_words")
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def content_policy(page: str) -> str:
    """A policy under which the page's own style and script run, and nothing else is fetched or run."""
    scripts = (hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(page))
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in scripts)
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {hashes}; base-uri 'none'"


def shown_mark(text: str, lang: str) -> str:
    """A mark of the results ("16.20") as the language writes it."""
    return hundredths(int(Decimal(text).scaleb(2)), lang)


def render(editions: Sequence[dict[str, Any]]) -> str:
    """The page of all editions given, in the order given."""
    words = [Words(lang, folders=(OWN_WORDS,)) for lang in LANGUAGES]
    page = web_page(PAGE, editions=editions, languages=words, policy="@POLICY@", day=day, mark=shown_mark)
    return page.replace("@POLICY@", content_policy(page), 1)
