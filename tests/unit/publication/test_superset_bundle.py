"""What Superset is given: every dataset and metric answers from the published file, in both languages alike."""

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import yaml

from deploy.superset import bundle
from orchestration.publication.analytics import MODELS, declared
from orchestration.publication.warehouse import publish_warehouse
from tests.fixtures.little_release import TwoFirms, unverified


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    house = TwoFirms(tmp_path_factory.mktemp("superset"))
    house.release()
    with unverified():
        path = publish_warehouse(house.settings)
    with duckdb.connect(str(path), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def files() -> dict[str, Any]:
    return {path: yaml.safe_load(text) for path, text in bundle.contents("duckdb:///palmares.duckdb").items()}


def of(files: dict[str, Any], folder: str, language: str) -> dict[str, Any]:
    """The files of a folder in a language, by name."""
    start = f"{folder}/{language}_"
    return {path.removeprefix(start): file for path, file in files.items() if path.startswith(start)}


def test_every_dataset_has_the_columns_that_are_told_and_metrics_that_answer(
    con: duckdb.DuckDBPyConnection, files: dict[str, Any]
) -> None:
    for language in bundle.LANGUAGES:
        datasets = of(files, "datasets/palmares", language)
        assert len(datasets) == 20
        for name, dataset in datasets.items():
            answer = con.execute(dataset["sql"])
            found = {column[0] for column in answer.description}
            assert found == {column["column_name"] for column in dataset["columns"]}, name
            assert answer.fetchall(), name
            metrics = ", ".join(metric["expression"] for metric in dataset["metrics"])
            assert con.execute(f"SELECT {metrics} FROM ({dataset['sql']})").fetchone(), name


def test_every_word_for_a_column_is_shown() -> None:
    spec = bundle.described()
    told: set[str] = set()
    for name, dataset in spec["datasets"].items():
        columns, called = set(dataset["columns"]), dataset.get("called", {}).keys()
        assert called <= columns, name
        told |= columns - called
    assert told == spec["columns"].keys()


def test_a_mark_is_never_a_mean_over_several_rows(con: duckdb.DuckDBPyConnection, files: dict[str, Any]) -> None:
    dataset = files["datasets/palmares/en_ranking.yaml"]
    (mark,) = (one["expression"] for one in dataset["metrics"] if one["metric_name"] == "Final mark")
    query = f"SELECT count(*), {mark} FROM ({dataset['sql']}) GROUP BY"
    assert {shown is None for rows, shown in con.execute(f"{query} category").fetchall() if rows > 1} == {True}
    assert {shown is None for _, shown in con.execute(f"{query} category, company").fetchall()} == {False}


def test_both_languages_show_the_same_in_their_own_words(con: duckdb.DuckDBPyConnection, files: dict[str, Any]) -> None:
    counts = [
        {name: len(con.execute(one["sql"]).fetchall()) for name, one in of(files, "datasets/palmares", each).items()}
        for each in bundle.LANGUAGES
    ]
    assert counts[0] == counts[1]
    assert [
        con.execute(f"SELECT DISTINCT channel FROM ({files[path]['sql']}) ORDER BY 1").fetchall()
        for path in ("datasets/palmares/fr_tests.yaml", "datasets/palmares/en_tests.yaml")
    ] == [[("courriel et formulaire",), ("téléphone",)], [("e-mail and form",), ("telephone",)]]


def test_each_chart_asks_for_what_its_dataset_has(files: dict[str, Any]) -> None:
    datasets = {file["uuid"]: file for path, file in files.items() if path.startswith("datasets/")}
    charts = {path: file for path, file in files.items() if path.startswith("charts/")}
    placed = []
    for path, chart in charts.items():
        dataset = datasets[chart["dataset_uuid"]]
        columns = {one["column_name"] for one in dataset["columns"]}
        metrics = {one["metric_name"] for one in dataset["metrics"]}
        (query,) = yaml.safe_load(chart["query_context"])["queries"]
        assert set(query["columns"]) <= columns and set(query["metrics"]) <= metrics, path
        assert query["columns"] or query["metrics"], path
        assert {column for column, _ in query["orderby"]} <= set(query["columns"]), path
    for language in bundle.LANGUAGES:
        dashboards = of(files, "dashboards", language)
        assert len(dashboards) == 7
        for dashboard in dashboards.values():
            placed += [one["meta"]["uuid"] for one in dashboard["position"].values() if "uuid" in _meta(one)]
    assert sorted(placed) == sorted(chart["uuid"] for chart in charts.values())
    assert len({file["uuid"] for path, file in files.items() if path != "metadata.yaml"}) == len(files) - 1


def test_exposures_name_every_table_that_a_dashboard_reads() -> None:
    """What dbt says of a dashboard: its models and the published tables, no more and no fewer."""
    spec, models = bundle.described(), {model.name for model in declared()}
    exposures = {one["name"]: one for one in yaml.safe_load((MODELS / "exposures.yml").read_text("utf-8"))["exposures"]}
    for name, dashboard in spec["dashboards"].items():
        queries = [spec["datasets"][chart["of"]]["sql"] for row in dashboard["rows"] for chart in row]
        read = {table for query in queries for table in re.findall(r"\b(?:from|join) ([a-z_.]+)", query)}
        nodes = {f"source('published', '{table}')" for table in read if "." not in table}
        nodes |= {f"ref('{table.removeprefix('analytics.')}')" for table in read} & {f"ref('{one}')" for one in models}
        assert set(exposures[f"superset_{name}"]["depends_on"]) == nodes, name


def test_every_dataset_is_shown_somewhere() -> None:
    spec = bundle.described()
    shown = {chart["of"] for one in spec["dashboards"].values() for row in one["rows"] for chart in row}
    assert shown == set(spec["datasets"])


def _meta(component: Any) -> dict[str, Any]:
    found: dict[str, Any] = component.get("meta", {}) if isinstance(component, dict) else {}
    return found
