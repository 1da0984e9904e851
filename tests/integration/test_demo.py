"""`palmares demo` plays both shipped editions: here two tiny ones, with the steps of a run called in this process."""

import shutil
from pathlib import Path

import pytest

from benchmarks.inprocess import Line, Marks
from orchestration.cli import demo
from orchestration.dossier import make as document
from orchestration.publication import publish as publication
from orchestration.publication.warehouse import publish_warehouse
from orchestration.run import Now
from orchestration.settings import Settings
from orchestration.storage import sha256_file
from tests.fixtures.tiny import PASSWORD, TinyEdition
from tests.integration.command import Palmares

pytestmark = pytest.mark.slow


class InProcess:
    """What `launch` does on Dagster's instance, without it; `done` says what was asked for."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.done: list[str] = []

    def _line(self, what: str, settings: Settings, edition: str) -> Line:
        self.done.append(f"{what} {edition}")
        return Line(settings, edition, self.marks)

    def prepare(self, settings: Settings, edition: str) -> None:
        self.judge(settings, edition)
        self.remake_dossier(settings, edition)

    def begin(self, settings: Settings, edition: str) -> None:
        self.done.append(f"begin {edition}")

    def judge(self, settings: Settings, edition: str, begun: None = None) -> None:
        line = self._line("run", settings, edition)
        for step in (line.read, line.build, line.test, line.judge_intake, line.judge_scoring):
            step()

    def judge_again(self, settings: Settings, edition: str) -> None:
        self._line("judge", settings, edition).judge_scoring()
        self.remake_dossier(settings, edition)

    def remake_dossier(self, settings: Settings, edition: str) -> None:
        line = self._line("dossier", settings, edition)
        with line.held():
            document.make_dossier(line.run)

    def publish(self, settings: Settings, edition: str, *, reason: str | None, by: str | None) -> None:
        line = self._line("publish", settings, edition)
        assert reason is None and by is None, "the first publication corrects nothing"
        with line.held():
            publication.publish_release(Now(line.run), publication.CorrectionRequest())
            publish_warehouse(settings)


@pytest.fixture
def launched(marks: Marks, monkeypatch: pytest.MonkeyPatch) -> InProcess:
    launch = InProcess(marks)
    monkeypatch.setattr(demo, "launch", launch)
    return launch


@pytest.fixture
def palmares(
    launched: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Palmares:
    monkeypatch.setattr(demo, "KEY_FILE", TinyEdition().write_p12(tmp_path))
    monkeypatch.setattr(demo, "PASSWORD", PASSWORD.encode())
    before = TinyEdition("2025").audits_only()
    before.rulebook["edition"] = "2025"
    for edition in (before, TinyEdition()):
        edition.write(tmp_path / "raw")
    return Palmares(tmp_path / "var", tmp_path / "raw", capsys, monkeypatch)


def test_both_editions_are_played_in_the_order_of_their_years_and_titles_held_before_are_named(
    palmares: Palmares, launched: InProcess
) -> None:
    said = palmares("--lang", "en", "demo")
    assert said.code == 0, said.err
    assert launched.done == [
        *("begin 2026", "run 2025", "dossier 2025", "publish 2025"),
        *("run 2026", "judge 2026", "dossier 2026", "publish 2026"),
    ]
    before, now = said.out.split("Palmarès 2025")[1].split("Palmarès 2026")
    assert "titles held before" not in before
    assert now.count("(titles held before: 2025 banks, 2025 hotels)") == 2, "Atlas has both titles again"
    done = len(launched.done)
    again = palmares("--lang", "en", "demo", "--json")
    assert launched.done[done:] == []
    assert again.data["edition"] == "2026" and Path(again.data["release"]).name == "1"


def test_what_is_not_shipped_is_said_before_anything_is_run(palmares: Palmares, launched: InProcess) -> None:
    shutil.rmtree(palmares.raw / "2025")
    said = palmares("--lang", "en", "demo")
    assert said.code == 2 and "the shipped edition 2025 is not in" in said.err and launched.done == []


def test_the_newest_edition_is_sealed_drawn_traced_accepted_and_reserved_before_its_one_dossier(
    palmares: Palmares,
) -> None:
    assert palmares("seal", "2026", "collection", "--by", "Me Essai").code == 0
    listed = palmares.raw / "2026" / "candidates.csv"
    again = palmares.raw.parent / "candidates.csv"
    again.write_bytes(listed.read_bytes() + b"\n")
    taken = (
        "deposit",
        "2026",
        again,
        "--supplier",
        "organiser",
        "--by",
        "Nadia Clerk",
        "--replaces",
        sha256_file(listed),
    )
    assert palmares(*taken).code == 0
    said = palmares("demo", "--json")
    assert said.code == 0, said.err
    state = said.data["state"]
    assert [seal["stage"] for seal in state["seals"]] == ["collection", "rules", "collection"]
    assert state["seals"][-1]["corrects"] and not state["seals"][1]["corrects"]
    assert [draw["seed"] for draw in state["draws"]] == ["46132"] and state["reservations"]
