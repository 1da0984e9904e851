"""Jinja templates to web pages: every value escaped, none missing unseen.

Belongs here: how a template is rendered. What a page says, and its template, stand with the room that shows it.
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orchestration.typesetting.printed import printed


@cache
def _environment(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def web_page(template: Path, **values: Any) -> str:
    """The page of a template. Equal values give equal text; one that the template wants and lacks is an error."""
    return _environment(template.parent).get_template(template.name).render(values)
