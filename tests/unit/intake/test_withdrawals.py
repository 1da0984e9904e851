"""Whether a withdrawal came in time: its day against fieldwork and entry, the lists in force against the data."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.custody import Deposit
from orchestration.intake import Withdrawal, candidate_rows, withdrawals
from orchestration.rulebook import Window
from orchestration.storage import connect

FIELDWORK = Window.model_validate({"start": "2025-09-01", "end": "2025-10-31"})
HEAD = "candidate_id,company_id,company,category_id,status,withdrawn_on\n"


def deposit(seq: int, path: str, stored: Path, received: str = "2025-08-15") -> Deposit:
    return Deposit(
        seq,
        path,
        sha256="0" * 64,
        bytes=1,
        supplier="S",
        received_at=f"{received}T10:00:00+01:00",
        received_by="N",
        replaces=None,
        previous="0" * 64,
        current=True,
        stored=stored,
    )


def found(
    tmp_path: Path, lists: dict[int, str], day: str | None, data: int | None = 5, listed: str = "2025-08-15"
) -> Withdrawal:
    """The one withdrawal; `lists` are the status that each deposited list gives, by its number."""
    deposits = [] if data is None else [deposit(data, "audits/north/phone.csv", tmp_path / "absent")]
    for seq, status in lists.items():
        path = tmp_path / f"{seq}.csv"
        path.write_text(HEAD + f"a-hotels,a,A,hotels,{status},\n" if status else "candidate_id\n1,2\n")
        deposits.append(deposit(seq, "candidates.csv", path, listed))
    with connect(":memory:") as con:
        con.execute("CREATE SCHEMA intake")
        con.execute(
            "CREATE TABLE intake.candidate (candidate_id VARCHAR, company VARCHAR, category_id VARCHAR, status VARCHAR,"
            " withdrawn_on DATE)"
        )
        con.execute("INSERT INTO intake.candidate VALUES ('a-hotels', 'A', 'hotels', 'withdrawn', ?)", [day])
        con.execute("INSERT INTO intake.candidate VALUES ('b-hotels', 'B', 'hotels', 'entered', NULL)")
        (one,) = withdrawals(con, sorted(deposits, key=lambda one: one.seq), FIELDWORK)
    return one


@pytest.mark.parametrize(
    ("lists", "day", "late"),
    [
        ({1: "withdrawn"}, "2025-09-15", ()),
        ({1: "withdrawn"}, "2025-08-01", ()),
        ({1: "entered", 2: "withdrawn"}, "2025-08-20", ()),
        ({1: "entered", 2: "withdrawn"}, "2025-10-31", ()),
        ({1: "entered", 2: "withdrawn"}, "2025-11-01", ("after_fieldwork",)),
        ({1: "entered", 2: "withdrawn"}, "2025-08-14", ("before_entry",)),
        ({1: "entered", 2: "withdrawn"}, None, ("no_date",)),
        ({1: "entered", 6: "withdrawn"}, "2025-09-15", ("entered_with_data",)),
        ({1: "withdrawn", 2: "entered", 6: "withdrawn"}, "2025-09-15", ("entered_with_data",)),
        ({1: "entered", 2: "withdrawn", 6: "withdrawn"}, "2025-09-15", ()),
        ({6: "withdrawn"}, "2025-09-15", ()),
        ({1: "entered"}, "2025-09-15", ("entered_with_data",)),
        ({1: "", 2: "withdrawn"}, "2025-09-15", ()),
    ],
)
def test_what_is_odd_in_a_withdrawal_is_said(
    tmp_path: Path, lists: dict[int, str], day: str | None, late: tuple[str, ...]
) -> None:
    assert found(tmp_path, lists, day).late == late


def test_without_data_no_list_is_too_late(tmp_path: Path) -> None:
    assert found(tmp_path, {1: "entered", 6: "withdrawn"}, "2025-09-15", data=None).late == ()


def test_it_is_named_with_its_day_and_the_deposits_that_say_so(tmp_path: Path) -> None:
    one = found(tmp_path, {1: "entered", 6: "withdrawn", 7: "withdrawn"}, "2025-12-20")
    assert (one.entered_in, one.withdrawn_in) == ((1,), (6, 7))
    assert one.key == "a-hotels 2025-12-20 [after_fieldwork, entered_with_data] (1 → 6)"
    assert replace(one, withdrawn_on=None, entered_in=(), withdrawn_in=(), late=("no_date",)).key == (
        "a-hotels – [no_date] (–)"
    )


def test_a_list_that_first_comes_after_the_data_is_told(tmp_path: Path) -> None:
    """Whoever has seen the data may not then hand in a first list that has a company withdrawn, whatever its day."""
    assert found(tmp_path, {6: "withdrawn"}, "2025-09-15", listed="2025-11-20").late == ("listed_after_data",)
    assert found(tmp_path, {1: "withdrawn"}, "2025-09-15", listed="2025-08-14").late == ()


@pytest.mark.parametrize(
    "header", ['candidate_id,category_id,"note; internal"', 'candidate_id;category_id;"note, internal"']
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_is_cut_where_intake_cuts_it(tmp_path: Path, header: str, end: str) -> None:
    """By the columns that are known: a semicolon in the name of another one blinded the checks that read it."""
    path, delimiter = tmp_path / "candidates.csv", header[len("candidate_id")]
    path.write_bytes(f"{header}{end}A{delimiter}banks{delimiter}x{end}".encode())
    assert [(row["candidate_id"], row["category_id"]) for row in candidate_rows(path)] == [("A", "banks")]
