"""The settings as the resource `settings`: every step, sensor and nightly look is given them, and the UI shows them.

Belongs here: the declaration. Which settings there are, and what they may be, stands in `orchestration/settings.py`.
"""

import dagster as dg

from orchestration.errors import InputError
from orchestration.settings import MIB, Settings, memory_allowed

SETTINGS = "settings"
NEEDED = {SETTINGS}
"""What a step asks Dagster for, besides its inputs."""


def described() -> str:
    """What the UI says of the settings: what they are for, and what this code location found in its environment."""
    try:
        found = Settings.from_env()
        memory = f"{memory_allowed() // MIB} MiB"
    except InputError as error:
        return f"The environment cannot be read: {error}"
    values = {
        "PALMARES_RAW": found.raw,
        "PALMARES_HOME": found.home,
        "PALMARES_THREADS": found.threads or "as many as DuckDB takes",
        "PALMARES_MEMORY": memory,
        "PALMARES_ADDRESS": found.address or "none",
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
