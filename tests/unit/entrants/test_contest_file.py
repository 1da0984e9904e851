"""contests.csv written anew: every cell of every other row stays as it was."""

import csv
import io

import pytest

from orchestration.entrants.contest_file import ContestFile
from orchestration.errors import Refused
from orchestration.intake.sources.contests import COLUMNS

HEAD = ",".join(COLUMNS)


def test_a_file_that_is_read_and_written_says_the_same() -> None:
    rows = [
        ["K1", "a", "T1", "2025-11-17", "other", "rejected", "2025-11-18", 'Heard, "twice"\nand again; دليل'],
        ["", "b;c", " T2 ", "", "unfair", "", "soon", "=1+1"],
    ]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    file = ContestFile.parse(text.getvalue().encode())
    assert file.rendered() == text.getvalue().encode()
    assert file.row("K1")["reason"] == rows[0][-1]


def test_order_of_columns_unknown_columns_and_semicolons_are_kept() -> None:
    data = "\ufeffremark;" + HEAD.replace(",", ";") + "\nlate;K1;a;T1;2025-11-17;other;;;\n"
    file = ContestFile.parse(data.encode())
    assert file.rendered() == data.removeprefix("\ufeff").encode()
    file.rows.append(dict.fromkeys(COLUMNS, "x"))
    assert file.rendered().decode().endswith("\n;x;x;x;x;x;x;x;x\n")


def test_a_semicolon_in_the_name_of_an_unknown_column_cuts_nothing() -> None:
    data = f'{HEAD},"a; b; c; d; e; f; g; h; i; j"\nK1,a,T1,2025-11-17,other,,,,x\n'
    file = ContestFile.parse(data.encode())
    assert file.rendered().decode().replace('"', "") == data.replace('"', "") and file.row("K1")["test_id"] == "T1"


@pytest.mark.parametrize("line", ["K2,a,T2", 'K2,"a,T2,2025-11-17,other,,,', "K2,a,T2,2025-11-17,other,,,,extra"])
def test_a_line_that_is_no_row_is_not_lost_in_silence(line: str) -> None:
    with pytest.raises(Refused, match="deposit a corrected file first"):
        ContestFile.parse(f"{HEAD}\nK1,a,T1,2025-11-17,other,,,\n{line}\n".encode())


def test_an_id_names_the_test_and_is_nobody_elses() -> None:
    file = ContestFile.empty()
    assert file.next_id("T1") == "K-T1"
    file.rows += [{"contest_id": "K-T1"}, {"contest_id": "K-T1-2"}]
    assert file.next_id("T1") == "K-T1-3" and file.next_id("T2") == "K-T2"
    assert len(file.next_id("T" * 128)) == 122
