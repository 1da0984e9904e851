"""Places, people, journeys, facts and measured cells of audits (SPEC 3.2), in every format."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.fixtures.tiny import Row, TinyEdition, columns_of
from tests.integration.intake_ground import take_in

OPTIONAL = {
    "site": "Agence Hassan II n° 3",
    "city": "فاس",
    "persona": "visitor",
    "operator": "Relation & Co",
    "journey_id": "J-7/a",
    "step": "2",
    "repeated": "1",
    "redirected": "0",
    "travelled": "",
    "contradicted": "0",
    "resolved": "1",
}
COLUMNS = ", ".join(OPTIONAL)


def bear(row: Row, **changes: str) -> None:
    """Give a test every optional column; `changes` spoil them."""
    row.update({**OPTIONAL, **changes})


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_every_optional_column_is_read_in_every_format(tiny: TinyEdition, tmp_path: Path, form: str) -> None:
    bear(tiny.test("T001"))
    taken = take_in(tiny, tmp_path, audits=form)
    assert taken.rows(f"SELECT {COLUMNS} FROM intake.test WHERE test_id IN ('T001', 'T002') ORDER BY test_id") == [
        ("Agence Hassan II n° 3", "فاس", "visitor", "Relation & Co", "J-7/a", 2, 1, 0, None, 0, 1),
        (None,) * 11,
    ]
    assert taken.report.unknown_columns == () and taken.set_aside() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("site", " Agence"),
        ("site", "(Agence)"),
        ("site", "A" * 61),
        ("city", "Rabat\tSalé"),
        ("city", "Rabat\u202eelas"),
        ("city", "²nd"),
        ("city", "=HYPERLINK(1)"),
        ("operator", "\u0007Partner"),
        ("persona", "foreign visitor"),
        ("persona", "visiteur-étranger"),
        ("persona", "7days"),
        ("journey_id", "../J1"),
        ("journey_id", "J 1"),
        ("step", "0"),
        ("step", "1000"),
        ("step", "1.0"),
        ("step", "first"),
        ("repeated", "2"),
        ("redirected", "NA"),
        ("travelled", "yes"),
        ("contradicted", "true"),
        ("resolved", "-1"),
    ],
)
def test_a_malformed_one_sets_the_test_aside(tiny: TinyEdition, tmp_path: Path, column: str, value: str) -> None:
    bear(tiny.test("T001"), **{column: value})
    taken = take_in(tiny, tmp_path)
    assert taken.set_aside() == [("T001", "malformed_value", column)]


def test_a_step_without_a_journey_is_malformed_and_a_journey_without_a_step_is_not(
    tiny: TinyEdition, tmp_path: Path
) -> None:
    tiny.test("T001").update(step="1")
    tiny.test("T002").update(journey_id="J1")
    taken = take_in(tiny, tmp_path)
    assert taken.set_aside() == [("T001", "malformed_value", "step")]


@pytest.mark.parametrize("value", ["A" * 60, "7 rue de Fès", "م", "Ex\u00a0voto", "A–b, c (d) & e’s"])
def test_a_name_is_printable_and_begins_with_a_letter_or_digit(tiny: TinyEdition, tmp_path: Path, value: str) -> None:
    bear(tiny.test("T001"), site=value)
    assert take_in(tiny, tmp_path).rows("SELECT site FROM intake.test WHERE site IS NOT NULL") == [(value,)]


def test_a_repeat_compares_the_new_columns_by_value(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.rulebook["quarantine"]["max_share"] = 10_000
    for test_id, changes in (
        ("T001", {"step": "002", "repeated": "01"}),
        ("T002", {"city": "Fès"}),
        ("T003", {"step": "3"}),
        ("T004", {"travelled": "0"}),
    ):
        row = tiny.test(test_id)
        bear(row)
        tiny.audits["north/phone"].append({**row, **changes})
    taken = take_in(tiny, tmp_path)
    differ = [(test_id, "conflicting_rows") for test_id in ("T002", "T003", "T004")]
    found = sorted((key, reason) for key, reason, _ in taken.set_aside())
    assert found == sorted([("T001", "duplicate_row"), *differ, *differ])


def test_a_column_that_a_file_lacks_is_an_empty_one(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.audits["north/phone2"] = [dict(tiny.test("T001"))]
    bear(tiny.test("T002"))
    assert [reason for _, reason, _ in take_in(tiny, tmp_path).set_aside()] == ["duplicate_row"]


def measured(tiny: TinyEdition, *cells: str) -> None:
    """The greeting of phone tests becomes seconds waited: 20 and 60.5 are the bounds; the first tests bear `cells`."""
    tiny.measure("phone", "greeting", "second", ("20", 4), ("60.5", 2), ("", 0))
    phone = [row for row in tiny.tests() if row["channel"] == "phone" and row["outcome"] == "completed"]
    for row, cell in zip(phone, [*cells, *["1"] * len(phone)], strict=False):
        row["greeting"] = cell


def test_a_measured_cell_gives_the_points_of_its_band_and_is_kept(tiny: TinyEdition, tmp_path: Path) -> None:
    measured(tiny, "0", "19.999", "20", "60.499", "60.5", "999999.999", "NA", "")
    taken = take_in(tiny, tmp_path)
    numbers = taken.rows(
        "SELECT r.rating, m.value_thousandths FROM intake.rating AS r"
        " JOIN intake.measure AS m USING (test_id, criterion_id)"
        " WHERE m.value_thousandths <> 1000 ORDER BY m.value_thousandths"
    )
    assert numbers == [(4, 0), (4, 19_999), (2, 20_000), (2, 60_499), (0, 60_500), (0, 999_999_999)]
    empty = taken.rows(
        "SELECT count(*) FROM intake.test WHERE channel = 'phone' AND outcome = 'completed'"
        " AND test_id NOT IN (SELECT test_id FROM intake.measure)"
    )
    assert empty == [(2,)] and taken.rows("SELECT DISTINCT criterion_id FROM intake.measure") == [("greeting",)]
    assert taken.rows("SELECT channel, criterion_id, unit FROM rulebook.criterion WHERE unit IS NOT NULL") == [
        ("phone", "greeting", "second")
    ]


@pytest.mark.parametrize(
    "cell", ["-1", "+1", "1000000", "1.0000", "1,5", ".5", "5.", "1e3", "١٢", "12 s", "inf", "na", " 12", "0x1"]
)
def test_a_cell_that_is_no_such_number_sets_the_test_aside(tiny: TinyEdition, tmp_path: Path, cell: str) -> None:
    measured(tiny, cell)
    assert take_in(tiny, tmp_path).set_aside() == [("T001", "malformed_value", "greeting")]


def test_repeats_compare_what_was_measured_and_not_its_points(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.rulebook["quarantine"]["max_share"] = 10_000
    measured(tiny, "12", "12", "NA")
    rows = tiny.audits["north/phone"]
    rows += [{**rows[0], "greeting": "012.00"}, {**rows[1], "greeting": "12.001"}, {**rows[2], "greeting": ""}]
    assert [(key, reason) for key, reason, _ in take_in(tiny, tmp_path).set_aside()] == [
        ("T002", "conflicting_rows"),
        ("T001", "duplicate_row"),
        ("T002", "conflicting_rows"),
        ("T003", "duplicate_row"),
    ]


TYPES: list[tuple[Any, list[Any]]] = [
    (pa.float32(), [0.1, 19.9]),
    (pa.float64(), [0.1, 19.9]),
    (pa.decimal128(9, 4), ["0.1000", "19.9000"]),
    (pa.string(), ["0.1", "19.9"]),
]


@pytest.mark.parametrize(("kind", "values"), TYPES, ids=[str(kind) for kind, _ in TYPES])
def test_a_typed_number_reads_as_a_csv_would_hold_it(
    tiny: TinyEdition, tmp_path: Path, kind: Any, values: list[Any]
) -> None:
    measured(tiny)
    tiny.write(tmp_path / "raw", audits="parquet")
    rows = tiny.audits["north/phone"]
    table: dict[str, Any] = {name: pa.array([row.get(name) or None for row in rows]) for name in columns_of(rows)}
    cells = [*values, *[None] * (len(rows) - 2)]
    table["greeting"] = pa.array(cells, pa.string()).cast(kind) if pa.types.is_decimal(kind) else pa.array(cells, kind)
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(table), sink)
    tiny.extra["audits/north/phone.parquet"] = sink.getvalue().to_pybytes()
    taken = take_in(tiny, tmp_path, audits="parquet")
    assert taken.rows("SELECT test_id, value_thousandths FROM intake.measure ORDER BY test_id LIMIT 2") == [
        ("T001", 100),
        ("T002", 19_900),
    ]


def test_a_true_cell_of_a_workbook_is_a_one(tiny: TinyEdition, tmp_path: Path) -> None:
    import io

    import openpyxl

    tiny.extra["audits/north/phone.csv"] = None
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows = tiny.audits["north/phone"]
    sheet.append([*columns_of(rows), "resolved"])
    for place, row in enumerate(rows):
        sheet.append([*(row[name] or None for name in columns_of(rows)), place % 2 == 0])
    buffer = io.BytesIO()
    book.save(buffer)
    tiny.extra["audits/north/phone.xlsx"] = buffer.getvalue()
    taken = take_in(tiny, tmp_path)
    assert taken.rows("SELECT resolved FROM intake.test WHERE test_id IN ('T001', 'T002') ORDER BY test_id") == [
        (1,),
        (0,),
    ]


def test_the_plan_and_the_firms_stand_in_the_warehouse(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.rulebook["channels"]["phone"]["planned_by"] = {"language": {"fr": 1, "ar": 1}, "city": {"Fès": 2}}
    tiny.rulebook["field_firms"] = {"north": "North Field & Co", "gone": "Gone"}
    taken = take_in(tiny, tmp_path)
    assert taken.rows("SELECT * FROM rulebook.planned_by ORDER BY ALL") == [
        ("phone", "city", "Fès", 2),
        ("phone", "language", "ar", 1),
        ("phone", "language", "fr", 1),
    ]
    assert taken.rows("SELECT * FROM rulebook.field_firm ORDER BY ALL") == [
        ("gone", "Gone"),
        ("north", "North Field & Co"),
    ]
