"""The code location as a whole: what Dagster would lose without a word, a test must miss.

`code_location.txt` beside this file is the snapshot. After a change that is meant, write it anew and read the
difference: `RENEW=1 pytest tests/unit/defs/test_definitions.py`, then `git diff`.
"""

import difflib
import os
import re
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from expectations.registry import all_checks, gate_file
from orchestration.definitions import build_defs, defs
from orchestration.defs import environment
from orchestration.defs.assurance import check_name
from orchestration.defs.sources import ENGINEERS, MAKER, SOURCES, SUPPLIERS
from orchestration.intake import ddl
from orchestration.settings import Settings

TABLES = "SELECT schema_name, table_name FROM duckdb_tables()"
SNAPSHOT = Path(__file__).with_name("code_location.txt")
GRAPH = defs.resolve_asset_graph()
GROUPS = {"deposits", "intake", "scoring", "assurance", "dossier", "standing", "publication"}
OUTSIDE = {key for key in GRAPH.get_all_asset_keys() if GRAPH.get(key).group_name == "deposits"}
"""What suppliers make: known by name, made by no step."""


def unloaded(location: dg.Definitions) -> set[str]:
    """Assets that others depend on and that no loaded module makes: Dagster takes them as made by somebody else."""
    graph = location.resolve_asset_graph()
    made = {key for key in graph.get_all_asset_keys() if graph.get(key).is_executable}
    return {key.to_user_string() for key in set(graph.get_all_asset_keys()) - made - OUTSIDE}


def described() -> list[str]:
    """Every asset, check, job and sensor of the location, one fact to a line, in a fixed order."""
    lines = []
    for key in sorted(GRAPH.get_all_asset_keys()):
        node = GRAPH.get(key)
        partitions = (
            node.partitions_def.name if isinstance(node.partitions_def, dg.DynamicPartitionsDefinition) else "-"
        )
        lines += [f"asset {key.to_user_string()}: group {node.group_name}, partitions {partitions}"]
        lines += [f"  needs {parent.to_user_string()}" for parent in sorted(node.parent_keys)]
        for check in sorted(node.check_keys):
            spec = GRAPH.get(check)
            flags = [
                "blocking" if spec.blocking else "not blocking",
                "by edition" if spec.partitions_def else "at large",
            ]
            lines += [f"  check {check.name}: {', '.join(flags)}"]
    for job in sorted(defs.resolve_all_job_defs(), key=lambda one: one.name):
        if job.name.startswith("__"):
            continue
        lines += [f"job {job.name}: {job.executor_def.name}"]
        lines += [f"  makes {key.to_user_string()}" for key in sorted(job.asset_layer.selected_asset_keys)]
    for sensor in sorted(defs.sensors or [], key=lambda one: one.name):
        starts = ", ".join(target.job_name for target in sensor.targets) or "nothing"
        lines += [f"sensor {sensor.name}: {sensor.default_status.value.lower()} at first, may start {starts}"]
    for name in sorted(defs.get_repository_def().get_top_level_resources()):
        lines += [f"resource {name}"]
    return lines


def test_the_code_location_is_what_was_reviewed() -> None:
    found = [line + "\n" for line in described()]
    if os.environ.get("RENEW"):
        SNAPSHOT.write_text("".join(found), "utf-8")
    kept = SNAPSHOT.read_text("utf-8").splitlines(keepends=True)
    difference = "".join(difflib.unified_diff(kept, found, "reviewed", "now", n=0))
    assert not difference, f"if this is meant, renew the snapshot (see this file's head):\n{difference}"


def test_nothing_is_needed_that_is_not_loaded() -> None:
    assert unloaded(defs) == set()


@pytest.mark.parametrize("left_out", ["intake_votes", "dossier_document"])
def test_a_module_that_is_left_out_is_noticed(left_out: str) -> None:
    key = dg.AssetKey(left_out)
    rest = [asset for asset in defs.assets or [] if isinstance(asset, dg.AssetsDefinition) and key not in asset.keys]
    loaded = {one for asset in rest for one in asset.keys}
    gone = {one.to_user_string() for one in set(GRAPH.get_all_asset_keys()) - OUTSIDE - loaded}
    assert left_out in gone and unloaded(dg.Definitions(assets=rest, resources=defs.resources)) <= gone
    assert unloaded(dg.Definitions(assets=rest, resources=defs.resources)), left_out


def test_each_asset_is_in_its_group_kept_by_edition_and_described() -> None:
    for key in GRAPH.get_all_asset_keys():
        node = GRAPH.get(key)
        assert node.group_name in GROUPS and node.is_partitioned and node.description, key
        assert "Raw SQL" not in node.description, key


def test_every_registered_check_of_a_gate_is_an_asset_check_and_the_reverse() -> None:
    for gate in ("intake", "scoring"):
        asset = dg.AssetKey(f"assurance_{gate}")
        registered = {check_name(spec.id) for spec in gate_file(gate).specs}
        assert registered and {check.name for check in GRAPH.get(asset).check_keys} == registered
    shown = {check.name for check in GRAPH.asset_check_keys}
    inside = {check_name(spec.id) for spec in all_checks() if spec.gate == "publication"}
    assert {check_name(spec.id) for spec in all_checks()} - inside <= shown


