"""Vote files as columns: whatever line needs care gets it, whatever file is broken is refused."""

import gzip
import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from orchestration.recount import blocks, votelines
from orchestration.recount.errors import CannotRecount

NAMES = votelines.COLUMNS


def read(tmp_path: Path, name: str, data: bytes, *named: str) -> tuple[list[tuple[Any, ...]], int]:
    """Line and cells of each row (the seven, then those of the named columns), and how many cannot be read."""
    place = tmp_path / name
    place.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    rows: list[tuple[Any, ...]] = []
    lost = 0
    for numbers, frame, unreadable in votelines.pieces(place, f"votes/{name}", named, lambda done: None):
        assert sorted(frame.columns) == sorted({*NAMES, *named}) and numbers.name == "line"
        rows += zip(numbers, *(frame[column] for column in (*NAMES, *named)), strict=True)
        lost += unreadable
    return rows, lost


HEADER = ",".join(NAMES).encode() + b"\n"
CELLS = tuple("abcdefg")
LINE = ",".join(CELLS).encode() + b"\n"


@pytest.mark.parametrize("block", [8, 70, 2**20])
@pytest.mark.parametrize("name", ["v.csv", "v.csv.gz"])
@pytest.mark.parametrize(
    ("data", "lines", "lost"),
    [
        (HEADER + LINE * 3, [2, 3, 4], 0),
        (b"\xef\xbb\xbf" + HEADER.replace(b"\n", b"\r\n") + LINE.replace(b"\n", b"\r\n") * 2, [2, 3], 0),
        (b"\n\r\n" + HEADER + b"\n" + LINE + b"\r\n" + LINE.strip(), [5, 7], 0),
        (HEADER + LINE + b"a,b\n" + LINE + b"1,2,3,4,5,6,7,8\n" + LINE, [2, 4, 6], 2),
        (HEADER + LINE + b"a,b,c,d,e,f,\xff\n" + LINE, [2, 4], 1),
        (HEADER + LINE + LINE.replace(b"c", b'"c"') + LINE, [2, 3, 4], 0),
        (HEADER + LINE * 20 + b'a,"b,c,d,e,f,g\n' + LINE * 5, [*range(2, 22), *range(23, 28)], 1),
        (HEADER + LINE * 20 + b'a,"b,c,d,e,f,g\n' + LINE * 5 + b'x"' + LINE, [*range(2, 22), *range(23, 28)], 2),
        (HEADER.replace(b",", b";") + LINE.replace(b",", b";"), [2], 0),
    ],
)
def test_csv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, name: str, data: bytes, lines: list[int], lost: int
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", block if block > 60 else 2**7)
    rows, unreadable = read(tmp_path, name, data)
    assert [row[0] for row in rows] == lines and unreadable == lost
    assert {row[1:] for row in rows} == {CELLS}


def test_csv_columns_in_any_order_and_some_that_nobody_asked_for(tmp_path: Path) -> None:
    header = ",".join(["x", *reversed(NAMES)]).encode() + b"\n"
    assert read(tmp_path, "v.csv", header + b"?,g,f,e,d,c,b,a\n") == ([(2, *CELLS)], 0)
    quoted = b'"?\n?",g,f,e,d,c,b,a\n'  # a line break in a column that is not used
    assert read(tmp_path, "v.csv", header + quoted + b"?,g,f,e,d,c,b,a\n") == ([(2, *CELLS), (4, *CELLS)], 0)


@pytest.mark.parametrize(
    ("name", "data", "named"),
    [
        ("v.csv", b"", "empty"),
        ("v.csv", b"\n\n", "empty"),
        ("v.csv", b"\xff\n", "header"),
        ("v.csv", HEADER.replace(b"ip_hash", b"ip"), "ip_hash is missing"),
        ("v.csv", HEADER.replace(b"channel", b"ip_hash"), "stands twice"),
        ("v.csv", HEADER.replace(b"channel", b"chan\0nel"), "name of channel"),
        ("v.ndjson", b'{"vote_id": "1"}\n', "ip_hash is missing"),
    ],
)
def test_files_that_cannot_be_used_at_all(tmp_path: Path, name: str, data: bytes, named: str) -> None:
    with pytest.raises(CannotRecount, match=named):
        read(tmp_path, name, data)


