"""Nothing is shown of a release that is not whole, signed and known to the evidence; publication owns its folder."""

import json
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.errors import Refused
from orchestration.evidence import EvidenceLog
from orchestration.progress import listening
from orchestration.publication import publish_warehouse
from orchestration.publication.compare import same_tables
from orchestration.release import MANIFEST, ChainLine, next_line, release_dir
from orchestration.release.chain import read_chain
from orchestration.settings import Settings
from orchestration.storage import sha256_bytes, sha256_file
from tests.fixtures.editing import edited
from tests.fixtures.little_release import TrueHouse, reseal, writable_copy
from tests.fixtures.records import enter

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A true release, shown; copied for each test."""
    root = tmp_path_factory.mktemp("true")
    house = TrueHouse(root)
    house.release()
    publish_warehouse(house.settings)
    return root / "home"


@pytest.fixture
def settings(kept: Path, tmp_path: Path) -> Settings:
    return Settings(home=Path(shutil.copytree(kept, tmp_path / "home", symlinks=True)), raw=tmp_path / "raw")


@contextmanager
def heard() -> Iterator[list[str]]:
    """What was told while it was worked."""
    told: list[str] = []
    with listening(lambda what, done, total: told.append(what)):
        yield told


def release_of(settings: Settings) -> Path:
    """The release, made writable."""
    folder = settings.releases / "2026" / "1"
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def chained(settings: Settings) -> None:
    """What a forger does next: the chain of releases written anew."""
    manifest = sha256_file(settings.releases / "2026" / "1" / MANIFEST)
    (settings.releases / "chain.jsonl").write_bytes(next_line([], "2026", 1, manifest).line() + b"\n")


def recorded(settings: Settings, change: Callable[[dict[str, Any]], object]) -> None:
    """The evidence written anew, its one record changed, its head too."""
    log = settings.evidence_log("2026")
    (line,) = log.read_bytes().splitlines()
    record = json.loads(line)
    change(record)
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    log.write_bytes(text + b"\n")
    log.with_name(log.name + ".head").write_bytes(f"1 {sha256_bytes(text)}\n".encode())


def edit_company(settings: Settings) -> None:
    edited(release_of(settings) / "results/laureates.csv", b"Atlas", b"Zenit")


def edit_with_manifest(settings: Settings) -> None:
    edit_company(settings)
    reseal(settings.releases / "2026" / "1")
    chained(settings)


def edit_all_but_the_signature(settings: Settings) -> None:
    edit_with_manifest(settings)
    manifest = sha256_file(settings.releases / "2026" / "1" / MANIFEST)
    recorded(settings, lambda record: record["body"].update(manifest_sha256=manifest))


def dossier_of_another(settings: Settings) -> None:
    edited(release_of(settings) / "dossier-signed-1.pdf", b"%PDF", b"%PDg")
    reseal(settings.releases / "2026" / "1")
    chained(settings)
    manifest = sha256_file(settings.releases / "2026" / "1" / MANIFEST)
    recorded(settings, lambda record: record["body"].update(manifest_sha256=manifest))


def evidence_gone(settings: Settings) -> None:
    for path in settings.evidence_log("2026").parent.iterdir():
        path.unlink()


def two_records(settings: Settings) -> None:
    log = EvidenceLog(settings.evidence_log("2026"))
    body = {"release": 1, "dossier_sha256": "d" * 64}
    enter(log, "publication", body, fingerprints=log.records()[0].fingerprints)


FORGERIES: dict[str, tuple[Callable[[Settings], object], tuple[str, ...]]] = {
    "a file": (edit_company, ("release 2026/1: results/laureates.csv: ",)),
    "a file, manifest and chain": (edit_with_manifest, ("release 2026/1: results: ",)),
    "and the evidence": (edit_all_but_the_signature, ("release 2026/1: results: ",)),
    "the signature and all else": (dossier_of_another, ("release 2026/1: ", "dossier-signed-1.pdf")),
    "a page that no digest covers": (
        lambda settings: (
            edited(release_of(settings) / "VERIFY.txt", b"sha256sum", b"sha999sum"),
            reseal(settings.releases / "2026" / "1"),
            chained(settings),
        ),
        ("the evidence says otherwise: manifest_sha256",),
    ),
    "no evidence": (evidence_gone, ("the evidence of edition 2026 does not know", "palmares publish 2026")),
    "evidence of another dossier": (two_records, ("the evidence says otherwise: dossier_sha256",)),
    "evidence without fingerprints": (
        lambda settings: recorded(settings, lambda record: record.update(fingerprints=None)),
        ("code_sha256, custody_head, results_sha256, rulebook_sha256",),
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_release_that_is_not_what_was_signed_and_published_is_not_shown(settings: Settings, forgery: str) -> None:
    forge, said = FORGERIES[forgery]
    before = (settings.published / "current").readlink()
    forge(settings)
    with pytest.raises(Refused) as refused:
        publish_warehouse(settings)
    words = str(refused.value)
    for part in (*said, f"until {settings.releases / '2026' / '1'}"):
        assert part in words, words
    assert (settings.published / "current").readlink() == before
    assert list((settings.published / "versions").glob(".*")) == []


def test_evidence_that_does_not_say_the_manifest_yet_is_believed_for_what_it_says(settings: Settings) -> None:
    recorded(settings, lambda record: record["body"].pop("manifest_sha256"))
    publish_warehouse(settings)


def test_every_release_that_is_not_sound_is_told(settings: Settings) -> None:
    edit_company(settings)
    chain: list[ChainLine] = read_chain(settings.releases)
    chain.append(next_line(chain, "2027", 1, "0" * 64))
    second = writable_copy(release_dir(settings.releases, chain[0]), settings.releases / "2027" / "1")
    chain[1] = next_line(chain[:1], "2027", 1, sha256_file(second / MANIFEST))
    (settings.releases / "chain.jsonl").write_bytes(b"".join(line.line() + b"\n" for line in chain))
    with pytest.raises(Refused) as refused:
        publish_warehouse(settings)
    named = {reason.split(":")[0] for reason in refused.value.reasons if reason.startswith("release")}
    assert named == {"release 2026/1", "release 2027/1"}


# ---- the published folder --------------------------------------------------------------------------------------------
NAMES = ("palmares.duckdb", "parquet", "palmares.json", "index.html", "current", "versions")


def outside_of(settings: Settings) -> Path:
    """A folder that looks like a version, with a forged page, outside."""
    outside = Path(shutil.copytree(settings.published / "current", settings.home.parent / "outside"))
    for path in (outside, *outside.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    edited(outside / "fr" / "index.html", b"Atlas", b"Zenit")
    edited(outside / "palmares.json", b"Atlas", b"Zenit")
    return outside


def state_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def truly_shown(settings: Settings) -> None:
    """Readers find what was released, by way of links that stay within the folder."""
    published = settings.published
    assert published.is_dir() and not published.is_symlink() and not (published / "versions").is_symlink()
    number = (published / "current").readlink()
    assert number.parent == Path("versions")
    assert not (published / number).is_symlink()
    for name in NAMES[:4]:
        assert (published / name).readlink() == Path("current") / name
    page = (published / "fr" / "index.html").read_text("utf-8")
    assert "Atlas" in page and "Zenit" not in page and "Zenit" not in (published / "palmares.json").read_text("utf-8")
    with duckdb.connect(str(settings.published_db), read_only=True) as con:
        assert {company for (company,) in con.execute("SELECT company FROM laureates").fetchall()} == {"Atlas"}


def linked(name: str, target: Callable[[Path], Path] = lambda outside: outside) -> Callable[[Settings, Path], None]:
    def attack(settings: Settings, outside: Path) -> None:
        path = settings.published / name if name != "." else settings.published
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        path.symlink_to(target(outside))

    return attack


def in_version(change: Callable[[Path, Path], object]) -> Callable[[Settings, Path], None]:
    def attack(settings: Settings, outside: Path) -> None:
        version = (settings.published / "current").resolve()
        for path in (version, *version.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        change(version, outside)

    return attack


def sql(version: Path, *statements: str) -> None:
    with duckdb.connect(str(version / "palmares.duckdb")) as con:
        for statement in statements:
            con.execute(statement)


def folder_instead(settings: Settings, outside: Path) -> None:
    (settings.published / "parquet").unlink()
    shutil.copytree(outside / "parquet", settings.published / "parquet")


ATTACKS: dict[str, tuple[str, Callable[[Settings, Path], object]]] = {
    **{
        f"{name} is a link elsewhere": (name, linked(name, lambda outside, name=name: outside / name))
        for name in NAMES[:4]
    },
    "current is a link elsewhere": ("current", linked("current")),
    "current is a link up and back": ("current", linked("current", lambda _: Path("../published/versions/1"))),
    "current dangles": ("current", linked("current", lambda _: Path("versions/7"))),
    "versions is a link elsewhere": ("versions", linked("versions")),
    "the version is a link elsewhere": ("versions/1", linked("versions/1")),
    "the folder is a link elsewhere": ("published", linked(".")),
    "a folder stands for the Parquet files": ("parquet", folder_instead),
    "the page is edited": (
        "fr/index.html",
        in_version(lambda version, _: edited(version / "fr" / "index.html", b"Atlas", b"Zenit")),
    ),
    "a file of the version is a link": (
        "palmares.json",
        in_version(
            lambda version, outside: (
                (version / "palmares.json").unlink(),
                (version / "palmares.json").symlink_to(outside / "palmares.json"),
            )
        ),
    ),
    "a page more": ("more.html", in_version(lambda version, _: (version / "more.html").write_text("Zenit"))),
    "a Parquet file": (
        "parquet/laureates.parquet",
        in_version(lambda version, _: (version / "parquet/laureates.parquet").write_bytes(b"PAR1")),
    ),
    "a row of the warehouse": (
        "palmares.duckdb",
        in_version(lambda version, _: sql(version, "UPDATE laureates SET company = 'Zenit'")),
    ),
    "a view more in the warehouse": (
        "palmares.duckdb",
        in_version(lambda version, _: sql(version, "CREATE VIEW winners AS SELECT 'Zenit' AS company")),
    ),
    "a table emptied in the archive": (
        "palmares.duckdb",
        in_version(lambda version, _: sql(version, "DELETE FROM archive.laureates")),
    ),
    "a warehouse that is none": (
        "palmares.duckdb",
        in_version(lambda version, _: (version / "palmares.duckdb").write_bytes(b"no database")),
    ),
    "a file of any size": (
        "index.html",
        in_version(lambda version, _: (version / "index.html").open("wb").truncate(1 << 42)),
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_not_as_publication_makes_it_is_made_anew_and_told(settings: Settings, attack: str) -> None:
    name, strike = ATTACKS[attack]
    outside = outside_of(settings)
    strike(settings, outside)
    before = state_of(outside)
    with heard() as told:
        publish_warehouse(settings)
    truly_shown(settings)
    assert state_of(outside) == before, "nothing outside is written or removed"
    assert any(name in what and "made anew" in what for what in told), told


def test_leftovers_of_any_kind_are_swept_and_what_is_none_of_ours_is_left_and_told(settings: Settings) -> None:
    outside, versions = outside_of(settings), settings.published / "versions"
    before = state_of(outside)
    (versions / ".making-9").symlink_to(outside)
    (versions / ".making-8").write_text("a file")
    (versions / ".making-7").mkdir()
    (versions / ".making-7" / "link").symlink_to(outside)
    (settings.published / ".current.next").mkdir()
    (settings.published / ".index.html.next").symlink_to(outside / "index.html")
    (settings.published / "index.html").unlink()
    for name in ("notes", "٣", "9" * 250):
        (versions / name).mkdir()
    with heard() as told:
        publish_warehouse(settings)
    truly_shown(settings)
    assert state_of(outside) == before
    assert [path.name for path in versions.iterdir() if path.name.startswith(".")] == []
    assert sum("was left as it is" in what for what in told) == 3


def test_an_account_that_was_forged_with_the_file_convinces_nobody(settings: Settings) -> None:
    """What a version says of itself is what it was made from, no more: the version is made again and compared."""
    in_version(lambda version, _: sql(version, "UPDATE archive.laureates SET final = 20"))(settings, Path())
    with heard() as told:
        publish_warehouse(settings)
    assert any("palmares.duckdb" in what for what in told)
    assert (settings.published / "current").readlink() == Path("versions/2")
    with heard() as told:
        publish_warehouse(settings)
    assert (settings.published / "current").readlink() == Path("versions/2")
    assert not any("made anew" in what for what in told)


def test_a_file_that_is_no_database_is_not_the_same(settings: Settings, tmp_path: Path) -> None:
    made = settings.published_db.resolve()
    (tmp_path / "text").write_text("no database")
    assert same_tables(made, made)
    assert not same_tables(tmp_path / "text", made)
    assert not same_tables(tmp_path / "nothing", made)
