"""The registry: every check there is, read from one reviewed file a gate.

Belongs here: reading `intake.yml`, `scoring.yml` and `publication.yml` strictly and putting thresholds into SQL.
Does not belong here: what is read (`checks.py`), or running anything.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from expectations.checks import QUERY, SQL, Asset, Expectation, GateFile, GxCheck, Prepared, Threshold
from expectations.failing import failing_rows
from orchestration.evidence import GATES, CheckSpec
from orchestration.storage import load_shipped
from orchestration.words import french

FOLDER = Path(__file__).resolve().parent
_PLACEHOLDER = re.compile(r"\[\[([a-z_]+)\]\]")
_NAMED = re.compile(r"(?:\[\[|\$PARAMETER': ')([a-z_]+)")
_TABLE = re.compile(r"[a-z]+\.[a-z_]+")
_REQUIRED = {"id", "severity", "kind", "fr", "en", "ar", "remedy"}
_SCALARS = {"rows", "applies", "expect", "observe"}
_JUDGED = {"sql", "asset", "key", "expectations"}
_OPTIONAL = {"component", "optional", "expected", *_SCALARS, *_JUDGED}


def _exactly(item: Mapping[str, Any], required: set[str], optional: set[str], where: str) -> None:
    if wrong := (set(item) ^ required) - (set(item) & optional):
        raise ValueError(f"{where}: missing or unknown: {', '.join(sorted(wrong))}")


def _fill(sql: str, values: Mapping[str, str], where: str) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise ValueError(f"{where}: there is no threshold {match[1]}")
        return values[match[1]]

    return _PLACEHOLDER.sub(value, sql).strip()


def read_gate(gate: str, path: Path) -> GateFile:
    """Read a gate's file; raises ValueError (or InputError) naming what is wrong with it."""
    data = load_shipped(path)
    _exactly(data, {"thresholds", "remedies", "prepare", "checks"}, {"parameters"}, path.name)
    thresholds = []
    for name, item in (data["thresholds"] or {}).items():
        _exactly(item, {"value", "why"}, set(), f"{path.name}: {name}")
        thresholds.append(Threshold(gate, name, item["value"], item["why"]))
    values = {threshold.name: str(threshold.value) for threshold in thresholds}
    parameters = data.get("parameters") or {}
    prepared: list[Prepared] = []
    shared = set(parameters)
    for item in data["prepare"] or []:
        _exactly(item, {"name", "sql"}, set(), f"{path.name}: prepare")
        sql = _fill(item["sql"], values, item["name"])
        prepared.append(Prepared(item["name"], sql, needs=_named(shared, sql)))
        shared.add(item["name"])
    specs, checks = [], []
    for item in data["checks"]:
        spec = _spec(item, gate, data["remedies"])
        specs.append(spec)
        if (spec.kind == "gx") != ("rows" in item) or (spec.kind != "gx" and (_SCALARS | _JUDGED) & set(item)):
            raise ValueError(f"{spec.id}: checks of kind gx have rows, others nothing to evaluate")
        if spec.kind == "gx":
            checks.append(_check(spec, item, values, shared))
    if idle := {*values, *parameters} - set(_NAMED.findall(str([data["prepare"], data["checks"]]))):
        raise ValueError(f"{path.name}: thresholds or parameters that no check uses: {', '.join(sorted(idle))}")
    return GateFile(
        tuple(specs), tuple(checks), prepared=tuple(prepared), thresholds=tuple(thresholds), parameters=parameters
    )


