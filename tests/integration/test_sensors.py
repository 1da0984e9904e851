"""The two sensors on a real Dagster instance: what they find, what they ask for, and what they never do."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.partitions import editions
from orchestration.defs.sensors import new_deposits, signed_dossier
from orchestration.dossier.register import PDF, dossier_folder
from orchestration.evidence.bodies import DossierBody
from orchestration.run import Now, Run
from orchestration.settings import Settings
from orchestration.signoff import sign_pdf
from orchestration.storage.files import sha256_file
from tests.fixtures.signing_ground import dossier
from tests.fixtures.tiny import TinyEdition, relog


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """A Dagster instance on disk."""
    with dg.instance_for_test(temp_dir=str(tmp_path)) as made:
        yield made


def _look(
    sensor: dg.SensorDefinition, settings: Settings, instance: dg.DagsterInstance, cursor: str | None = None
) -> dg.SensorResult:
    with dg.build_sensor_context(instance=instance, cursor=cursor, resources={"settings": settings}) as context:
        found = sensor(context)
    assert isinstance(found, dg.SensorResult)
    return found


def _add(instance: dg.DagsterInstance, found: dg.SensorResult) -> list[str]:
    """Do what the daemon does with a sensor's requests for partitions."""
    asked = [key for request in found.dynamic_partitions_requests or [] for key in request.partition_keys]
    instance.add_dynamic_partitions(editions.name or "", asked)
    return asked


def test_a_new_folder_becomes_an_edition_and_one_run_is_asked_for(
    settings: Settings, instance: dg.DagsterInstance, tiny: TinyEdition
) -> None:
    folder = tiny.write(settings.raw)
    first = _look(new_deposits, settings, instance)
    assert _add(instance, first) == ["2026"]
    assert [request.partition_key for request in first.run_requests or []] == ["2026"]

    again = _look(new_deposits, settings, instance)
    assert not again.dynamic_partitions_requests
    assert [r.run_key for r in again.run_requests or []] == [r.run_key for r in first.run_requests or []]

    (folder / "audits/north/phone.csv").write_bytes(b"")
    relog(folder)
    changed = _look(new_deposits, settings, instance)
    assert {r.run_key for r in changed.run_requests or []}.isdisjoint({r.run_key for r in first.run_requests or []})


def test_one_state_of_the_deposits_is_run_once_however_often_the_sensor_looks(
    settings: Settings, instance: dg.DagsterInstance, tiny: TinyEdition
) -> None:
    """Dagster starts a run key once: the same state gives the same key, and it names the edition."""
    tiny.write(settings.raw)
    keys = {request.run_key for _ in range(3) for request in _look(new_deposits, settings, instance).run_requests or []}
    assert keys == {f"2026:{sha256_file(settings.raw / '2026' / 'deposits.jsonl')}"}


def test_a_folder_without_a_custody_log_is_an_edition_but_nothing_is_run(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    (settings.raw / "2027").mkdir()
    (settings.raw / "not-an-edition").mkdir()
    found = _look(new_deposits, settings, instance)
    assert _add(instance, found) == ["2027"]
    assert not found.run_requests and found.skip_reason is not None


def _dossier(settings: Settings, tiny: TinyEdition, pdf: bytes) -> bytes:
    """Put a dossier on record and return it, ready to be signed."""
    tiny.write(settings.raw)
    run = Run(settings, tiny.edition, "test")
    path = dossier_folder(settings, tiny.edition, "d" * 64) / PDF
    path.parent.mkdir(parents=True)
    path.write_bytes(pdf)
    run.log.append(
        DossierBody(dossier_sha256=sha256_file(path), identity="d" * 64),
        fingerprints=Now(run).deposited,
        run_id="test",
    )
    return pdf


def test_a_signed_dossier_is_announced_once_and_no_run_is_asked_for(
    settings: Settings, instance: dg.DagsterInstance, tiny: TinyEdition
) -> None:
    document = _dossier(settings, tiny, dossier(required=1))
    quiet = _look(signed_dossier, settings, instance)
    assert not quiet.asset_events and not quiet.run_requests

    signed = settings.signoff_dirs("2026")[0] / "signed.pdf"
    signed.write_bytes(sign_pdf(document, tiny.p12, tiny.password))
    told = _look(signed_dossier, settings, instance, quiet.cursor)
    [event] = told.asset_events
    assert event.asset_key == dg.AssetKey("dossier_document") and event.partition == "2026"
    assert "signed by" in (event.description or "") and "a person may now publish" in (event.description or "")
    assert not told.run_requests and not told.dynamic_partitions_requests

    silent = _look(signed_dossier, settings, instance, told.cursor)
    assert not silent.asset_events and silent.cursor == told.cursor


def test_a_document_that_does_not_count_is_announced_with_its_reason(
    settings: Settings, instance: dg.DagsterInstance, tiny: TinyEdition
) -> None:
    unsigned = _dossier(settings, tiny, dossier(required=1))
    (settings.signoff_dirs("2026")[0] / "unsigned.pdf").write_bytes(unsigned)
    [event] = _look(signed_dossier, settings, instance).asset_events
    assert "it does not count" in (event.description or "")


def test_a_document_for_an_edition_that_was_never_run_is_announced_too(
    settings: Settings, instance: dg.DagsterInstance, tiny: TinyEdition
) -> None:
    folder = tiny.write(settings.raw)
    (folder / "signoffs" / "early.pdf").write_bytes(b"%PDF-1.7")
    [event] = _look(signed_dossier, settings, instance).asset_events
    assert "no dossier" in (event.description or "")


def test_what_cannot_be_judged_is_said_and_does_not_stop_the_sensor(
    settings: Settings, instance: dg.DagsterInstance, tiny: TinyEdition
) -> None:
    _dossier(settings, tiny, b"%PDF-1.7")
    (settings.raw / "2026" / "rulebook.yml").write_text("edition: [", "utf-8")
    (settings.raw / "2026" / "signoffs" / "signed.pdf").write_bytes(b"%PDF-1.7 signed")
    [event] = _look(signed_dossier, settings, instance).asset_events
    assert "cannot be judged" in (event.description or "")
