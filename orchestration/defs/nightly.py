"""The look that nobody has to remember: custody of every edition and every release, verified anew each night.

Belongs here: the operation and what it says. How a release is verified stands in `orchestration/verify`.
"""

import dagster as dg

from orchestration import custody
from orchestration.defs.environment import NEEDED
from orchestration.errors import PalmaresError
from orchestration.release import read_chain, release_dir
from orchestration.settings import Settings
from orchestration.verify import verify

SOUND = frozenset({0, 4})
"""Conform, or coherent without a fingerprint from outside: at night nobody types one in."""


def look_at_everything(settings: Settings) -> tuple[dict[str, str], list[str]]:
    """What was found of each edition's custody and of each release, and what is wrong. Nothing is written."""
    summary: dict[str, str] = {}
    wrong: list[str] = []
    for edition in settings.editions():
        report = custody.audit(settings.edition_raw(edition))
        summary[f"custody {edition}"] = f"{len(report.current)} deposits, head {report.head[:12]}"
        wrong += [f"custody of {edition}: {problem.message}" for problem in report.problems]
    try:
        chain = read_chain(settings.releases)
    except PalmaresError as error:
        return summary, [*wrong, str(error)]
    for line in chain:
        report_of_release = verify(release_dir(settings.releases, line))
        name = f"release {line.edition}/{line.number}"
        summary[name] = "whole" if report_of_release.exit_code in SOUND else "not what was published"
        if report_of_release.exit_code not in SOUND:
            wrong.append(f"{name}: {report_of_release.lines()[0]}")
    return summary, wrong


@dg.op(
    required_resource_keys=NEEDED,
    description="Reads every deposit and every release and compares them with what custody and the chain say.",
)
def verify_custody_and_releases(context: dg.OpExecutionContext) -> None:
    """Fails with everything that is wrong; otherwise says what was looked at."""
    summary, wrong = look_at_everything(context.resources.settings)
    if wrong:
        raise dg.Failure(
            f"{len(wrong)} of what was published or received is not what it was",
            metadata={f"reason {number}": reason for number, reason in enumerate(wrong, 1)},
            allow_retries=False,
        )
    context.add_output_metadata({"looked at": len(summary), **summary})
