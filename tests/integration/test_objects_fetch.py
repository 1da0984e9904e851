"""`palmares fetch` on a real S3 server: what firms left in a bucket, into custody, whole or not at all."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from orchestration.custody import LOG_NAME, audit, read_log
from orchestration.objects import fetching, store
from orchestration.settings import Settings
from tests.fixtures.object_store import KEY, SECRET, Bucket, between
from tests.integration.command import Palmares, Said

EDITION = "2027"
VOTES, MORE, AUDIT = b"vote_id\n1\n", b"vote_id\n2\n3\n", b"test_id\nT1\n"


@pytest.fixture
def palmares(settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    return Palmares(settings.home, settings.raw, capsys, monkeypatch)


@pytest.fixture
def take(palmares: Palmares, bucket: Bucket) -> "Take":
    return Take(palmares, bucket)


class Take:
    """The command, as a clerk gives it."""

    def __init__(self, palmares: Palmares, bucket: Bucket) -> None:
        self.palmares, self.bucket, self.raw = palmares, bucket, palmares.raw / EDITION

    def __call__(self, place: str = "2027", *options: str) -> Said:
        address = f"s3://{self.bucket.name}/{place}"
        return self.palmares("fetch", EDITION, address, "--supplier", "North", "--by", "N. Clerk", *options)

    def held(self) -> dict[str, bytes]:
        """The files of the edition, the log aside; whatever stands there, custody agrees with it."""
        if not self.raw.exists():
            return {}
        files = {p.relative_to(self.raw).as_posix(): p.read_bytes() for p in self.raw.rglob("*") if p.is_file()}
        if files.pop(LOG_NAME, None) is not None:
            assert audit(self.raw).problems == ()
        assert not any((self.palmares.home / fetching.INCOMING / EDITION).glob("*")), "nothing waits any more"
        return files


def test_what_lies_there_is_taken_once(take: Take) -> None:
    objects = {"2027/votes/a.csv": VOTES, "2027/audits/north/phone.csv": AUDIT, "2027/": b"", "2028/votes/b.csv": MORE}
    take.bucket.put(objects)
    said = take()
    assert (said.code, said.err) == (0, "… object storage\n")
    assert take.held() == {"votes/a.csv": VOTES, "audits/north/phone.csv": AUDIT}
    (first, second) = read_log(take.raw)
    assert (first.path, first.supplier, first.received_by) == ("audits/north/phone.csv", "North", "N. Clerk")
    assert first.sha256 in said.out and second.sha256 in said.out
    again = take("2027/", "--json")
    assert (again.code, again.data) == (0, {"taken": [], "known": 2, "refused": []})
    take.bucket.put({"2027/votes/b.csv": MORE})
    assert [one["path"] for one in take("2027", "--json").data["taken"]] == ["votes/b.csv"]
    assert take.bucket.objects().keys() == {*objects, "2027/votes/b.csv"}, "nothing is written or deleted there"


def test_a_firms_own_folder_is_put_where_it_belongs(take: Take) -> None:
    take.bucket.put({"firms/north/phone.csv": AUDIT, "firms/north/../south/phone.csv": AUDIT})
    said = take("firms/north", "--as", "audits/north")
    assert said.code == 1 and take.held() == {"audits/north/phone.csv": AUDIT}
    assert "'firms/north/../south/phone.csv'" in said.err


def test_hostile_names_are_told_and_the_rest_is_taken(take: Take) -> None:
    names = ("../x.csv", "votes/../../x.csv", "votes\\x.csv", "votes/\x1b[2J.csv", "votes/\u202ex.csv", "votes//x.csv")
    take.bucket.put({"votes/good.csv": VOTES, "rulebook.yml": b"mine: true", **dict.fromkeys(names, MORE)})
    said = take("")
    assert said.code == 1 and take.held() == {"votes/good.csv": VOTES}
    assert said.err.count("  - ") == len(names) + 1 and "\x1b" not in said.err and "\u202e" not in said.err
    found = take("", "--json")
    assert found.code == 1 and found.data["known"] == 1 and len(found.data["refused"]) == len(names) + 1


def test_an_object_that_changed_after_it_was_taken_is_told_and_replaced_only_by_name(take: Take) -> None:
    take.bucket.put({"2027/votes/a.csv": VOTES})
    assert take().code == 0
    take.bucket.put({"2027/votes/a.csv": MORE})
    said = take()
    (old,) = read_log(take.raw)
    assert said.code == 1 and f"--replaces {old.sha256[:12]}" in said.err and "line 1" in said.err
    assert take.held() == {"votes/a.csv": VOTES}
    french = take("2027", "--lang", "fr")
    assert "registre des dépôts" in french.err and french.code == 1
    folder = take("2027/", "--replaces", old.sha256)
    assert folder.code == 2 and "one object" in folder.err
    assert take("2027/votes/a.csv", "--replaces", old.sha256[:12]).code == 0
    assert take.held() == {"votes/a.csv": MORE, f"superseded/{old.sha256}": VOTES}
    take.bucket.put({"2027/votes/a.csv": VOTES})
    assert take("2027", "--json").data == {"taken": [], "known": 1, "refused": []}, "what was superseded is known"


def test_the_same_bytes_under_two_names_are_taken_once(take: Take) -> None:
    take.bucket.put({"2027/votes/a.csv": VOTES, "2027/votes/b.csv": VOTES})
    said = take()
    assert said.code == 1 and "votes/a.csv" in said.err and take.held() == {"votes/a.csv": VOTES}


def test_bytes_that_were_refused_hold_no_name(take: Take) -> None:
    take.bucket.put({"2027/votes/a.csv": VOTES})
    assert take().code == 0
    take.bucket.put({"2027/votes/a.csv": MORE, "2027/votes/b.csv": MORE})
    said = take()
    assert said.code == 1 and "votes/a.csv" in said.err and "votes/b.csv" not in said.err
    assert take.held() == {"votes/a.csv": VOTES, "votes/b.csv": MORE}


def test_the_organisers_own_files_are_taken_when_they_are_named(take: Take) -> None:
    take.bucket.put({"2027/candidates.csv": b"candidate_id\n", "2027/phone.csv": AUDIT})
    assert take("2027/candidates.csv").code == 0
    assert take("2027/phone.csv").code == 2, "it fits nowhere by itself"
    assert take("2027/phone.csv", "--as", "audits/north/phone.csv").code == 0
    assert take.held() == {"candidates.csv": b"candidate_id\n", "audits/north/phone.csv": AUDIT}


def test_a_deposit_that_was_lost_is_put_back(take: Take) -> None:
    take.bucket.put({"2027/votes/a.csv": VOTES})
    take()
    (take.raw / "votes" / "a.csv").unlink()
    assert take().code == 0 and take.held() == {"votes/a.csv": VOTES}
    assert len(read_log(take.raw)) == 1


def test_a_line_that_is_cut_leaves_nothing(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    take.bucket.put({"2027/votes/a.csv": VOTES, "2027/votes/b.csv": MORE})

    def cut(method: str, path: str) -> int | None:
        return 4 if path.endswith("/b.csv") and method == "GET" else None

    with between(take.bucket, monkeypatch, cut=cut) as man:
        said = take()
    assert any(one.startswith("GET") and one.endswith("/a.csv") for one in man.seen), "the first one was read whole"
    assert said.code == 2 and "nothing was taken" in said.err and "How to mend it" in said.err
    assert take.held() == {} and not (take.raw / LOG_NAME).exists()
    assert take().code == 0 and len(take.held()) == 2


@pytest.mark.parametrize("new", [b"vote_id\n7\n", b"vote_id\n7\n8\n9\n", b"v\n", None])
@pytest.mark.parametrize("hides", [(), ("if-match",)], ids=["conditions", "a server that knows none"])
def test_an_object_that_changes_under_way_is_told_and_not_taken(
    take: Take, monkeypatch: pytest.MonkeyPatch, new: bytes | None, hides: tuple[str, ...]
) -> None:
    take.bucket.put({"2027/votes/a.csv": VOTES, "2027/votes/b.csv": MORE})

    def before(method: str, path: str) -> None:
        if method == "GET" and path.endswith("/a.csv"):
            key = {"Bucket": take.bucket.name, "Key": "2027/votes/a.csv"}
            take.bucket.client.delete_object(**key) if new is None else take.bucket.client.put_object(**key, Body=new)

    with between(take.bucket, monkeypatch, before=before, hides=hides):
        said = take()
    assert said.code == 1 and "changed or went" in said.err
    assert take.held() == {"votes/b.csv": MORE}


def test_a_server_that_is_not_there_is_named_and_nothing_is_left(
    take: Take, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    said = take()
    assert said.code == 2 and "http://127.0.0.1:1" in said.err and "AWS_ENDPOINT_URL" in said.err
    assert take.held() == {} and "Traceback" not in said.err
    assert SECRET not in said.err + said.out + caplog.text


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (b"<html>not S3</html>", "otherwise than S3"),
        (b"", "otherwise than S3"),
        (b"<ListBucketResult><Contents><Key>votes/a.csv</Key></Contents></ListBucketResult>", "otherwise than S3"),
        (b"<ListBucketResult><Contents><Key>votes/a.csv</Key><Size>-1</Size><ETag>x</ETag></Contents></ListBucketResult>",
         "otherwise than S3"),
        (b"<ListBucketResult><Contents><Key>2028/votes/a.csv</Key><Size>1</Size><ETag>x</ETag></Contents>"
         b"</ListBucketResult>", "otherwise than S3"),
        (b"<ListBucketResult><Contents><Key>votes/a.csv</Key><Size>1</Size><ETag>a&#10;b</ETag></Contents>"
         b"</ListBucketResult>", "otherwise than S3"),
        (b"<ListBucketResult><Contents><Key>a</Key><Size>many</Size><ETag>x</ETag></Contents></ListBucketResult>",
         "otherwise than S3"),
    ],
)  # fmt: skip
def test_what_answers_nonsense_is_told(take: Take, monkeypatch: pytest.MonkeyPatch, answer: bytes, word: str) -> None:
    says = lambda method, path: (200, answer) if "list-type" in path else None  # noqa: E731
    with between(take.bucket, monkeypatch, says=says):
        said = take("2027/")
    assert said.code == 2 and ("there is nothing" in said.err or word in said.err), said
    assert take.held() == {}


@pytest.mark.parametrize(
    ("status", "code", "word"),
    [
        (403, "AccessDenied", "does not allow it"),
        (403, f"InvalidAccessKeyId {KEY}", "does not allow it"),
        (404, "NoSuchBucket", "no such bucket"),
        (400, "AuthorizationHeaderMalformed", "AuthorizationHeaderMalformed"),
        (400, f"Odd \x1b[2J {SECRET}", "400"),
    ],
)
def test_a_refusal_is_told_in_our_words_and_without_a_key(
    take: Take, monkeypatch: pytest.MonkeyPatch, status: int, code: str, word: str
) -> None:
    text = f"<Error><Code>{code.replace(chr(27), '')}</Code><Message>{KEY} {SECRET}</Message></Error>".encode()
    with between(take.bucket, monkeypatch, says=lambda method, path: (status, text)):
        said = take("")
    assert said.code == 2 and word in said.err, said
    assert KEY not in said.err and SECRET not in said.err and "How to mend it" in said.err
    says = lambda method, path: (status, text) if method == "GET" and "list-type" not in path else None  # noqa: E731
    take.bucket.put({"votes/a.csv": VOTES})
    with between(take.bucket, monkeypatch, says=says):
        read = take("")
    assert read.code == (1 if status == 404 else 2) and SECRET not in read.err and take.held() == {}


def test_keys_that_may_not_even_look_are_told(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    with between(take.bucket, monkeypatch, says=lambda method, path: (403, b"") if method == "HEAD" else None):
        said = take("2027/votes/a.csv")
    assert said.code == 2 and "does not allow it" in said.err


def test_a_server_that_does_not_prove_who_it_is_is_told(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", take.bucket.url.replace("http:", "https:"))
    said = take()
    assert said.code == 2 and "does not prove who it is" in said.err and "AWS_CA_BUNDLE" in said.err


def test_a_list_that_never_ends_is_given_up(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST", 3)
    pages = iter(range(100))

    def says(method: str, path: str) -> tuple[int, bytes]:
        token = b"<NextContinuationToken>%d</NextContinuationToken>" % next(pages)
        return 200, b"<ListBucketResult><IsTruncated>true</IsTruncated>" + token + b"</ListBucketResult>"

    with between(take.bucket, monkeypatch, says=says):
        said = take("")
    assert said.code == 2 and "more than 3 objects" in said.err and next(pages) < 10


@pytest.mark.parametrize(
    ("variable", "value", "word"),
    [
        ("AWS_ACCESS_KEY_ID", "", "AWS_ACCESS_KEY_ID: not set"),
        ("AWS_SECRET_ACCESS_KEY", "", "AWS_SECRET_ACCESS_KEY: not set"),
        ("AWS_ENDPOINT_URL", f"http://user:{SECRET}@127.0.0.1:9000", "is not the address of a server"),
        ("AWS_ENDPOINT_URL", "127.0.0.1:9000", "is not the address of a server"),
        ("AWS_ENDPOINT_URL_S3", "ftp://127.0.0.1", "is not the address of a server"),
        ("AWS_REGION", "nowhere at all", "cannot be reached"),
    ],
)
def test_an_environment_that_does_not_lead_there_is_told(
    take: Take, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, word: str
) -> None:
    monkeypatch.setenv(variable, value)
    said = take()
    assert said.code == 2 and word in said.err and SECRET not in said.err


def test_no_file_in_a_home_says_whose_keys_are_used(
    take: Take, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A profile that does not exist, another endpoint and other keys in ~/.aws change nothing."""
    (tmp_path / ".aws").mkdir()
    text = "[default]\nendpoint_url = http://127.0.0.1:1\naws_access_key_id = x\naws_secret_access_key = y\n"
    for name in ("config", "credentials"):
        (tmp_path / ".aws" / name).write_text(text)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-token-for-a-while")
    take.bucket.put({"2027/votes/a.csv": VOTES})
    said = take()
    assert said.code == 0 and take.held(), said
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert take().code == 2


