"""What Superset is asked for each kind of chart of `dashboards.yml`.

Belongs here: Superset's names of charts and of their settings, and nothing of what is shown.
"""

import json
from typing import Any


def visual(
    chart: dict[str, Any], metrics: list[str], number: str, formats: dict[str, str]
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Superset's name of the chart, what its page is asked, what its API is asked.

    `metrics` by the names that their dataset has; `number` is how they are written, `formats` how columns are.
    """
    order = [[column, True] for column in chart.get("order", [])]
    match chart["kind"]:
        case "number":
            return "big_number_total", {"metric": metrics[0]}, {"metrics": metrics}
        case "bars":
            series = chart.get("series", [])
            shown = {
                "x_axis": chart["x"],
                "metrics": metrics,
                "groupby": series,
                "show_value": True,
                "show_legend": len(metrics) > 1 or bool(series),
                "x_axis_sort_asc": True,
                "x_axis_sort": chart["x"],
                "orientation": "horizontal",
                "rich_tooltip": True,
                "truncateYAxis": False,
                "y_axis_format": number,
            }
            return "echarts_timeseries_bar", shown, {"metrics": metrics, "columns": [chart["x"], *series]}
        case "pivot":
            shown = {
                "groupbyRows": chart["by"],
                "groupbyColumns": chart["across"],
                "metrics": metrics,
                "aggregateFunction": "Sum",
                "rowTotals": False,
                "colTotals": False,
                "metricsLayout": "COLUMNS",
                "valueFormat": number,
            }
            return "pivot_table_v2", shown, {"metrics": metrics, "columns": [*chart["by"], *chart["across"]]}
        case "groups":
            shown = {
                "query_mode": "aggregate",
                "groupby": chart["by"],
                "metrics": metrics,
                "include_search": True,
                "show_cell_bars": False,
            }
            return (
                "table",
                shown,
                {"metrics": metrics, "columns": chart["by"], "orderby": [[column, True] for column in chart["by"]]},
            )
        case "rows":
            shown = {
                "query_mode": "raw",
                "all_columns": chart["columns"],
                "include_search": True,
                "show_cell_bars": False,
                "server_pagination": chart.get("paged", False),
                "server_page_length": 50,
                "order_by_cols": [json.dumps(pair) for pair in order],
                "column_config": {col: {"d3NumberFormat": formats[col]} for col in chart["columns"] if col in formats},
            }
            return "table", shown, {"columns": chart["columns"], "orderby": order}
    raise AssertionError(chart["kind"])
