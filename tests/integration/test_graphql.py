"""A run launched through the API of the running UI: queued, done, its checks and metadata kept by edition."""

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from expectations.registry import all_checks
from orchestration.evidence.log import EvidenceLog
from orchestration.run.locks import edition_is_free
from orchestration.settings import Settings
from tests.fixtures.tiny import TinyEdition
from tests.fixtures.tries import tries
from tests.fixtures.ui_server import AUDITS_ONLY, BROKEN, FINISHED, LONG, REPOSITORY, WARNED, Ui, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.alone]

EDITIONS = """query($repository: RepositorySelector!) { repositoryOrError(repositorySelector: $repository) {
  ... on Repository { assetNodes { groupName isPartitioned partitionKeys } } } }"""
CHECK = """query($asset: AssetKeyInput!, $check: String!, $edition: String) { assetCheckExecutions(
  assetKey: $asset, checkName: $check, partition: $edition, limit: 5) { status runId evaluation {
  success severity partition metadataEntries { label ... on TextMetadataEntry { text } } } } }"""
MADE = """query($asset: AssetKeyInput!, $edition: [String!]) { assetNodeOrError(assetKey: $asset) { ... on AssetNode {
  assetMaterializations(partitions: $edition, limit: 1) { runId partition metadataEntries { label
  ... on PathMetadataEntry { path } ... on TextMetadataEntry { text } ... on IntMetadataEntry { intValue } } } } } }"""
RESOURCE = """query($resource: ResourceSelector!) { topLevelResourceDetailsOrError(resourceSelector: $resource) {
  ... on ResourceDetails { description assetKeysUsing { path } jobsOpsUsing { jobName } sensorsUsing } } }"""
FAILURE = """query($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events {
  ... on ExecutionStepFailureEvent { stepKey error { message stack causes { message } }
  failureMetadata { metadataEntries { label ... on TextMetadataEntry { text } } } } } } } }"""
