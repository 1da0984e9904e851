"""The conventions of the dbt project, each as a function over its manifest.

Belongs here: rules, which return what they find and never print or raise. Does not belong here: reading the manifest,
choosing rules, exit codes (`manifest.py`).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

Node = Mapping[str, Any]

BELOW: dict[str, frozenset[str]] = {
    "staging": frozenset({"source"}),
    "intermediate": frozenset({"staging", "intermediate"}),
    "marts": frozenset({"staging", "intermediate", "marts"}),
    "published": frozenset({"staging", "intermediate", "marts", "published"}),
}
"""What a model of each layer may read: only what lies below it, and only staging reads sources."""

SCHEMAS = {"staging": "staging", "intermediate": "intermediate", "marts": "marts", "published": "marts"}
NAMES = {
    "staging": re.compile(r"stg_[a-z0-9]+(_[a-z0-9]+)*"),
    "intermediate": re.compile(r"int_[a-z0-9]+(_[a-z0-9]+)*"),
    "marts": re.compile(r"(dim|fct)_[a-z0-9]+(_[a-z0-9]+)*"),
    "published": re.compile(r"laureates|category_outcome"),
}
DELIVERED = ("marts", "published")
CHECK = re.compile(r"(intake|scoring|publication)\.[a-z0-9]+(_[a-z0-9]+)+")


@dataclass(frozen=True, order=True)
class Finding:
    """One breach: the rule, the file to open, the node, and what is wrong in words."""

    rule: str
    path: str
    node: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.node}: {self.message} [{self.rule}]"


class Project:
    """A manifest, seen as models by layer and the tests on them."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.nodes: dict[str, Node] = dict(manifest["nodes"])
        self.sources: dict[str, Node] = dict(manifest["sources"])
        self.unit_tests: dict[str, Node] = dict(manifest.get("unit_tests", {}))

    def of(self, kind: str) -> list[Node]:
        """Nodes of a resource type ("model", "test", "seed"), by id."""
        return [node for _, node in sorted(self.nodes.items()) if node["resource_type"] == kind]

    def layer(self, unique_id: str) -> str:
        """A model's layer, the first folder under models/; "source" for sources, else the resource type."""
        node = self.nodes.get(unique_id)
        if node is None:
            return "source" if unique_id in self.sources else "unknown"
        return node["fqn"][1] if node["resource_type"] == "model" else str(node["resource_type"])

    def tests_of(self, unique_id: str) -> list[Node]:
        """Generic data tests attached to a model."""
        return [test for test in self.of("test") if test.get("attached_node") == unique_id]


def _found(rule: str, node: Node, message: str) -> Finding:
    return Finding(rule, str(node["original_file_path"]), str(node["name"]), message)


def layers_depend_downwards(project: Project) -> Iterator[Finding]:
    """A model reads only layers below its own; only staging reads sources."""
    for node in project.of("model"):
        layer = project.layer(node["unique_id"])
        if layer not in BELOW:
            yield _found("layers_depend_downwards", node, f"{layer} is not a layer ({', '.join(BELOW)})")
            continue
        for parent in node["depends_on"]["nodes"]:
            if (above := project.layer(parent)) not in BELOW[layer]:
                yield _found("layers_depend_downwards", node, f"{layer} must not read {parent} ({above})")


def models_named_by_layer(project: Project) -> Iterator[Finding]:
    """stg_, int_, dim_ and fct_ by layer; the published tables have the names of SPEC 8; the schema is the layer's."""
    for node in project.of("model"):
        layer = project.layer(node["unique_id"])
        if layer in NAMES and not NAMES[layer].fullmatch(node["name"]):
            yield _found("models_named_by_layer", node, f"is no name for {layer} ({NAMES[layer].pattern})")
        if layer in SCHEMAS and node["schema"] != SCHEMAS[layer]:
            yield _found("models_named_by_layer", node, f"stands in schema {node['schema']}, not {SCHEMAS[layer]}")
        if node["alias"] != node["name"]:
            yield _found("models_named_by_layer", node, f"makes a table of another name, {node['alias']}")


