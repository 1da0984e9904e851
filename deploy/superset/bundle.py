"""Superset's own files of what `dashboards.yml` describes: database, datasets, charts, dashboards in two languages.

Belongs here: a pure translation, from the description to the contents of an import. Ids are made from names, so an
import replaces what an earlier one made.
"""

import json
import re
import uuid
from pathlib import Path
from typing import Any

import yaml

from deploy.superset.charts import visual

FOLDER = Path(__file__).resolve().parent
WORDS = FOLDER.parents[1] / "orchestration" / "words" / "shared"
LANGUAGES = ("fr", "en")
HOUSE = uuid.UUID("6d4f1a52-0b27-5a3e-9d6c-6a2f6f0a1c10")
ROW_LIMIT = 10_000


def _id(*names: str) -> str:
    return str(uuid.uuid5(HOUSE, "/".join(names)))


DATABASE = _id("database")


def described() -> dict[str, Any]:
    """The description."""
    described: dict[str, Any] = yaml.safe_load((FOLDER / "dashboards.yml").read_text(encoding="utf-8"))
    return described


def contents(uri: str) -> dict[str, str]:
    """Everything to import, by path."""
    files: dict[str, Any] = {
        "metadata.yaml": {"version": "1.0.0", "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"},
        "databases/palmares.yaml": _database(uri),
    }
    for language in LANGUAGES:
        description = Description(described(), language)
        for name in description.spec["datasets"]:
            files[f"datasets/palmares/{language}_{name}.yaml"] = description.dataset(name)
        for name in description.spec["dashboards"]:
            for key, chart in description.charts(name).items():
                files[f"charts/{language}_{name}_{key}.yaml"] = chart
            files[f"dashboards/{language}_{name}.yaml"] = description.dashboard(name)
    return {path: yaml.safe_dump(content, allow_unicode=True) for path, content in files.items()}


def _database(uri: str) -> dict[str, Any]:
    never = ("allow_csv_upload", "allow_ctas", "allow_cvas", "allow_dml", "allow_run_async", "impersonate_user")
    return {
        "database_name": "Palmarès",
        "sqlalchemy_uri": uri,
        "expose_in_sqllab": True,
        **dict.fromkeys(never, False),
        "extra": {"allows_virtual_table_explore": True},
        "uuid": DATABASE,
        "version": "1.0.0",
    }


