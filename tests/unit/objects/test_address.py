"""An address is read strictly, and one that cannot be read is not repeated."""

import pytest

from orchestration.errors import InputError
from orchestration.objects import read_address


@pytest.mark.parametrize(
    ("text", "key", "folder"),
    [
        ("s3://drop", "", ""),
        ("s3://drop/", "", ""),
        ("s3://drop/2027", "2027", "2027/"),
        ("s3://drop/2027/", "2027/", "2027/"),
        ("s3://drop.north-2/firmes/Atlas Étude/2027", "firmes/Atlas Étude/2027", "firmes/Atlas Étude/2027/"),
    ],
)
def test_an_address_names_a_bucket_and_a_folder(text: str, key: str, folder: str) -> None:
    address = read_address(text)
    assert (address.key, address.folder) == (key, folder)
    assert str(address.within("votes/a.csv")) == f"s3://{address.bucket}/{folder}votes/a.csv"


@pytest.mark.parametrize(
    "text",
    [
        *("", "drop/2027", "S3://drop", "s3:/drop", "s3://", "s3://ab", "s3://Drop", "s3://drop_1", "s3://-drop"),
        *(
            "s3://drop//2027",
            "s3://drop/../x",
            "s3://drop/a/./b",
            "s3://drop/a\\b",
            "s3://drop/a\x00",
            "s3://drop/\u202ea",
        ),
        *(
            "s3://AKIAKEY:hidden@drop/2027",
            "https://drop.s3.amazonaws.com",
            "s3://drop/" + "a" * 701,
            "s3://" + "a" * 64,
        ),
    ],
)
def test_anything_else_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InputError) as refused:
        read_address(text)
    assert "AKIAKEY" not in str(refused.value) and "hidden" not in str(refused.value)
    assert refused.value.mend is not None
