"""The data dictionary, made from the tables' own descriptions (`python -m orchestration.publication.dictionary`).

Belongs here: the page's layout. What a column is stands in `catalogue.py`, or in the models of schema `analytics`.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from orchestration.publication.analytics import SCHEMA, Model, declared
from orchestration.publication.dims import DIMENSIONS
from orchestration.release import OUTSIDE_DIGEST, TABLES, TITLE_HISTORY, Table
from orchestration.settings import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "data-dictionary.md"
INTRODUCTION = """# Data dictionary

Made by `python -m orchestration.publication.dictionary` from `orchestration/release/catalogue.py`; a test holds it.

Each table stands in the published warehouse (schema `main`: the newest release of each edition; schema `archive`:
every release), as Parquet beside it, and in each release as `results/<table>.csv` and `.parquet`. Columns of the key
come first. `*_micro` are millionths of a point out of 20; the plain column is rounded half up to two places.
"""
ANALYTICS = """# Schema analytics

In the published warehouse alone: made by dbt (`dbt_project/models/analytics`) from the tables of schema `main`; the
last three tables name what codes mean, from the rulebook of each release and the program's words.
Rules differ from edition to edition: no table takes a mean over editions, and `criterion_trend` keeps to the common
core of criteria.
"""


def dictionary() -> str:
    """The whole page, in Markdown."""
    tables = (_section(table) for table in (*TABLES.values(), TITLE_HISTORY))
    return "\n".join([INTRODUCTION, *tables, ANALYTICS, *map(_analytics, (*declared(), *DIMENSIONS))])


def _analytics(model: Model) -> str:
    rows = [(one.name, one.name in model.key, one.type.lower(), one.comment) for one in model.columns]
    return _page(f"{SCHEMA}.{model.name}", model.comment, rows)


def _section(table: Table) -> str:
    note = " In no digest." if table.name in OUTSIDE_DIGEST or table is TITLE_HISTORY else ""
    rows = [(column.name, column.key, column.type, column.comment) for column in table.columns]
    return _page(table.name, f"{table.comment}{note}", rows)


def _page(name: str, comment: str, columns: Iterable[tuple[str, bool, str, str]]) -> str:
    """A table: each column with its name, whether it belongs to the key, its type and what it is."""
    rows = [f"| `{column}`{' (key)' if key else ''} | {type_} | {what} |" for column, key, type_, what in columns]
    return "\n".join([f"## {name}", "", comment, "", "| column | type | what it is |", "|---|---|---|", *rows, ""])


def main(path: Path = PAGE) -> None:
    """Write the page."""
    path.write_text(dictionary(), encoding="utf-8")
    sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main()