def _check(spec: CheckSpec, item: Mapping[str, Any], values: Mapping[str, str], shared: set[str]) -> GxCheck:
    """How a check of kind gx is evaluated: SQL of the rows that fail, or expectations on assets.

    `values` are the thresholds, `shared` the names of temporary tables and parameters.
    """
    if not _TABLE.fullmatch(item["rows"]):
        raise ValueError(f"{spec.id}: rows names one table")
    if ("sql" in item) == ("expectations" in item) or ("sql" in item and {"asset", "key"} & set(item)):
        raise ValueError(f"{spec.id}: either sql, or expectations with their asset and key")

    def fill(text: str) -> str:
        return _fill(text, values, spec.id)

    if "sql" in item:
        assets = [Asset(item["rows"], "failing_key", (Expectation(SQL, {QUERY: fill(item["sql"])}),))]
    else:
        assets = list(_assets(spec, item, fill))
    scalars = {name: fill(item[name]) for name in _SCALARS & set(item)}
    check = GxCheck(spec, tuple(assets), **scalars, needs=_named(shared, str(item)))
    failing_rows(check, dict.fromkeys({*shared, *values}, 0))  # raises for a type or an argument that has no SQL
    return check


def _named(shared: set[str], text: str) -> frozenset[str]:
    return frozenset(shared & set(re.findall(r"\w+", text)))


def _assets(spec: CheckSpec, item: Mapping[str, Any], fill: Callable[[str], str]) -> Iterator[Asset]:
    """The assets of a check, each with its expectations; an expectation may name an asset and key of its own."""
    grouped: dict[tuple[str, str], list[Expectation]] = {}
    for part in item["expectations"]:
        _exactly(part, {"type", "kwargs"}, {"asset", "key"}, spec.id)
        source = part.get("asset") or item.get("asset", item["rows"])
        if not (key := part.get("key") or item.get("key")):
            raise ValueError(f"{spec.id}: a key says how a failing row is named")
        grouped.setdefault((fill(source), fill(key)), []).append(Expectation(part["type"], part["kwargs"]))
    for (source, key), expectations in grouped.items():
        yield Asset(source, key, tuple(expectations))


def _spec(item: Mapping[str, Any], gate: str, remedies: Mapping[str, Mapping[str, str]]) -> CheckSpec:
    _exactly(item, _REQUIRED, _OPTIONAL, str(item.get("id")))
    if item["remedy"] not in remedies:
        raise ValueError(f"{item['id']}: there is no remedy {item['remedy']}")
    remedy = remedies[item["remedy"]]
    _exactly(remedy, {"fr", "en"}, set(), f"remedy {item['remedy']}")
    spec = CheckSpec(
        id=item["id"],
        severity=item["severity"],
        kind=item["kind"],
        fr=french(item["fr"]),
        en=item["en"],
        ar=item["ar"],
        expected=str(item.get("expected", "0")),
        remedy_fr=french(remedy["fr"]),
        remedy_en=remedy["en"],
        component=item.get("component"),
        optional=item.get("optional", False),
    )
    if spec.gate != gate:
        raise ValueError(f"{spec.id} stands in the file of the gate {gate}")
    if spec.optional != ("applies" in item) and spec.kind == "gx":
        raise ValueError(f"{spec.id}: an optional check says in `applies` when it applies, others always do")
    return spec


@cache
def gate_file(gate: str) -> GateFile:
    """The checks of one gate (`intake`, `scoring` or `publication`). Raises ValueError for any other gate, and for a
    file that is not in order."""
    if gate not in GATES:
        raise ValueError(f"there is no gate {gate!r}")
    return read_gate(gate, FOLDER / f"{gate}.yml")


@cache
def all_checks() -> tuple[CheckSpec, ...]:
    """Every registered check, gate by gate, in the order in which people read them.

    Raises ValueError for an id that is registered twice.
    """
    specs = tuple(spec for gate in GATES for spec in gate_file(gate).specs)
    ids = [spec.id for spec in specs]
    if repeated := sorted({i for i in ids if ids.count(i) > 1}):
        raise ValueError(f"registered twice: {', '.join(repeated)}")
    return specs


def spec_of(check_id: str) -> CheckSpec:
    """The registered check of that id; raises KeyError for an id that is not registered."""
    return {spec.id: spec for spec in all_checks()}[check_id]


def looked_at(check_id: str) -> str:
    """The table whose rows a check looks at, `dbt.test` for tests of dbt; nothing where a check counts otherwise."""
    spec = spec_of(check_id)
    tables = {check.spec.id: check.rows for check in gate_file(spec.gate).gx}
    return tables.get(check_id, "dbt.test" if spec.kind == "dbt" else "")
