"""A run of the command line belongs to its job in the UI: Overview, Jobs and Runs show it under its code location.

Belongs here: that one mark. Dagster gives it to runs that its server launches; a run in this process has none.
"""

import sys
from typing import Any

LOCATION = "palmares"
"""The code location's name, as `deploy/workspace.yaml` has it."""
MODULE = "orchestration.definitions"
REPOSITORY = "__repository__"
"""The name that Dagster gives to the only one of a module."""


def mark_runs(instance: Any, job: str) -> None:
    """Have every run that this instance makes from now on know the job of the UI that it is a run of."""
    from dagster._core.remote_origin import ManagedGrpcPythonEnvCodeLocationOrigin, RemoteRepositoryOrigin
    from dagster._core.storage.tags import REPOSITORY_LABEL_TAG
    from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

    target = LoadableTargetOrigin(executable_path=sys.executable, module_name=MODULE)
    location = ManagedGrpcPythonEnvCodeLocationOrigin(loadable_target_origin=target, location_name=LOCATION)
    repository = RemoteRepositoryOrigin(code_location_origin=location, repository_name=REPOSITORY)
    create = instance.create_run_for_job

    def create_marked(*args: Any, **options: Any) -> Any:
        options["tags"] = {**(options.get("tags") or {}), REPOSITORY_LABEL_TAG: repository.get_label()}
        return create(*args, **options, remote_job_origin=repository.get_job_origin(job))

    instance.create_run_for_job = create_marked
