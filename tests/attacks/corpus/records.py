"""Tampering with what was recorded or made: the evidence, the recount's summary, the dossier, the release, the lock.

Belongs here: what somebody with a text editor can do to the state folder, from the judgement to the day after
publication. The evidence is a chain: whoever knows how may write it anew, and then only what is computed again, or
signed, speaks. The working warehouse is attacked in `tampering.py`.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb

from orchestration.storage.files import canonical_json, sha256_bytes
from tests.attacks.attack import JUDGED, Expect, Family, harmless, refused, unseen
from tests.attacks.bench import Bench
from tests.attacks.corpus.making import spare_vote
from tests.fixtures.tiny import TinyEdition

FAMILY = Family("records")
WARNING = "intake.durations_plausible"
FAILING = (WARNING, "intake.respondents_enough", "scoring.respondents_enough")


def broken_evidence(name: str) -> Expect:
    """The evidence is no longer what was written: no dossier, and nothing is appended."""
    return refused("dossier", names=(name,))


def rewritten(bench: Bench, change: Any, chained: bool = True) -> None:
    """Write the evidence anew, each record changed as `change` says; `chained` as somebody does who knows how."""
    previous, data = "0" * 64, b""
    for line in bench.log.read_bytes().splitlines():
        record = change(json.loads(line))
        if record is None:
            continue
        if chained:
            record |= {"seq": data.count(b"\n") + 1, "previous": previous}
        text = canonical_json(record)
        previous = sha256_bytes(text)
        data += text + b"\n"
    bench.log.write_bytes(data)
    if chained:
        number = data.count(b"\n")
        bench.log.with_name(bench.log.name + ".head").write_bytes(f"{number} {previous}\n".encode())


def passed(record: dict[str, Any]) -> dict[str, Any]:
    """A record in which whatever failed has passed."""
    if record["kind"] == "check" and record["body"]["outcome"] in ("failed", "error"):
        record["body"] |= {"outcome": "passed", "failing_count": 0, "failing_keys": []}
    return record


def attack(name: str, expect: Expect, at: str = "judge", then: tuple[str, ...] = ("document",)) -> Any:
    """Enter an attack between the judgement and the dossier, or at another stage."""
    return FAMILY.attack(name, expect, at, then)


# ---- the evidence ----------------------------------------------------------------------------------------------------
def head(bench: Bench) -> Path:
    """The file that remembers the last line."""
    return bench.log.with_name(bench.log.name + ".head")


@attack("evidence-deleted", broken_evidence("records that were acknowledged are no longer there"))
def _(bench: Bench) -> None:
    bench.log.unlink()


@attack(
    "evidence-deleted-with-its-head", refused("dossier", "gate_not_run", names=("intake", "scoring", "palmares run"))
)
def _(bench: Bench) -> None:
    bench.log.unlink()
    head(bench).unlink()


@attack("head-of-the-evidence-deleted", broken_evidence("missing or unreadable, the end of the log cannot be trusted"))
def _(bench: Bench) -> None:
    head(bench).unlink()


@attack("end-of-the-evidence-cut-off", broken_evidence("records that were acknowledged are no longer there"))
def _(bench: Bench) -> None:
    bench.log.write_bytes(b"".join(bench.log.read_bytes().splitlines(keepends=True)[:-1]))


@attack(
    "end-of-the-evidence-cut-off-and-its-head-set-back",
    refused("dossier", "check_missing", names=("scoring.margins_clear", "palmares run")),
)
def _(bench: Bench) -> None:
    """The last check is scoring.margins_clear: it was then never run."""
    rewritten(bench, lambda record: record if record["body"].get("check_id") != "scoring.margins_clear" else None)


@attack("line-of-the-evidence-edited", broken_evidence("the chain is broken here"))
def _(bench: Bench) -> None:
    data = bench.log.read_bytes()
    assert b'"outcome":"passed"' in data
    bench.log.write_bytes(data.replace(b'"outcome":"passed"', b'"outcome":"failed"', 1))


@attack("line-of-the-evidence-spelt-otherwise", broken_evidence("line 1 is not an evidence record"))
def _(bench: Bench) -> None:
    bench.log.write_bytes(bench.log.read_bytes().replace(b'"seq":1}', b'"seq": 1}', 1))


@attack("line-taken-out-of-the-evidence", broken_evidence("record 4: the chain is broken here"))
def _(bench: Bench) -> None:
    found = bench.log.read_bytes().splitlines(keepends=True)
    bench.log.write_bytes(b"".join(found[:3] + found[4:]))


@attack("lines-of-the-evidence-swapped", broken_evidence("record 1: the chain is broken here"))
def _(bench: Bench) -> None:
    found = bench.log.read_bytes().splitlines(keepends=True)
    bench.log.write_bytes(b"".join([found[1], found[0], *found[2:]]))


@attack("evidence-of-another-edition", refused("dossier", "gate_stale", names=("intake", "scoring", "changed since")))
def _(bench: Bench) -> None:
    def other(record: dict[str, Any]) -> dict[str, Any]:
        if record["fingerprints"]:
            record["fingerprints"]["custody_head"] = "b" * 64
        return record

    rewritten(bench, other)


@attack(
    "check-that-nobody-knows-entered",
    refused("dossier", "check_missing", "check_unknown", names=("scoring.magic_number",)),
)
def _(bench: Bench) -> None:
    rewritten(
        bench,
        lambda record: (
            record | {"body": record["body"] | {"check_id": "scoring.magic_number"}}
            if record["body"].get("check_id") == "scoring.margins_clear"
            else record
        ),
    )


def failing(bench: Bench) -> None:
    """An edition with a failure and a warning, judged."""
    edition = TinyEdition()
    edition.test("T001").update(ended_at="2025-09-01T09:00:02")
    assert edition.survey is not None
    del edition.survey[0]
    bench.redeposit(edition)
    for step in JUDGED[:4]:
        bench.take(step)


@attack(
    "failures-made-to-pass-without-a-chain",
    broken_evidence("the chain is broken here"),
    "deposited",
)
def _(bench: Bench) -> None:
    failing(bench)
    rewritten(bench, passed, chained=False)


@attack(
    "failures-made-to-pass-by-somebody-who-knows-how",
    refused(
        "publication",
        "check_failed",
        "check_changed_since_dossier",
        "warning_open",
        checks=frozenset({*FAILING, "publication.warnings_accepted"}),
        names=("atlas-hotels 7", "T001 phone 2 s"),
    ),
    "deposited",
    ("document", "sign_elsewhere", "publish"),
)
def _(bench: Bench) -> None:
    failing(bench)
    rewritten(bench, passed)


def warning(bench: Bench, *steps: str) -> None:
    """An edition with one warning, taken on."""
    edition = TinyEdition()
    edition.test("T001").update(ended_at="2025-09-01T09:00:02")
    bench.redeposit(edition)
    for step in (*JUDGED[:4], *steps):
        bench.take(step)


@attack(
    "acceptance-entered-in-anothers-name",
    unseen(
        "It stands, by name and with its reason, in the dossier that the bailiff reads and signs.",
        "Nadia Clerk",
        "its answer is on file",
        "CONFORM",
        checks=frozenset({WARNING}),
        gate="intake",
        same=False,
    ),
    "deposited",
    ("document", "sign", "publish", "verify"),
)
def _(bench: Bench) -> None:
    """Nobody can see it in the log: it stands, by name, in what the bailiff reads and signs."""
    warning(bench)
    bench.accept(WARNING)
    bench.take("document")
    bench.told.append(bench.dossier.html.read_text("utf-8"))


@attack(
    "acceptance-edited-after-the-signature",
    refused("publication", checks=frozenset({WARNING}), names=("no longer those that stand in the signed dossier",)),
    "deposited",
    ("publish",),
)
def _(bench: Bench) -> None:
    warning(bench)
    bench.accept(WARNING)
    for step in ("document", "sign"):
        bench.take(step)
    rewritten(
        bench,
        lambda record: (
            record | {"body": record["body"] | {"by": "Me Essai"}} if record["kind"] == "acceptance" else record
        ),
    )


@attack(
    "refusal-taken-out-of-the-evidence",
    refused("publication", names=("records that were acknowledged are no longer there",)),
    "sign",
    ("publish",),
)
def _(bench: Bench) -> None:
    bench.object("refusal")
    found = bench.log.read_bytes().splitlines(keepends=True)
    bench.log.write_bytes(b"".join(found[:-1]))


@attack(
    "refusal-taken-out-by-somebody-who-knows-how",
    unseen(
        "Only the bailiff knows of a refusal that every file was made to forget: a copy of the evidence's head, kept "
        "outside, would show it. A refused dossier should not bear a signature in the first place."
    ),
    "sign",
    ("publish",),
)
def _(bench: Bench) -> None:
    bench.object("refusal")
    rewritten(bench, lambda record: None if record["kind"] == "refusal" else record)


# ---- what the dossier is made of -------------------------------------------------------------------------------------
def summary(bench: Bench) -> Path:
    """What was kept of the recount, for the dossier to print."""
    return bench.settings.home / "recount" / f"{bench.edition}.json"


@attack(
    "summary-of-the-recount-edited", refused("dossier", names=("summary of the recount is missing or was changed",))
)
def _(bench: Bench) -> None:
    data = json.loads(summary(bench).read_bytes())
    data["fact"]["finals"][0]["recomputed"] += 1
    summary(bench).write_bytes(canonical_json(data))


@attack(
    "summary-of-the-recount-shortened", refused("dossier", names=("summary of the recount is missing or was changed",))
)
def _(bench: Bench) -> None:
    data = json.loads(summary(bench).read_bytes())
    del data["fact"]["tables"][3]
    summary(bench).write_bytes(canonical_json(data))


@attack(
    "summary-of-the-recount-deleted", refused("dossier", names=("summary of the recount is missing or was changed",))
)
def _(bench: Bench) -> None:
    summary(bench).unlink()


@attack(
    "summary-of-the-recount-that-is-none",
    refused("dossier", names=("summary of the recount is missing or was changed",)),
)
def _(bench: Bench) -> None:
    summary(bench).write_bytes(b"{")


@attack(
    "rows-left-out-deleted-from-the-list",
    refused("dossier", names=("audits/north/phone.csv: the rows left out and those counted are not all",)),
)
def _(bench: Bench) -> None:
    """Behind the checks' back: the annex would not tell of a test that was left out."""
    bench.sql("DELETE FROM intermediate.int_test WHERE test_id = 'T025'")


