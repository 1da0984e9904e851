"""The asset that takes stock of custody: every file, its line in the log, the chain."""

import dagster as dg

from orchestration.assurance import intake
from orchestration.defs.partitions import editions
from orchestration.defs.runs import current_run


@dg.asset(
    partitions_def=editions,
    group_name="intake",
    kinds={"file"},
    description="Deposits against their custody log: every file has its line, every line its file, no byte changed.",
)
def intake_custody(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Refuses with every problem when custody is broken: nothing is read from deposits that cannot be trusted."""
    with current_run(context) as run:
        report = intake.audit_deposits(run)
    return dg.MaterializeResult(
        metadata={
            "custody head": report.head,
            "deposits": sum(deposit.current for deposit in report.deposits),
            "superseded": sum(not deposit.current for deposit in report.deposits),
        }
    )
