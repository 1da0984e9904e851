"""The lint of the dbt manifest: `python -m tests.lint.manifest [MANIFEST] [--rules NAME,NAME]`.

Belongs here: reading the manifest, choosing rules, telling what was found. The rules stand in `rules.py`. Exit code: 0
clean, 1 something was found, 2 wrong use (an unknown rule too: a misspelt one must not pass as one that holds).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from orchestration.errors import InputError, PalmaresError
from orchestration.scoring.dbt import ensure_manifest
from tests.lint.rules import RULES, Finding, Project


def chosen(names: Sequence[str]) -> list[str]:
    """Rules by name, all when none is named. Raises InputError for one that does not exist."""
    if unknown := sorted(set(names) - RULES.keys()):
        raise InputError(f"unknown rules: {', '.join(unknown)}", mend=f"rules are {', '.join(RULES)}")
    return [name for name in RULES if not names or name in names]


def lint(project: Project, names: Sequence[str] = ()) -> list[Finding]:
    """All breaches of the chosen rules, sorted. A model opts out of a rule by name: `meta: {lint_skip: [rule]}`.

    Raises InputError for an unknown rule, in `names` or in a model's `lint_skip`.
    """
    skipped = {
        (node["name"], rule) for node in project.nodes.values() for rule in node["config"]["meta"].get("lint_skip", ())
    }
    if unknown := sorted(f"{rule} ({name})" for name, rule in skipped if rule not in RULES):
        raise InputError(f"lint_skip names unknown rules: {', '.join(unknown)}", mend=f"rules are {', '.join(RULES)}")
    findings = (finding for name in chosen(names) for finding in RULES[name](project))
    return sorted(finding for finding in findings if (finding.node, finding.rule) not in skipped)


def read_project(path: Path) -> Project:
    """A manifest as dbt wrote it. Raises InputError for a file that is none."""
    try:
        return Project(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("this is no dbt manifest", str(path), "make one with `dbt parse`") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Lint and tell; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.lint.manifest", description=__doc__)
    parser.add_argument("manifest", nargs="?", type=Path, help="a manifest.json; made from dbt_project by default")
    parser.add_argument("--rules", default="", help=f"only these, with commas between: {', '.join(RULES)}")
    options = parser.parse_args(arguments)
    try:
        names = chosen([name for name in options.rules.split(",") if name])
        project = read_project(options.manifest or ensure_manifest())
        findings = lint(project, names)
    except PalmaresError as error:
        print(error, file=sys.stderr)
        return 2
    for finding in findings:
        print(finding)
    models = len(project.of("model"))
    print(f"{models} models, {len(project.of('test'))} data tests, {len(names)} rules: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
