"""Personal data: what is recognised, and where."""

import duckdb
import pytest

from orchestration.intake.personal import Kind, condition, kind_of, looks_personal, register, search

PERSONAL_KEYS = [
    *("ana@example.ma", "0612345678", "+212612345678", "+212 6 12 34 56 78", "00212612345678", "06.12.34.56.78"),
    *(
        "05-22-12-34-56",
        "+33 (0)6 12 34 56 78",
        "AB123456",
        "k12345",
        "192.168.1.10",
        "2001:db8::1",
        " ana@example.ma ",
    ),
]
GOOD_KEYS = [
    *("1e6003061648b523f457", "a" * 64, "0" * 32, "0884535f5052597c5120", "f0de1ab01757745a5f6d", "K0001", "1234567"),
    *("v-000123", "R001", "ABC123456"),
]


def in_sql(cell: str, kind: Kind) -> bool:
    """What DuckDB says of a cell."""
    with duckdb.connect() as con:
        register(con)
        (found,) = con.execute(f"SELECT {condition('x', kind)} FROM (SELECT ?::VARCHAR AS x)", [cell]).fetchone() or (
            None,
        )
    return bool(found)


@pytest.mark.parametrize("cell", PERSONAL_KEYS)
def test_a_key_that_is_a_person_is_recognised(cell: str) -> None:
    assert in_sql(cell, Kind.KEY)
    assert looks_personal(cell, Kind.KEY)


@pytest.mark.parametrize("cell", GOOD_KEYS)
def test_a_keyed_hash_is_not_taken_for_a_person(cell: str) -> None:
    assert not in_sql(cell, Kind.KEY)
    assert not looks_personal(cell, Kind.KEY)


@pytest.mark.parametrize(
    ("cell", "kind", "personal"),
    [
        ("appeler Mme X au 06 12 34 56 78 svp", Kind.TEXT, True),
        ("écrire à x.y@example.ma", Kind.TEXT, True),
        ("tel:+212612345678", Kind.TEXT, True),
        ("commande 2025-06-11 10:30:00", Kind.TEXT, False),
        ("réf. AB123456", Kind.TEXT, False),
        ("T0612345678", Kind.TEXT, False),
        ("0612345678", Kind.ID, True),
        ("0000012345", Kind.ID, False),
        ("T/ana@example.ma", Kind.ID, True),
        ("S-0612345678", Kind.ID, False),
        ("2025-10-01T09:00:00+01:00", Kind.ID, False),
        ("2025-10-01T09:00:00.061234567+01:00", Kind.ID, False),
        ("15", Kind.ID, False),
    ],
)
def test_elsewhere_addresses_and_phone_numbers_are_recognised(cell: str, kind: Kind, personal: bool) -> None:
    assert in_sql(cell, kind) is personal
    assert looks_personal(cell, kind) is personal


def test_a_column_is_searched_as_what_it_is() -> None:
    assert kind_of("voter_key", known=True) is Kind.KEY
    assert kind_of("test_id", known=True) is Kind.ID
    assert kind_of("company", known=True) is Kind.TEXT
    assert kind_of("voter_key", known=False) is Kind.TEXT


def test_what_is_found_names_lines_and_never_the_value() -> None:
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE t AS SELECT n AS line, 'x' || n || '@example.ma' AS c0, 'ok' AS c1 FROM range(2, 42) r(n)"
        )
        register(con)
        (found,) = search(con, "t", [("c0", "note", Kind.TEXT), ("c1", "other", Kind.TEXT)])
    assert (found.column, found.cells, found.lines) == ("note", 40, tuple(range(2, 22)))
    assert "example" not in str(found)
    assert found.shown_lines.startswith("2, 3, ") and found.shown_lines.endswith("21, …")
