"""The dbt project as assets: marks, ranks and outcomes of one edition, with dbt's tests as checks on them.

Belongs here: how Dagster sees the dbt project. What a run of dbt is told stands in `orchestration.dbt_args`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets

from orchestration.dbt_args import DBT_DIR, build_args, dbt_executable, ensure_manifest, export_environment, target_path
from orchestration.defs.intake.rows import intake_rows
from orchestration.defs.partitions import editions
from orchestration.defs.runs import current_run
from orchestration.progress import report


class PalmaresTranslator(DagsterDbtTranslator):
    """Models are named by their own name; what dbt calls sources are the rows that intake wrote."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`<layer>_<noun>`, or the intake asset for a source."""
        if dbt_resource_props["resource_type"] == "source":
            return intake_rows.key
        return dg.AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """One group for all that dbt makes."""
        return "scoring"


@dbt_assets(
    manifest=ensure_manifest(),
    partitions_def=editions,
    dagster_dbt_translator=PalmaresTranslator(),
    name="scoring_marks",
)
def scoring_marks(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Build and test the models on the edition's working warehouse; a failed test is evidence, not a stop."""
    run = current_run(context)
    report("marks")
    export_environment(run.settings, run.edition)
    dbt = DbtCliResource(project_dir=str(DBT_DIR), profiles_dir=str(DBT_DIR), dbt_executable=dbt_executable())
    invocation = dbt.cli(build_args(), context=context, target_path=target_path(run.settings, run.edition))
    yield from invocation.stream()
