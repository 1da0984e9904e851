"""The assets of intake: custody is taken stock of, then the deposits are read into the working warehouse."""

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
def intake_custody(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
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


@dg.asset(
    partitions_def=editions,
    group_name="intake",
    kinds={"duckdb"},
    deps=[intake_custody],
    description="Rows of every deposit, accepted or quarantined with file, line and reason; survey weights.",
)
def intake_rows(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    """Makes the working warehouse anew; refuses when a file cannot be read at all."""
    with current_run(context) as run:
        report = intake.load_rows(run)
    return dg.MaterializeResult(
        metadata={
            "rows": dg.MetadataValue.table(
                [dg.TableRecord(vars(file)) for file in report.files],
                dg.TableSchema(
                    [dg.TableColumn(name) for name in ("file", "source", "read", "accepted", "quarantined")]
                ),
            ),
            "rows read": sum(file.read for file in report.files),
            "rows quarantined": sum(file.quarantined for file in report.files),
        }
    )
