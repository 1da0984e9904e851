"""The assets of intake: custody is taken stock of, then each source is read into the working warehouse.

One operation reads them, for they go into one file that is put in place whole; each is an asset, and can be
materialised alone. What is told of each stands in `accounts.py`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import dagster as dg

from orchestration.assurance import intake
from orchestration.custody import CustodyReport
from orchestration.defs.accounts import account_metadata, data_version, source_metadata
from orchestration.defs.asking import Reread, asked
from orchestration.defs.assurance import evaluated_before
from orchestration.defs.environment import NEEDED, NEEDED_TO_SCORE
from orchestration.defs.partitions import POOL, editions
from orchestration.defs.runs import current_run
from orchestration.defs.skipping import ask, judge, reread, skipped, skipped_tags
from orchestration.defs.sources import ACCOUNT, BY_NOUN, ENGINEERS, LAST, SOURCES, SUPPLIERS, deposits_key
from orchestration.evidence import CheckResult, table_digests
from orchestration.progress import report
from orchestration.run import Now, Run, note_rows
from orchestration.status import told_of_sources
from orchestration.storage import connect


@dg.asset(
    partitions_def=editions,
    required_resource_keys=NEEDED_TO_SCORE,
    group_name="intake",
    kinds={"file"},
    owners=ENGINEERS,
    deps=[deposits_key(supplier) for supplier in SUPPLIERS],
    description="Deposits against their custody log: every file has its line, every line its file, no byte changed.",
)
def intake_custody(context: dg.AssetExecutionContext, config: Reread) -> dg.MaterializeResult[None]:
    """Refuses with every problem when custody is broken: nothing is read from deposits that cannot be trusted. Then
    looks what stands of the last run, so that the steps behind it do nothing twice."""
    with current_run(context) as run:

        def tell(results: Sequence[CheckResult]) -> None:
            for evaluation in evaluated_before(results, "intake", run.edition):
                context.log_event(evaluation)

        request = asked(config, run.edition)
        now = Now(run)
        report = now.custody = intake.audit_deposits(run, tell)
        if config.again or request:
            ask(run.run_id, frozenset({config.source}) if request else None)
        else:
            context.instance.add_run_tags(run.run_id, skipped_tags(judge(now, context.resources.engine)))
    for event in (*_handed_in(report, run.edition), *([request] if request else [])):
        context.log_event(event)
    return dg.MaterializeResult(
        metadata={
            "custody head": report.head,
            "deposits": sum(deposit.current for deposit in report.deposits),
            "superseded": sum(not deposit.current for deposit in report.deposits),
        },
        data_version=dg.DataVersion(report.head),
    )


def _handed_in(report: CustodyReport, edition: str) -> Iterator[dg.AssetObservation]:
    """What each supplier handed in, as custody has it: an observation of the asset that is made outside."""
    for supplier in SUPPLIERS:
        kinds = {kind for source in SOURCES if source.supplier == supplier for kind in source.deposits}
        current = [deposit for deposit in report.current if deposit.source in kinds]
        if current:
            names = Counter(deposit.supplier for deposit in current)
            yield dg.AssetObservation(
                deposits_key(supplier),
                partition=edition,
                metadata={
                    "files": len(current),
                    "bytes": sum(deposit.bytes for deposit in current),
                    "handed in by": ", ".join(f"{name} ({count})" for name, count in sorted(names.items())),
                    "last received": max(deposit.received_at for deposit in current),
                },
            )


@dg.multi_asset(
    name="intake_rows",
    specs=[
        *(
            dg.AssetSpec(
                source.key,
                deps=[
                    deposits_key(source.supplier),
                    *([BY_NOUN[noun].key for noun in source.needs] or [intake_custody.key]),
                ],
                description=source.what,
                group_name="intake",
                owners=ENGINEERS,
                kinds={*source.kinds, "duckdb"},
                tags={"supplier": source.supplier},
                skippable=True,
            )
            for source in SOURCES
        ),
        dg.AssetSpec(
            ACCOUNT,
            deps=[BY_NOUN[noun].key for noun in LAST],
            description="Every row of every deposit, accepted or set aside with file, line and reason.",
            group_name="intake",
            owners=ENGINEERS,
            kinds={"duckdb"},
            skippable=True,
        ),
    ],
    partitions_def=editions,
    required_resource_keys=NEEDED,
    pool=POOL,
    can_subset=True,
)
def intake_rows(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    """Reads the sources that do not stand into a new working warehouse; refuses when a file cannot be read at all."""
    with current_run(context) as run:
        now = Now(run)
        kept = skipped(run.run_id, "rows")
        reasons = {} if kept else _read(context, run)
        with connect(run.settings.work_db(run.edition), read_only=True) as con:
            if not kept:
                note_rows(run, table_digests(con))  # where rows are made: checks launched by hand do not speak for them
            for source in SOURCES:
                if source.key in context.selected_asset_keys:
                    yield dg.MaterializeResult(
                        asset_key=source.key,
                        metadata=source_metadata(con, now, source) | kept | reasons.get(source.noun, {}),
                        data_version=data_version(now, source.read),
                    )
            if ACCOUNT in context.selected_asset_keys:
                kinds = frozenset[str]().union(*(source.read for source in SOURCES))
                yield dg.MaterializeResult(
                    asset_key=ACCOUNT, metadata=account_metadata(con, now) | kept, data_version=data_version(now, kinds)
                )


def _read(context: dg.AssetExecutionContext, run: Run) -> dict[str, dict[str, dg.MetadataValue[str]]]:
    """Make the working warehouse; of each source, what is shown: why it was read, or was not. The run tells it too."""
    selected = frozenset(source.noun for source in SOURCES if source.key in context.selected_asset_keys)
    carried = intake.load_rows(run, reread(run.run_id, selected)).carried
    lines = told_of_sources(run, carried)
    for line in lines.values():
        report(line)
    if carried.sources:
        context.instance.add_run_tags(run.run_id, {"skipped": ", ".join(sorted(carried.sources))})
    return {
        noun: {"skipped" if noun in carried.sources else "read": dg.MetadataValue.text(str(line))}
        for noun, line in lines.items()
    }
