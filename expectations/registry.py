"""The registry: every check there is, read from one reviewed file a gate.

Belongs here: reading `intake.yml`, `scoring.yml` and `publication.yml` strictly and putting thresholds into SQL.
Does not belong here: running anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.evidence import GATES, CheckSpec
from orchestration.storage import load

FOLDER = Path(__file__).resolve().parent
_PLACEHOLDER = re.compile(r"\[\[([a-z_]+)\]\]")
_TABLE = re.compile(r"[a-z]+\.[a-z_]+")
_REQUIRED = {"id", "severity", "kind", "fr", "en", "ar", "remedy"}
_SQL_PARTS = {"sql", "rows", "applies", "expect", "observe"}
_OPTIONAL = {"component", "optional", "expected", *_SQL_PARTS}


@dataclass(frozen=True)
class SqlCheck:
    """How a check of kind `gx` is evaluated: SQL that returns one row for each row that fails.

    `rows` is the table that must not be empty; `applies`, `expect` and `observe` are optional scalar queries.
    """

    spec: CheckSpec
    sql: str
    rows: str
    applies: str | None = None
    expect: str | None = None
    observe: str | None = None

    @property
    def failing(self) -> str:
        """The failing rows as one text column, `failing_key`."""
        key = "coalesce(CAST(found.failing_key AS VARCHAR), '–')"
        return f"SELECT {key} AS failing_key FROM ({self.sql}) AS found(failing_key)"


@dataclass(frozen=True)
class Prepared:
    """A temporary table that several checks of a gate read."""

    name: str
    sql: str
    component: str | None


@dataclass(frozen=True)
class Threshold:
    """A named constant of a gate's checks and the reason for its value."""

    gate: str
    name: str
    value: str
    why: str


@dataclass(frozen=True)
class GateFile:
    """One gate's file, read: every check, the SQL of those that have some, shared tables and thresholds."""

    specs: tuple[CheckSpec, ...]
    sql: tuple[SqlCheck, ...]
    prepared: tuple[Prepared, ...]
    thresholds: tuple[Threshold, ...]


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
    data = load(path)
    _exactly(data, {"thresholds", "remedies", "prepare", "checks"}, set(), path.name)
    thresholds = []
    for name, item in (data["thresholds"] or {}).items():
        _exactly(item, {"value", "why"}, set(), f"{path.name}: {name}")
        thresholds.append(Threshold(gate, name, str(item["value"]), item["why"]))
    values = {threshold.name: threshold.value for threshold in thresholds}
    used: set[str] = set()
    prepared, specs, checks = [], [], []
    for item in data["prepare"] or []:
        _exactly(item, {"name", "sql"}, {"component"}, f"{path.name}: prepare")
        used |= set(_PLACEHOLDER.findall(item["sql"]))
        prepared.append(Prepared(item["name"], _fill(item["sql"], values, item["name"]), item.get("component")))
    for item in data["checks"]:
        spec = _spec(item, gate, data["remedies"])
        specs.append(spec)
        parts = {name: item[name] for name in _SQL_PARTS if name in item}
        if (spec.kind == "gx") != ({"sql", "rows"} <= set(parts)) or (spec.kind != "gx" and parts):
            raise ValueError(f"{spec.id}: checks of kind gx have sql and rows, others have none")
        if parts:
            if not _TABLE.fullmatch(parts["rows"]):
                raise ValueError(f"{spec.id}: rows names one table")
            used |= {name for text in parts.values() for name in _PLACEHOLDER.findall(text)}
            checks.append(SqlCheck(spec, **{name: _fill(text, values, spec.id) for name, text in parts.items()}))
    if idle := set(values) - used:
        raise ValueError(f"{path.name}: thresholds that no check uses: {', '.join(sorted(idle))}")
    return GateFile(tuple(specs), tuple(checks), tuple(prepared), tuple(thresholds))


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
        fr=item["fr"],
        en=item["en"],
        ar=item["ar"],
        expected=str(item.get("expected", "0")),
        remedy_fr=remedy["fr"],
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
    """The checks of one gate (`intake`, `scoring` or `publication`)."""
    if gate not in GATES:
        raise ValueError(f"there is no gate {gate!r}")
    return read_gate(gate, FOLDER / f"{gate}.yml")


@cache
def all_checks() -> tuple[CheckSpec, ...]:
    """Every registered check, gate by gate, in the order in which people read them."""
    specs = tuple(spec for gate in GATES for spec in gate_file(gate).specs)
    ids = [spec.id for spec in specs]
    if repeated := sorted({i for i in ids if ids.count(i) > 1}):
        raise ValueError(f"registered twice: {', '.join(repeated)}")
    return specs


def spec_of(check_id: str) -> CheckSpec:
    """The registered check of that id; raises KeyError for an id that is not registered."""
    return {spec.id: spec for spec in all_checks()}[check_id]