def test_every_check_says_what_it_holds_and_keeps_its_result_by_edition() -> None:
    for key in GRAPH.asset_check_keys:
        spec = GRAPH.get(key)
        assert spec.description and spec.partitions_def is not None, key


def test_every_table_that_a_gate_reads_is_made_before_it_judges() -> None:
    for gate in ("intake", "scoring"):
        file = gate_file(gate)
        read = _tables(" ".join([str(file.prepared), str(file.parameters), str(file.gx)]))
        needs = {key.to_user_string() for key in GRAPH.get(dg.AssetKey(f"assurance_{gate}")).parent_keys}
        assert read <= needs, gate


def _tables(sql: str) -> set[str]:
    return set(re.findall(r"\b(?:marts|intermediate|staging)\.([a-z_]+)", sql))


def test_nothing_computes_or_publishes_by_itself() -> None:
    assert not [key for key in GRAPH.get_all_asset_keys() if GRAPH.get(key).automation_condition is not None]
    assert not [key for key in GRAPH.asset_check_keys if GRAPH.get(key).automation_condition is not None]
    assert [(one.name, one.job_name, one.default_status) for one in defs.schedules or []] == [
        ("every_night", "verify_everything", dg.DefaultScheduleStatus.STOPPED)
    ]
    for sensor in defs.sensors or []:
        assert "publish_edition" not in {target.job_name for target in sensor.targets}, sensor.name


def test_only_one_job_publishes_and_it_does_nothing_else() -> None:
    published = {key for key in GRAPH.get_all_asset_keys() if GRAPH.get(key).group_name == "publication"}
    for job in defs.resolve_all_job_defs():
        if not job.name.startswith("__"):
            makes = set(job.asset_layer.selected_asset_keys)
            assert makes & published == (published if job.name == "publish_edition" else set()), job.name
    prepared = set(defs.resolve_job_def("prepare_edition").asset_layer.selected_asset_keys)
    assert prepared == set(GRAPH.get_all_asset_keys()) - published - OUTSIDE


def test_lineage_begins_at_whoever_delivers_and_every_table_has_a_maker() -> None:
    assert {key.to_user_string() for key in OUTSIDE} == {f"deposits_{supplier}" for supplier in SUPPLIERS}
    for source in SOURCES:
        parents = {key.to_user_string() for key in GRAPH.get(source.key).parent_keys}
        assert parents == {
            f"deposits_{source.supplier}",
            *({f"intake_{noun}" for noun in source.needs} or {"intake_custody"}),
        }
    (account,) = {key for key in GRAPH.get_all_asset_keys() if key.to_user_string() == "intake_account"}
    assert {source.key for source in SOURCES} <= GRAPH.get_ancestor_asset_keys(account)
    with duckdb.connect() as con:
        con.execute(ddl.RULEBOOK + ddl.INTAKE)
        made = {f"{schema}.{name}" for schema, name in con.execute(TABLES).fetchall()}
    of_all = {"intake.deposit", "intake.quarantine", "intake.unknown_column", "intake.problem"}
    assert set(MAKER) == made - of_all


def test_every_asset_has_an_owner_and_a_table_stands_where_it_is() -> None:
    for key in GRAPH.get_all_asset_keys():
        node = GRAPH.get(key)
        assert list(node.owners) == ENGINEERS, key
        assert not str(node.metadata.get("dagster/table_name", "")).startswith("memory"), key


def test_every_step_is_given_the_settings_and_no_launchpad_changes_them() -> None:
    for job in defs.resolve_all_job_defs():
        if job.name.startswith("__"):
            continue
        for node in job.nodes_in_topological_order:
            assert isinstance(node.definition, dg.OpDefinition)
            assert "settings" in node.definition.required_resource_keys, (job.name, node.name)
        with pytest.raises(dg.DagsterInvalidConfigError, match="settings"):
            dg.validate_run_config(job, {"resources": {"settings": {"config": {"home": "/elsewhere"}}}})


def test_a_test_gives_the_code_location_other_settings(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    here = build_defs({"settings": Settings(tmp_path / "home", tmp_path / "raw")})
    ended = here.resolve_job_def("verify_everything").execute_in_process()
    assert ended.success
    [told] = [event for event in ended.all_node_events if event.is_successful_output]
    assert told.step_output_data.metadata["looked at"].value == 0


def test_the_settings_say_what_the_code_location_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALMARES_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PALMARES_THREADS", "3")
    told = environment.described()
    assert f"- `PALMARES_HOME`: {tmp_path / 'state'}" in told and "- `PALMARES_THREADS`: 3" in told
    monkeypatch.setenv("PALMARES_THREADS", "many")
    assert "PALMARES_THREADS is not a whole number" in environment.described()
