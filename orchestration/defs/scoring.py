"""The dbt project as assets: marks, ranks and outcomes of one edition, with dbt's tests as checks on them.

Belongs here: how Dagster sees the dbt project, whichever engine makes its tables. What a run of dbt is told stands in
`orchestration.scoring.dbt`, what Spark is in `orchestration.scoring.spark`.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, DbtProject, dbt_assets
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from packaging.version import Version

from expectations import spec_of
from orchestration.defs.environment import NEEDED_TO_SCORE
from orchestration.defs.partitions import POOL, check_by_edition, editions
from orchestration.defs.runs import as_failure, current_run
from orchestration.defs.say import say
from orchestration.defs.skipping import skipped
from orchestration.defs.sources import ENGINEERS, MAKER
from orchestration.errors import PalmaresError
from orchestration.progress import report
from orchestration.run import Run
from orchestration.scoring import (
    DBT_DIR,
    SPARK,
    build_args,
    dbt_executable,
    ensure_manifest,
    export_environment,
    forget,
    score_on_spark,
    target_path,
    work_folder,
)
from orchestration.storage import disk_fault, read_file
from orchestration.words import remedied


class PalmaresTranslator(DagsterDbtTranslator):
    """Models are named by their own name; what dbt calls sources are the rows that intake wrote."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`<layer>_<noun>`, or the asset of intake that makes the table."""
        if dbt_resource_props["resource_type"] == "source":
            return MAKER[f"{dbt_resource_props['schema']}.{dbt_resource_props['name']}"]
        return dg.AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """One group for all that dbt makes."""
        return "scoring"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """Those who run editions."""
        return ENGINEERS

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """Where the table truly stands: the manifest is made without an edition, and would say `memory`."""
        kept = dict(super().get_metadata(dbt_resource_props))
        place = f"{dbt_resource_props['schema']}.{dbt_resource_props['name']}"
        return {**kept, "dagster/table_name": place, "file": "work/<edition>.duckdb"}

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """What the model's YAML says, without the SQL that Dagster would put behind it."""
        return str(dbt_resource_props.get("description") or dbt_resource_props["name"])

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """A dbt test as a check on its model, with one result for each edition."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and check_by_edition(
            spec.name,
            asset=spec.asset_key,
            description=_test_says(manifest["nodes"][unique_id]),
            additional_deps=[dep.asset_key for dep in spec.additional_deps],
            metadata=spec.metadata,
            blocking=spec.blocking,
        )


class ThisDbt(DbtCliResource):
    """The dbt of this environment. Its version is known without asking a process of it; and dagster-dbt's own
    connection to the warehouse, with which it would fetch columns and rows, is not made: nobody asks for them."""

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None


def _test_says(test: Mapping[str, Any]) -> str:
    """What a dbt test holds, in its own words or in those of the registered check that it serves."""
    check = test["config"].get("meta", {}).get("check")
    return str(test.get("description") or (f"{spec_of(check).en} (part of {check})" if check else test["name"]))


def dbt_failure(error: Exception) -> PalmaresError:
    """What dbt said when it could not build, with what to do: an error of its own, or of who holds the warehouse."""
    errors = str(error).partition("Errors parsed from dbt logs:")[2].strip() or str(error)
    return PalmaresError(remedied(say("marks.failed", said=errors), say("marks.failed_mend")))


def _as_built(
    context: dg.AssetExecutionContext, run: Run, kept: Mapping[str, Any]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Marks that stand, and what dbt's tests found when they were made: by Spark in this step, or by an earlier run
    (`freshness` held it against the evidence)."""
    for key in context.job_def.asset_layer.asset_graph.toposorted_asset_keys:
        if key in context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=key, metadata=kept)
    results = json.loads(read_file(target_path(run.settings, run.edition) / "run_results.json"))["results"]
    status = {result["unique_id"]: result["status"] for result in results}
    for spec in context.assets_def.check_specs:
        if spec.key in context.selected_asset_check_keys:
            outcome = status[spec.metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY]]
            severity = dg.AssetCheckSeverity.WARN if outcome == "warn" else dg.AssetCheckSeverity.ERROR
            yield dg.AssetCheckResult(
                asset_key=spec.asset_key,
                check_name=spec.name,
                passed=outcome == "pass",
                severity=severity,
                metadata=kept,
            )


def _on_spark(run: Run) -> dict[str, Any]:
    """Make the marks on Spark; what is shown of it. Rows and tables that went there and back do not stay."""
    report("marks on Spark")
    folder, account = work_folder(run.settings, run.edition), target_path(run.settings, run.edition)
    scored = score_on_spark(run.settings, run.settings.work_db(run.edition), folder, account)
    shutil.rmtree(folder)
    return {"engine": dg.MetadataValue.text(", ".join(map(" ".join, scored.packages.items())))}


@dbt_assets(
    manifest=ensure_manifest(),
    partitions_def=editions,
    dagster_dbt_translator=PalmaresTranslator(),
    name="scoring_marks",
    required_resource_keys=NEEDED_TO_SCORE,
    pool=POOL,
)
def scoring_marks(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Build and test the models on the edition's working warehouse; a failed test is evidence, not a stop."""
    with current_run(context) as run:
        if kept := skipped(run.run_id, "marks"):
            yield from _as_built(context, run, kept)
            return
        context.instance.add_run_tags(run.run_id, {"engine": context.resources.engine})
        if context.resources.engine == SPARK:
            yield from _as_built(context, run, _on_spark(run))
            return
        report("marks")
        forget(run.settings.work_db(run.edition))
        export_environment(run.settings, run.edition)
        dbt = ThisDbt(project_dir=str(DBT_DIR), profiles_dir=str(DBT_DIR), dbt_executable=dbt_executable())
        invocation = dbt.cli(build_args(), context=context, target_path=target_path(run.settings, run.edition))
    try:
        yield from invocation.stream()
    except DagsterDbtCliRuntimeError as error:
        fault = disk_fault(error, run.settings.home) or dbt_failure(error)
        raise as_failure(fault) from fault
