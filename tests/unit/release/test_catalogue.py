"""One catalogue of tables: what the release's says of a table, the YAML beside the table's model says too.

The JavaScript verifier's list and docs/format.md are held to the catalogue by `tests/unit/verify`, the data dictionary
by `unit/docs/test_documents.py`.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.release.catalogue import DIGESTED
from orchestration.release.table import Table
from orchestration.settings import PROJECT_DIR

MODELS = PROJECT_DIR / "dbt_project" / "models"
DELIVERED = {path.stem: path for layer in ("marts", "published") for path in (MODELS / layer).glob("*.yml")}
TYPES = {"varchar": "text", "bigint": "integer", "smallint": "integer", "timestamp": "time"}
"""Types of DuckDB that the catalogue calls by another name."""


def model(path: Path) -> dict[str, Any]:
    (found,) = yaml.safe_load(path.read_text("utf-8"))["models"]
    return dict(found)


def test_every_table_of_the_signed_results_has_a_model_and_every_delivered_model_is_one() -> None:
    assert set(DELIVERED) == {table.name for table in DIGESTED}


@pytest.mark.parametrize("table", DIGESTED, ids=lambda table: table.name)
def test_the_model_of_a_table_says_what_the_catalogue_says(table: Table) -> None:
    """Name, description, key; and of each column, in order: name, type, whether it may be empty, description."""
    described = model(DELIVERED[table.name])
    assert (described["name"], described["description"]) == (table.name, table.comment)
    assert tuple(described["config"]["meta"]["key"]) == table.keys
    assert [
        (
            column["name"],
            TYPES.get(column["data_type"], column["data_type"]),
            {"type": "not_null"} in column.get("constraints", []),
            column["description"],
        )
        for column in described["columns"]
    ] == [(column.name, column.type, column.key, column.comment) for column in table.columns]