@attack(
    "view-replaced-by-one-that-shows-less",
    refused("dossier", names=("votes/votes.csv: the rows left out",), infos=frozenset({"scoring.votes_repeated"})),
    "deposited",
)
def _(bench: Bench) -> None:
    edition = TinyEdition()
    assert edition.votes is not None
    spare_vote(edition, voter_key=edition.votes[-1]["voter_key"], category_id="banks", candidate_id="cedre-banks")
    bench.redeposit(edition)
    for step in JUDGED[:4]:
        bench.take(step)
    less = "SELECT file, line, vote_id, true AS counted, NULL AS exclusion_reason FROM staging.stg_vote"
    bench.sql("DROP VIEW intermediate.int_vote", f"CREATE VIEW intermediate.int_vote AS {less}")


@attack("mark-edited-after-the-checks", refused("dossier", "gate_stale", names=("scoring", "the results")))
def _(bench: Bench) -> None:
    bench.sql("UPDATE marts.fct_ranking SET final_micro = final_micro + 1 WHERE candidate_id = 'cedre-banks'")


@attack(
    "row-edited-after-the-checks",
    refused("dossier", "gate_stale", names=("intake", "scoring", "the rows that were read")),
)
def _(bench: Bench) -> None:
    bench.sql("UPDATE intake.rating SET rating = 0 WHERE test_id = 'T001'")


