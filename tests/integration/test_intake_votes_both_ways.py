"""Votes that go past the rules and votes that are judged by them: the same rows, quarantine and accounts."""

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.intake import ddl, landing
from orchestration.intake.landing import Landing
from orchestration.intake.problems import Problems
from orchestration.intake.readers import limits
from orchestration.intake.sources import taken as taking
from orchestration.intake.sources import votes
from orchestration.intake.sources.plain_votes import TakenVotes
from orchestration.intake.times import Clock
from orchestration.rulebook import VOTE_COLUMNS, Rulebook, load_rulebook
from orchestration.storage import connect
from tests.fixtures.tiny import CATEGORY, TinyEdition, encode

Row = dict[str, str]
ODD: dict[str, tuple[str, ...]] = {
    "vote_id": ("V1", "V2", "17", "", "-x", "a..b", "0612345678", "é", "V 3", "V" * 129),
    "voter_key": ("x" * 19, "f" * 64, "aaaa-bbbb-cccc-dddd-eeee-ffff-gggg", "", "cin-" + "a" * 30, "a b", "x@y.zz"),
    "category_id": ("hotels", "banks", "", "none"),
    "candidate_id": ("atlas-hotels", "cedre-banks", "", "nobody"),
    "cast_at": (
        *("2025-10-20 10:00", "2025-10-20T10:00:00.5Z", "2025-10-20T10:00:00+14:00", "2025-10-32T10:00:00Z", "soon"),
        *("1999-09-20T10:00:00Z", "2025-10-20T10:00:00", "2025-10-20T10:00:00+01:60", ""),
        *("2025-10-20T10:00:00.1234567Z", "2025-10-20T10:00:00.123456789+01:00", "2025-10-20T10:00:00.1234567891Z"),
    ),
    "channel": ("app", "sms", "", "0612345678", "two words"),
    "note": ("", "calm", "born 05/11/2025 at 10:30", "0612345678", "x@y.zz", "12", "x (at) y.zz", "é"),
    "ip_hash": ("", "10.0.0.1", "e" * 32, "ab-" * 12),
}
LINES = (b"", b'"', b'a,"b', b"{", b"a,b", b'{"vote_id":"V1","vote_id":"V2"}', b"\xff", b'"two\nlines",x')


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The rules of the tiny edition."""
    raw = TinyEdition().write(tmp_path_factory.mktemp("raw"))
    return load_rulebook(raw / "rulebook.yml", "2026")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks, pieces and batches of a few rows, so that all seams are met."""
    monkeypatch.setattr(limits, "CAREFUL_BYTES", 300)
    monkeypatch.setattr(taking, "AT_ONCE", 5)
    monkeypatch.setattr(landing, "GATHERED", 2)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    """Honest votes, a few of them odd in one cell, a few twice."""
    made: list[Row] = []
    columns = (*VOTE_COLUMNS, *draw(st.sampled_from(((), ("note",)))))
    for number in range(draw(st.integers(1, 14))):
        candidate = draw(st.sampled_from(sorted(CATEGORY)))
        row = {
            "vote_id": f"V{number}",
            "voter_key": f"{number:032x}",
            "category_id": CATEGORY[candidate],
            "candidate_id": candidate,
            "cast_at": f"2025-10-20T10:{number:02d}:00{draw(st.sampled_from(('Z', '+01:00')))}",
            "channel": "site",
            "ip_hash": f"{number:024x}",
            **({"note": "word"} if "note" in columns else {}),
        }
        if draw(st.integers(0, 5)) == 0:
            column = draw(st.sampled_from(columns))
            row[column] = draw(st.sampled_from(ODD[column]))
        made.append(row)
        if draw(st.integers(0, 7)) == 0:
            made.append({**row, "channel": draw(st.sampled_from(("site", "app")))})
    return made


