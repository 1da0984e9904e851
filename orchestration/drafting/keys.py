"""Every key of a rulebook, from the models that read it: where it stands, what it may be, what it decides.

Belongs here: walking the schema. The words stand in `words/`, the limits in `rulebook/types.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from orchestration.rulebook import Rulebook


@dataclass(frozen=True)
class Key:
    """One key. `path` as people write it (`grids.ID[].max`), `section` and `name` where its words stand.

    `kind` and `unit` are codes (`words/`), `limits` the bounds, `default` is None where the key is needed.
    """

    path: str
    section: str
    name: str
    kind: str
    limits: str
    unit: str
    default: str | None


@cache
def rulebook_schema() -> dict[str, Any]:
    """The schema as pydantic makes it, its lists with the bounds of lists."""
    schema = _lists(Rulebook.model_json_schema())
    assert isinstance(schema, dict)
    return schema


def _lists(node: Any) -> Any:
    """A bound on a list is written by pydantic as one on a text, where a validator stands before it."""
    if isinstance(node, list):
        return [_lists(item) for item in node]
    if not isinstance(node, dict):
        return node
    bounds = {"minLength": "minItems", "maxLength": "maxItems"} if node.get("type") == "array" else {}
    return {bounds.get(name, name): _lists(item) for name, item in node.items()}


def keys() -> list[Key]:
    """All keys, in the order of the rulebook."""
    schema = rulebook_schema()
    return list(_keys(schema, "Rulebook", schema["$defs"], ""))


def _keys(section: Mapping[str, Any], name: str, known: Mapping[str, Any], above: str) -> Iterator[Key]:
    needed = section.get("required", ())
    for key, node in section["properties"].items():
        default = None if key in needed else _default(node.get("default"))
        inner, suffix = _inner(node)
        child = str(inner.get("$ref", "")).rpartition("/")[2]
        shown = f"{above}{key}"
        yield Key(
            shown,
            name,
            name=key,
            kind=_kind(inner, suffix),
            limits=_limits(inner, node),
            unit=inner.get("unit", ""),
            default=default,
        )
        if child and child != "Labels":
            yield from _keys(known[child], child, known, f"{shown}{suffix}.")


def _inner(node: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """What stands in a list, under the ids of a map, or in place of nothing; and how that is written in a path."""
    if "anyOf" in node:
        return _inner(next(option for option in node["anyOf"] if option.get("type") != "null"))
    if node.get("type") == "array":
        inner, suffix = _inner(node["items"])
        return inner, f"[]{suffix}"
    if node.get("type") == "object" and "properties" not in node:
        values = node.get("additionalProperties") or next(iter(node["patternProperties"].values()))
        inner, suffix = _inner(values)
        return inner, f".ID{suffix}"
    return node, ""


def _kind(node: Mapping[str, Any], suffix: str) -> str:
    """The code of a type (`words/`, section kind)."""
    kind = "section" if "$ref" in node else "choice" if "enum" in node else str(node["type"])
    return {"": "", "[]": "list_", ".ID": "map_", ".ID[]": "map_list_"}[suffix] + kind


def _limits(inner: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    """The bounds, in signs that need no translation."""
    parts = []
    if "enum" in inner:
        parts.append(" | ".join(inner["enum"]))
    if "minimum" in inner:
        parts.append(f"{inner['minimum']} … {inner['maximum']}")
    if "least" in inner:
        parts.append(f'"{inner["least"]}" … "{inner["most"]}"')
    if "maxLength" in inner:
        parts.append(f"≤ {inner['maxLength']}")
    if node.get("minItems"):
        parts.append("≥ 1")
    return "; ".join(parts)


def _default(value: Any) -> str:
    return "none" if value is None else {"{}": "none", "[]": "none"}.get(str(value), str(value))
