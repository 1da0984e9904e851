"""Where a check looks, what it finds is named, and of a person never repeated; what cannot be looked at is an error."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from orchestration import custody
from orchestration.assurance.looked_at import files_ended, names_distinct, signers_impersonal
from orchestration.custody import Deposit
from orchestration.errors import InputError
from orchestration.evidence import CheckResult
from orchestration.rulebook import load_signer, personal_attributes
from tests.fixtures.throwaway import signer
from tests.fixtures.tiny import TinyEdition

Subject = tuple[tuple[x509.ObjectIdentifier, str], ...]


def deposits(tmp_path: Path, tiny: TinyEdition) -> list[Deposit]:
    return list(custody.audit(tiny.write(tmp_path)).deposits)


def of_certificate(tmp_path: Path, tiny: TinyEdition, name: str, also: Subject) -> CheckResult:
    tiny.extra["bailiff.pem"] = signer(name, also).pem
    return signers_impersonal(deposits(tmp_path, tiny))


@pytest.mark.parametrize(
    ("name", "also", "told"),
    [
        ("Me Essai", ((NameOID.SERIAL_NUMBER, "IDCMA-AB123456"),), ["bailiff.pem serial_number"]),
        ("Me Essai", ((NameOID.EMAIL_ADDRESS, "essai@example.ma"),), ["bailiff.pem email_address"]),
        ("Me Essai", ((NameOID.USER_ID, "essai"),), ["bailiff.pem user_id"]),
        ("Me Essai", ((x509.ObjectIdentifier("1.2.3.4"), "AB123456"),), ["bailiff.pem 1.2.3.4"]),
        ("Me Essai CIN AB123456", (), ["bailiff.pem common_name"]),
        (
            "Me Essai +212 6 12 34 56 78",
            ((NameOID.SERIAL_NUMBER, "1"),),
            ["bailiff.pem common_name", "bailiff.pem serial_number"],
        ),
        ("Me Essai", ((NameOID.SURNAME, "Essai"), (NameOID.LOCALITY_NAME, "Rabat"), (NameOID.TITLE, "Huissier")), []),
    ],
)
def test_what_a_certificate_tells_of_a_person_is_named_and_not_repeated(
    tmp_path: Path, tiny: TinyEdition, name: str, also: Subject, told: list[str]
) -> None:
    result = of_certificate(tmp_path, tiny, name, also)
    assert list(result.failing_keys) == told and result.outcome == ("failed" if told else "passed")
    assert "123456" not in repr(result) and "example.ma" not in repr(result)


def test_a_certificate_that_cannot_be_read_is_an_error_and_none_is_no_pass(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.extra["bailiff.pem"] = b"no certificate"
    found = deposits(tmp_path, tiny)
    assert signers_impersonal(found).outcome == "error"
    assert signers_impersonal([]).outcome == "failed"
    gone = [replace(one, current=False) for one in found]
    assert signers_impersonal(gone).outcome == "failed"


def test_names_that_look_alike_are_named_and_no_name_at_all_is_no_pass() -> None:
    with duckdb.connect(":memory:") as con:
        assert names_distinct(con).outcome == "error"
        con.execute("CREATE SCHEMA intake; CREATE TABLE intake.candidate (company_id VARCHAR, company VARCHAR)")
        assert names_distinct(con).outcome == "failed"
        con.execute("INSERT INTO intake.candidate VALUES ('a', 'Atlas'), ('c', 'Cedre')")
        assert names_distinct(con).outcome == "passed"
        con.execute("INSERT INTO intake.candidate VALUES ('b', 'Atlas ')")
        result = names_distinct(con)
        assert (result.outcome, result.failing_keys) == ("failed", ("a Atlas = b Atlas  (U+0020)",))
        assert result.observed == "1 / 3"


def test_a_file_that_stops_within_a_line_is_noticed(tmp_path: Path) -> None:
    """A last line that is set aside may end properly, and a last line without an end may be whole."""
    found = []
    for seq, (name, data) in enumerate({"a.csv": b"x\n", "b.csv": b"x\ny", "c.csv": b"x\ny"}.items(), 1):
        (tmp_path / name).write_bytes(data)
        found.append(
            Deposit(
                seq,
                name,
                sha256="0" * 64,
                bytes=len(data),
                supplier="S",
                received_at="2025-09-15T10:00:00+01:00",
                received_by="C",
                replaces=None,
                previous="0" * 64,
                current=True,
                stored=tmp_path / name,
            )
        )
    with duckdb.connect(":memory:") as con:
        assert files_ended(con, found).outcome == "error"
        con.execute("CREATE SCHEMA intake")
        for table in ("quarantine", "candidate", "test", "response", "vote", "contest"):
            con.execute(f"CREATE TABLE intake.{table} (file VARCHAR, line BIGINT)")
        con.execute("INSERT INTO intake.quarantine VALUES ('a.csv', 2), ('b.csv', 3), ('c.csv', 2)")
        con.execute("INSERT INTO intake.vote VALUES ('b.csv', 2), ('c.csv', 3)")
        result = files_ended(con, found)
        assert (result.outcome, result.failing_keys, result.observed) == ("failed", ("b.csv",), "1 / 3")
        con.execute("DELETE FROM intake.quarantine WHERE file = 'b.csv'")
        assert files_ended(con, found).outcome == "passed"
        assert files_ended(con, []).outcome == "failed"


@pytest.mark.parametrize("name", ["=1+1", "Me \u202eiassE", "@Essai"])
def test_a_holder_whose_name_is_a_formula_or_turns_around_is_refused(name: str) -> None:
    """The name is published in `dim_edition.signed_by`."""
    with pytest.raises(InputError, match="begins as a formula"):
        load_signer(signer(name).pem)


def test_the_bailiff_of_the_tests_tells_nothing_else() -> None:
    assert personal_attributes(load_signer(signer().pem)) == []