def written(rows: list[Row], form: str, odd: list[tuple[int, bytes]]) -> bytes:
    """A file of votes with odd lines among them."""
    if form == "parquet":
        return encode(rows, form)
    lines = (
        [",".join(rows[0]).encode(), *(",".join(row.values()).encode() for row in rows)]
        if form == "csv"
        else [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    )
    for place, line in odd:
        lines.insert(1 + place % len(lines), line)
    return b"\n".join(lines)


def taken(place: Path, rulebook: Rulebook, quick: bool) -> dict[str, Any]:
    """All that intake says of one file of votes."""
    problems = Problems()
    with connect(":memory:", threads=1) as con:
        con.execute("ATTACH ':memory:' AS scratch")
        con.execute(ddl.INTAKE)
        for candidate, category in CATEGORY.items():
            con.execute("INSERT INTO intake.candidate (candidate_id, category_id) VALUES (?, ?)", [candidate, category])
        landed = Landing(con, problems)
        plain = TakenVotes(con, rulebook, CATEGORY)
        landed.land(
            place,
            place.name,
            source="votes",
            expected=votes.expected(),
            watch=lambda share: None,
            quick=plain if quick else None,
        )
        past = _rows(con, "SELECT count(*) FROM intake.vote")
        plain.settle(landed, place.parent, votes.expected())
        votes.load(con, landed.of("votes"), rulebook, Clock(rulebook.zone, 2024, 2026))
        tables = ("vote", "quarantine", "row_account")
        found = {name: _rows(con, f"SELECT * FROM intake.{name} ORDER BY ALL") for name in tables}
        return {**found, "problems": problems.in_order(), "past": past}


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows(),
    st.sampled_from(("csv", "ndjson", "parquet")),
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(LINES)), max_size=2),
)
def test_both_ways_give_the_same_rows_and_set_the_same_aside(
    tmp_path_factory: pytest.TempPathFactory,
    rulebook: Rulebook,
    rows: list[Row],
    form: str,
    odd: list[tuple[int, bytes]],
) -> None:
    place = tmp_path_factory.mktemp("votes") / f"votes.{form}"
    place.write_bytes(written(rows, form, odd))
    past, judged = taken(place, rulebook, True), taken(place, rulebook, False)
    assert judged.pop("past") == [(0,)]
    past.pop("past")
    assert past == judged


@pytest.fixture
def honest() -> list[Row]:
    """The votes of the tiny edition."""
    rows = TinyEdition().votes
    assert rows is not None
    return rows


@pytest.mark.parametrize("form", ["csv", "csv.gz", "ndjson", "ndjson.gz", "parquet"])
def test_honest_votes_go_past_the_rules_and_their_repeats_come_back_whole(
    form: str, honest: list[Row], rulebook: Rulebook, tmp_path: Path
) -> None:
    rows = [*honest, honest[3], {**honest[7], "channel": "other"}]
    place = tmp_path / f"votes.{form}"
    place.write_bytes(encode(rows, form))
    found = taken(place, rulebook, True)
    assert found["past"] == [(42,)]
    assert len(found["vote"]) == 39
    assert sorted((row[4], json.loads(row[7])["vote_id"]) for row in found["quarantine"]) == [
        ("conflicting_rows", honest[7]["vote_id"]),
        ("conflicting_rows", honest[7]["vote_id"]),
        ("duplicate_row", honest[3]["vote_id"]),
    ]


def test_nothing_stays_of_a_file_that_breaks_off_or_names_a_person(
    honest: list[Row], rulebook: Rulebook, tmp_path: Path
) -> None:
    broken, named = tmp_path / "votes.csv.gz", tmp_path / "votes.csv"
    broken.write_bytes(gzip.compress(encode(honest, "csv"))[:-9])
    named.write_bytes(encode([*honest, {**honest[0], "vote_id": "V9", "voter_key": "0612345678"}], "csv"))
    for place, code in ((broken, "unreadable_file"), (named, "personal_data")):
        found = taken(place, rulebook, True)
        assert (found["past"], found["vote"], [problem.code for problem in found["problems"]]) == ([(0,)], [], [code])


def test_lines_that_need_care_are_landed_before_the_file_ends(
    honest: list[Row], rulebook: Rulebook, tmp_path: Path
) -> None:
    place = tmp_path / "votes.ndjson"
    rows = [*honest[:20], *({**row, "channel": "two words"} for row in honest[20:30]), *honest[30:]]
    escaped = b'{"vote_id": "\\u0056"}\n' * 9
    place.write_bytes(encode(rows, "ndjson").rstrip(b"\n") + b"\n" + escaped)
    past, judged = taken(place, rulebook, True), taken(place, rulebook, False)
    assert past["past"] != judged["past"] and {**past, "past": 0} == {**judged, "past": 0}


def test_a_file_with_a_header_alone_has_no_votes(rulebook: Rulebook, tmp_path: Path) -> None:
    place = tmp_path / "votes.csv"
    place.write_text(",".join(VOTE_COLUMNS) + "\n")
    assert taken(place, rulebook, True)["row_account"] == [("votes.csv", "votes", 0, 0, 0)]