def test_columns_that_nobody_reads_may_be_called_alike_unless_a_correction_names_them(tmp_path: Path) -> None:
    data = HEADER.strip() + b",,,row,row\n" + LINE.strip() + b",1,2,3,4\n"
    assert read(tmp_path, "v.csv", data) == ([(2, *CELLS)], 0)
    with pytest.raises(CannotRecount, match="'row' stands twice"):
        read(tmp_path, "v.csv", data, "row")


def test_gzip_that_is_cut_off_or_none_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(HEADER + LINE * 1000)
    for data in (whole[:-20], b"plain text\n", whole[:20] + b"\x00" * 20 + whole[40:]):
        (tmp_path / "v.csv.gz").write_bytes(data)
        with pytest.raises(CannotRecount, match="cannot be read to its end"):
            list(votelines.pieces(tmp_path / "v.csv.gz", "votes/v.csv.gz", (), lambda done: None))


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 2**14)
    monkeypatch.setattr(blocks, "LONGEST_LINE", 2**16)
    rows, _ = read(tmp_path, "v.csv", HEADER + LINE.replace(b"a,", b"a" * 2**15 + b",", 1))
    assert len(rows) == 1, "a line may be longer than what is read at once"
    with pytest.raises(CannotRecount, match="longer than"):
        read(tmp_path, "v.csv", HEADER + b"x" * 2**18)
    monkeypatch.setattr(blocks, "BOMB_BYTES", 2**20)
    with pytest.raises(CannotRecount, match="times its size"):
        read(tmp_path, "v.csv.gz", HEADER + b"\n" * 2**22)


def member(**changes: Any) -> dict[str, Any]:
    return {**dict(zip(NAMES, CELLS, strict=True)), **changes}


def test_ndjson_lines_that_need_care_are_read_like_the_others(tmp_path: Path) -> None:
    lines = [
        json.dumps(member()),
        json.dumps(member(), separators=(",", ":")),
        json.dumps(dict(reversed(member().items()))),
        json.dumps(member(extra={"deep": [1, None]})),
        json.dumps(member()).replace('"a"', '"\\u0061"'),
        "",
        "  " + json.dumps(member()) + " ",
    ]
    rows, lost = read(tmp_path, "v.ndjson", "\r\n".join(lines).encode())
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 7] and lost == 0
    assert {row[1:] for row in rows} == {CELLS}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (10**30, str(10**30)),
        (4.0, "4"),
        (1e22, "1" + "0" * 22),
        (1.5e-7, "0.00000015"),
        (1e300, "1e+300"),
        ("4.0", "4.0"),
        (None, ""),
        (True, "true"),
        ("é", "é"),
        ('q"\\', 'q"\\'),
        ([1], '["1"]'),
        ({}, "[]"),
    ],
)
def test_ndjson_values_as_text(tmp_path: Path, value: Any, text: str) -> None:
    rows, lost = read(
        tmp_path, "v.ndjson.gz", json.dumps(member(vote_id=value)).encode() + b"\n" + json.dumps(member()).encode()
    )
    assert [row[1] for row in rows] == [text, "a"] and lost == 0


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"1",
        b"null",
        b'"x"',
        b" ",
        json.dumps(member()).encode() + b"x",
        json.dumps(member()).encode()[:-1] + b', "vote_id": "z"}',
        json.dumps(member(vote_id="\ud800")).encode(),
        json.dumps(member(vote_id=float("nan"))).encode(),
        b'{"vote_id": "\xff"}',
        json.dumps(member()).encode().replace(b'"a"', b'"a\tb"'),
        b"[" * 100_000,
    ],
)
def test_ndjson_lines_that_cannot_be_read_are_set_aside(tmp_path: Path, line: bytes) -> None:
    good = json.dumps(member()).encode()
    rows, lost = read(tmp_path, "v.ndjson", b"\n".join([good, line, good]))
    assert ([row[0] for row in rows], lost) == ([1, 3], 1)


def test_ndjson_without_a_plain_line_is_read_one_by_one(tmp_path: Path) -> None:
    lines = [json.dumps(member(**{"a b": "x"})).encode() for _ in range(3)]
    rows, lost = read(tmp_path, "v.ndjson", b"\n".join(lines))
    assert [row[1:] for row in rows] == [CELLS] * 3 and lost == 0


