"""Rules between the sections of a rulebook (SPEC 4).

Belongs here: what one section says about another. These rules read the raw values, not the models, so that
they are judged even when some other key is wrong and a person learns of everything at once. A value of the
wrong type is skipped here: the models report it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from orchestration.rulebook.model import AUDIT_COLUMNS, COMPONENTS, repeated
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
