"""Pages in Markdown: for the organiser, for the field firm, and docs/rulebook.md.

Belongs here: their form (`python -m orchestration.drafting.pages` writes the last). Words stand in `words/`, limits in
the models.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.drafting.example import CRITERIA, MAX, Shape
from orchestration.drafting.keys import keys
from orchestration.drafting.say import own_words, say
from orchestration.intake import AUDIT_OPTIONAL, AUDIT_REQUIRED
from orchestration.rulebook import EXAMPLES
from orchestration.settings import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "rulebook.md"
_INTRO = """# The rulebook, key by key

Made from the models that read it (`orchestration/rulebook/`) by `python -m orchestration.drafting.pages`: change it
there.

`rulebook.yml` is YAML, UTF-8; each key once, no anchors, no tags. `palmares init EDITION` writes one with a comment on
every key and JSON Schemas beside it, so that an editor with a YAML server completes and corrects it. Every unknown key
is refused, with the line and the key that was perhaps meant.

`[]` is an item of a list, `ID` a name of yours. Bounds are included. A key without a default is needed once its section
is there; sections of a source that has weight 0 may be absent. What follows from each rule is worked out in
[the method](method.md). A title, label or name has `fr`, and `en` and `ar` where there are such texts.

"""


def readme(shape: Shape, folder: Path, lang: str) -> str:
    """The organiser's page."""
    return own_words(lang)("page.readme", edition=shape.edition, folder=str(folder))


def field_firm(shape: Shape, rules: dict[str, Any], lang: str) -> str:
    """What the field firm delivers, channel by channel."""
    words = own_words(lang)
    start, end = (day.isoformat() for day in shape.days)
    lines = [words("page.field_firm", edition=shape.edition, start=start, end=end)]
    for channel in shape.channels:
        planned = str(rules["channels"][channel]["planned_tests"])
        lines.append(f"## {words('page.channel', channel=channel, planned=planned)}\n")
        lines.append(f"| {words('page.column')} | {words('page.needed')} | {words('draft.values')} |\n|---|---|---|")
        for name in AUDIT_REQUIRED:
            lines.append(f"| `{name}` | {words('page.yes')} | {words(f'columns.{name}')} |")
        for name, _, _ in CRITERIA:
            rating = words("page.rating", label=words(f"draft.criterion_{name}"), max=str(MAX))
            lines.append(f"| `{name}` | {words('page.yes')} | {rating} |")
        for name in AUDIT_OPTIONAL:
            lines.append(f"| `{name}` | {words('page.no')} | {words(f'columns.{name}')} |")
        lines.append("")
    return "\n".join(lines)


def rulebook_page() -> str:
    """docs/rulebook.md."""
    return _INTRO + "\n".join(_rows()) + "\n"


def _rows() -> Iterator[str]:
    yield "| key | type | unit | bounds | default | example | what it decides |"
    yield "|---|---|---|---|---|---|---|"
    for key in keys():
        unit = str(say(f"unit.{key.unit}")) if key.unit and key.unit != "number" else ""
        example = EXAMPLES.get(key.path.removesuffix("[]")) or EXAMPLES.get(key.name, "")
        shown = f"`{example}`" if example and len(example) < 40 else ""
        cells = (
            f"`{key.path}`", str(say(f"kind.{key.kind}")), unit, key.limits,
            "needed" if key.default is None else key.default, shown, str(say(f"{key.section}.{key.name}")),
        )  # fmt: skip
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def main(path: Path = PAGE) -> int:
    """Write the page."""
    path.write_text(rulebook_page(), encoding="utf-8")
    print(f"{path}: {len(keys())} keys")
    return 0


if __name__ == "__main__":
    sys.exit(main())
