"""Publication's own folders: releases that nobody signed put among the others, and what readers open put aside.

Belongs here: what somebody who may write the state folder does to `releases/` and `published/`, alone or together with
the chain and the evidence. Single files of one release are edited in `records.py`.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from orchestration.evidence import EvidenceLog, PublicationBody
from orchestration.release import MANIFEST, next_line
from orchestration.release.chain import read_chain, read_record
from orchestration.release.record import Corrects
from orchestration.storage import canonical_json, sha256_file
from orchestration.storage.files import sha256_bytes
from tests.attacks.attack import Expect, Family, harmless, refused
from tests.attacks.bench import Bench
from tests.attacks.corpus.records import published, rewritten, writable
from tests.fixtures.editing import edited
from tests.fixtures.little_release import reseal
from tests.fixtures.tiny import TinyEdition

FAMILY = Family("publication")
SHOW, PUBLISH = ("show", "shown"), ("publish", "show", "shown", "verify")
TRUE = ("banks Atlas", "hotels Atlas", "page names Atlas")


def attack(name: str, expect: Expect, then: tuple[str, ...] = SHOW, at: str = "publish") -> Any:
    """Enter an attack on what was published, or on what is about to be."""
    return FAMILY.attack(name, expect, at, then)


def no(*names: str, exit: int = 1) -> Expect:
    """Publication says no, and why."""
    return refused("publication", exit=exit, names=names)


def chain_of(bench: Bench) -> Path:
    """The chain of all releases."""
    return bench.settings.releases / "chain.jsonl"


def rechained(bench: Bench) -> None:
    """The chain written anew, over the releases as they are."""
    lines: list[Any] = []
    for folder in sorted((bench.settings.releases / bench.edition).iterdir()):
        lines.append(next_line(lines, bench.edition, int(folder.name), sha256_file(folder / MANIFEST)))
    chain_of(bench).write_bytes(b"".join(line.line() + b"\n" for line in lines))


def forged_second(bench: Bench) -> Path:
    """A release 2 with another laureate, made like one in all that needs no key."""
    first = writable(bench)
    second = Path(shutil.copytree(first, first.with_name("2")))
    edited(second / "results/laureates.csv", b"Atlas", b"Zenith")
    record = json.loads((second / "release.json").read_bytes())
    record |= {"number": 2, "seq": 2, "previous": sha256_file(first / MANIFEST)}
    record["corrects"] = Corrects(number=1, asked_by="Direction", reason="an error").model_dump()
    (second / "release.json").write_bytes(canonical_json(record) + b"\n")
    shutil.copyfile(chain_of(bench), second / "chain.jsonl")
    (second / "changes.json").write_bytes(b"{}\n")
    return reseal(second)


def told_evidence(bench: Bench, release: Path) -> None:
    """The evidence is told of a release as publication tells it, properly chained."""
    log = EvidenceLog(bench.log)
    known = next(record for record in log.records() if record.kind == "publication")
    body = PublicationBody(
        release=int(release.name),
        dossier_sha256=read_record(release).digests.dossier_sha256,
        manifest_sha256=sha256_file(release / MANIFEST),
    )
    log.append(body, fingerprints=known.fingerprints)


# ---- releases that nobody signed -------------------------------------------------------------------------------------
STRAY = "2 stands among the releases, but has no line"
FAMILY.add(
    "forged-release-put-beside-the-chain",
    forged_second,
    expect=no(STRAY, "move it away"),
    at="publish",
    then=("publish",),
)
FAMILY.add(
    "forged-release-beside-the-chain-is-not-shown", forged_second, expect=harmless(*TRUE), at="publish", then=SHOW
)
FAMILY.add(
    "file-named-like-a-release",
    lambda bench: bench.release.with_name("2").write_text("release"),
    expect=no(STRAY),
    at="publish",
    then=("publish",),
)
for step in ("publish", "show"):

    @attack(
        f"forged-release-with-its-line-of-the-chain-before-{step}",
        no("2026/2", "made again" if step == "publish" else "results/laureates.csv: "),
        (step,),
    )
    def _(bench: Bench) -> None:
        forged_second(bench)
        rechained(bench)


@attack("forged-release-with-its-line-and-its-record", no("release 2026/2: results"))
def _(bench: Bench) -> None:
    release = forged_second(bench)
    rechained(bench)
    told_evidence(bench, release)


def rewritten_release(bench: Bench) -> None:
    """Another laureate in the release that is shown, its manifest and the chain written anew."""
    edited(writable(bench) / "results/laureates.csv", b"Atlas", b"Zenith")
    reseal(bench.release)
    rechained(bench)


@attack("release-manifest-and-chain-rewritten", no("release 2026/1: results", "until"))
def _(bench: Bench) -> None:
    rewritten_release(bench)


@attack("release-manifest-and-chain-rewritten-before-publishing-again", no("evidence says otherwise"), ("publish",))
def _(bench: Bench) -> None:
    rewritten_release(bench)


@attack("release-manifest-chain-and-evidence-rewritten", no("release 2026/1: results"))
def _(bench: Bench) -> None:
    rewritten_release(bench)
    manifest = sha256_file(bench.release / MANIFEST)

    def told(record: dict[str, Any]) -> dict[str, Any]:
        if record["kind"] == "publication":
            record["body"]["manifest_sha256"] = manifest
        return record

    rewritten(bench, told)


@attack("check-of-a-release-rewritten-where-no-digest-covers-it", no("evidence says otherwise", "manifest_sha256"))
def _(bench: Bench) -> None:
    edited(writable(bench) / "VERIFY.txt", b"sha256sum", b"sha999sum")
    reseal(bench.release)
    rechained(bench)


@attack("moment-of-a-release-rewritten", no("release 2026/1: "))
def _(bench: Bench) -> None:
    record = json.loads((writable(bench) / "release.json").read_bytes())
    record["published_at"] = "2020-01-01T00:00:00Z"
    (bench.release / "release.json").write_bytes(canonical_json(record) + b"\n")
    reseal(bench.release)
    rechained(bench)


def of_another_house(bench: Bench, at: str) -> Bench:
    """The same edition with one rating changed, signed and published in another house."""
    edition = TinyEdition()
    edition.test("T001").update(greeting="3")
    other = Bench(bench.folder / "other", bench.marks, bench.code)
    other.raw.parent.mkdir(parents=True)
    other.deposit(edition)
    for step in ("read", "build", "test", "judge", "document", "sign", "publish"):
        other.take(step)
        if step == at:
            break
    return other


@attack("release-of-another-house-put-in-its-place", no("release 2026/1: the evidence says otherwise"))
def _(bench: Bench) -> None:
    with of_another_house(bench, "publish") as other:
        shutil.rmtree(writable(bench).parents[1])
        shutil.copytree(other.settings.releases, bench.settings.releases)


@attack("release-and-evidence-of-another-house", no("release 2026/1: ", "deposits.jsonl", "custody log of the edition"))
def _(bench: Bench) -> None:
    """All of it is whole, signed and chained; but it is of other deposits."""
    with of_another_house(bench, "publish") as other:
        shutil.rmtree(writable(bench).parents[1])
        shutil.copytree(other.settings.releases, bench.settings.releases)
        for path in other.log.parent.iterdir():
            shutil.copyfile(path, bench.log.with_name(path.name))


# ---- publications that were cut short, and what looks like one -------------------------------------------------------
def cut_short(bench: Bench, *, listed: bool = False) -> Path:
    """What a kill leaves between the folder and the evidence: no record of it, and no line unless `listed`."""
    if not listed:
        chain_of(bench).unlink()
    rewritten(bench, lambda record: None if record["kind"] == "publication" else record)
    shutil.rmtree(bench.settings.published)
    return bench.release


CONFORM = harmless("CONFORM", *TRUE)
FAMILY.add("unfinished-release-is-finished", cut_short, expect=CONFORM, at="publish", then=PUBLISH)
FAMILY.add(
    "unrecorded-release-is-finished",
    lambda bench: cut_short(bench, listed=True),
    expect=CONFORM,
    at="publish",
    then=PUBLISH,
)
FAMILY.add(
    "unfinished-release-is-not-shown",
    cut_short,
    expect=no("nothing is published yet", exit=2),
    at="publish",
    then=("show",),
)
FAMILY.add(
    "unrecorded-release-is-not-shown",
    lambda bench: cut_short(bench, listed=True),
    expect=no("does not know that it was published", "palmares publish 2026"),
    at="publish",
    then=("show",),
)


def unfinished(name: str, change: Callable[[Path], Any], file: str, listed: bool = False) -> None:
    """An unfinished release that is not what publication would make again."""

    def make(bench: Bench) -> None:
        change(writable(bench))
        reseal(bench.release)
        rechained(bench)
        cut_short(bench, listed=listed)

    FAMILY.add(name, make, expect=no("made again", f"{file} differs"), at="publish", then=("publish",))


unfinished(
    "unfinished-release-with-another-laureate",
    lambda release: edited(release / "results/laureates.csv", b"Atlas", b"Zenith"),
    "results/laureates.csv",
)
unfinished(
    "unrecorded-release-with-another-laureate",
    lambda release: edited(release / "results/laureates.csv", b"Atlas", b"Zenith"),
    "results/laureates.csv",
    listed=True,
)
unfinished(
    "unfinished-release-with-a-check-that-passed",
    lambda release: edited(release / "results/quality_check.csv", b"passed", b"not_applicable"),
    "results/quality_check.csv",
)
unfinished(
    "unfinished-release-whose-parquet-is-another",
    lambda release: shutil.copyfile(release / "results/dim_category.parquet", release / "results/laureates.parquet"),
    "results/laureates.parquet",
)
unfinished("unfinished-release-with-a-page-more", lambda release: (release / "x.html").write_text("x"), "x.html")
unfinished(
    "unfinished-release-with-another-signed-dossier",
    lambda release: shutil.copyfile(release / "dossier.pdf", release / "dossier-signed-1.pdf"),
    "dossier-signed-1.pdf",
)
unfinished(
    "unfinished-release-by-other-packages",
    lambda release: edited(release / "release.json", b'"duckdb":"', b'"duckdb":"9'),
    "release.json",
)


@attack("release-in-the-making-that-is-a-link", harmless("CONFORM"), PUBLISH, "sign")
def _(bench: Bench) -> None:
    outside = bench.folder / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    place = bench.settings.releases / bench.edition
    place.mkdir(parents=True)
    for name in (".making-1", ".making-2"):
        (place / name).symlink_to(outside)
    bench.afterwards((outside / "kept").unlink)


# ---- what is followed nowhere ----------------------------------------------------------------------------------------
def linked(place: Callable[[Bench], Path]) -> Callable[[Bench], None]:
    """What stands there is elsewhere, and a link leads to it."""

    def make(bench: Bench) -> None:
        path = place(bench)
        path.symlink_to(shutil.move(path, bench.folder / "outside"))

    return make


def releases(bench: Bench) -> Path:
    """The folder of all releases."""
    return bench.settings.releases


for name, place, expect in (
    ("releases", releases, no("releases is a link or no folder", exit=2)),
    ("edition-among-the-releases", lambda bench: bench.release.parent, no("2026 is a link or no folder", exit=2)),
    ("chain-of-releases", chain_of, no("chain.jsonl is a link", exit=2)),
    ("release", lambda bench: bench.release, no("1 is a link: put the release itself there", exit=2)),
    (
        "file-of-a-release",
        lambda bench: writable(bench) / "annex.csv",
        no("annex.csv: is a link or no plain file"),
    ),
):
    FAMILY.add(f"{name}-is-a-link", linked(place), expect, at="publish", then=("show",))
FAMILY.add(
    "folder-more-in-a-release",
    lambda bench: (writable(bench) / "more").mkdir(),
    expect=no("release 2026/1: more: "),
    at="publish",
    then=("show",),
)


def elsewhere(bench: Bench) -> Path:
    """A version with another laureate, outside the published folder."""
    outside = Path(shutil.copytree(published(bench), bench.folder / "outside"))
    edited(outside / "fr" / "index.html", b"Atlas", b"Zenith")
    edited(outside / "palmares.json", b"Atlas", b"Zenith")
    with duckdb.connect(str(outside / "palmares.duckdb")) as con:
        con.execute("UPDATE laureates SET company = 'Zenith'")
    return outside


def away(name: str) -> Callable[[Bench], None]:
    """A name of the published folder leads elsewhere."""

    def make(bench: Bench) -> None:
        outside, path = elsewhere(bench), bench.settings.published / name
        if path.is_symlink():
            path.unlink()
        else:
            shutil.rmtree(path)
        path.symlink_to(outside / name if (outside / name).exists() else outside)

    return make


for name in ("palmares.duckdb", "parquet", "palmares.json", "index.html", "current", "versions", "versions/1"):
    FAMILY.add(
        f"published-{name.replace('/', '-').replace('.', '-')}-leads-elsewhere",
        away(name),
        expect=harmless(f"published/{name} was not as publication makes it; it was made anew", *TRUE),
        at="publish",
        then=SHOW,
    )


@attack("version-in-the-making-that-is-a-link", harmless(*TRUE))
def _(bench: Bench) -> None:
    outside = elsewhere(bench)
    for name in (".making-2", ".making-x"):
        (bench.settings.published / "versions" / name).symlink_to(outside)
    (bench.settings.published / ".current.next").symlink_to(outside)


@attack("published-table-edited-with-what-vouches-for-it", harmless(*TRUE))
def _(bench: Bench) -> None:
    """`made-from.txt` is rewritten too, as one does who has read the program."""
    folder = published(bench)
    with duckdb.connect(str(folder / "palmares.duckdb")) as con:
        con.execute("UPDATE laureates SET company = 'Zenith'")
    digests = "".join(
        f"{sha256_bytes(path.read_bytes())}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "made-from.txt"
    )
    state = (folder / "made-from.txt").read_text().splitlines()[0]
    (folder / "made-from.txt").write_text(f"{state}\n{digests}")


@attack("view-put-into-the-published-warehouse", harmless("palmares.duckdb was not as publication", *TRUE))
def _(bench: Bench) -> None:
    with duckdb.connect(str(published(bench) / "palmares.duckdb")) as con:
        con.execute("CREATE VIEW winners AS SELECT 'Zenith' AS company")


@attack("row-of-the-archive-deleted", harmless("palmares.duckdb was not as publication", *TRUE))
def _(bench: Bench) -> None:
    with duckdb.connect(str(published(bench) / "palmares.duckdb")) as con:
        con.execute("DELETE FROM archive.laureates")


@attack("page-put-beside-the-public-page", harmless("current/laureates.html was not as publication", *TRUE))
def _(bench: Bench) -> None:
    (published(bench) / "laureates.html").write_text("Zenith")


@attack("version-of-a-number-that-no-file-can-follow", harmless("was left as it is", *TRUE))
def _(bench: Bench) -> None:
    (bench.settings.published / "versions" / ("9" * 255)).mkdir()
    assert len(read_chain(bench.settings.releases)) == 1
