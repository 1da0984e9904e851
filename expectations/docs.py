"""Writes docs/checks.md from the registry: `python -m expectations.docs`.

Belongs here: the page's form. Its content is the registry's.
"""

import sys
from pathlib import Path

from expectations import registry
from orchestration.evidence import GATES, CheckSpec
from orchestration.settings import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "checks.md"

_INTRO = """# The checks

Made from the registry (`expectations/*.yml`) by `python -m expectations.docs`: change it there.

Every check has a stable id, `<gate>.<noun>_<property>`. A failed *blocking* check stops the edition. A failed *warning*
has to be accepted, by id, with a reason and a name, before the dossier is made. *Info* is only told. An empty table
never passes; a check that could not be evaluated is an error and blocks. The gate (`orchestration/gate/decision.py`)
decides from recorded results and is closed by default: a check that was not run, or was run on other deposits, another
rulebook, other code or other results, refuses publication.

Kinds: **gx** – expectations of Great Expectations, run as its suites (or straight on DuckDB, with SQL made from them);
**sql** – the same, where only SQL of the failing rows says it ([why](decisions/16-expectations-in-their-own-words.md));
**dbt** – data tests of the dbt project, which name their check in `meta`; **own** – Python (`expectations/own/`).

"""

_OMITTED = """## What is not checked, and why

- **The country a vote comes from.** Votes arrive with a keyed hash of the address: no country can be derived from it.
  What a surge from abroad shows without one is `intake.vote_addresses_known` (addresses never seen before),
  `intake.vote_rate_steady`, `intake.vote_bursts_absent` and `intake.vote_sources_spread`.
- **Whether a recording says what the ratings say.** Only the fingerprint of a piece of evidence is deposited.
- **Opening hours of each company.** The rulebook has none; one plausible span serves all (`open_from`, `open_until`).
"""


def page() -> str:
    """The whole page."""
    return _INTRO + "".join(_gate(gate) for gate in GATES) + _OMITTED


def _gate(gate: str) -> str:
    file = registry.gate_file(gate)
    by_hand = {check.spec.id for check in file.gx if not check.native}
    lines = [f"## Gate: {gate}", "", f"{len(file.specs)} checks.", "", "| check | | what holds |", "|---|---|---|"]
    lines += [_row(spec, "sql" if spec.id in by_hand else spec.kind) for spec in file.specs]
    if file.thresholds:
        lines += ["", "Thresholds:", "", "| name | value | why |", "|---|---|---|"]
        lines += [f"| {t.name} | {_cell(str(t.value))} | {_cell(t.why)} |" for t in file.thresholds]
    return "\n".join([*lines, "", ""])


def _row(spec: CheckSpec, kind: str) -> str:
    traits = [spec.severity, kind, *([spec.component] if spec.component else []), *(["optional"] * spec.optional)]
    words = f"{spec.en} *{spec.fr}* If not: {spec.remedy_en}."
    return f"| `{spec.id}` | {', '.join(traits)} | {_cell(words)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(path: Path = PAGE) -> int:
    """Write the page; returns the exit code."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(), "utf-8")
    sys.stdout.write(f"{path}: {len(registry.all_checks())} checks\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
