"""Rules between the sections of a rulebook (SPEC 4).

Belongs here: what one section says about another, and what must name the very key inside a section. These rules read
the raw values, not the models, so that they are judged even when some other key is wrong and a person learns of
everything at once. A value of the wrong type is skipped here: the models report it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestration.rulebook.section import repeated
from orchestration.rulebook.sections import AUDIT_COLUMNS, COMPONENTS
from orchestration.rulebook.types import NUMBER
from orchestration.storage import KeyPath

SECTIONS_OF = {"audit": ("channels", "grids", "independence"), "survey": ("survey",), "vote": ("vote",)}


@dataclass(frozen=True)
class Finding:
    """One thing wrong with a rulebook: the key, what is wrong, what would be right."""

    path: KeyPath
    what: str
    right: str


def cross_findings(data: dict[str, Any]) -> Iterator[Finding]:
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


def _sections(data: dict[str, Any]) -> Iterator[Finding]:
    """A component that counts needs its sections."""
    weights = _mapping(data.get("components"))
    for component in COMPONENTS:
        weight = weights.get(component)
        if type(weight) is not int or weight <= 0:
            continue
        for section in SECTIONS_OF[component]:
            if data.get(section) is None or data[section] == {}:
                yield Finding(
                    (section,),
                    "the section is missing or empty",
                    f"this section, because components.{component} is {weight} (0 needs no section)",
                )


def _tie_break(data: dict[str, Any]) -> Iterator[Finding]:
    channels = _mapping(data.get("channels"))
    keys = _texts(_list(data.get("tie_break")))
    known = [*COMPONENTS, *(f"channel:{name}" for name in channels)]
    for position, key in enumerate(_list(data.get("tie_break"))):
        if isinstance(key, str) and key not in known:
            yield Finding(
                ("tie_break", position), f"{key[:60]!r} separates nothing known", "one of " + ", ".join(known)
            )
    for key in repeated(keys):
        yield Finding(("tie_break",), f"{key[:60]!r} stands twice", "each key once")


def _categories(data: dict[str, Any]) -> Iterator[Finding]:
    ids = _texts([_mapping(category).get("id") for category in _list(data.get("categories"))])
    for name in repeated(ids):
        yield Finding(("categories",), f"the id {name[:60]!r} stands twice", "another id for one of the two")


def _channels(data: dict[str, Any]) -> Iterator[Finding]:
    grids = _mapping(data.get("grids"))
    for name, channel in _mapping(data.get("channels")).items():
        grid = _mapping(channel).get("grid")
        if isinstance(grid, str) and grid not in grids:
            right = "one of " + ", ".join(grids) if grids else "the id of a grid under grids"
            yield Finding(("channels", name, "grid"), f"there is no grid {grid[:60]!r}", right)
        yield from _plan(("channels", name, "planned_by"), _mapping(channel))


def _plan(path: KeyPath, channel: dict[str, Any]) -> Iterator[Finding]:
    """What a channel plans by a column is a part of what it plans."""
    plan, planned = channel.get("planned_by"), channel.get("planned_tests")
    if plan == {}:
        yield Finding(
            path, "the plan is empty", "a column with its values, like {persona: {visitor: 3}}; else remove it"
        )
    for column, values in _mapping(plan).items():
        total = sum(tests for tests in _mapping(values).values() if type(tests) is int)
        if values == {}:
            yield Finding((*path, column), "the plan is empty", "values with their tests, like {visitor: 3}")
        elif type(planned) is int and total > planned:
            yield Finding(
                (*path, column),
                f"the tests of its values add up to {total}, more than the channel's planned_tests",
                f"values whose tests add up to {planned} at most",
            )


def _grids(data: dict[str, Any]) -> Iterator[Finding]:
    """Criterion ids are column names of audit files: unique in their grid and no column's of SPEC 3.2.

    Case is ignored, for a database and a spreadsheet ignore it in column names.
    """
    for name, criteria in _mapping(data.get("grids")).items():
        ids = _texts([_mapping(criterion).get("id") for criterion in _list(criteria)])
        for twice in repeated(identifier.casefold() for identifier in ids):
            yield Finding(("grids", name), f"the id {twice[:60]!r} stands twice", "another id, whatever its case")
        for position, criterion in enumerate(_list(criteria)):
            identifier = _mapping(criterion).get("id")
            if isinstance(identifier, str) and identifier.casefold() in (*AUDIT_COLUMNS, "field_firm"):
                yield Finding(
                    ("grids", name, position, "id"),
                    f"{identifier!r} is already a column of audit files",
                    "an id that is none of " + ", ".join(AUDIT_COLUMNS),
                )
            yield from _bands(("grids", name, position, "measured", "bands"), _mapping(criterion))


def _bands(path: KeyPath, criterion: dict[str, Any]) -> Iterator[Finding]:
    """Every value of a measured criterion has one band, and no band more points than the criterion."""
    bands = [_mapping(band) for band in _list(_mapping(criterion.get("measured")).get("bands"))]
    top = criterion.get("max")
    reached: Decimal | None = None
    for place, band in enumerate(bands):
        below, points, last = band.get("below"), band.get("points"), place == len(bands) - 1
        if last and below is not None:
            what = f"a value of {str(below)[:60]} or more has no band"
            yield Finding((*path, place, "below"), what, "a last band without below")
        if not last and below is None:
            yield Finding(
                (*path, place), "the band has no below and is not the last", "below in all bands but the last"
            )
        if isinstance(below, str) and NUMBER.fullmatch(below):
            if reached is not None and Decimal(below) <= reached:
                yield Finding(
                    (*path, place, "below"), f"{below} does not rise above {reached} before it", f"more than {reached}"
                )
            reached = Decimal(below)
        if type(top) is int and type(points) is int and points > top:
            yield Finding(
                (*path, place, "points"),
                f"{points} points are more than the criterion's max",
                f"a whole number from 0 to {top}",
            )
