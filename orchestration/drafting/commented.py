"""A rulebook as YAML that explains itself: before each key what it decides, after it what it may be.

Belongs here: the form. Values come from `example.py`, words from `words/`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from orchestration.drafting.keys import keys
from orchestration.drafting.say import say
from orchestration.rulebook import EXAMPLES
from orchestration.words import in_language

SCHEMA = "# yaml-language-server: $schema=../rulebook.schema.json"


def rulebook_yaml(rules: Mapping[str, Any], lang: str) -> str:
    """The rulebook `rules` with a comment on every key; optional keys that it has not stand as comments."""
    head = [SCHEMA, f"# {in_language(say('draft.rulebook', edition=rules['edition']), lang)}"]
    head.append(f"# {in_language(say('draft.every_key'), lang)}")
    by_path = {key.path: key for key in keys()}
    return "\n".join([*head, *_section(rules, by_path, above="", depth=0, lang=lang)]) + "\n"


def _section(rules: Mapping[str, Any], by_path: Mapping[str, Any], above: str, depth: int, lang: str) -> Iterator[str]:
    blanks = "  " * depth
    for path, key in by_path.items():
        if path.rpartition(".")[0] != above:
            continue
        sentence = in_language(say(f"{key.section}.{key.name}"), lang)
        facts = [part for part in (in_language(say(f"unit.{key.unit}"), lang) if key.unit else "", key.limits) if part]
        limits = f" ({', '.join(facts)})" if facts else ""
        if not depth:
            yield ""
        yield f"{blanks}# {sentence}{limits}"
        value = rules.get(key.name)
        if value is None:
            example = EXAMPLES.get(path) or EXAMPLES.get(key.name, "{}")
            yield f"{blanks}# {in_language(say('draft.optional'), lang)}: {key.name}: {example}"
        elif any(name.rpartition(".")[0] == path for name in by_path):
            yield f"{blanks}{key.name}:"
            yield from _section(value, by_path, above=path, depth=depth + 1, lang=lang)
        else:
            yield from _value(key.name, value, blanks)


def _value(name: str, value: Any, blanks: str) -> Iterator[str]:
    """A scalar or a short list behind its key; the items of a list or map of sections one a line."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield f"{blanks}{name}:"
        yield from (f"{blanks}  - {flow(item)}" for item in value)
    elif isinstance(value, dict) and value and isinstance(next(iter(value.values())), dict | list):
        yield f"{blanks}{name}:"
        for key, item in value.items():
            if isinstance(item, list):
                yield from _value(key, item, f"{blanks}  ")
            else:
                yield f"{blanks}  {key}: {flow(item)}"
    else:
        yield f"{blanks}{name}: {flow(value)}"


def flow(value: Any) -> str:
    """A value on one line."""
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")
