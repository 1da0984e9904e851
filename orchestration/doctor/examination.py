"""The examination: every check, in an order in which a cause stands before what follows from it.

Belongs here: the list. One check that cannot be made is a finding like any other, and keeps no other from being made.
"""

from collections.abc import Iterator
from functools import partial

from orchestration.doctor import program, serving, state
from orchestration.doctor.diagnosis import Check, Diagnosis
from orchestration.doctor.say import say
from orchestration.errors import PalmaresError
from orchestration.settings import Settings

CHECKS: dict[str, Check] = {
    "python": program.python,
    "packages": program.packages,
    "program": program.own_files,
    "typesetting": program.typesetting,
    "time_zones": program.time_zones,
    "folders": state.folders,
    "room": state.room,
    "clock": state.clock,
    "locks": state.locks,
    "deposits": state.unfinished_deposits,
    "evidence": state.evidence,
    "releases": state.releases,
    "published": state.published,
    "dagster": serving.dagster_home,
    "runs": serving.dead_runs,
}
"""All but the port of the UI, which comes last: it alone must be told where to look."""


def examine(settings: Settings, host: str = "127.0.0.1", port: int = 3000) -> Iterator[tuple[str, list[Diagnosis]]]:
    """Make each check; yields its name and what it found."""
    checks = CHECKS | {"port": partial(serving.port, host=host, port=port)}
    for name, check in checks.items():
        try:
            findings = list(check(settings))
        except (PalmaresError, OSError) as error:
            findings = [Diagnosis(name, say("doctor.stopped", error=error), "", say("doctor.stopped_mend"))]
        yield name, findings