def test_an_ndjson_line_that_lacks_a_column_leaves_it_empty(tmp_path: Path) -> None:
    short = {name: value for name, value in member().items() if name != "ip_hash"}
    lines = [json.dumps(short).encode(), json.dumps(member()).encode()]
    rows, lost = read(tmp_path, "v.ndjson", b"\n".join(lines))
    assert [row[7] for row in rows] == ["", "g"] and lost == 0


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["x", None], ["x", ""]),
        ([7, None], ["7", ""]),
        ([4.0, 4.5, float("nan"), None, float("inf")], ["4", "4.5", "", "", "inf"]),
        ([True, None], ["true", ""]),
        ([datetime(2025, 10, 1, 9, 30), None], ["2025-10-01T09:30:00", ""]),
        ([Decimal("1.50"), Decimal("0.00"), None], ["1.5", "0", ""]),
        ([time(9, 30)], ["09:30:00"]),
        ([datetime(2025, 10, 1, 9, 30, 0, 1, tzinfo=UTC)], ["2025-10-01T09:30:00.000001Z"]),
        ([date(2025, 10, 1)], ["2025-10-01"]),
        ([None, None], ["", ""]),
    ],
)
def test_parquet_values_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: list[Any], texts: list[str]
) -> None:
    monkeypatch.setattr(votelines, "PARQUET_ROWS", 1)
    place = tmp_path / "v.parquet"
    columns: dict[str, Any] = {name: ["x"] * len(values) for name in NAMES}
    pl.DataFrame({**columns, "cast_at": values, "also": 1}).write_parquet(place)
    read = list(votelines.pieces(place, "votes/v.parquet", (), lambda done: None))
    assert [row for _, frame, _ in read for row in frame["cast_at"]] == texts
    assert [line for lines, _, _ in read for line in lines] == list(range(1, len(values) + 1))


def test_parquet_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "v.parquet"
    place.write_bytes(b"PAR1 nothing")
    with pytest.raises(CannotRecount, match="not a readable Parquet"):
        list(votelines.pieces(place, "votes/v.parquet", (), lambda done: None))
    pl.DataFrame({name: ["x" * 40, "y" * 50] * 500 for name in NAMES}).write_parquet(place)
    data = bytearray(place.read_bytes())
    data[4:60] = b"\xff" * 56  # the first page; the footer still tells the columns
    place.write_bytes(bytes(data))
    with pytest.raises(CannotRecount, match="not a readable Parquet"):
        list(votelines.pieces(place, "votes/v.parquet", (), lambda done: None))
    pl.DataFrame({**{name: ["x"] for name in NAMES}, "ip_hash": [["a"]]}).write_parquet(place)
    with pytest.raises(CannotRecount, match="ip_hash is of a type"):
        list(votelines.pieces(place, "votes/v.parquet", (), lambda done: None))
    pl.DataFrame({"vote_id": ["x"]}).write_parquet(place)
    with pytest.raises(CannotRecount, match="is missing"):
        list(votelines.pieces(place, "votes/v.parquet", (), lambda done: None))


def test_columns_that_a_correction_names_are_read_too_whatever_their_name(tmp_path: Path) -> None:
    expected = ([(2, *CELLS, "7", "a"), (3, *CELLS, "8\n9", "a")], 0)
    text = HEADER.strip() + b",line\n" + LINE.strip() + b",7\n" + LINE.strip() + b',"8\n9"\n'
    assert read(tmp_path, "v.csv", text, "line", "vote_id") == expected
    lines = [json.dumps(member(line="7")), json.dumps(member(line=True)), json.dumps(member())]
    rows, _ = read(tmp_path, "v.ndjson", "\n".join(lines).encode(), "line", "vote_id")
    assert [row[8:] for row in rows] == [("7", "a"), ("true", "a"), ("", "a")]
    place = tmp_path / "v.parquet"
    pl.DataFrame({**{name: ["x"] for name in NAMES}, "line": [7], "also": [[1]]}).write_parquet(place)
    ((numbers, frame, _),) = votelines.pieces(place, "votes/v.parquet", ("line", "gone"), lambda done: None)
    assert list(numbers) == [1] and list(frame["line"]) == ["7"] and "also" not in frame.columns


def test_a_key_that_a_correction_names_and_no_line_has_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CannotRecount, match="the column row is missing"):
        read(tmp_path, "v.ndjson", json.dumps(member()).encode(), "row")