def test_nothing_there_is_an_error_and_so_is_too_much(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "there is nothing" in take("2027").err
    assert (
        "no such bucket"
        in take.palmares("fetch", EDITION, "s3://there-is-none/x", "--supplier", "North", "--by", "N. Clerk").err
    )
    take.bucket.put({f"votes/{number}.csv": b"%d" % number for number in range(4)})
    monkeypatch.setattr(store, "MOST", 3)
    assert take("").code == 2 and take.held() == {}


def test_a_disk_without_room_takes_nothing(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    take.bucket.put({"2027/votes/a.csv": VOTES})
    monkeypatch.setattr("shutil.disk_usage", lambda place: type("Usage", (), {"free": 1}))
    said = take()
    assert said.code == 2 and "MiB" in said.err and take.held() == {}


def test_only_what_is_taken_is_asked_for(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile name is never sent back to the server; no request but looking, listing and reading is made."""
    take.bucket.put({"2027/votes/a.csv": VOTES, "2027/../votes/b.csv": MORE})
    with between(take.bucket, monkeypatch) as man:
        assert take().code == 1
    kinds = {one.split()[0] for one in man.seen}
    assert kinds == {"HEAD", "GET"}
    read = [unquote(one) for one in man.seen if one.startswith("GET") and "list-type" not in one]
    assert read == [f"GET /{take.bucket.name}/2027/votes/a.csv"]