# ---- the dossier -----------------------------------------------------------------------------------------------------
def dossier_file(name: str, change: Any) -> Any:
    """An attack that edits a file of the dossier."""

    def make(bench: Bench) -> None:
        path = bench.dossier.folder / name
        path.write_bytes(change(path.read_bytes()))

    return make


def renamed(data: bytes) -> bytes:
    """The page with another name on it."""
    assert b"Bahia" in data
    return data.replace(b"Bahia", b"Zenith")


FAMILY.add(
    "dossier-edited-before-the-signature",
    dossier_file("dossier.pdf", lambda data: data + b"\n%"),
    expect=refused("signature", names=("dossier.pdf was changed since it was made",)),
    at="document",
    then=("sign",),
)
FAMILY.add(
    "dossier-edited-after-the-signature",
    dossier_file("dossier.pdf", lambda data: data + b"\n%"),
    expect=refused(
        "publication",
        "check_failed",
        "signoff_missing",
        checks=frozenset({"publication.signoff_valid"}),
        names=("not the dossier of the current results",),
    ),
    at="sign",
    then=("publish",),
)
FAMILY.add(
    "page-of-the-dossier-edited-before-the-signature",
    dossier_file("dossier.html", renamed),
    expect=refused("signature", names=("dossier.html was changed since it was made",)),
    at="document",
    then=("sign",),
)
FAMILY.add(
    "page-of-the-dossier-edited-after-the-signature",
    dossier_file("dossier.html", renamed),
    expect=refused("publication", names=("dossier.html was changed since",)),
    at="sign",
    then=("publish",),
)
FAMILY.add(
    "annex-of-the-dossier-edited",
    dossier_file("annex.csv", lambda data: data[:-20]),
    expect=refused("publication", names=("annex.csv was changed since",)),
    at="sign",
    then=("publish",),
)
FAMILY.add(
    "dossier-in-english-edited",
    dossier_file("dossier.en.pdf", lambda data: data + b"\n"),
    expect=refused("publication", names=("dossier.en.pdf was changed since",)),
    at="sign",
    then=("publish",),
)


