"""Schema `analytics` of the published warehouse: what an analyst asks, made by dbt from the published tables alone.

Belongs here: the tables that `dbt_project/models/analytics` declares, their SQL as dbt compiles it (its target
`published`), and filling them. dbt needs seconds to read its project, so what it compiled is kept until a file of the
project changes; a publication runs the SQL itself, under the types, keys and descriptions of the models' contracts.
"""

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from orchestration.errors import PalmaresError
from orchestration.publication.ddl import Field, create_table
from orchestration.publication.say import say
from orchestration.scoring import DBT_DIR, project_digest, write_manifest
from orchestration.storage import listed, read_file

if TYPE_CHECKING:
    import duckdb

SCHEMA = "analytics"
MODELS = DBT_DIR / "models" / SCHEMA
BLOCK = re.compile(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", re.DOTALL)
REFERRED = re.compile(r"{{ doc\('(\w+)'\) }}")


@dataclass(frozen=True)
class Model:
    """A table as its contract declares it; `key` are columns of it. Those without a query of dbt stand in `dims.py`."""

    name: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Field, ...]


def declared(folder: Path = MODELS) -> tuple[Model, ...]:
    """The models' contracts, by name. They are this program's own, so libyaml reads them: ten times as fast."""
    files = [yaml.load(read_file(path), yaml.CSafeLoader) for path in sorted(folder.glob("*.yml"))]
    texts = blocks(folder)
    return tuple(_model(node, texts) for file in files for node in file.get("models", ()))


def blocks(folder: Path = MODELS) -> dict[str, str]:
    """The descriptions that several models share, by column, as dbt reads them (`columns.md`)."""
    return {
        name: text for path in sorted(folder.glob("*.md")) for name, text in BLOCK.findall(read_file(path).decode())
    }


def _model(node: dict[str, Any], texts: dict[str, str]) -> Model:
    (key,) = (rule["columns"] for rule in node["constraints"] if rule["type"] == "primary_key")
    columns = tuple(
        Field(column["name"], column["data_type"], REFERRED.sub(lambda name: texts[name[1]], column["description"]))
        for column in node["columns"]
    )
    return Model(node["name"], node["description"].strip(), tuple(key), columns)


def compiled(project: Path = DBT_DIR) -> dict[str, str]:
    """The query of each model by name, as dbt compiled it; compiled anew only when a file of the project changed.

    Tables are named without their database, sources in schema `main`. Raises PalmaresError with dbt's own words
    when the project does not compile.
    """
    kept = project / "target" / f"{SCHEMA}-{project_digest(project)[:16]}.json"
    if not kept.is_file():
        kept.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix="compile-") as folder:
            # In a folder of its own, then moved: several processes may find it old at once.
            fresh = Path(folder) / kept.name
            fresh.write_text(json.dumps(_compile(project, Path(folder))), encoding="utf-8")
            fresh.replace(kept)
    queries: dict[str, str] = json.loads(read_file(kept))
    return queries


def _compile(project: Path, folder: Path) -> dict[str, str]:
    """Have dbt compile the models of this schema."""
    words = ["compile", "--target", "published", "--select", f"path:models/{SCHEMA},resource_type:model"]
    manifest = json.loads(read_file(write_manifest(words, project, folder)))
    nodes = [
        node for node in manifest["nodes"].values() if node["resource_type"] == "model" and node["schema"] == SCHEMA
    ]
    tables = {source["relation_name"]: f'"main"."{source["identifier"]}"' for source in manifest["sources"].values()}
    tables |= {node["relation_name"]: f'"{SCHEMA}"."{node["alias"]}"' for node in nodes}
    queries = {}
    for node in nodes:
        queries[node["name"]] = node["compiled_code"]
        for relation, name in tables.items():
            queries[node["name"]] = queries[node["name"]].replace(relation, name)
    return queries


def fill_analytics(con: "duckdb.DuckDBPyConnection") -> None:
    """Make the schema in the current database from its tables of `main`, in the order of names: a model may read one
    that comes before it. Raises PalmaresError for a row that breaks a contract."""
    import duckdb  # whoever only asks for help does without

    queries = compiled()
    con.execute(f'CREATE SCHEMA "{SCHEMA}"')
    for model in declared():
        table, names = f'"{SCHEMA}"."{model.name}"', listed([column.name for column in model.columns])
        create_table(con, table, model.comment, fields=model.columns, key=model.key)
        try:
            query = f"SELECT {names} FROM ({queries[model.name]}) ORDER BY {listed(model.key)}"
            con.execute(f"INSERT INTO {table} ({names}) {query}")
        except duckdb.ConstraintException as error:
            raise PalmaresError(say("unmade.contract", table=f"{SCHEMA}.{model.name}")) from error
