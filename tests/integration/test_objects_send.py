"""`palmares send` on a real S3 server: what is published and nothing else, and a stranger verifies the copy."""

import shutil
from pathlib import Path

import duckdb
import pytest
from pyarrow import dataset, fs

from orchestration.evidence import EvidenceLog, RevocationBody
from orchestration.objects import sending
from orchestration.publication import publish_warehouse
from orchestration.release import CHAIN, MANIFEST, parse_manifest
from orchestration.settings import Settings
from orchestration.storage import sha256_bytes
from tests.fixtures.little_release import TrueHouse
from tests.fixtures.object_store import SECRET, Bucket, between
from tests.integration.command import Palmares, Said

pytestmark = pytest.mark.slow

EDITION = "2026"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> TrueHouse:
    """A house with one release whose results are those of its deposits."""
    house = TrueHouse(tmp_path_factory.mktemp("sent"))
    house.release()
    publish_warehouse(house.settings)
    return house


@pytest.fixture
def palmares(house: TrueHouse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Palmares:
    return Palmares(house.settings.home, house.settings.raw, capsys, monkeypatch)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shown was verified and made for the module; the tests that ask for this do not wait for it again."""
    monkeypatch.setattr(sending, "publish_warehouse", lambda settings: settings.published_db)


def send(palmares: Palmares, bucket: Bucket, *options: str) -> Said:
    return palmares("send", EDITION, f"s3://{bucket.name}/award", *options)


def downloaded(bucket: Bucket, folder: str, target: Path) -> Path:
    """A folder of the bucket as a stranger takes it home."""
    for key, data in bucket.objects().items():
        if key.startswith(folder):
            path = target / key.removeprefix(folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return target


def test_a_stranger_verifies_what_he_downloads(palmares: Palmares, bucket: Bucket, tmp_path: Path) -> None:
    said = send(palmares, bucket)
    assert said.code == 0, said
    objects = bucket.objects()
    home = palmares.home
    release = home / "releases" / EDITION / "1"
    sent = {key.removeprefix("award/releases/2026/1/"): data for key, data in objects.items() if "/releases/" in key}
    assert sent == {p.relative_to(release).as_posix(): p.read_bytes() for p in release.rglob("*") if p.is_file()}
    assert f"s3://{bucket.name}/award/releases/{EDITION}/1/" in said.out

    copy = downloaded(bucket, f"award/releases/{EDITION}/1/", tmp_path / "copy")
    print_on_paper = sha256_bytes((copy / MANIFEST).read_bytes())
    verdict = palmares("verify", copy, "--raw", palmares.raw / EDITION, "--fingerprint", print_on_paper)
    assert verdict.code == 0, verdict


def test_the_published_tables_are_read_where_they_lie(
    palmares: Palmares, bucket: Bucket, tmp_path: Path, quick: None
) -> None:
    said = send(palmares, bucket, "--json")
    folder = said.data["tables"]["address"].removeprefix("s3://")
    assert folder.startswith(f"{bucket.name}/award/published/000001-")
    s3 = fs.S3FileSystem(
        access_key="a", secret_key="b", endpoint_override=f"127.0.0.1:{bucket.port}", scheme="http", region="us-east-1"
    )
    with duckdb.connect(str(palmares.home / "published" / "palmares.duckdb"), read_only=True) as con:
        due = con.execute("SELECT candidate_id, final_micro, rank FROM fct_ranking ORDER BY ALL").fetchall()
    fct_ranking = dataset.dataset(f"{folder}parquet/fct_ranking.parquet", filesystem=s3)
    asked = duckdb.sql("SELECT candidate_id, final_micro, rank FROM fct_ranking ORDER BY ALL").fetchall()
    assert asked == due and fct_ranking.count_rows() == len(due)

    copy = downloaded(bucket, folder.removeprefix(f"{bucket.name}/"), tmp_path / "tables")
    listed = parse_manifest((copy / MANIFEST).read_bytes())
    files = {p.relative_to(copy).as_posix(): sha256_bytes(p.read_bytes()) for p in copy.rglob("*") if p.is_file()}
    assert files.pop(MANIFEST) and files == listed and {"palmares.duckdb", CHAIN} < files.keys()
    assert (copy / CHAIN).read_bytes() == (palmares.home / "releases" / CHAIN).read_bytes()
    with duckdb.connect(str(copy / "palmares.duckdb"), read_only=True) as con:
        assert con.execute("SELECT candidate_id, final_micro, rank FROM fct_ranking ORDER BY ALL").fetchall() == due


def test_sending_twice_writes_once(palmares: Palmares, bucket: Bucket) -> None:
    first = send(palmares, bucket, "--json").data
    objects = bucket.objects()
    again = send(palmares, bucket, "--json").data
    assert first["guarded"] is True and again["guarded"] is None
    assert first["tables"]["address"] == again["tables"]["address"], "made anew, they are the same"
    assert first["releases"][0]["written"] + first["tables"]["written"] == len(objects)
    assert [one["written"] for one in (*again["releases"], again["tables"])] == [0, 0]
    assert bucket.objects() == objects


def test_the_manifest_is_the_last_object_of_a_folder(
    palmares: Palmares, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quick: None
) -> None:
    """Whatever request is the last before the line goes, the copy is complete, or says that it is not."""
    with between(bucket, monkeypatch) as man:
        assert send(palmares, bucket).code == 0
    written = [one.split("?")[0] for one in man.seen if one.startswith("PUT")]
    folder = f"PUT /{bucket.name}/award/releases/{EDITION}/1/"
    assert [one for one in written if one.startswith(folder)][-1] == folder + MANIFEST

    half = Bucket(f"{bucket.name}-half", bucket.port)
    half.client.create_bucket(Bucket=half.name)
    puts = 0

    def before(method: str, path: str) -> None:
        nonlocal puts
        puts += method == "PUT"

    def cut(method: str, path: str) -> int | None:
        return 0 if puts >= 12 else None

    with between(half, monkeypatch, before=before, cut=cut):
        said = send(palmares, half)
    assert said.code == 2 and "not sent twice" in said.err, said
    keys = half.objects().keys()
    assert 0 < len(keys) < 60 and not any(key.endswith(MANIFEST) for key in keys)
    copy = downloaded(half, f"award/releases/{EDITION}/1/", tmp_path / "half")
    verdict = palmares("verify", copy)
    assert verdict.code != 0 and MANIFEST in verdict.out + verdict.err
    again = send(palmares, half)
    assert again.code == 0 and f"{len(keys)} objects there already" in again.out, "the same command finishes it"
    assert half.objects() == bucket.objects()


def test_an_object_with_other_bytes_is_told_and_stays(palmares: Palmares, bucket: Bucket, quick: None) -> None:
    key = f"award/releases/{EDITION}/1/rulebook.yml"
    bucket.put({key: b"edition: mine"})
    said = send(palmares, bucket)
    assert said.code == 1 and repr(key) in said.err and "nothing is overwritten" in said.err
    objects = bucket.objects()
    assert objects[key] == b"edition: mine"
    assert f"award/releases/{EDITION}/1/{MANIFEST}" not in objects, "the folder stays visibly incomplete"
    assert "d’autres octets" in send(palmares, bucket, "--lang", "fr").err
    told = send(palmares, bucket, "--json")
    assert told.code == 1 and len(told.data["refused"]) == 1


def test_an_object_that_is_none_of_ours_is_told(palmares: Palmares, bucket: Bucket, quick: None) -> None:
    key = f"award/releases/{EDITION}/1/results/\u202elaureates.csv"
    bucket.put({key: b"x"})
    said = send(palmares, bucket)
    assert said.code == 1 and "none of what was published" in said.err and "\u202e" not in said.err


@pytest.mark.parametrize("hides", [(), ("if-none-match",)], ids=["conditions", "a server that knows none"])
def test_somebody_who_writes_at_the_same_moment_is_seen(
    palmares: Palmares, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, hides: tuple[str, ...], quick: None
) -> None:
    """Between the look and the write: a server that knows the condition keeps the other's object, which is told."""
    key = f"award/releases/{EDITION}/1/rulebook.yml"

    def before(method: str, path: str) -> None:
        if method == "PUT" and path.split("?")[0].endswith("/rulebook.yml"):
            bucket.put({key: b"edition: mine"})

    with between(bucket, monkeypatch, before=before, hides=hides):
        said = send(palmares, bucket)
    if hides:  # the race that remains, and that the command tells of
        assert said.code == 0 and "does not refuse to overwrite" in said.out
        assert bucket.objects()[key] != b"edition: mine"
    else:
        assert said.code == 1 and bucket.objects()[key] == b"edition: mine"


@pytest.mark.parametrize("what", ["swapped", "gone"])
def test_what_was_written_is_read_again(
    palmares: Palmares, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, what: str, quick: None
) -> None:
    key = f"award/releases/{EDITION}/1/release.json"
    looks = 0

    def before(method: str, path: str) -> None:
        nonlocal looks
        if not path.endswith("/release.json"):
            return
        looks += method == "HEAD"
        if what == "gone" and method == "HEAD" and looks == 2:
            bucket.client.delete_object(Bucket=bucket.name, Key=key)
        if what == "swapped" and method == "GET":
            bucket.put({key: b"{}"})

    with between(bucket, monkeypatch, before=before):
        said = send(palmares, bucket)
    assert said.code == 1 and "release.json" in said.err and "changed meanwhile" in said.err


def test_keys_that_may_not_write_are_told(
    palmares: Palmares, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    refusal = b"<Error><Code>AccessDenied</Code></Error>"
    with between(bucket, monkeypatch, says=lambda method, path: (403, refusal) if method == "PUT" else None):
        said = send(palmares, bucket)
    assert said.code == 2 and "does not allow it" in said.err and SECRET not in said.err
    assert bucket.objects() == {}


def test_what_no_bucket_takes_in_one_piece_is_told_first(
    palmares: Palmares, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    monkeypatch.setattr(sending, "WHOLE", 1000)
    assert send(palmares, bucket).code == 2 and bucket.objects() == {}


def test_only_what_is_published_and_verifies_is_sent(
    house: TrueHouse,
    bucket: Bucket,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for name, folder in (("home", house.settings.home), ("raw", house.settings.raw)):
        shutil.copytree(folder, tmp_path / name, symlinks=True)
    settings = Settings(home=tmp_path / "home", raw=tmp_path / "raw")
    palmares = Palmares(settings.home, settings.raw, capsys, monkeypatch)
    nothing = palmares("send", "2030", f"s3://{bucket.name}")
    assert nothing.code == 2 and "nothing is published" in nothing.err

    rankings = settings.releases / EDITION / "1" / "results" / "fct_ranking.csv"
    bytes_before = rankings.read_bytes()
    rankings.chmod(0o644)
    rankings.write_bytes(bytes_before.replace(b"1", b"2"))
    said = send(palmares, bucket)
    assert said.code == 1 and "fct_ranking.csv" in said.err and bucket.objects() == {}
    rankings.write_bytes(bytes_before)

    dossier = next(iter(EvidenceLog(settings.evidence_log(EDITION)).records())).body.dossier_sha256  # type: ignore[union-attr]
    EvidenceLog(settings.evidence_log(EDITION)).append(
        RevocationBody(dossier_sha256=dossier, release=1, by="Me Essai", reason="an error")
    )
    revoked = send(palmares, bucket)
    assert revoked.code == 0 and "whose signature was revoked" in revoked.out
    keys = bucket.objects().keys()
    assert keys and all(key.startswith("award/published/") for key in keys)


def test_a_publication_meanwhile_is_told(
    palmares: Palmares, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, house: TrueHouse
) -> None:
    def publishing(settings: Settings) -> Path:
        monkeypatch.setattr(sending, "read_chain", lambda releases: [])
        return settings.published_db

    monkeypatch.setattr(sending, "publish_warehouse", publishing)
    said = send(palmares, bucket)
    assert said.code == 2 and "at this very moment" in said.err and bucket.objects() == {}