TAGS = """query($id: ID!) { runOrError(runId: $id) { ... on Run { tags { key value } } } }"""
BACKFILL = """mutation($asked: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $asked) { __typename
  ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
BACKFILLED = """query($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status
  partitionStatuses { results { partitionName runId runStatus } } } } }"""
ADD = """mutation($edition: String!, $repository: RepositorySelector!) { addDynamicPartition(
  partitionKey: $edition, partitionsDefName: "editions", repositorySelector: $repository) { __typename } }"""
POOLS = """{ instance { poolConfig { poolGranularity defaultPoolLimit } }
  runsOrError(filter: {statuses: [STARTING, STARTED]}) { ... on Runs { results { runId } } } }"""
SENSORS = """query($repository: RepositorySelector!) { sensorsOrError(repositorySelector: $repository) {
  ... on Sensors { results { name defaultStatus targets { pipelineName } } } } }"""


@pytest.fixture(scope="module")
def done(ui: Ui) -> str:
    """A run of prepare_edition on the edition with audits alone, ended well."""
    assert ui.ended(ui.runs[AUDITS_ONLY]) == "SUCCESS"
    return ui.runs[AUDITS_ONLY]


def test_the_editions_found_are_partitions_as_soon_as_the_ui_opens(ui: Ui) -> None:
    nodes = ui.ask(EDITIONS, repository=REPOSITORY)["repositoryOrError"]["assetNodes"]
    assert {node["groupName"] for node in nodes} == {
        *("deposits", "intake", "scoring", "assurance", "dossier", "standing", "publication")
    }
    assert all(node["isPartitioned"] and node["partitionKeys"] == [AUDITS_ONLY, WARNED, BROKEN] for node in nodes)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "palmares.example.org"},
        {"Host": "palmares.example.org:{port}"},
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_the_ui_answers_neither_a_foreign_name_nor_a_foreign_page(ui: Ui, headers: dict[str, str]) -> None:
    sent = {name: value.format(port=ui.port) for name, value in headers.items()}
    body = json.dumps({"query": "{ __typename }"}).encode()
    request = urllib.request.Request(f"{ui.url}/graphql", body, {"content-type": "application/json", **sent})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 403


def test_a_run_launched_through_the_api_makes_the_dossier_of_its_edition(ui: Ui, done: str) -> None:
    node = ui.ask(MADE, asset={"path": ["dossier_document"]}, edition=[AUDITS_ONLY])["assetNodeOrError"]
    [made] = node["assetMaterializations"]
    assert (made["runId"], made["partition"]) == (done, AUDITS_ONLY)
    told = {entry["label"]: entry for entry in made["metadataEntries"]}
    assert Path(told["PDF"]["path"]).read_bytes().startswith(b"%PDF")
    assert Path(told["page"]["path"]).is_file() and len(told["SHA-256"]["text"]) == 64
    other = ui.ask(MADE, asset={"path": ["dossier_document"]}, edition=[BROKEN])["assetNodeOrError"]
    assert other["assetMaterializations"] == []


def test_a_run_of_the_ui_leaves_evidence_under_its_own_id_and_gives_its_edition_back(ui: Ui, done: str) -> None:
    settings = Settings(ui.home, ui.raw)
    records = EvidenceLog(settings.evidence_log(AUDITS_ONLY)).records()
    assert {record.run_id for record in records} == {done}
    assert records[-1].kind == "dossier"
    wait_for("the edition's lock to be free", lambda: edition_is_free(settings, AUDITS_ONLY) or None)


def test_each_registered_check_has_its_result_by_edition(ui: Ui, done: str) -> None:
    for spec in all_checks():
        if spec.gate == "publication":
            continue
        asset, name = f"assurance_{spec.gate}", spec.id.replace(".", "__")
        [found] = ui.ask(CHECK, asset={"path": [asset]}, check=name, edition=AUDITS_ONLY)["assetCheckExecutions"]
        assert (found["status"], found["runId"]) == ("SUCCEEDED", done), spec.id
        assert found["evaluation"]["partition"] == AUDITS_ONLY
    told = {entry["label"]: entry.get("text") for entry in found["evaluation"]["metadataEntries"]}
    assert {"expected", "observed", "remedy"} <= told.keys()


def test_what_a_gate_found_stands_with_the_asset_that_judged(ui: Ui, done: str) -> None:
    node = ui.ask(MADE, asset={"path": ["assurance_scoring"]}, edition=[AUDITS_ONLY])["assetNodeOrError"]
    told = {entry["label"]: entry for entry in node["assetMaterializations"][0]["metadataEntries"]}
    assert told["failed"]["intValue"] == told["error"]["intValue"] == 0 < told["passed"]["intValue"]
    assert Path(told["Data Docs"]["path"]).is_file()


def test_each_source_says_what_became_of_its_rows_and_where_they_stand(ui: Ui, done: str) -> None:
    node = ui.ask(MADE, asset={"path": ["intake_audits"]}, edition=[AUDITS_ONLY])["assetNodeOrError"]
    told = {entry["label"]: entry for entry in node["assetMaterializations"][0]["metadataEntries"]}
    assert told["rows read"]["intValue"] == told["rows accepted"]["intValue"] + told["rows set aside"]["intValue"] > 0
    assert told["dagster/uri"]["text"] == str(Settings(ui.home, ui.raw).work_db(AUDITS_ONLY))
    assert {"by file", "rows by table", "dagster/column_schema"} <= told.keys()
    standing = ui.ask(MADE, asset={"path": ["edition_standing"]}, edition=[AUDITS_ONLY])["assetNodeOrError"]
    said = {entry["label"]: entry for entry in standing["assetMaterializations"][0]["metadataEntries"]}
    assert (said["who must act"]["text"], said["warnings open"]["intValue"]) == ("bailiff", 0)


def test_a_run_is_tagged_with_where_its_edition_stands(ui: Ui, done: str) -> None:
    tags = {one["key"]: one["value"] for one in ui.ask(TAGS, id=done)["runOrError"]["tags"]}
    assert (tags["edition"], tags["stage"], tags["warnings_open"]) == (AUDITS_ONLY, "unsigned", "0")
    assert len(tags["results"]) == 12
    assert ui.ended(ui.runs[BROKEN]) == "FAILURE"
    broken = {one["key"]: one["value"] for one in ui.ask(TAGS, id=ui.runs[BROKEN])["runOrError"]["tags"]}
    assert (broken["edition"], broken["stage"], broken["results"]) == (BROKEN, "custody_broken", "none")


def test_the_page_of_an_edition_says_where_it_stands_also_when_its_run_was_refused(ui: Ui) -> None:
    assert ui.ended(ui.runs[BROKEN]) == "FAILURE"
    standing = ui.ask(MADE, asset={"path": ["edition_standing"]}, edition=[BROKEN])["assetNodeOrError"]
    [told] = standing["assetMaterializations"]
    said = {entry["label"]: entry for entry in told["metadataEntries"]}
    assert (told["runId"], said["stage"]["text"]) == (ui.runs[BROKEN], "custody is broken")


def test_a_run_that_fails_says_what_where_and_how_to_mend_it(ui: Ui) -> None:
    run = ui.runs[BROKEN]
    assert ui.ended(run) == "FAILURE"
    [failure] = [event for event in ui.ask(FAILURE, id=run)["logsForRun"]["events"] if event.get("stepKey")]
    assert failure["stepKey"] == "intake_custody"
    assert "candidates.csv" in failure["error"]["message"] and "How to mend it" in failure["error"]["message"]
    reasons = [entry["text"] for entry in failure["failureMetadata"]["metadataEntries"]]
    assert len(reasons) == 1 and "candidates.csv" in reasons[0]
    assert (failure["error"]["stack"], failure["error"]["causes"]) == ([], [])


def test_a_check_that_nobody_came_to_is_skipped_and_what_broke_is_red_by_name(ui: Ui) -> None:
    assert ui.ended(ui.runs[BROKEN]) == "FAILURE"
    told = {}
    for spec in all_checks():
        if spec.gate != "publication":
            asked = {"asset": {"path": [f"assurance_{spec.gate}"]}, "check": spec.id.replace(".", "__")}
            [found] = ui.ask(CHECK, **asked, edition=BROKEN)["assetCheckExecutions"]
            told[spec.id] = found["status"]
    red = [check for check, status in told.items() if status not in ("SKIPPED", "SUCCEEDED")]
    assert red == ["intake.custody_complete"], told
    assert set(told.values()) == {"SKIPPED", "SUCCEEDED", "FAILED"}


def test_publishing_alone_is_refused_with_all_the_reasons(ui: Ui, done: str) -> None:
    run = ui.launch("publish_edition", AUDITS_ONLY)
    assert ui.ended(run) == "FAILURE"
    [failure] = [event for event in ui.ask(FAILURE, id=run)["logsForRun"]["events"] if event.get("stepKey")]
    assert failure["stepKey"] == "publication_release"
    assert "sign" in failure["error"]["message"]
    assert not (ui.home / "releases").exists()


def test_the_sensors_start_nothing_that_publishes(ui: Ui) -> None:
    found = ui.ask(SENSORS, repository=REPOSITORY)["sensorsOrError"]["results"]
    told = {one["name"]: (one["defaultStatus"], [t["pipelineName"] for t in one["targets"] or []]) for one in found}
    assert told == {
        "new_deposits": ("STOPPED", ["prepare_edition"]),
        "signed_dossier": ("RUNNING", []),
        "failed_run": ("STOPPED", []),
        "open_warning": ("STOPPED", []),
    }


def test_the_settings_are_a_resource_that_says_what_was_found_and_who_uses_it(ui: Ui) -> None:
    found = ui.ask(RESOURCE, resource={**REPOSITORY, "resourceName": "settings"})["topLevelResourceDetailsOrError"]
    assert f"`PALMARES_HOME`: {ui.home}" in found["description"] and f"`PALMARES_RAW`: {ui.raw}" in found["description"]
    assert {"intake_votes", "publication_release", "laureates"} <= {one["path"][-1] for one in found["assetKeysUsing"]}
    assert {"accept_warning", "verify_everything"} <= {one["jobName"] for one in found["jobsOpsUsing"]}
    assert set(found["sensorsUsing"]) == {"new_deposits", "signed_dossier", "failed_run", "open_warning"}


def test_a_backfill_of_which_one_edition_fails_touches_no_other(ui: Ui, done: str) -> None:
    """Two editions; twenty in `make attacks`. What stands is skipped, and two at most compute at once."""
    assert ui.ended(ui.runs[BROKEN]) == "FAILURE"
    more = [f"{year}" for year in range(2030, 2030 + tries(18, 0))]
    for edition in more:
        tiny = TinyEdition(edition=edition)
        tiny.rulebook["edition"] = edition
        tiny.audits_only().write(ui.raw)
        ui.ask(ADD, edition=edition, repository=REPOSITORY)
    evidence = Settings(ui.home, ui.raw).evidence_log(AUDITS_ONLY)
    before = evidence.read_bytes()
    asked = {
        "selector": {"partitionSetName": "prepare_edition_partition_set", "repositorySelector": REPOSITORY},
        "partitionNames": [AUDITS_ONLY, BROKEN, *more],
    }
    launched = ui.ask(BACKFILL, asked=asked)["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    at_once = 0

    def over() -> dict[str, dict[str, str]] | None:
        nonlocal at_once
        told = ui.ask(POOLS)
        assert told["instance"]["poolConfig"] == {"poolGranularity": "run", "defaultPoolLimit": 2}
        at_once = max(at_once, len(told["runsOrError"]["results"]))
        runs = ui.ask(BACKFILLED, id=launched["backfillId"])["partitionBackfillOrError"]["partitionStatuses"]["results"]
        return {one["partitionName"]: one for one in runs} if {one["runStatus"] for one in runs} <= FINISHED else None

    runs = wait_for("the end of the backfill", over, LONG * (1 + len(more)))
    status = {edition: run["runStatus"] for edition, run in runs.items()}
    assert status == {AUDITS_ONLY: "SUCCESS", BROKEN: "FAILURE", **dict.fromkeys(more, "SUCCESS")}
    assert 1 <= at_once <= 2
    tags = {tag["key"]: tag["value"] for tag in ui.ask(TAGS, id=runs[AUDITS_ONLY]["runId"])["runOrError"]["tags"]}
    assert tags["skipped"] == "rows, marks, checks, dossier" and evidence.read_bytes() == before
