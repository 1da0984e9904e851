"""SQL of the rows that fail a check, made from its expectations: one predicate for each type that the suites use.

Belongs here: what a type and its kwargs mean on DuckDB, which is what they mean to Great Expectations: a missing value
fails only where it is said to (`tests/integration/test_expectation_types.py` holds both equal, row by row). Does not
belong here: running anything.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from expectations.checks import QUERY, SQL, Asset, GxCheck
from orchestration.storage import literal

EITHER = "either_value_is_missing"
_NAMED = "coalesce(CAST({} AS VARCHAR), '–') AS failing_key"


def failing_rows(check: GxCheck, values: Mapping[str, Any]) -> str:
    """One text column, `failing_key`: a row of an asset once, however many of its expectations it fails.

    `values` are the parameters. Raises LookupError for one without a value, ValueError for what is not supported.
    """
    return " UNION ALL ".join(_failing(asset, values) for asset in check.assets)


def relation(source: str) -> str:
    """A table or a query as it stands behind FROM."""
    return f"({source})" if " " in source else source


def _failing(asset: Asset, values: Mapping[str, Any]) -> str:
    predicates = []
    for expectation in asset.expectations:
        if expectation.type == SQL:
            return f"SELECT {_NAMED.format('f.failing_key')} FROM ({expectation.kwargs[QUERY]}) AS f(failing_key)"
        if expectation.type not in _FAILS:
            raise ValueError(f"there is no SQL for {expectation.type}")
        kwargs = {name: filled(value, values) for name, value in expectation.kwargs.items()}
        try:
            predicates.append(f"({_FAILS[expectation.type](**kwargs)})")
        except TypeError as error:
            raise ValueError(f"{expectation.type}: {error}") from error
    # DuckDB wants QUALIFY where a predicate has a window, and only there.
    clause = "QUALIFY" if any(" OVER " in predicate for predicate in predicates) else "WHERE"
    return (
        f"SELECT {_NAMED.format(asset.key)} FROM {relation(asset.source)} AS asset {clause} {' OR '.join(predicates)}"
    )


def filled(value: Any, values: Mapping[str, Any]) -> Any:
    """The value of a kwarg: a parameter's where it names one. Raises LookupError for a parameter without a value."""
    if not isinstance(value, Mapping):
        return value
    name = value["$PARAMETER"]
    if values.get(name) is None:
        raise LookupError(f"{name} has no value")
    return values[name]


def _column(name: str) -> str:
    return f'asset."{name}"'


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, bool | int):
        return str(value)
    raise ValueError(f"no literal for a {type(value).__name__}")


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(_literal, values))


def _between(
    column: str, min_value: Any = None, max_value: Any = None, strict_min: bool = False, strict_max: bool = False
) -> str:
    low = [f"{_column(column)} {'<=' if strict_min else '<'} {_literal(min_value)}"] if min_value is not None else []
    high = [f"{_column(column)} {'>=' if strict_max else '>'} {_literal(max_value)}"] if max_value is not None else []
    return " OR ".join([*low, *high])


def _equal(column_A: str, column_B: str) -> str:
    return f"{_column(column_A)} IS DISTINCT FROM {_column(column_B)}"


def _greater(column_A: str, column_B: str, ignore_row_if: str, or_equal: bool = False) -> str:
    if ignore_row_if != EITHER:  # in SQL, Great Expectations lets a pair with a missing value pass, whatever it is told
        raise ValueError(f"a pair is compared only where neither value is missing: ignore_row_if: {EITHER}")
    return f"{_column(column_A)} {'<' if or_equal else '<='} {_column(column_B)}"


def _unique(column_list: Sequence[str]) -> str:
    columns = [_column(name) for name in column_list]
    whole = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    # The second of equal rows: what stands there twice or more often is named once.
    return f"{whole} AND row_number() OVER (PARTITION BY {', '.join(columns)}) = 2"


def _no_row(value: int) -> str:
    if value != 0:
        raise ValueError("a number of rows other than 0 names no row that fails")
    return "true"


_FAILS: Mapping[str, Callable[..., str]] = {
    "expect_column_values_to_not_be_null": lambda column: f"{_column(column)} IS NULL",
    "expect_column_values_to_be_null": lambda column: f"{_column(column)} IS NOT NULL",
    "expect_column_values_to_be_in_set": lambda column, value_set: f"{_column(column)} NOT IN ({_listed(value_set)})",
    "expect_column_values_to_not_be_in_set": lambda column, value_set: f"{_column(column)} IN ({_listed(value_set)})",
    "expect_column_values_to_be_between": _between,
    "expect_column_values_to_be_unique": lambda column: _unique([column]),
    "expect_compound_columns_to_be_unique": _unique,
    "expect_column_pair_values_to_be_equal": _equal,
    "expect_column_pair_values_a_to_be_greater_than_b": _greater,
    "expect_table_row_count_to_equal": _no_row,
}
