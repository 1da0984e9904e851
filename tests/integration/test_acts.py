"""Acts from the UI: real runs of the jobs with a form, and what the evidence has of them afterwards."""

from typing import Any

import dagster as dg
import pytest

from benchmarks.inprocess import Line, Marks
from orchestration.bailiff import enter_acceptances
from orchestration.definitions import defs
from orchestration.defs.asking import Reread, asked
from orchestration.errors import InputError
from orchestration.evidence import AcceptanceRecord, DossierRecord
from orchestration.run import release_edition
from orchestration.settings import Settings
from orchestration.status import describe
from tests.fixtures.tiny import EDITION, TinyEdition
from tests.integration.command import run_in_process

pytestmark = pytest.mark.slow
WARNING = "intake.tests_open_hours"
FORM = {"check": WARNING, "reason": "The shop is open all night", "by": "N. Clerk"}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """An edition with one open warning, up to its dossier."""
    place = tmp_path_factory.mktemp("acts")
    tiny = TinyEdition()
    test = tiny.audits["north/phone"][0]
    for column in ("started_at", "ended_at"):
        test[column] = f"{test[column][:10]}T03{test[column][13:]}"
    tiny.write(place / "raw")
    line = Line(Settings(place / "var", place / "raw"), EDITION, Marks.kept())
    run_in_process(line)
    assert [one.id for one in describe(line.settings, EDITION).open_warnings] == [WARNING]
    return line


def run(instance: dg.DagsterInstance, job: str, op: str, form: dict[str, str], **options: Any) -> Any:
    return defs.resolve_job_def(job).execute_in_process(
        run_config={"ops": {op: {"config": form}}},
        partition_key=EDITION,
        instance=instance,
        raise_on_error=False,
        **options,
    )


def words(ended: Any) -> str:
    [failed] = [event for event in ended.all_events if event.event_type is dg.DagsterEventType.STEP_FAILURE]
    return str(failed.step_failure_data.user_failure_data.description)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"check": "intake.tests_open_huors"}, "perhaps intake.tests_open_hours"),
        ({"check": "intake.custody_chained"}, "only warnings can be accepted"),
        ({"check": "intake.tests_apart"}, "there is nothing to accept"),
        ({"reason": " "}, "is empty"),
        ({"by": "=1+1"}, "formula of a spreadsheet"),
    ],
)
def test_a_form_that_is_wrong_is_refused_in_the_words_of_the_command_and_enters_nothing(
    line: Line, instance: dg.DagsterInstance, changes: dict[str, str], said: str
) -> None:
    before = line.settings.evidence_log(EDITION).read_bytes()
    ended = run(instance, "accept_warning", "enter_acceptance", {**FORM, **changes})
    assert not ended.success and said in words(ended)
    assert line.settings.evidence_log(EDITION).read_bytes() == before


def test_a_warning_accepted_in_the_ui_is_recorded_as_the_command_records_it(
    line: Line, instance: dg.DagsterInstance
) -> None:
    before = line.records()
    ended = run(instance, "accept_warning", "enter_acceptance", FORM)
    assert ended.success
    acceptance, dossier = line.records()[len(before) :]
    assert isinstance(acceptance, AcceptanceRecord) and isinstance(dossier, DossierRecord)
    assert {acceptance.run_id, dossier.run_id} == {ended.run_id}
    body = acceptance.body
    assert {"check": body.check_id, "reason": body.reason, "by": body.by} == FORM
    state = describe(line.settings, EDITION)
    assert not state.open_warnings and state.dossier is not None and state.dossier.sha256 == dossier.body.dossier_sha256
    made = instance.fetch_materializations(dg.AssetKey("dossier_document"), limit=1).records[0]
    assert made.partition_key == EDITION
    assert instance.fetch_materializations(dg.AssetKey("edition_standing"), limit=1).records
    release_edition(line.settings, EDITION)
    enter_acceptances(line.settings, EDITION, {WARNING: FORM["reason"]}, FORM["by"])
    typed = line.records()[-1]
    assert isinstance(typed, AcceptanceRecord) and typed.body == body and typed.fingerprints == acceptance.fingerprints


def test_who_has_a_source_read_again_and_why_stands_with_the_source(line: Line, instance: dg.DagsterInstance) -> None:
    form = {"source": "audits", "reason": "The firm sent phone.csv again", "by": "N. Clerk"}
    selected = [dg.AssetKey("intake_custody")]
    ended = run(instance, "reread_source", "intake_custody", form, asset_selection=selected)
    assert ended.success
    seen = instance.fetch_observations(dg.AssetKey("intake_audits"), limit=1).records[0]
    observation = seen.event_log_entry.asset_observation
    assert observation is not None and observation.partition == EDITION
    told = {name: value.value for name, value in observation.metadata.items()}
    assert (told["why"], told["asked by"]) == (form["reason"], form["by"])
    halved = run(instance, "reread_source", "intake_custody", {**form, "by": ""}, asset_selection=selected)
    assert not halved.success and "the name of who asks is empty" in words(halved)
    jobs = {name: defs.resolve_job_def(name) for name in ("reread_source", "prepare_edition")}
    both = [job.asset_layer.selected_asset_keys for job in jobs.values()]
    assert both[0] == both[1], "what `run --again` makes"


def test_half_a_form_is_refused_and_an_empty_one_says_nothing() -> None:
    assert asked(Reread(), EDITION) is None
    with pytest.raises(InputError, match="there is no source 'audit'") as wrong:
        asked(Reread(source="audit", reason="r", by="b"), EDITION)
    assert wrong.value.mend == "perhaps audits"
    with pytest.raises(InputError, match="one of: rulebook, corrections, candidates"):
        asked(Reread(by="N. Clerk"), EDITION)


@pytest.mark.parametrize(
    ("job", "op", "fields"),
    [
        ("accept_warning", "enter_acceptance", {"check", "reason", "by"}),
        ("reread_source", "intake_custody", {"again", "source", "reason", "by"}),
    ],
)
def test_every_field_of_a_form_is_described(job: str, op: str, fields: set[str]) -> None:
    definition = defs.resolve_job_def(job)
    schema = definition.get_node_named(op).definition.config_schema
    assert set(schema.config_type.fields) == fields
    for name, one in schema.config_type.fields.items():
        assert len(one.description or "") > 10, name
        assert one.is_required == (job == "accept_warning"), name
    assert definition.description and "UI" not in definition.description
