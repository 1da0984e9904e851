"""The digest of rows: what they say, however the engine writes it down."""

import duckdb
import pytest

from orchestration.evidence import table_digests


def digest(kind: str, text: str) -> str:
    with duckdb.connect() as con:
        con.execute(f"CREATE SCHEMA intake; CREATE TABLE intake.vote (candidate_id {kind}, line INTEGER)")
        con.execute("INSERT INTO intake.vote VALUES (?, 1)", [text])
        return table_digests(con)["intake.vote"]


@pytest.mark.parametrize("text", ["cedre", "olive"])
def test_a_text_has_the_same_digest_as_itself_and_as_a_number_of_a_list(text: str) -> None:
    assert digest("ENUM ('cedre', 'olive')", text) == digest("VARCHAR", text)


def test_a_list_whose_texts_were_exchanged_is_noticed() -> None:
    """Not a byte of the rows differs: both hold the number 0."""
    assert digest("ENUM ('cedre', 'olive')", "cedre") != digest("ENUM ('olive', 'cedre')", "olive")
