"""What `palmares init` writes: every key told, schemas that say what the readers say, an edition that is in order."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.custody import deposit
from orchestration.drafting import draft, shaped
from orchestration.drafting.example import rules
from orchestration.drafting.keys import keys
from orchestration.drafting.pages import PAGE, rulebook_page
from orchestration.drafting.schema import corrections_json, rulebook_json
from orchestration.errors import InputError
from orchestration.intake import CORRECTION_FIELDS
from orchestration.rulebook import Rulebook, parse_rulebook
from orchestration.rulebook.section import Section
from orchestration.settings import Settings
from orchestration.status import inspect_edition


def sections(model: Any = Rulebook, seen: set[Any] | None = None) -> set[Any]:
    """Every model that a rulebook is made of."""
    seen = seen if seen is not None else set()
    seen.add(model)
    for field in model.model_fields.values():
        for name in re.findall(r"sections?\.([A-Z]\w+)", str(field.annotation)):
            inner = next(one for one in Section.__subclasses__() if one.__name__ == name)
            if inner not in seen:
                sections(inner, seen)
    return seen


def shape(edition: str = "2027", categories: int = 2, **more: Any) -> Any:
    asked = {"channels": ["phone", "email"], "languages": ["fr", "en", "ar"], "survey": True, "votes": True, **more}
    return shaped(
        edition, categories, asked["channels"], asked["languages"], survey=asked["survey"], votes=asked["votes"]
    )


def test_every_key_of_the_models_is_told_once_a_place_and_no_other() -> None:
    told = {(key.section, key.name) for key in keys()}
    known = {
        (model.__name__, name) for model in sections() if model.__name__ != "Labels" for name in model.model_fields
    }
    assert told == known
    assert len({key.path for key in keys()}) == len(keys())


def test_the_page_of_keys_is_the_models() -> None:
    assert PAGE.read_text("utf-8") == rulebook_page(), "python -m orchestration.drafting.pages"
    assert (
        "| `quarantine.max_share` | whole number | basis points, 10000 = 100 % | 0 … 10000 | needed |"
        in rulebook_page()
    )


def test_the_draft_is_an_edition_without_fault_and_its_rulebook_is_the_rules_it_was_made_from(tmp_path: Path) -> None:
    draft(tmp_path / "draft", shape())
    text = (tmp_path / "draft" / "deposits" / "rulebook.yml").read_text("utf-8")
    assert yaml.safe_load(text) == rules(shape())
    assert text.startswith("# yaml-language-server: $schema=../rulebook.schema.json\n")
    deposit(tmp_path / "raw" / "2027", [tmp_path / "draft" / "deposits"], "Organiser", "N. Clerk")
    found = inspect_edition(Settings(home=tmp_path / "var", raw=tmp_path / "raw"), "2027")
    assert found.reasons == [] and found.rows == []
    assert found.data["warnings"] == [] and found.data["unknown_columns"] == []


@pytest.mark.parametrize(
    "more",
    [
        {"categories": 1, "channels": ["visit"], "languages": ["fr"], "survey": False, "votes": False},
        {"categories": 7, "channels": ["phone", "chat", "web"], "survey": False},
        {"edition": "2030-pilot", "votes": False},
    ],
)
def test_every_shape_has_rules_that_stand(tmp_path: Path, more: dict[str, Any]) -> None:
    asked = shape(**more)
    made = draft(tmp_path / "draft", asked, "fr")
    book = next(path for path in made if path.name == "rulebook.yml")
    assert parse_rulebook(book.read_bytes(), "rulebook.yml", asked.edition).uses("survey") == asked.survey
    page = (tmp_path / "draft" / "field-firm.md").read_text("utf-8")
    assert all(f"Canal {name}" in page for name in asked.channels) and "{" not in page


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_an_uncommented_example_of_an_optional_key_is_right(tmp_path: Path, lang: str) -> None:
    draft(tmp_path / "draft", shape(), lang)
    text = (tmp_path / "draft" / "deposits" / "rulebook.yml").read_text("utf-8")
    whole = re.sub(r"# (?:optional|facultatif)\s*: ", "", text)
    assert whole != text
    assert parse_rulebook(whole.encode(), "rulebook.yml").survey.raking is not None


def test_nothing_is_written_over(tmp_path: Path) -> None:
    draft(tmp_path, shape())
    with pytest.raises(InputError, match="something in this place"):
        draft(tmp_path, shape())


@pytest.mark.parametrize(
    "more", [{"channels": ["phone", ""]}, {"channels": ["a b"]}, {"channels": ["x", "x"]}, {"languages": ["de", "fr"]},
             {"languages": ["en"]}, {"edition": "27"}],
)  # fmt: skip
def test_a_shape_that_cannot_be_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        shape(**more)


def test_the_schema_says_the_limits_that_the_reader_holds() -> None:
    schema = json.loads(rulebook_json())
    assert schema["properties"]["quarantine"] == {
        "$ref": "#/$defs/Quarantine",
        "description": "How many unusable rows an edition bears.",
    }
    share = schema["$defs"]["Quarantine"]["properties"]["max_share"]
    assert (share["minimum"], share["maximum"]) == (0, 10_000) and share["description"].endswith("blocked.")
    assert schema["$defs"]["Bailiff"]["properties"]["signers"]["minItems"] == 1
    assert schema["additionalProperties"] is False and "bailiff" in schema["required"]
    assert "La part" in rulebook_json("fr")


def test_the_schema_of_corrections_needs_what_the_reader_needs() -> None:
    entry = json.loads(corrections_json())["items"]
    assert entry["required"] == list(CORRECTION_FIELDS)
    assert set(entry["properties"]) == {*CORRECTION_FIELDS, "contest"}
