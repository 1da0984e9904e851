"""With the deposits at hand a release is counted again: it agrees to the micropoint, or each difference is named."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import custody
from orchestration.errors import InputError
from orchestration.verify.run import verify
from orchestration.verify.verdict import Verdict
from tests.fixtures.little_release import TrueHouse, reseal
from tests.fixtures.tiny import relog

Copy = Callable[[], Path]


@pytest.fixture
def raw(true_house: TrueHouse, tmp_path: Path) -> Path:
    """The edition's deposits, a copy to tamper with."""
    return Path(shutil.copytree(true_house.raw, tmp_path / "raw" / "2026"))


def codes(folder: Path, raw: Path) -> set[tuple[str, str]]:
    """(code, path) of every finding."""
    return {(one.code, one.path) for one in verify(folder, raw=raw).findings}


def test_the_deposits_are_counted_again_and_vouch_for_nothing(sealed: Path, raw: Path) -> None:
    told: list[str] = []
    report = verify(sealed, raw=raw.parent, progress=lambda what, done, total: told.append(what))
    assert (report.verdict, report.anchored_by) == (Verdict.NOT_ANCHORED, ())
    assert report.recount is not None and report.recount.differences == 0
    assert report.recount.rows > 90 and report.recount.tables["fct_test_mark"] > 300
    assert set(told) >= {"audits", "votes"} and "Recount: 7 files" in report.as_text()
    assert report.as_json()["recount"]["differences"] == 0


def test_a_folder_without_deposits_is_wrong_use(sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no deposits of edition 2026"):
        verify(sealed, raw=tmp_path)


def test_a_changed_a_missing_and_an_extra_deposit_are_named(sealed: Path, raw: Path) -> None:
    (raw / "votes" / "votes.csv").unlink()
    report = verify(sealed, raw=raw)
    assert (report.verdict, report.recount) == (Verdict.INCOMPLETE, None)
    assert codes(sealed, raw) == {("deposits_file_missing", "votes/votes.csv")}
    (raw / "votes" / "more.csv").write_bytes(b"x")
    candidates = raw / "candidates.csv"
    candidates.write_bytes(candidates.read_bytes().replace(b"Atlas", b"Atlaz"))
    assert codes(sealed, raw) >= {
        ("deposits_file_unlisted", "votes/more.csv"),
        ("deposits_file_changed", "candidates.csv"),
    }
    assert verify(sealed, raw=raw).verdict is Verdict.ALTERED


def test_deposits_with_another_log_are_not_those_of_the_release(sealed: Path, raw: Path) -> None:
    (raw / "votes" / "more.csv").write_bytes((raw / "votes" / "votes.csv").read_bytes())
    relog(raw)
    assert codes(sealed, raw) == {("deposits_log", "deposits.jsonl")}


def test_deposits_that_came_later_do_not_count_against_a_release(sealed: Path, raw: Path, tmp_path: Path) -> None:
    late = tmp_path / "candidates.csv"
    late.write_bytes((raw / "candidates.csv").read_bytes().replace(b"Atlas", b"Atlas Group"))
    replaced = next(one.sha256 for one in custody.read_log(raw) if one.path == "candidates.csv")
    custody.deposit(raw, [late], "Organiser", "Nadia", as_path="candidates.csv", replaces=replaced)
    report = verify(sealed, raw=raw)
    assert (report.verdict, report.findings) == (Verdict.NOT_ANCHORED, ()), report.as_text()
    assert "Deposits came after this release" in report.as_text()
    (raw / "superseded" / replaced).unlink()
    assert codes(sealed, raw) == {("deposits_file_changed", "candidates.csv")}
    (raw / "candidates.csv").unlink()
    assert codes(sealed, raw) == {("deposits_file_missing", "candidates.csv")}


def test_results_that_the_deposits_do_not_give_differ_cell_by_cell(copy: Copy, raw: Path) -> None:
    folder = copy()
    path = folder / "results" / "fct_effort.csv"
    path.write_bytes(path.read_bytes().replace(b"atlas-banks,8,", b"atlas-banks,9,"))
    report = verify(reseal(folder), raw=raw)
    told = [one for one in report.findings if one.code == "recount_differs"]
    assert [(one.path, one.message) for one in told] == [
        ("results/fct_effort.csv", "atlas-banks responses: released 9, recounted 8")
    ]
    assert report.recount is not None and report.recount.differences == 1


def test_a_custody_log_that_is_not_sound_is_not_counted(copy: Copy, raw: Path) -> None:
    folder = copy()
    (folder / "deposits.jsonl").write_bytes(b"x")
    report = verify(folder, raw=raw)
    assert report.recount is None and report.verdict is Verdict.ALTERED


def _insiders_release(root: Path, change: Callable[[TrueHouse], object]) -> tuple[Path, Path]:
    """Everything is in order and signed, but the deposits never gave these results."""
    house = TrueHouse(root)
    results = house.results()
    change(house)
    house.tiny.write(house.raw.parent)
    house.marts_of(results)
    return house.release(), house.raw


def _drop_column(house: TrueHouse) -> None:
    for row in house.tiny.audits["north/phone"]:
        del row["courtesy"]


def _other_rating(house: TrueHouse) -> None:
    house.tiny.test("T001")["greeting"] = "0"


def test_an_insider_s_release_that_the_deposits_do_not_give_is_found(tmp_path: Path) -> None:
    folder, raw = _insiders_release(tmp_path, _other_rating)
    assert verify(folder).findings == ()
    report = verify(folder, raw=raw)
    assert (report.verdict, report.exit_code) == (Verdict.RECOUNT_DIFFERS, 6)
    assert {one.path for one in report.findings} >= {"results/fct_test_mark.csv", "results/fct_ranking.csv"}


def test_deposits_that_cannot_be_counted_give_no_release(tmp_path: Path) -> None:
    folder, raw = _insiders_release(tmp_path, _drop_column)
    report = verify(folder, raw=raw)
    assert report.verdict is Verdict.RECOUNT_DIFFERS
    assert {one.code for one in report.findings} == {"recount_stopped"}


def test_a_verification_that_is_interrupted_is_no_verdict(sealed: Path, raw: Path) -> None:
    def closed(what: str, done: int, total: int) -> None:
        raise BrokenPipeError("nobody listens")

    report = verify(sealed, raw=raw, progress=closed)
    assert report.verdict is Verdict.UNVERIFIABLE and report.findings[0].code == "stopped"


def test_other_time_zones_than_those_of_the_release_are_told(
    sealed: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Morocco's hours of Ramadan differ from one version of the database to the next."""
    assert not any("tzdata" in remark for remark in verify(sealed, raw=raw).remarks)
    monkeypatch.setattr("orchestration.verify.run.installed", lambda name: "2019.1")
    assert any("tzdata" in remark and "2019.1" in remark for remark in verify(sealed, raw=raw).remarks)
