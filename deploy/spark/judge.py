"""Expectations of Great Expectations, evaluated by its own engine for Spark on the tables that stand in a session.

Belongs here: running suites that are handed over and writing down what each expectation found. It runs in Spark's
environment; which suites, and what DuckDB says of them, is the business of `compare.py`. No verdict of these enters the
evidence: the checks judge the tables where they are published from.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

QUIET = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""As in `expectations/suite.py`: of the values that fail none is asked for."""
BATCH = "all"


def write_verdicts(session: "SparkSession", suites: Path, target: Path) -> None:
    """Run the suites of a file; writes, for each of them, where its rows came from and what each expectation found."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_spark("spark")
    wanted, verdicts = json.loads(suites.read_bytes()), []
    for view in wanted["prepared"]:
        _rows(session, view)[1].createOrReplaceTempView(view["name"])
    for suite in wanted["suites"]:
        place, rows = _rows(session, suite)
        name = suite["name"]
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe(BATCH)
        gx_suite = context.suites.add(gx.ExpectationSuite(name, expectations=suite["expectations"]))
        definition = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=gx_suite))
        run = definition.run(batch_parameters={"dataframe": rows}, result_format=QUIET)
        verdicts.append(
            {"name": name, "asset": suite["asset"], "place": place, "found": [_verdict(item) for item in run.results]}
        )
    target.write_text(json.dumps(verdicts, sort_keys=True) + "\n", "utf-8")


def _rows(session: "SparkSession", suite: Mapping[str, Any]) -> tuple[str, "DataFrame"]:
    """What a suite judges: a table of the session; a query, in its own words, where Spark reads them; or the rows that
    DuckDB answered it with. A query is run once, whatever is then asked of it."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    if suite["rows"] is None:
        return "table", session.table(suite["source"])
    try:
        frame = session.sql(suite["source"]).cache()
        frame.count()
    except (PySparkException, Py4JJavaError):
        return "rows", session.read.parquet(suite["rows"])
    return "query", frame


def _verdict(item: Any) -> dict[str, Any]:
    """What one expectation found; `error` where it could not be evaluated."""
    meta, result = item.expectation_config.meta, item.result
    outcome = "error" if not result else "passed" if item.success else "failed"
    failing = result.get("unexpected_count")
    return {"check": meta["check"], "number": meta["number"], "outcome": outcome, "failing": failing}