def yaml_beside_model(project: Project) -> Iterator[Finding]:
    """Each model has a YAML file of its own name in its own folder."""
    for node in project.of("model"):
        expected = PurePosixPath(node["original_file_path"]).with_suffix(".yml").as_posix()
        actual = str(node.get("patch_path") or "").rpartition("://")[2]
        if actual != expected:
            yield _found("yaml_beside_model", node, f"is described in {actual or 'no file'}, not in {expected}")


def everything_documented(project: Project) -> Iterator[Finding]:
    """Models, their columns, seeds, sources and singular tests have descriptions."""
    described = [*project.of("model"), *project.of("seed"), *(node for _, node in sorted(project.sources.items()))]
    for node in described:
        if not node["description"].strip():
            yield _found("everything_documented", node, "has no description")
        if node["resource_type"] != "source" and not node["columns"]:
            yield _found("everything_documented", node, "lists no column")
        for name, column in node["columns"].items():
            if not column["description"].strip():
                yield _found("everything_documented", node, f"column {name} has no description")
    for node in project.of("test"):
        if not node.get("test_metadata") and not node["description"].strip():
            yield _found("everything_documented", node, "has no description")


def keys_tested(project: Project) -> Iterator[Finding]:
    """A delivered table names its key, tests it (unique, nothing empty) and forbids NULL in it by contract."""
    for node in project.of("model"):
        if project.layer(node["unique_id"]) not in DELIVERED:
            continue
        key = node["config"]["meta"].get("key")
        if not key:
            yield _found("keys_tested", node, "names no key (config.meta.key)")
            continue
        tested = [
            test["test_metadata"]["kwargs"].get("columns")
            for test in project.tests_of(node["unique_id"])
            if test["test_metadata"]["name"] == "row_key"
        ]
        if key not in tested:
            yield _found("keys_tested", node, f"no row_key test on {', '.join(key)}")
        for column in key:
            kinds = {rule["type"] for rule in node["columns"].get(column, {}).get("constraints", ())}
            if "not_null" not in kinds:
                yield _found("keys_tested", node, f"key column {column} has no not_null constraint")


def contracts_enforced(project: Project) -> Iterator[Finding]:
    """A delivered table has a contract, with a type for each column."""
    for node in project.of("model"):
        if project.layer(node["unique_id"]) not in DELIVERED:
            continue
        if not node["config"]["contract"]["enforced"]:
            yield _found("contracts_enforced", node, "its contract is not enforced")
        for name, column in node["columns"].items():
            if not column.get("data_type"):
                yield _found("contracts_enforced", node, f"column {name} has no data_type")


def tests_are_evidence(project: Project) -> Iterator[Finding]:
    """A data test names the check that it is evidence for, and only warns: the gate decides, not dbt."""
    for node in project.of("test"):
        check = str(node["config"]["meta"].get("check", ""))
        if not CHECK.fullmatch(check):
            yield _found("tests_are_evidence", node, f"meta.check is {check!r}, not <gate>.<noun>_<property>")
        if node["config"]["severity"].lower() != "warn":
            yield _found(
                "tests_are_evidence", node, "severity is not warn: its failure would stop the checks behind it"
            )


def formulas_unit_tested(project: Project) -> Iterator[Finding]:
    """Every intermediate model that makes a mark, a rank or an exclusion has a unit test."""
    tests: defaultdict[str, int] = defaultdict(int)
    for test in project.unit_tests.values():
        for parent in test["depends_on"]["nodes"]:
            tests[parent] += 1
    decides = re.compile(
        r"int_(test|response|rank|tie_break|audit_interval|vote_(burst|keyed|ruled|excluded)|[a-z]+_mark)"
    )
    for node in project.of("model"):
        formula = decides.fullmatch(node["name"]) or node["name"] in ("category_outcome", "fct_ranking", "laureates")
        if formula and not tests[node["unique_id"]]:
            yield _found("formulas_unit_tested", node, "has no unit test")


RULES: dict[str, Callable[[Project], Iterable[Finding]]] = {
    rule.__name__: rule
    for rule in (
        layers_depend_downwards,
        models_named_by_layer,
        yaml_beside_model,
        everything_documented,
        keys_tested,
        contracts_enforced,
        tests_are_evidence,
        formulas_unit_tested,
    )
}
"""All rules by name."""
