"""No outcome depends on the order of rows or files, on threads, on the clock's zone or on the format of a file."""

import locale
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from benchmarks.compiled import Compiled
from orchestration.intake import load_edition
from orchestration.release.canonical import compute_digest, write_table
from orchestration.release.canonical import table_rows as rows_of
from orchestration.release.catalogue import DIGESTED
from orchestration.settings import Settings
from orchestration.storage.warehouse import connect
from tests.fixtures.tiny import TinyEdition
from tests.integration.conftest import Scored

Results = tuple[str, dict[str, bytes]]


def score(folder: Path, edition: TinyEdition, compiled: Compiled, threads: int = 1, **formats: str) -> Results:
    """The results digest and the bytes of each canonical table."""
    settings = Settings(folder / "home", folder / "raw")
    raw = edition.write(settings.raw, **formats)
    with patch.dict(os.environ, PALMARES_THREADS=str(threads)):
        assert load_edition(settings, edition.edition).problems == ()
    out = folder / "results"
    out.mkdir()
    with connect(settings.work_db(edition.edition), threads=threads) as con:
        compiled.run(con)
        digest = compute_digest(con, raw / "rulebook.yml")
        for table in DIGESTED:
            write_table(out, table, rows_of(con, table))
    return digest, {path.name: path.read_bytes() for path in sorted(out.glob("*.csv"))}


def whole() -> TinyEdition:
    """The tiny edition with a row in every table: a measured criterion, visitors, a journey, a contest."""
    edition = TinyEdition()
    criterion = edition.rulebook["grids"]["phone"][0]
    edition.measure("phone", criterion["id"], "second", ("1", criterion["max"]), ("", 0))
    rows = edition.audits["north/phone"]
    for row in rows:
        row |= {"persona": "visitor", "journey_id": "", "step": "", "repeated": ""}
    carried = [row for row in rows if row["outcome"] == "completed" and not row.get("rechecks")]
    journey = [row for row in carried if row["candidate_id"] == carried[0]["candidate_id"]][:2]
    for step, row in enumerate(journey, 1):
        row |= {"journey_id": "J1", "step": str(step), "repeated": "1"}
    edition.contest(carried[0]["test_id"])
    return edition


def shuffled(edition: TinyEdition) -> TinyEdition:
    """The same rows in another order."""
    chance = random.Random(20261122)
    for rows in [*edition.audits.values(), edition.survey, edition.votes, edition.candidates, edition.targets]:
        chance.shuffle(rows or [])
    return edition


def renamed(edition: TinyEdition) -> TinyEdition:
    """The same files under other names within their folders, in another order of names."""
    names = sorted(edition.audits, reverse=True)
    edition.audits = {
        f"{name.rsplit('/', 1)[0]}/part-{place}": edition.audits[name] for place, name in enumerate(names)
    }
    return edition


@pytest.fixture(scope="module")
def compiled(scored_tiny: Scored) -> Compiled:
    return Compiled.from_manifest(scored_tiny.manifest)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, compiled: Compiled) -> Results:
    return score(tmp_path_factory.mktemp("plain"), whole(), compiled)


def test_every_table_is_compared(expected: Results) -> None:
    assert sorted(expected[1]) == sorted(f"{table.name}.csv" for table in DIGESTED)
    assert all(data.count(b"\n") > 1 for data in expected[1].values())


@pytest.mark.parametrize("change", [shuffled, renamed], ids=["rows shuffled", "files renamed"])
def test_order_and_names_change_nothing(
    change: Callable[[TinyEdition], TinyEdition], tmp_path: Path, compiled: Compiled, expected: Results
) -> None:
    assert score(tmp_path, change(whole()), compiled) == expected


@pytest.mark.parametrize("threads", [2, 8])
def test_threads_change_nothing(threads: int, tmp_path: Path, compiled: Compiled, expected: Results) -> None:
    assert score(tmp_path, shuffled(whole()), compiled, threads) == expected


@pytest.mark.parametrize(
    "formats",
    [{"delimiter": ";", "bom": True}, {"audits": "xlsx", "survey": "parquet", "votes": "ndjson.gz"}],
    ids=["semicolons and a byte order mark", "typed files"],
)
def test_formats_change_nothing(formats: dict[str, Any], tmp_path: Path, compiled: Compiled, expected: Results) -> None:
    assert score(tmp_path, whole(), compiled, **formats) == expected


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns"])
def test_the_zone_and_locale_of_the_machine_change_nothing(
    zone: str, tmp_path: Path, compiled: Compiled, expected: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = locale.setlocale(locale.LC_ALL)
    monkeypatch.setenv("TZ", zone)
    monkeypatch.setenv("LC_ALL", "C")
    time.tzset()
    locale.setlocale(locale.LC_ALL, "C")
    try:
        assert score(tmp_path, whole(), compiled) == expected
    finally:
        monkeypatch.undo()
        time.tzset()
        locale.setlocale(locale.LC_ALL, before)  # or the tests after it would read other programs' words as ASCII
