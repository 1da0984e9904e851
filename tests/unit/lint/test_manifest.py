"""The lint of the dbt manifest finds each breach of the conventions, and refuses rules that do not exist."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from orchestration.errors import InputError
from tests.lint.manifest import lint, main, read_project
from tests.lint.rules import RULES, Project

Manifest = dict[str, Any]


def model(name: str, layer: str, parents: list[str], **changes: Any) -> Manifest:
    """A model as a manifest has it, in order unless told otherwise."""
    folder = f"models/{layer}/{name}"
    key = {"key": ["edition"]} if layer in ("marts", "published") else {}
    return {
        "unique_id": f"model.palmares.{name}",
        "resource_type": "model",
        "name": name,
        "alias": name,
        "fqn": ["palmares", layer, name],
        "schema": "marts" if layer == "published" else layer,
        "original_file_path": f"{folder}.sql",
        "patch_path": f"palmares://{folder}.yml",
        "description": "What it is.",
        "columns": {
            "edition": {"description": "Edition.", "data_type": "varchar", "constraints": [{"type": "not_null"}]}
        },
        "config": {"meta": key, "contract": {"enforced": bool(key)}},
        "depends_on": {"nodes": parents},
        **changes,
    }


def key_test(name: str) -> Manifest:
    """The row_key test of a mart."""
    return {
        "unique_id": f"test.palmares.{name}_key",
        "resource_type": "test",
        "name": f"{name}_key",
        "original_file_path": f"models/marts/{name}.yml",
        "attached_node": f"model.palmares.{name}",
        "test_metadata": {"name": "row_key", "kwargs": {"columns": ["edition"]}},
        "description": "",
        "config": {"meta": {"check": "scoring.keys_unique"}, "severity": "warn"},
    }


@pytest.fixture
def manifest() -> Manifest:
    """A small project in perfect order."""
    nodes = [
        model("stg_test", "staging", ["source.palmares.intake.test"]),
        model("int_channel_mark", "intermediate", ["model.palmares.stg_test"]),
        model("fct_channel_mark", "marts", ["model.palmares.int_channel_mark"]),
        model("laureates", "published", ["model.palmares.fct_channel_mark"]),
        key_test("fct_channel_mark"),
        key_test("laureates"),
        {
            **key_test("rows_accounted"),
            "name": "rows_accounted",
            "test_metadata": None,
            "attached_node": None,
            "description": "Every row.",
        },
    ]
    source = {
        "unique_id": "source.palmares.intake.test",
        "resource_type": "source",
        "name": "test",
        "original_file_path": "models/staging/_sources.yml",
        "description": "Accepted tests.",
        "columns": {},
    }
    units = {name: {"depends_on": {"nodes": [f"model.palmares.{name}"]}} for name in ("int_channel_mark", "laureates")}
    return {
        "nodes": {node["unique_id"]: node for node in nodes},
        "sources": {source["unique_id"]: source},
        "unit_tests": units,
    }


def test_a_project_in_order_is_clean(manifest: Manifest) -> None:
    assert lint(Project(manifest)) == []


def change(unique_id: str, *path: str, to: Any) -> Callable[[Manifest], None]:
    """A change of one value of a node."""

    def apply(manifest: Manifest) -> None:
        target = manifest["nodes"][unique_id]
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = to

    return apply


FCT, INT = "model.palmares.fct_channel_mark", "model.palmares.int_channel_mark"
KEY = "test.palmares.fct_channel_mark_key"
BREACHES = [
    ("layers_depend_downwards", change(INT, "depends_on", "nodes", to=[FCT]), "must not read"),
    ("layers_depend_downwards", change(INT, "depends_on", "nodes", to=["source.palmares.intake.test"]), "source"),
    ("layers_depend_downwards", change(INT, "depends_on", "nodes", to=["model.other.x"]), "unknown"),
    ("layers_depend_downwards", change(INT, "fqn", to=["palmares", "attic", "x"]), "attic is not a layer"),
    ("models_named_by_layer", change(FCT, "name", to="channel_mark"), "no name for marts"),
    ("models_named_by_layer", change("model.palmares.laureates", "name", to="fct_laureates"), "no name for published"),
    ("models_named_by_layer", change(FCT, "schema", to="main_marts"), "stands in schema main_marts"),
    ("models_named_by_layer", change(FCT, "alias", to="fct_other"), "fct_other"),
    ("yaml_beside_model", change(INT, "patch_path", to="palmares://models/schema.yml"), "models/schema.yml"),
    ("yaml_beside_model", change(INT, "patch_path", to=None), "no file"),
    ("everything_documented", change(INT, "description", to=" "), "no description"),
    ("everything_documented", change(INT, "columns", "edition", "description", to=""), "column edition"),
    ("everything_documented", change(INT, "columns", to={}), "lists no column"),
    ("everything_documented", change("test.palmares.rows_accounted_key", "description", to=""), "no description"),
    ("keys_tested", change(FCT, "config", "meta", to={}), "names no key"),
    ("keys_tested", change(KEY, "test_metadata", "kwargs", to={"columns": ["mark"]}), "no row_key test on edition"),
    ("keys_tested", change(KEY, "test_metadata", "name", to="has_rows"), "no row_key test"),
    ("keys_tested", change(FCT, "columns", "edition", "constraints", to=[]), "no not_null"),
    ("contracts_enforced", change(FCT, "config", "contract", to={"enforced": False}), "not enforced"),
    ("contracts_enforced", change(FCT, "columns", "edition", "data_type", to=None), "no data_type"),
    ("tests_are_evidence", change(KEY, "config", "meta", to={}), "meta.check is ''"),
    ("tests_are_evidence", change(KEY, "config", "meta", to={"check": "keys"}), "'keys'"),
    ("tests_are_evidence", change(KEY, "config", "severity", to="ERROR"), "severity"),
    ("formulas_unit_tested", lambda manifest: manifest.update(unit_tests={}), "no unit test"),
]


@pytest.mark.parametrize(("rule", "breach", "words"), BREACHES)
def test_each_breach_is_found_by_its_rule(
    manifest: Manifest, rule: str, breach: Callable[[Manifest], None], words: str
) -> None:
    breach(manifest)
    findings = lint(Project(manifest), [rule])
    assert findings
    assert {finding.rule for finding in findings} == {rule}
    assert any(words in str(finding) for finding in findings)


def test_every_rule_was_seen_to_find_something() -> None:
    assert {rule for rule, _, _ in BREACHES} == set(RULES)


def test_a_model_opts_out_of_a_rule_by_name(manifest: Manifest) -> None:
    change(INT, "description", to="")(manifest)
    change(INT, "config", "meta", to={"lint_skip": ["everything_documented"]})(manifest)
    assert lint(Project(manifest)) == []


def test_an_unknown_rule_is_an_error_wherever_it_is_named(manifest: Manifest) -> None:
    with pytest.raises(InputError, match="everything_documentd"):
        lint(Project(manifest), ["everything_documentd"])
    change(INT, "config", "meta", to={"lint_skip": ["no_such_rule"]})(manifest)
    with pytest.raises(InputError, match=r"no_such_rule \(int_channel_mark\)"):
        lint(Project(manifest))


@pytest.mark.parametrize("text", ["", "{}", "[]", "no json"])
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(InputError, match="no dbt manifest"):
        read_project(path)


def test_the_command_tells_what_it_found_and_exits_by_it(
    manifest: Manifest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest))
    assert main([str(path)]) == 0
    assert "0 findings" in capsys.readouterr().out
    broken = deepcopy(manifest)
    change(FCT, "alias", to="fct_other")(broken)
    path.write_text(json.dumps(broken))
    assert main([str(path), "--rules", "models_named_by_layer"]) == 1
    assert "models/marts/fct_channel_mark.sql: fct_channel_mark" in capsys.readouterr().out
    assert main([str(path), "--rules", "nothing"]) == 2
    assert "unknown rules: nothing" in capsys.readouterr().err


@pytest.mark.slow
def test_the_dbt_project_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0, capsys.readouterr().out