@attack(
    "dossier-deleted-after-the-signature",
    refused(
        "publication",
        "check_failed",
        "dossier_missing",
        "signoff_missing",
        checks=frozenset(
            f"publication.{name}" for name in ("deposits_unchanged", "results_unchanged", "signoff_valid")
        ),
        names=("palmares run",),
    ),
    "sign",
    ("publish",),
)
def _(bench: Bench) -> None:
    shutil.rmtree(bench.dossier.folder)


@attack(
    "page-of-the-dossier-deleted-after-the-signature",
    refused("publication", names=("dossier.html was changed since",)),
    "sign",
    ("publish",),
)
def _(bench: Bench) -> None:
    bench.dossier.html.unlink()


@attack(
    "another-dossier-put-in-its-place",
    refused("signature", names=("dossier.pdf was changed since it was made",)),
    "document",
    ("sign",),
)
def _(bench: Bench) -> None:
    kept = bench.dossier.pdf
    edition = TinyEdition()
    edition.test("T001").update(greeting="3")
    with Bench(bench.folder / "other", bench.marks, bench.code) as other:
        (bench.folder / "other/raw").mkdir(parents=True)
        other.deposit(edition)
        for step in ("read", "build", "test", "judge", "document"):
            other.take(step)
        shutil.copyfile(other.dossier.pdf, kept)


