"""The asset that reads the deposits into the working warehouse: typed rows, quarantine, row accounting."""

import dagster as dg

from orchestration.assurance import intake
from orchestration.defs.intake.custody import intake_custody
from orchestration.defs.partitions import editions
from orchestration.defs.runs import current_run


@dg.asset(
    partitions_def=editions,
    group_name="intake",
    kinds={"duckdb"},
    deps=[intake_custody],
    description="Rows of every deposit, accepted or quarantined with file, line and reason; survey weights.",
)
def intake_rows(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
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
