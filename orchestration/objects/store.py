"""One bucket of an S3 server: looking, reading, writing what is not there yet.

Belongs here: the only requests that leave this machine for object storage, and a sentence for each way in which they
fail. The server is believed in nothing that can be seen: an object is read under the tag it was listed with, counted
byte by byte, and hashed; what was written is read again. Credentials come from the environment alone, no file of
anybody's home is read for them, and neither they nor the words of a server or library stand in any message.

botocore, not pyarrow's own S3: only it can ask for "if there is none yet" and "if it is still the same" (decision 23).
"""

import base64
import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, SSLError
from botocore.parsers import ResponseParserError
from botocore.session import Session

from orchestration.errors import InputError
from orchestration.objects.address import Address
from orchestration.objects.say import say
from orchestration.storage import CHUNK

MOST = 10_000
"""Objects below one address. An edition has dozens."""
REGION = "us-east-1"
"""What servers that know no regions answer to."""
WAIT, SILENCE = 10, 60
"""Seconds until a server must have answered a call, and between two pieces of an answer."""
_ENDPOINT = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?/?")
_TAG = re.compile(r"[\x21-\x7e]{1,200}")
_CODE = re.compile(r"[A-Za-z0-9._-]{1,60}")
_NO_FILES = {"profile": (None, None, None, None)} | {
    name: (None, None, os.devnull, None) for name in ("config_file", "credentials_file")
}
"""botocore's own variables: no profile and no file in a home says whose keys are used, or where they are sent."""


class Changed(Exception):
    """An object is not, or no longer, the one that was listed."""


@dataclass(frozen=True)
class ListedObject:
    """An object as it was listed."""

    key: str
    size: int
    tag: str


class Store:
    """A bucket, with the credentials of the environment."""

    def __init__(self, address: Address) -> None:
        """InputError where the environment does not say how to get there; nothing is asked of the server yet."""
        self.address = address
        keys = _credentials()
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None
        if endpoint is not None and not _ENDPOINT.fullmatch(endpoint):
            raise InputError(say("store.endpoint"), "AWS_ENDPOINT_URL", say("store.endpoint_mend"))
        self.server = endpoint.rstrip("/") if endpoint else "AWS"
        with self._faults_in_words():
            self._client = Session(session_vars=_NO_FILES).create_client(
                "s3",
                region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or REGION,
                endpoint_url=endpoint,
                config=Config(
                    connect_timeout=WAIT,
                    read_timeout=SILENCE,
                    retries={"mode": "standard", "total_max_attempts": 3},
                    s3={"addressing_style": "path" if endpoint else "auto"},
                    # What a server of another make does not know; the bytes are hashed here, before and after.
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                ),
                **keys,
            )

    def look(self, key: str) -> ListedObject | None:
        """The object with this key; None when there is none."""
        with self._faults_in_words(key):
            try:
                answer = self._client.head_object(Bucket=self.address.bucket, Key=key)
            except ClientError as error:
                if _status(error) == 404:
                    return None
                raise
            return _listed(key, answer["ContentLength"], answer["ETag"])

    def listed(self, prefix: str) -> list[ListedObject]:
        """All objects whose keys begin so. InputError when there are more than anybody's edition has."""
        objects: list[ListedObject] = []
        with self._faults_in_words(prefix):
            request: dict[str, Any] = {"Bucket": self.address.bucket, "Prefix": prefix}
            for number, page in enumerate(self._client.get_paginator("list_objects_v2").paginate(**request)):
                objects += [_listed(entry["Key"], entry["Size"], entry["ETag"]) for entry in page.get("Contents", ())]
                if max(len(objects), number) > MOST:  # nor does a list go on for ever without an object
                    raise InputError(say("store.many", most=MOST), str(self.address), say("store.many_mend"))
            if not all(obj.key.startswith(prefix) for obj in objects):
                raise ValueError
        return objects

    def read(self, obj: ListedObject, target: IO[bytes] | None = None) -> str:
        """SHA-256 of an object's bytes, which are written to `target` as they come.

        Raises Changed unless they are, from the first to the last, those of the object that was listed.
        """
        with self._faults_in_words(obj.key):
            try:
                answer = self._client.get_object(Bucket=self.address.bucket, Key=obj.key, IfMatch=obj.tag)
            except ClientError as error:
                if _status(error) in (404, 412):
                    raise Changed from None
                raise
            body, tag = answer["Body"], answer["ETag"]
        digest, size = sha256(), 0
        with closing(body):
            while chunk := self._piece(obj, body):
                digest.update(chunk)
                size += len(chunk)
                if size > obj.size:
                    break
                if target is not None:
                    target.write(chunk)
        if size != obj.size or tag != obj.tag:  # a server that does not know the condition answers all the same
            raise Changed
        return digest.hexdigest()

    def put_new(self, key: str, data: IO[bytes], digest: str) -> bool:
        """Write an object where there is none, in one request: whole or not at all. False when there is one."""
        checksum = base64.b64encode(bytes.fromhex(digest)).decode()
        request: dict[str, Any] = {"Bucket": self.address.bucket, "Key": key, "IfNoneMatch": "*"}
        with self._faults_in_words(key):
            try:
                self._client.put_object(**request, Body=data, ChecksumSHA256=checksum)
            except ClientError as error:
                if _status(error) in (409, 412):  # there is one, or somebody writes one at this very moment
                    return False
                raise
        return True

    def _piece(self, obj: ListedObject, body: Any) -> bytes:
        with self._faults_in_words(obj.key):
            piece: bytes = body.read(CHUNK)
            return piece

    @contextmanager
    def _faults_in_words(self, key: str = "") -> Iterator[None]:
        """Say in our own words what went wrong: those of libraries and servers may hold anything."""
        try:
            yield
        except ClientError as error:
            place = ascii(f"s3://{self.address.bucket}/{key[:200]}")[1:-1]
            raise self._refusal(error, f"{place} ({self.server})") from None
        except (BotoCoreError, ResponseParserError, KeyError, TypeError, ValueError) as error:
            word = "tls" if isinstance(error, SSLError) else "unreachable"
            what = say(f"store.{word}", error=type(error).__name__)
            raise InputError(what, self.server, say(f"store.{word}_mend")) from None

    def _refusal(self, error: ClientError, where: str) -> InputError:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code == "NoSuchBucket":
            return InputError(say("store.no_bucket"), where, say("store.no_bucket_mend"))
        if _status(error) in (401, 403):
            return InputError(say("store.denied"), where, say("store.denied_mend"))
        shown = code if _CODE.fullmatch(code) else str(_status(error))
        return InputError(say("store.answered", code=shown), where, say("store.answered_mend"))


def _credentials() -> dict[str, str]:
    """The keys that the environment gives. InputError that names the variables which are not set."""
    names = {"aws_access_key_id": "AWS_ACCESS_KEY_ID", "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY"}
    if missing := [name for name in names.values() if not os.environ.get(name)]:
        raise InputError(say("store.no_keys"), ", ".join(missing), say("store.no_keys_mend"))
    keys = {word: os.environ[name] for word, name in names.items()}
    if token := os.environ.get("AWS_SESSION_TOKEN"):
        keys["aws_session_token"] = token
    return keys


def _listed(key: str, size: int, tag: str) -> ListedObject:
    """What a server says of an object, unless it cannot be so (ValueError)."""
    if size < 0 or not _TAG.fullmatch(tag):
        raise ValueError
    return ListedObject(key, size, tag)


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