class Description:
    """The description in one language."""

    def __init__(self, spec: dict[str, Any], language: str) -> None:
        self.spec = spec
        self.language = language
        self.place = LANGUAGES.index(language)
        self.catalogue = yaml.safe_load((WORDS / f"{language}.yml").read_text(encoding="utf-8"))

    def codes(self, section: str) -> dict[str, str]:
        """The word of each code of a section."""
        if section in self.spec["codes"]:
            return {code: pair[self.place] for code, pair in self.spec["codes"][section].items()}
        return {code: word for code, word in self.catalogue[section].items() if "{" not in word}

    def sql(self, text: str) -> str:
        """SQL of the description in this language."""
        text = text.replace("{lang}", self.language)
        text = re.sub(r"\{one:(\w+)\}", r'case when count(*) = 1 then max("\1") end', text)
        text = re.sub(r"\{same:([^{}]+)\}", r"case when min(edition) = max(edition) then \1 end", text)
        text = re.sub(r"\{word:(\w+):(\w+)\}", lambda match: _inner(self.codes(match[1])[match[2]]), text)
        return re.sub(r"\{words:(\w+):([\w.]+)\}", lambda match: self._case(match[2], self.codes(match[1])), text)

    def _case(self, column: str, codes: dict[str, str]) -> str:
        cases = " ".join(f"when '{_inner(code)}' then '{_inner(word)}'" for code, word in codes.items())
        return f"case cast({column} as varchar) {cases} else cast({column} as varchar) end"

    def dataset(self, name: str) -> dict[str, Any]:
        """A dataset with its columns and metrics."""
        spec = self.spec["datasets"][name]
        called = {**self.spec["columns"], **spec.get("called", {})}
        return {
            "table_name": f"{spec['name'][self.place]} ({self.language})",
            "schema": "main",
            "sql": self.sql(spec["sql"]),
            "uuid": _id("dataset", self.language, name),
            "database_uuid": DATABASE,
            "version": "1.0.0",
            "columns": [
                {
                    "column_name": column,
                    "verbose_name": called[column][self.place],
                    "groupby": True,
                    "filterable": True,
                    "is_active": True,
                    "is_dttm": column.endswith("_at"),
                    "type": "TIMESTAMP" if column.endswith("_at") else None,
                }
                for column in spec["columns"]
            ],
            "metrics": [
                {
                    "metric_name": metric["words"][self.place],
                    "verbose_name": metric["words"][self.place],
                    "expression": self.sql(metric["sql"]),
                    "d3format": metric["format"],
                }
                for metric in spec["metrics"].values()
            ],
        }

    def charts(self, dashboard: str) -> dict[str, dict[str, Any]]:
        """The charts of a dashboard, by the number of row and place."""
        rows = self.spec["dashboards"][dashboard]["rows"]
        return {
            f"{row}_{place}": self._chart(dashboard, f"{row}_{place}", chart)
            for row, charts in enumerate(rows)
            for place, chart in enumerate(charts)
        }

    def _chart(self, dashboard: str, key: str, chart: dict[str, Any]) -> dict[str, Any]:
        known = self.spec["datasets"][chart["of"]]["metrics"]
        measured = [known[name] for name in chart.get("metrics", [chart["metric"]] if "metric" in chart else [])]
        metrics = [metric["words"][self.place] for metric in measured]
        kind, params, query = visual(chart, metrics, measured[0]["format"] if measured else "", self.spec["formats"])
        params = {"viz_type": kind, "adhoc_filters": [], "row_limit": ROW_LIMIT, **params}
        whole = {
            "filters": [],
            "extras": {},
            "row_limit": ROW_LIMIT,
            "metrics": [],
            "columns": [],
            "orderby": [],
            **query,
        }
        return {
            "slice_name": chart["title"][self.place],
            "viz_type": kind,
            "params": params,
            # What Superset's API answers with, asked without a browser.
            "query_context": json.dumps(
                {
                    "datasource": {"id": 0, "type": "table"},
                    "force": False,
                    "queries": [whole],
                    "form_data": params,
                    "result_format": "json",
                    "result_type": "full",
                }
            ),
            "uuid": _id("chart", self.language, dashboard, key),
            "dataset_uuid": _id("dataset", self.language, chart["of"]),
            "version": "1.0.0",
        }

    def dashboard(self, name: str) -> dict[str, Any]:
        """A dashboard: rows of charts under filters."""
        spec = self.spec["dashboards"][name]
        position: dict[str, Any] = {
            "DASHBOARD_VERSION_KEY": "v2",
            "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
            "GRID_ID": {
                "type": "GRID",
                "id": "GRID_ID",
                "parents": ["ROOT_ID"],
                "children": [f"ROW-{row}" for row in range(len(spec["rows"]))],
            },
            "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": spec["title"][self.place]}},
        }
        for row, charts in enumerate(spec["rows"]):
            keys = [f"CHART-{row}_{place}" for place in range(len(charts))]
            position[f"ROW-{row}"] = {
                "type": "ROW",
                "id": f"ROW-{row}",
                "children": keys,
                "parents": ["ROOT_ID", "GRID_ID"],
                "meta": {"background": "BACKGROUND_TRANSPARENT"},
            }
            for place, (key, chart) in enumerate(zip(keys, charts, strict=True)):
                position[key] = {
                    "type": "CHART",
                    "id": key,
                    "children": [],
                    "parents": ["ROOT_ID", "GRID_ID", f"ROW-{row}"],
                    "meta": {
                        "uuid": _id("chart", self.language, name, f"{row}_{place}"),
                        "chartId": 1000 * row + place + 1,
                        "width": chart["width"],
                        "height": chart["height"],
                        "sliceName": chart["title"][self.place],
                    },
                }
        return {
            "dashboard_title": f"{spec['title'][self.place]} ({self.language})",
            "slug": f"palmares-{name}-{self.language}",
            "published": True,
            "uuid": _id("dashboard", self.language, name),
            "version": "1.0.0",
            "position": position,
            "metadata": {
                "native_filter_configuration": [
                    self._filter(name, column, dataset) for column, dataset in spec["filters"].items()
                ],
                "cross_filters_enabled": True,
                "color_scheme": "supersetColors",
                "label_colors": {},
                "map_label_colors": {},
                "shared_label_colors": [],
            },
        }

    def _filter(self, dashboard: str, column: str, dataset: str) -> dict[str, Any]:
        """A filter by a column; that by edition takes the newest, for rules differ from one to the next."""
        edition = column == "edition"
        return {
            "id": f"NATIVE_FILTER-{dashboard}-{column}",
            "name": self.spec["columns"][column][self.place],
            "type": "NATIVE_FILTER",
            "requiredFirst": edition,
            "filterType": "filter_select",
            "targets": [{"column": {"name": column}, "datasetUuid": _id("dataset", self.language, dataset)}],
            "controlValues": {
                "multiSelect": not edition,
                "enableEmptyFilter": edition,
                "defaultToFirstItem": edition,
                "sortAscending": not edition,
                "searchAllOptions": False,
                "inverseSelection": False,
            },
            "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
            "cascadeParentIds": [] if edition else [f"NATIVE_FILTER-{dashboard}-edition"],
            "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
        }


def _inner(text: str) -> str:
    """Text within quotes of SQL."""
    return text.replace("'", "''")
