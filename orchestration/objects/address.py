"""An address in object storage, as somebody writes it: s3://BUCKET/FOLDER.

Belongs here: reading it strictly. Nothing is looked up. An address that cannot be read is never repeated: people write
keys and passwords into addresses.
"""

import re
from dataclasses import dataclass

from orchestration.errors import InputError
from orchestration.objects.say import say

_ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")
LONGEST = 700
"""Bytes of a key that is written: S3 has room for 1024, and names of files come behind it."""


@dataclass(frozen=True)
class Address:
    """A bucket and a key in it: of an object, or (empty, or with a slash at its end) of a folder."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    @property
    def folder(self) -> str:
        """The key as that of a folder: what the names of all objects in it begin with."""
        return f"{self.key.rstrip('/')}/" if self.key else ""

    def within(self, name: str) -> "Address":
        """The address of what bears this name in the folder."""
        return Address(self.bucket, self.folder + name)


def read_address(text: str) -> Address:
    """Read an address. InputError for anything else, which is not repeated."""
    match = _ADDRESS.fullmatch(text)
    key = (match[2] or "") if match else ""
    parts = key.removesuffix("/").split("/") if key else []
    plain = key.isprintable() and "\\" not in key and len(key.encode("utf-8", "replace")) <= LONGEST
    if match is None or not plain or any(part in ("", ".", "..") for part in parts):
        raise InputError(say("address.malformed"), "s3://…", say("address.malformed_mend"))
    return Address(match[1], key)
