"""YAML read strictly: the rulebook and the corrections.

Belongs here: turning a small YAML file into plain values, with the line of each key. What the keys mean
is the business of `rulebook/` and `intake/`.

The reading is narrower than YAML allows, because a rulebook is read by people and by two programs that must
agree: no anchors, aliases, tags, directives or second document, no key twice, keys are always text (`on` is not a
boolean), and only what cannot be misread gets a type. Everything else that is not in quotes stays text:

    null, ~, nothing    -> None                  12       -> int (no leading zero, at most 18 digits)
    true, false         -> bool                  12.50    -> Decimal (digits, a point, digits)
    2025-08-25, 1e9, 0o17, 1_000, yes, .inf      -> str, as written

so that `str()` of a number is the text that stands in the file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from orchestration.errors import InputError
from orchestration.storage.files import read_file
from orchestration.storage.say import say
from orchestration.words import Sentence
from orchestration.words import say as house

MAX_BYTES = 1 << 20
MAX_DEPTH = 40
INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
DECIMAL = re.compile(r"-?[0-9]{1,18}\.[0-9]{1,18}")
SURROGATE = re.compile(r"[\ud800-\udfff]")
WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """The values of a YAML file and, for each key path, the line (from 1) on which it stands."""

    value: Any
    lines: dict[KeyPath, int]

    def line_of(self, path: KeyPath) -> int:
        """The line of a key, or of the nearest part of its path that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load(path: Path) -> Any:
    """Read a YAML file into dicts, lists, str, int, Decimal, bool and None.

    Raises InputError with line and column for anything outside the narrow YAML of this module.
    """
    return load_document(path).value


def load_shipped(path: Path) -> Any:
    """Like `load`, for a reviewed file that this program ships: read by libyaml, ten times as fast.

    What people and suppliers write is read by PyYAML's own reader alone, as the recount reads it; that reader also says
    what is wrong with a file that libyaml cannot read.
    """
    try:
        events: Iterator[Any] = yaml.parse(read_file(path, MAX_BYTES).decode(), Loader=yaml.CSafeLoader)
        return _Builder(str(path), events).document().value
    except (yaml.YAMLError, OSError, ValueError):
        return load(path)


def load_document(path: Path) -> Document:
    """Like `load`, with the line of each key. Raises InputError, also for a file that cannot be read."""
    try:
        data = read_file(path, MAX_BYTES)
    except OSError as error:
        raise InputError(
            say("yaml.unreadable", error=error.strerror), str(path), say("yaml.unreadable_mend")
        ) from error
    return parse(data, str(path))


def parse(data: bytes, where: str) -> Document:
    """Read YAML from bytes; `where` names the file in errors. Raises InputError as `load` does."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = say("yaml.encoding", number=error.start + 1)
        raise InputError(what, where, say("yaml.encoding_mend")) from error
    try:
        # Events are made one by one, so that a bomb is met before it unfolds.
        return _Builder(where, yaml.parse(text, Loader=yaml.SafeLoader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _place(where, mark) if mark else where
        raise InputError(say("yaml.broken", problem=error.problem), place, say("yaml.broken_mend")) from error
    except yaml.reader.ReaderError as error:
        what = say("yaml.control", code=f"U+{ord(text[error.position]):04X}")
        place = house("place.line", file=where, line=text.count("\n", 0, error.position) + 1)
        raise InputError(what, place, say("yaml.control_mend")) from error
    except (ValueError, OverflowError) as error:  # PyYAML: "\\UFFFFFFFF" is no character, 5000 digits no version
        raise InputError(say("yaml.escape"), where, say("yaml.escape_mend")) from error


def _place(where: str, mark: Any) -> Sentence:
    """Where a mark of PyYAML's stands, counted from 1."""
    return house("place.line_column", file=where, line=mark.line + 1, column=mark.column + 1)


class _Builder:
    """Builds values from parser events; nothing of PyYAML's own typing is used."""

    def __init__(self, where: str, events: Iterator[Any]) -> None:
        self.where = where
        self.events = events
        self.lines: dict[KeyPath, int] = {}

    def document(self) -> Document:
        next(self.events)  # stream start
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            raise InputError(say("yaml.empty"), self.where, say("yaml.empty_mend"))
        if start.version or start.tags:
            raise self._refusal(start, say("yaml.directives"), say("yaml.directives_mend"))
        value = self._value(next(self.events), ())
        next(self.events)  # document end
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._refusal(after, say("yaml.second"), say("yaml.second_mend"))
        return Document(value, self.lines)

    def _value(self, event: Any, path: KeyPath) -> Any:
        if len(path) > MAX_DEPTH:
            raise self._refusal(event, say("yaml.deep", most=MAX_DEPTH), say("yaml.deep_mend"))
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refusal(event, say("yaml.anchors"), say("yaml.anchors_mend"))
        if event.tag is not None:
            raise self._refusal(event, say("yaml.tags"), say("yaml.tags_mend"))
        self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        if SURROGATE.search(event.value):
            raise self._refusal(event, say("yaml.surrogate"), say("yaml.surrogate_mend"))
        return event.value if event.style else plain_value(event.value)  # plain: None, or "" from libyaml

    def _mapping(self, path: KeyPath) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            if key in mapping:
                raise self._refusal(event, say("yaml.twice", key=repr(key[:60])), say("yaml.twice_mend"))
            self.lines[(*path, key)] = event.start_mark.line + 1
            mapping[key] = self._value(next(self.events), (*path, key))
        return mapping

    def _sequence(self, path: KeyPath) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None or event.tag is not None:
            raise self._refusal(event, say("yaml.key"), say("yaml.key_mend"))
        if SURROGATE.search(event.value):
            raise self._refusal(event, say("yaml.surrogate"), say("yaml.surrogate_mend"))
        return str(event.value)

    def _refusal(self, event: Any, what: Sentence, mend: Sentence) -> InputError:
        return InputError(what, _place(self.where, event.start_mark), mend)


def plain_value(text: str) -> Any:
    """The value of an unquoted YAML scalar (see the table at the top of this module)."""
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if DECIMAL.fullmatch(text):
        return Decimal(text)
    return text
