"""What must be true before a server opens: `python -m orchestration.instance.opening`, for services of their own.

Belongs here: editions as partitions, runs that died shown as failed. `palmares ui` does the same as it starts; under
systemd or compose (`deploy/`) the code location's service does it first.
"""

from collections.abc import Callable

from orchestration.instance.home import fail_runs_left_behind, prepare_dagster_home, register_editions
from orchestration.instance.say import say
from orchestration.scoring import ensure_manifest
from orchestration.settings import Settings


def put_right(settings: Settings, tell: Callable[[str], None] = print) -> None:
    """Every edition found is a partition; a run that no process works on any more is shown as failed, and told."""
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        register_editions(instance, settings)
        for run_id in fail_runs_left_behind(instance, settings):
            tell(say("served.cut_short", run_id=run_id))


def main() -> None:
    """Prepare this installation for its services."""
    settings = Settings.from_env()
    prepare_dagster_home(settings)
    ensure_manifest()
    put_right(settings)


if __name__ == "__main__":
    main()
