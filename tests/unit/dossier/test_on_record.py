"""A published dossier's signers are taken from the record, and only where nothing can have changed since."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.dossier import signers_of, signers_on_record
from orchestration.dossier.register import Dossier
from orchestration.dossier.signers import Signers
from orchestration.release import MANIFEST, RECORD, read_record
from orchestration.run import Run
from orchestration.storage import sha256_file
from tests.fixtures.little_release import House


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = House(tmp_path_factory.mktemp("published"))
    house.release()
    return house.raw.parents[1]


class Published:
    """A published edition whose signed dossier lies where it was handed back."""

    def __init__(self, root: Path) -> None:
        self.house = House(root)
        self.release = self.house.settings.releases / self.house.edition / "1"
        self.manifest = sha256_file(self.release / MANIFEST)
        self.dossier = Dossier("d", self.release, sha256_file(self.release / "dossier.pdf"))
        self.run = Run(self.house.settings, self.house.edition, "test")
        rules = SimpleNamespace(bailiff=SimpleNamespace(signers=["bailiff.pem"], required=1))
        self.run.__dict__["rulebook"] = rules  # the little release's rulebook is too small to be one
        self.handed = self.house.raw / "signoffs" / "signed.pdf"
        self.handed.parent.mkdir()
        shutil.copy(self.release / "dossier-signed-1.pdf", self.handed)

    def on_record(self) -> Signers | None:
        return signers_on_record(self.run, self.dossier, self.release, self.manifest)


@pytest.fixture
def published(made: Path, tmp_path: Path) -> Published:
    shutil.copytree(made, tmp_path / "copy")
    return Published(tmp_path / "copy")


def test_the_record_says_what_a_judgement_says(published: Published) -> None:
    told = published.on_record()
    judged = signers_of(published.run, published.dossier)
    assert told is not None
    assert (told.data, told.each_once(), told.missing) == (judged.data, judged.each_once(), 0)


def _another_manifest(published: Published) -> None:
    published.manifest = "0" * 64


def _edited_record(published: Published) -> None:
    path = published.release / RECORD
    path.chmod(0o644)
    signer = read_record(published.release).signatures[0].signer
    path.write_bytes(path.read_bytes().replace(signer.split(",")[0].encode(), b"Somebody else"))


def _another_file(published: Published) -> None:
    published.handed.with_name("later.pdf").write_bytes(b"%PDF-1.7 something else")


def _changed_file(published: Published) -> None:
    published.handed.write_bytes(published.handed.read_bytes() + b"\n")


def _no_file(published: Published) -> None:
    published.handed.unlink()


def _no_manifest(published: Published) -> None:
    published.release.chmod(0o755)
    (published.release / MANIFEST).unlink()


def _another_dossier(published: Published) -> None:
    published.dossier = Dossier("d", published.release, "0" * 64)


@pytest.mark.parametrize(
    "change",
    [_another_manifest, _edited_record, _another_file, _changed_file, _no_file, _no_manifest, _another_dossier],
)
def test_whatever_changed_since_is_judged_anew(published: Published, change: Any) -> None:
    change(published)
    assert published.on_record() is None


def test_a_stamped_signature_is_judged_anew_for_its_time_is_in_no_record(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.dossier.on_record._is_stamped", lambda path: True)
    assert published.on_record() is None