# ---- the release -----------------------------------------------------------------------------------------------------
def writable(bench: Bench) -> Path:
    """The release, of which the right to write was taken."""
    for path in [bench.release, *bench.release.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return bench.release


def replaced(name: str, old: bytes, new: bytes) -> Any:
    """An attack that edits a file of the release."""

    def make(bench: Bench) -> None:
        path = writable(bench) / name
        data = path.read_bytes()
        assert old in data
        path.write_bytes(data.replace(old, new, 1))

    return make


LAUREATE = replaced("results/laureates.csv", b"Atlas", b"Zenith")
FAMILY.add(
    "laureate-of-a-release-edited",
    LAUREATE,
    expect=refused("verification", names=("ALTERED", "results/laureates.csv")),
    at="publish",
    then=("verify",),
)
FAMILY.add(
    "page-of-a-release-edited",
    replaced("dossier.html", b"Bahia", b"Zenith"),
    expect=refused("verification", names=("ALTERED", "dossier.html")),
    at="publish",
    then=("verify",),
)
FAMILY.add(
    "signed-dossier-of-a-release-edited",
    replaced("dossier-signed-1.pdf", b"%PDF", b"%PDg"),
    expect=refused("verification", names=("ALTERED", "dossier-signed-1.pdf")),
    at="publish",
    then=("verify",),
)


@attack(
    "release-edited-then-shown",
    refused("publication", names=("release 2026/1: results/laureates.csv: ", "not those that the manifest names")),
    "publish",
    ("show",),
)
def _(bench: Bench) -> None:
    LAUREATE(bench)
    shutil.rmtree(bench.settings.published)


@attack(
    "release-edited-with-its-manifest",
    refused("publication", exit=2, names=("the release is missing or was altered since it was published",)),
    "publish",
    ("show",),
)
def _(bench: Bench) -> None:
    LAUREATE(bench)
    manifest = bench.release / "manifest-sha256.txt"
    digest = sha256_bytes((bench.release / "results/laureates.csv").read_bytes())
    lines = [
        f"{digest}  results/laureates.csv" if line.endswith("  results/laureates.csv") else line
        for line in manifest.read_text().splitlines()
    ]
    manifest.write_text("\n".join(lines) + "\n")


@attack(
    "release-deleted",
    refused("publication", exit=2, names=("the release is missing or was altered since it was published",)),
    "publish",
    ("show",),
)
def _(bench: Bench) -> None:
    shutil.rmtree(writable(bench))


@attack(
    "release-deleted-with-its-line-of-the-chain",
    refused("publication", names=("release 1 was published, but is no longer in the chain",)),
    "publish",
    ("publish",),
)
def _(bench: Bench) -> None:
    shutil.rmtree(writable(bench))
    (bench.settings.releases / "chain.jsonl").write_bytes(b"")


@attack(
    "release-that-is-none-of-the-chain",
    refused("publication", names=("2 stands among the releases, but has no line in their chain",)),
    "publish",
    ("publish",),
)
def _(bench: Bench) -> None:
    shutil.copytree(bench.release, bench.release.with_name("2"))


@attack(
    "chain-of-releases-edited",
    refused("publication", exit=2, names=("The chain of releases was changed",)),
    "publish",
    ("show",),
)
def _(bench: Bench) -> None:
    path = bench.settings.releases / "chain.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"number":1', b'"number":2'))


@attack(
    "chain-of-releases-deleted-is-made-again-by-nobody",
    refused("publication", names=("release 1 was published, but is no longer in the chain",)),
    "publish",
    ("publish",),
)
def _(bench: Bench) -> None:
    (bench.settings.releases / "chain.jsonl").unlink()


def published(bench: Bench) -> Path:
    """The version that readers open, made writable."""
    folder = (bench.settings.published / "current").resolve()
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@attack("published-warehouse-edited", harmless("banks Atlas", "hotels Atlas"), "publish", ("show", "shown"))
def _(bench: Bench) -> None:
    with duckdb.connect(str(published(bench) / "palmares.duckdb")) as con:
        con.execute("UPDATE laureates SET company = 'Zenith'")


@attack("public-page-edited", harmless("page names Atlas"), "publish", ("show", "shown"))
def _(bench: Bench) -> None:
    path = published(bench) / "fr" / "index.html"
    path.write_bytes(path.read_bytes().replace(b"Atlas", b"Zenith"))


# ---- the lock --------------------------------------------------------------------------------------------------------
for name, text in (
    ("of-no-json", "{"),
    ("of-a-list", "[]"),
    ("of-another-run", json.dumps({"pid": 1, "run_id": "run-of-somebody-else", "since": "2025-01-01"})),
):

    @attack(f"owner-of-the-lock-{name}", harmless(), "deposited", JUDGED)
    def _(bench: Bench, text: str = text) -> None:
        owner = bench.settings.lock_file(bench.edition).with_suffix(".owner.json")
        owner.parent.mkdir(parents=True)
        owner.write_text(text)
