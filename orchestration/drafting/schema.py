"""JSON Schema of what people write by hand, so that an editor completes and corrects it.

Belongs here: putting the words of each key beside its limits. What a schema cannot say (what must name what) is said by
`palmares check`.
"""

import json
from copy import deepcopy
from typing import Any

from orchestration.drafting.keys import rulebook_schema
from orchestration.drafting.say import say
from orchestration.intake import CORRECTION_FIELDS, CORRECTION_MAY_HAVE
from orchestration.words import in_language

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def rulebook_json(lang: str = "en") -> str:
    """The schema of rulebook.yml, its words in a language."""
    schema = deepcopy(rulebook_schema())
    schema["$schema"], schema["title"] = DRAFT, "rulebook.yml"
    for name, section in [("Rulebook", schema), *schema["$defs"].items()]:
        for key, node in section["properties"].items():
            node["description"] = in_language(say(f"{name}.{key}"), lang)
            node.pop("title", None)
    return _text(schema)


def corrections_json(lang: str = "en") -> str:
    """The schema of corrections.yml."""
    cell = {"type": ["string", "integer", "null"]}
    shapes: dict[str, Any] = {
        "key": {"anyOf": [{"type": ["string", "integer"]}, {"type": "object", "additionalProperties": cell}]},
        "expect": cell,
        "value": cell,
        "on": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    }
    names = (*CORRECTION_FIELDS, CORRECTION_MAY_HAVE)
    text = {"type": ["string", "integer"]}
    entry = {
        "type": "object",
        "additionalProperties": False,
        "required": list(CORRECTION_FIELDS),
        "properties": {
            name: {
                **shapes.get(name, text),
                "description": in_language(say(f"corrections.{name}"), lang),
            }
            for name in names
        },
    }
    return _text({"$schema": DRAFT, "title": "corrections.yml", "type": ["array", "null"], "items": entry})


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
