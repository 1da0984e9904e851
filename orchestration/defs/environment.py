"""The settings as the resource `settings`: every step, sensor and nightly look is given them, and the UI shows them;
and the engine that makes the marks as the resource `engine`, which a launchpad may change.

Belongs here: the declarations. Which settings there are, and what they may be, stands in `orchestration/settings.py`,
which engines in `orchestration/scoring/engine.py`.
"""

import dagster as dg

from orchestration.errors import InputError
from orchestration.scoring import DUCKDB, ENGINES
from orchestration.settings import Settings, engine_threads, memory_allowed
from orchestration.units import MIB

SETTINGS = "settings"
NEEDED = {SETTINGS}
"""What a step asks Dagster for, besides its inputs."""
ENGINE = "engine"
NEEDED_TO_SCORE = {SETTINGS, ENGINE}
"""The same of the steps for which it matters who makes the marks."""


def described() -> str:
    """What the UI says of the settings: what they are for, and what this code location found in its environment."""
    try:
        current = Settings.from_env()
        memory = f"{memory_allowed() // MIB} MiB"
    except InputError as error:
        return f"The environment cannot be read: {error}"
    values = {
        "PALMARES_RAW": current.raw,
        "PALMARES_HOME": current.home,
        "PALMARES_THREADS": engine_threads() or "as many as DuckDB takes",
        "PALMARES_MEMORY": memory,
        "PALMARES_ADDRESS": current.address or "none",
    }
    return "\n".join(
        [
            "Where deposits stand, where state is kept, and what a run may take of the machine. Read from the "
            "environment of each run: the launchpad cannot change it. This code location found:",
            "",
            *(f"- `{name}`: {value}" for name, value in values.items()),
        ]
    )


@dg.resource(config_schema={}, description=described())
def settings(_: dg.InitResourceContext) -> Settings:
    """The settings of the process in which a run, or a look of a sensor, takes place."""
    return Settings.from_env()


@dg.resource(
    config_schema={
        "name": dg.Field(
            dg.Enum("Engine", [dg.EnumValue(name) for name in ENGINES]),
            default_value=DUCKDB,
            description="duckdb; or spark, on a cluster of this machine, as `palmares run --engine spark` has it. Both "
            "make the same marks, to the last byte; what the other one made is made anew.",
        )
    },
    description="Which engine makes the marks (`scoring_marks`), by the same dbt project. The evidence, the dossier "
    "and the release name it where it is not DuckDB.",
)
def engine(context: dg.InitResourceContext) -> str:
    """The name of the engine."""
    return str(context.resource_config["name"])
