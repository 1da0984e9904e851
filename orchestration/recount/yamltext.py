"""A small reading of YAML: maps, lists and text, nothing else.

Belongs here: the file's structure. No value is given a type: `4`, `"4"` and `2025-08-25` are the text as written, an
empty or `null` value is None, and who needs a number reads it from the text. Anchors, aliases, tags, duplicate keys
and second documents are refused.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from orchestration.recount.errors import CannotRecount
from orchestration.recount.plainfile import plain_bytes

LARGEST = 2**20
DEEPEST = 40
NULLS = {"", "~", "null", "Null", "NULL"}


def load(path: Path) -> Any:
    """Read a YAML file of at most 1 MiB as dicts, lists, text and None. Raises CannotRecount."""
    data = plain_bytes(path, LARGEST)
    try:
        events = yaml.parse(data.decode("utf-8"), Loader=yaml.SafeLoader)
        documents = [_value(events, event, path.name, 0) for event in events if _begins_value(event)]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise CannotRecount(f"{path.name}{where}: this is not YAML in UTF-8") from error
    if len(documents) > 1:
        raise CannotRecount(f"{path.name}: holds several documents; keep one")
    return documents[0] if documents else None


def _begins_value(event: yaml.Event) -> bool:
    return isinstance(event, yaml.NodeEvent)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _value(events: Iterator[yaml.Event], event: yaml.Event, name: str, depth: int) -> Any:
    where = f"{name} line {_line(event)}"
    if depth > DEEPEST:
        raise CannotRecount(f"{where}: nested more than {DEEPEST} deep")
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
        raise CannotRecount(f"{where}: anchors, aliases and tags are not used here; write the value itself")
    if isinstance(event, yaml.ScalarEvent):
        return None if event.style is None and event.value in NULLS else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_value(events, event, name, depth + 1))
        return items
    mapping: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _value(events, event, name, depth + 1)
        if not isinstance(key, str) or key in mapping:
            raise CannotRecount(f"{name} line {_line(event)}: this key is not text or stands twice")
        mapping[key] = _value(events, next(events), name, depth + 1)
    return mapping
