"""On the shipped edition contests change what they say, the optional columns nothing at all: told by the recount.

`raw/2026` is taken as it is shipped, without the optional columns of its audits, and without its contests (the file,
the corrections that bear one, the rulebook's section), which makes the edition that it would be if nobody could
contest. Compared are the tables with marks, ranks and outcomes, to the micropoint.
"""

import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
import yaml

from orchestration.recount import Recount, recount
from orchestration.sample.circumstances import EFFORTS
from orchestration.sample.filing import ABOUT
from tests.fixtures.shipped import SHIPPED, counted_shipped, stored_weights
from tests.fixtures.tiny import relog

pytestmark = pytest.mark.slow
OPTIONAL = {*ABOUT, *EFFORTS}
ABOUT_MARKS = (
    *("fct_criterion", "fct_channel_mark", "fct_component_mark", "fct_ranking", "laureates", "category_outcome"),
    *("fct_survey_weight", "fct_effort", "fct_measure", "fct_contest"),
)
"""Tables that may not change with the optional columns; of fct_test_mark, what is not one of these columns."""

Rows = dict[tuple[Any, ...], dict[str, Any]]


def changed(folder: Path, change: Callable[[Path], None]) -> Recount:
    """The recount of a changed copy of the shipped edition, its custody log made anew."""
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("signoffs", "superseded"))
    change(folder)
    relog(folder)
    return recount(folder, stored_weights())


def without_optional_columns(folder: Path) -> None:
    """Take the columns out of every file, whatever its format, and leave all else as it was."""
    for path in sorted((folder / "audits").rglob("*.*")):
        data = path.read_bytes()
        path.write_bytes({".csv": _bare_csv, ".xlsx": _bare_xlsx, ".parquet": _bare_parquet}[path.suffix](data))


def _bare_csv(data: bytes) -> bytes:
    delimiter = b";" if data.startswith(b"\xef\xbb\xbf") else b","
    assert b'"' not in data, "no cell is quoted, so lines can be cut at the delimiter"
    lines = [line.split(delimiter) for line in data.splitlines(keepends=True)]
    kept = [place for place, name in enumerate(lines[0]) if name.decode("utf-8-sig").strip() not in OPTIONAL]
    assert len(lines[0]) - len(kept) == len(OPTIONAL)
    width = len(lines[0])
    return b"".join(delimiter.join([line[place] for place in kept] if len(line) == width else line) for line in lines)


def _bare_xlsx(data: bytes) -> bytes:
    book = openpyxl.load_workbook(BytesIO(data))
    page = book.worksheets[0]
    names = [cell.value for cell in page[1]]
    for place in reversed(range(len(names))):
        if names[place] in OPTIONAL:
            page.delete_cols(place + 1)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _bare_parquet(data: bytes) -> bytes:
    table = pq.read_table(BytesIO(data))
    out = BytesIO()
    pq.write_table(table.drop_columns([name for name in table.column_names if name in OPTIONAL]), out)
    return out.getvalue()


def without_contests(folder: Path) -> None:
    """Nobody may contest, and so nobody did."""
    (folder / "contests.csv").unlink()
    entries = yaml.safe_load((folder / "corrections.yml").read_text("utf-8"))
    own = [entry for entry in entries if "contest" not in entry]
    assert 0 < len(own) < len(entries)
    _write_yaml(folder / "corrections.yml", own)
    rules = yaml.safe_load((folder / "rulebook.yml").read_text("utf-8"))
    del rules["contest"]
    _write_yaml(folder / "rulebook.yml", rules)


def _write_yaml(path: Path, content: Any) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


@pytest.fixture(scope="module")
def shipped() -> Recount:
    return counted_shipped()


@pytest.fixture(scope="module")
def uncontested(tmp_path_factory: pytest.TempPathFactory) -> Recount:
    return changed(tmp_path_factory.mktemp("uncontested") / "2026", without_contests)


