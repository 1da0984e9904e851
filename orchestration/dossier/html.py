"""The dossier as one web page: no server, no network, no script; the same blocks as the PDF.

Belongs here: what the page's template (`dossier.html`) is given. Everything that is text is escaped there; the only
markup is the template's and that of the pictures (`typesetting/charts.py`).
"""

from pathlib import Path

from markupsafe import Markup, escape

from orchestration.dossier.compose import compose
from orchestration.dossier.model import Content
from orchestration.typesetting import Cell, printed, web_page
from orchestration.words import Words

PAGE = Path(__file__).with_name("dossier.html")
CSS = Path(__file__).with_name("page.css")


def render_html(content: Content, lang: str = "fr") -> bytes:
    """The dossier as one accessible page in `fr`, `en` or `ar`. Equal content gives equal bytes."""
    document = compose(content, lang)
    return web_page(
        PAGE,
        document=document,
        parts=[*document.sections, document.signature],
        words=Words(lang),
        keywords=", ".join(content.keywords),
        css=Markup(CSS.read_text(encoding="utf-8")),  # noqa: S704 - our own file
        labelled=_labelled,
    ).encode()


def _labelled(picture: Cell) -> Markup:
    """A picture with its words for who cannot see it. The SVG is made of numbers alone, by `typesetting/charts.py`."""
    label = f'<svg role="img" aria-label="{escape(printed(picture["text"]))}" '
    return Markup(picture["svg"].replace("<svg ", label, 1))  # noqa: S704
