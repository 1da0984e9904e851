"""The data dictionary, made from the tables' own descriptions (`python -m orchestration.publication.dictionary`).

Belongs here: the page's layout. What a column is stands in `catalogue.py`.
"""

import sys
from pathlib import Path

from orchestration.release import OUTSIDE_DIGEST, TABLES, TITLE_HISTORY, Table
from orchestration.settings import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "data-dictionary.md"
INTRODUCTION = """# Data dictionary

Made by `python -m orchestration.publication.dictionary` from `orchestration/release/catalogue.py`; a test holds it.

Each table stands in the published warehouse (schema `main`: the newest release of each edition; schema `archive`:
every release), as Parquet beside it, and in each release as `results/<table>.csv` and `.parquet`. Columns of the key
come first. `*_micro` are millionths of a point out of 20; the plain column is rounded half up to two places.
"""


def dictionary() -> str:
    """The whole page, in Markdown."""
    return "\n".join([INTRODUCTION, *(_section(table) for table in (*TABLES.values(), TITLE_HISTORY))])


def _section(table: Table) -> str:
    note = " In no digest." if table.name in OUTSIDE_DIGEST or table is TITLE_HISTORY else ""
    rows = [
        f"| `{column.name}`{' (key)' if column.key else ''} | {column.type} | {column.comment} |"
        for column in table.columns
    ]
    return "\n".join(
        [
            f"## {table.name}",
            "",
            f"{table.comment}{note}",
            "",
            "| column | type | what it is |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(dictionary(), encoding="utf-8")
    sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main()
