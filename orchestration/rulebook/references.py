"""Rules between the sections of a rulebook (SPEC 4).

Belongs here: what one section says about another, and what must name the very key inside a section. These rules read
the raw values, not the models, so that they are judged even when some other key is wrong and a person learns of
everything at once. A value of the wrong type is skipped here: the models report it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestration.rulebook.say import say
from orchestration.rulebook.section import repeated
from orchestration.rulebook.sections import AUDIT_COLUMNS, COMPONENTS
from orchestration.rulebook.types import NUMBER
from orchestration.storage import KeyPath
from orchestration.words import Sentence

SECTIONS_OF = {"audit": ("channels", "grids", "independence"), "survey": ("survey",), "vote": ("vote",)}


@dataclass(frozen=True)
class RuleFinding:
    """One thing wrong with a rulebook: the key, what is wrong, what would be right."""

    path: KeyPath
    what: Sentence
    right: str


def cross_findings(data: dict[str, Any]) -> Iterator[RuleFinding]:
    """Everything wrong between sections, in the order of SPEC 4."""
    yield from _sections(data)
    yield from _tie_break(data)
    yield from _categories(data)
    yield from _channels(data)
    yield from _grids(data)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(values: list[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _sections(data: dict[str, Any]) -> Iterator[RuleFinding]:
    """A component that counts needs its sections."""
    weights = _mapping(data.get("components"))
    for component in COMPONENTS:
        weight = weights.get(component)
        if type(weight) is not int or weight <= 0:
            continue
        for section in SECTIONS_OF[component]:
            if data.get(section) is None or data[section] == {}:
                right = say("between.section_mend", component=component, weight=weight)
                yield RuleFinding((section,), say("between.section"), right)


def _tie_break(data: dict[str, Any]) -> Iterator[RuleFinding]:
    channels = _mapping(data.get("channels"))
    keys = _texts(_list(data.get("tie_break")))
    known = [*COMPONENTS, *(f"channel:{name}" for name in channels)]
    for position, key in enumerate(_list(data.get("tie_break"))):
        if isinstance(key, str) and key not in known:
            what = say("between.tie_break", key=repr(key[:60]))
            yield RuleFinding(("tie_break", position), what, say("right.one_of", known=", ".join(known)))
    for key in repeated(keys):
        what = say("between.tie_break_twice", key=repr(key[:60]))
        yield RuleFinding(("tie_break",), what, say("between.tie_break_twice_mend"))


def _categories(data: dict[str, Any]) -> Iterator[RuleFinding]:
    ids = _texts([_mapping(category).get("id") for category in _list(data.get("categories"))])
    for name in repeated(ids):
        yield RuleFinding(("categories",), say("between.id", id=repr(name[:60])), say("between.id_mend"))


def _channels(data: dict[str, Any]) -> Iterator[RuleFinding]:
    grids = _mapping(data.get("grids"))
    for name, channel in _mapping(data.get("channels")).items():
        grid = _mapping(channel).get("grid")
        if isinstance(grid, str) and grid not in grids:
            right = say("right.one_of", known=", ".join(grids)) if grids else say("right.grid")
            yield RuleFinding(("channels", name, "grid"), say("between.grid", grid=repr(grid[:60])), right)
        yield from _plan(("channels", name, "planned_by"), _mapping(channel))


def _plan(path: KeyPath, channel: dict[str, Any]) -> Iterator[RuleFinding]:
    """What a channel plans by a column is a part of what it plans."""
    plan, planned = channel.get("planned_by"), channel.get("planned_tests")
    if plan == {}:
        yield RuleFinding(path, say("between.plan"), say("between.plan_mend"))
    for column, values in _mapping(plan).items():
        total = sum(tests for tests in _mapping(values).values() if type(tests) is int)
        if values == {}:
            yield RuleFinding((*path, column), say("between.plan_column"), say("between.plan_column_mend"))
        elif type(planned) is int and total > planned:
            right = say("between.planned_mend", most=planned)
            yield RuleFinding((*path, column), say("between.planned", total=total), right)


def _grids(data: dict[str, Any]) -> Iterator[RuleFinding]:
    """Criterion ids are column names of audit files: unique in their grid and no column's of SPEC 3.2.

    Case is ignored, for a database and a spreadsheet ignore it in column names.
    """
    for name, criteria in _mapping(data.get("grids")).items():
        ids = _texts([_mapping(criterion).get("id") for criterion in _list(criteria)])
        for twice in repeated(identifier.casefold() for identifier in ids):
            what = say("between.criterion", id=repr(twice[:60]))
            yield RuleFinding(("grids", name), what, say("between.criterion_mend"))
        for position, criterion in enumerate(_list(criteria)):
            identifier = _mapping(criterion).get("id")
            if isinstance(identifier, str) and identifier.casefold() in (*AUDIT_COLUMNS, "field_firm"):
                right = say("between.column_mend", columns=", ".join(AUDIT_COLUMNS))
                yield RuleFinding(("grids", name, position, "id"), say("between.column", id=repr(identifier)), right)
            yield from _bands(("grids", name, position, "measured", "bands"), _mapping(criterion))


def _bands(path: KeyPath, criterion: dict[str, Any]) -> Iterator[RuleFinding]:
    """Every value of a measured criterion has one band, and no band more points than the criterion."""
    bands = [_mapping(band) for band in _list(_mapping(criterion.get("measured")).get("bands"))]
    top = criterion.get("max")
    reached: Decimal | None = None
    for place, band in enumerate(bands):
        below, points, last = band.get("below"), band.get("points"), place == len(bands) - 1
        if last and below is not None:
            what = say("between.no_band", below=str(below)[:60])
            yield RuleFinding((*path, place, "below"), what, say("between.no_band_mend"))
        if not last and below is None:
            yield RuleFinding((*path, place), say("between.no_below"), say("between.no_below_mend"))
        if isinstance(below, str) and NUMBER.fullmatch(below):
            if reached is not None and Decimal(below) <= reached:
                what = say("between.falls", below=below, before=reached)
                yield RuleFinding((*path, place, "below"), what, say("between.falls_mend", before=reached))
            reached = Decimal(below)
        if type(top) is int and type(points) is int and points > top:
            what = say("between.points", points=points)
            yield RuleFinding((*path, place, "points"), what, say("between.points_mend", max=top))