def by_key(found: Recount, table: str, *key: str) -> Rows:
    rows = found.tables[table]
    keyed = {tuple(row[name] for name in key): row for row in rows}
    assert len(keyed) == len(rows) > 0
    return keyed


def differing(first: Rows, second: Rows) -> Iterator[tuple[Any, ...]]:
    assert first.keys() == second.keys()
    return (key for key, row in first.items() if row != second[key])


def test_without_the_optional_columns_no_mark_rank_or_outcome_differs(shipped: Recount, tmp_path: Path) -> None:
    bare = changed(tmp_path / "2026", without_optional_columns)
    for table in ABOUT_MARKS:
        assert bare.tables[table] == shipped.tables[table] != (), table
    for name in ("fct_journey",):
        assert shipped.tables[name] and not bare.tables[name]
    tests, stripped = (by_key(found, "fct_test_mark", "test_id") for found in (shipped, bare))
    assert tests.keys() == stripped.keys()
    for key, row in tests.items():
        assert {name: cell for name, cell in row.items() if name not in OPTIONAL} == {
            name: cell for name, cell in stripped[key].items() if name not in OPTIONAL
        }
    assert {row["persona"] for row in stripped.values()} == {None} != {row["persona"] for row in tests.values()}


def test_without_contests_every_test_that_was_not_upheld_has_the_same_mark(
    shipped: Recount, uncontested: Recount
) -> None:
    """A rejected contest changes nothing; an excluded test counts with the mark it showed, a corrected one loses."""
    decided = {row["test_id"]: row["decision"] for row in shipped.tables["fct_contest"]}
    with_, without = (by_key(found, "fct_test_mark", "test_id") for found in (shipped, uncontested))
    odd = {key[0] for key in differing(with_, without)}
    assert odd == {test for test, decision in decided.items() if decision != "rejected"} != set()
    for test in odd:
        here, there = with_[test,], without[test,]
        assert there["counted"] and there["exclusion_reason"] is None
        if decided[test] == "excluded":
            assert (here["counted"], here["exclusion_reason"]) == (False, "contested")
            assert here["mark_micro"] == there["mark_micro"]
        else:
            assert here["counted"] and here["mark_micro"] > there["mark_micro"]


def test_without_contests_no_channel_of_a_candidate_that_got_nothing_differs(
    shipped: Recount, uncontested: Recount
) -> None:
    """To the micropoint; where something was upheld, that channel and no other, and neither survey nor vote."""
    tests = by_key(shipped, "fct_test_mark", "test_id")
    upheld = {
        (row["candidate_id"], tests[row["test_id"],]["channel"])
        for row in shipped.tables["fct_contest"]
        if row["decision"] != "rejected"
    }
    pair = shipped, uncontested
    channels = set(differing(*(by_key(found, "fct_channel_mark", "candidate_id", "channel") for found in pair)))
    assert channels <= upheld and len(channels) > 0.9 * len(upheld)
    components = set(differing(*(by_key(found, "fct_component_mark", "candidate_id", "component") for found in pair)))
    assert components <= {(candidate, "audit") for candidate, _ in upheld} and components


def test_without_contests_no_outcome_and_no_laureate_differs(shipped: Recount, uncontested: Recount) -> None:
    """One test of 170 moves a final by hundredths: it decides where two are that near, and in this edition nowhere."""
    for table, key in (("category_outcome", "category_id"), ("laureates", "candidate_id")):
        first, second = (by_key(found, table, "edition", key) for found in (shipped, uncontested))
        assert first.keys() == second.keys()
    outcomes = (by_key(found, "category_outcome", "category_id") for found in (shipped, uncontested))
    assert list(differing(*outcomes)) == []
    ranks = [
        {key: row["rank"] for key, row in by_key(found, "fct_ranking", "candidate_id").items()}
        for found in (shipped, uncontested)
    ]
    assert ranks[0] == ranks[1]
