"""Broken custody (SPEC 3): bytes, chain and lines of the log, and deposits that should not be taken."""

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration import custody
from orchestration.errors import PalmaresError
from tests.attacks.attack import JUDGED, Expect, Family, blocked, broken, warned
from tests.attacks.bench import Bench
from tests.attacks.corpus.making import PHONE, VOTES
from tests.fixtures.tiny import TinyEdition, encode, relog, to_yaml

FAMILY = Family("custody")
LOG = "deposits.jsonl"


def attack(name: str, expect: Expect, at: str = "deposited", then: tuple[str, ...] = JUDGED) -> Any:
    """Enter an attack on the deposits as they lie in custody."""
    return FAMILY.attack(name, expect, at, then)


def lines(bench: Bench) -> list[dict[str, Any]]:
    """The log's lines as values."""
    return [json.loads(line) for line in (bench.raw / LOG).read_bytes().splitlines()]


def write(bench: Bench, found: list[dict[str, Any]], chained: bool = False) -> None:
    """Write the log; `chained` as somebody would who knows how: numbers and digests anew."""
    data = b""
    previous = "0" * 64
    for number, line in enumerate(found, 1):
        written = {**line, "seq": number, "previous": previous} if chained else line
        text = json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        previous = hashlib.sha256(text).hexdigest()
        data += text + b"\n"
    (bench.raw / LOG).write_bytes(data)


def deposit(bench: Bench, path: str, data: bytes, replaces: str | None = None, at: str = "2025-12-05T09:00:00") -> None:
    """The command `deposit`."""
    source = bench.folder / "received" / path.rpartition("/")[2]
    source.parent.mkdir(exist_ok=True)
    source.write_bytes(data)
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    bench.step = "deposit"
    custody.deposit(bench.raw, [source], "South", "Nadia Clerk", as_path=path, replaces=replaces, received_at=moment)


def sha(bench: Bench, path: str) -> str:
    """The digest of a deposit as it lies there."""
    return hashlib.sha256((bench.raw / path).read_bytes()).hexdigest()


# ---- bytes -----------------------------------------------------------------------------------------------------------
@attack("one-byte-changed", broken("file_changed", names=("custody:", PHONE, "not, byte for byte")))
def _(bench: Bench) -> None:
    data = (bench.raw / PHONE).read_bytes()
    (bench.raw / PHONE).write_bytes(data.replace(b",4,", b",3,", 1))


@attack("one-line-added", broken("file_changed", names=(VOTES, "were received")))
def _(bench: Bench) -> None:
    with (bench.raw / VOTES).open("ab") as stream:
        stream.write(b"V999,a,hotels,atlas-hotels,2025-10-30T10:00:00Z,web,b\n")


@attack("line-ends-rewritten-by-a-spreadsheet", broken("file_changed", names=("candidates.csv",)))
def _(bench: Bench) -> None:
    path = bench.raw / "candidates.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@attack("rulebook-edited-in-place", broken("file_changed", names=("rulebook.yml",)))
def _(bench: Bench) -> None:
    path = bench.raw / "rulebook.yml"
    path.write_bytes(path.read_bytes().replace(b"12.50", b"11.50"))


@attack("certificate-swapped", broken("file_changed", names=("bailiff.pem",)))
def _(bench: Bench) -> None:
    from tests.fixtures.throwaway import signer

    (bench.raw / "bailiff.pem").write_bytes(signer("Somebody Else").pem)


@attack("file-missing", broken("file_missing", names=(PHONE, "is not in the folder")))
def _(bench: Bench) -> None:
    (bench.raw / PHONE).unlink()


@attack("file-without-a-line", broken("file_unlisted", names=("audits/west/phone.csv", "no line in the log")))
def _(bench: Bench) -> None:
    target = bench.raw / "audits/west/phone.csv"
    target.parent.mkdir()
    shutil.copyfile(bench.raw / PHONE, target)


@attack("hidden-file", broken("file_unlisted", names=(".DS_Store",)))
def _(bench: Bench) -> None:
    (bench.raw / "votes/.DS_Store").write_bytes(b"\0")


@attack("file-that-is-a-link", broken("file_not_ordinary", "file_missing", names=(PHONE, "is a link")))
def _(bench: Bench) -> None:
    elsewhere = bench.folder / "elsewhere.csv"
    (bench.raw / PHONE).rename(elsewhere)
    (bench.raw / PHONE).symlink_to(elsewhere)


@attack("folder-that-is-a-link", broken("file_not_ordinary", "file_missing", names=("audits", "is a link")))
def _(bench: Bench) -> None:
    (bench.raw / "audits").rename(bench.folder / "elsewhere")
    (bench.raw / "audits").symlink_to(bench.folder / "elsewhere")


@attack("log-that-is-a-link", broken("file_not_ordinary", names=(LOG,)))
def _(bench: Bench) -> None:
    (bench.raw / LOG).rename(bench.folder / "elsewhere.jsonl")
    (bench.raw / LOG).symlink_to(bench.folder / "elsewhere.jsonl")


@attack("sign-off-folder-that-is-a-file", broken("file_unlisted", names=("signoffs",)))
def _(bench: Bench) -> None:
    (bench.raw / "signoffs").rmdir()
    (bench.raw / "signoffs").write_bytes(b"")


# ---- the log ---------------------------------------------------------------------------------------------------------
@attack("supplier-edited-in-the-log", broken("chain_broken", names=("line 5 does not continue",)))
def _(bench: Bench) -> None:
    found = lines(bench)
    found[3]["supplier"] = "Somebody"
    write(bench, found)


@attack("line-taken-out-of-the-log", broken("chain_broken", "file_unlisted", "seq_wrong", names=("line 4 has seq 5",)))
def _(bench: Bench) -> None:
    found = lines(bench)
    del found[3]
    write(bench, found)


@attack("lines-of-the-log-swapped", broken("chain_broken", "seq_wrong", names=("line 4", "line 5")))
def _(bench: Bench) -> None:
    found = lines(bench)
    found[3], found[4] = found[4], found[3]
    write(bench, found)


@attack("end-of-the-log-cut-off", broken("file_unlisted", names=(VOTES,)))
def _(bench: Bench) -> None:
    write(bench, lines(bench)[:-1])


EARLIER_RUNS = "The custody log extends the one that earlier runs have seen."


@attack("end-of-the-log-and-its-file-cut-off", blocked("intake.log_extends", names=(EARLIER_RUNS,)))
def _(bench: Bench) -> None:
    """Whole in itself, but an earlier run saw one deposit more."""
    deposit(bench, "audits/north/late.csv", encode(TinyEdition().audits["north/phone"][:1], "csv").partition(b"\n")[0])
    for step in JUDGED:
        bench.take(step)
    write(bench, lines(bench)[:-1])
    (bench.raw / "audits/north/late.csv").unlink()


@attack("log-and-data-made-anew", blocked("intake.log_extends", names=(EARLIER_RUNS,)), at="judge")
def _(bench: Bench) -> None:
    """Another mark, another log that fits: only the evidence remembers."""
    edition = TinyEdition()
    edition.test("T001").update(greeting="3")
    shutil.rmtree(bench.raw)
    edition.write(bench.settings.raw)


@attack("log-torn-in-its-last-line", broken("log_malformed", "log_torn", "file_unlisted", names=("line 10",)))
def _(bench: Bench) -> None:
    (bench.raw / LOG).write_bytes((bench.raw / LOG).read_bytes()[:-40])


@attack(
    "log-missing",
    Expect(
        "blocked",
        1,
        "custody",
        problems=("log_missing", "file_unlisted"),
        names=("custody log cannot be read", VOTES),
    ),
)
def _(bench: Bench) -> None:
    (bench.raw / LOG).unlink()


@attack(
    "log-empty",
    Expect(
        "blocked",
        1,
        "custody",
        problems=("log_empty", "file_unlisted"),
        names=("the log has no line", VOTES),
    ),
)
def _(bench: Bench) -> None:
    (bench.raw / LOG).write_bytes(b"")


for name, changes in (
    ("path-out-of-the-folder", {"path": "../../etc/passwd"}),
    ("path-from-the-root", {"path": "/etc/passwd"}),
    ("path-with-backslashes", {"path": "votes\\votes.csv"}),
    ("path-of-no-source", {"path": "notes/minutes.txt"}),
    ("size-below-zero", {"bytes": -1}),
    ("size-that-is-a-fraction", {"bytes": 1.5}),
    ("size-that-is-no-number", {"bytes": float("nan")}),
    ("digest-in-capitals", {"sha256": "A" * 64}),
    ("receipt-without-an-offset", {"received_at": "2025-12-01T10:00:00"}),
    ("receipt-on-a-day-that-is-not", {"received_at": "2025-02-30T10:00:00+01:00"}),
    ("receiver-of-two-lines", {"received_by": "Nadia\nClerk"}),
    ("key-too-many", {"note": "trust me"}),
):

    @attack(
        f"line-with-{name}",
        broken("log_malformed", "file_unlisted", names=("line 10",)),
    )
    def _(bench: Bench, changes: dict[str, Any] = changes) -> None:
        found = lines(bench)
        found[-1].update(changes)
        write(bench, found)


@attack("line-with-a-key-twice", broken("log_malformed", "file_unlisted", names=("line 10",)))
def _(bench: Bench) -> None:
    data = (bench.raw / LOG).read_bytes()
    cut = data.rstrip(b"\n").rfind(b"\n") + 1
    (bench.raw / LOG).write_bytes(data[:cut] + b'{"supplier":"Somebody",' + data[cut + 1 :])


# ---- replacing -------------------------------------------------------------------------------------------------------
@attack("file-replaced-without-its-line", broken("file_changed", names=(PHONE,)))
def _(bench: Bench) -> None:
    edition = TinyEdition()
    edition.test("T001").update(greeting="0")
    (bench.raw / PHONE).write_bytes(edition.render()[PHONE])


@attack("line-that-replaces-nothing", broken("replaces_unknown", "path_taken", names=("line 11",)))
def _(bench: Bench) -> None:
    found = lines(bench)
    write(bench, [*found, {**found[-1], "replaces": "a" * 64}], chained=True)


@attack("one-path-claimed-twice", broken("path_taken", names=("lines 10 and 11",)))
def _(bench: Bench) -> None:
    found = lines(bench)
    write(bench, [*found, found[-1]], chained=True)


def replace_phone(bench: Bench) -> Path:
    """A supplier's new version, properly deposited; returns where the old one lies now."""
    old = sha(bench, PHONE)
    edition = TinyEdition()
    edition.test("T001").update(language="en")
    deposit(bench, PHONE, edition.render()[PHONE], old)
    return bench.raw / "superseded" / old


@attack("superseded-file-changed", broken("file_changed", names=("superseded/", "byte for byte")))
def _(bench: Bench) -> None:
    old = replace_phone(bench)
    old.write_bytes(old.read_bytes().replace(b"fr", b"ar"))


@attack("superseded-file-missing", broken("file_missing", names=("superseded/",)))
def _(bench: Bench) -> None:
    replace_phone(bench).unlink()


@attack("superseded-file-nobody-replaced", broken("file_unlisted", names=("superseded/",)))
def _(bench: Bench) -> None:
    (bench.raw / "superseded").mkdir()
    (bench.raw / "superseded" / ("b" * 64)).write_bytes(b"old")


@attack("deposit-interrupted", broken("deposit_unfinished", names=("was interrupted", "palmares deposit")))
def _(bench: Bench) -> None:
    from orchestration.custody import journal

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    bench.patch(journal, "carry_out", killed)
    from orchestration.custody import taking

    bench.patch(taking, "carry_out", killed)
    try:
        deposit(bench, "votes/late.csv", encode([], "csv"))
    except KeyboardInterrupt:
        return
    raise AssertionError("it was not interrupted")


# ---- suspicious, though in order -------------------------------------------------------------------------------------
@attack("received-before-what-came-first", warned("intake.deposits_ordered", names=("11",), same=True))
def _(bench: Bench) -> None:
    edition = TinyEdition()
    deposit(bench, PHONE, edition.render()[PHONE] + b"\n", sha(bench, PHONE), at="2025-11-30T09:00:00")


@attack("rulebook-replaced-once-data-was-there", warned("intake.rulebook_stable", names=("rulebook.yml (11)",)))
def _(bench: Bench) -> None:
    edition = TinyEdition()
    edition.rulebook["eligibility"]["min_mark"] = "11.00"
    deposit(bench, "rulebook.yml", to_yaml(edition.rulebook), sha(bench, "rulebook.yml"))


@attack(
    "category-added-after-fieldwork-began",
    warned("intake.rulebook_stable", "intake.categories_stable", names=("rulebook.yml airlines: – → airlines",)),
)
def _(bench: Bench) -> None:
    edition = TinyEdition()
    edition.rulebook["categories"].append({"id": "airlines", "sector": "private", "label": {"fr": "Compagnies"}})
    deposit(bench, "rulebook.yml", to_yaml(edition.rulebook), sha(bench, "rulebook.yml"))


def replaced_list(bench: Bench, day: str) -> None:
    """A candidate of the banks is withdrawn by a new list, when all the data is there."""
    edition = TinyEdition()
    edition.rulebook["vote"]["min_votes"] = 10
    shutil.rmtree(bench.raw)
    relog(edition.write(bench.settings.raw))
    edition.withdraw("cedre-banks", day)
    deposit(bench, "candidates.csv", edition.render()["candidates.csv"], sha(bench, "candidates.csv"))


@attack(
    "withdrawal-told-once-the-data-was-there",
    warned(
        "intake.withdrawals_timely",
        names=("cedre-banks 2025-10-15 [entered_with_data] (7 → 11)", "banks no_award_too_few_candidates"),
    ),
)
def _(bench: Bench) -> None:
    replaced_list(bench, "2025-10-15")


@attack(
    "withdrawal-before-its-entry",
    warned("intake.withdrawals_timely", names=("cedre-banks 2025-08-01 [before_entry, entered_with_data] (7 → 11)",)),
)
def _(bench: Bench) -> None:
    replaced_list(bench, "2025-08-01")


# ---- what `deposit` does not take ------------------------------------------------------------------------------------
for name, path, replaces, names in (
    ("path-out-of-the-edition", "../2027/votes.csv", None, ("not a path for a deposit",)),
    ("path-from-the-root", "/etc/cron.d/votes.csv", None, ("path",)),
    ("path-into-superseded", "superseded/" + "a" * 64, None, ("not a deposit that an edition knows",)),
    ("path-of-the-log", "deposits.jsonl", None, ("not a deposit that an edition knows",)),
    ("path-of-a-sign-off", "signoffs/signed.pdf", None, ("not a deposit that an edition knows",)),
    ("path-of-a-program", "audits/north/run.exe", None, ("not a deposit that an edition knows",)),
    ("path-with-markup", "votes/<script>.csv", None, ("not a path for a deposit",)),
    ("path-with-a-quote", "votes/a'; DROP TABLE vote; --.csv", None, ("not a path for a deposit",)),
    ("path-that-is-taken", VOTES, None, ("votes/votes.csv",)),
    ("replacing-what-is-not-there", "votes/late.csv", "c" * 64, ("no single current deposit",)),
    ("replacing-by-a-short-digest", "votes/late.csv", "abc", ("8 to 64",)),
):

    @attack(f"deposit-with-a-{name}", Expect("refused", 2, "custody", names=names), then=())
    def _(bench: Bench, path: str = path, replaces: str | None = replaces) -> None:
        try:
            deposit(bench, path, b"vote_id\n", replaces)
        except PalmaresError:
            assert not custody.audit(bench.raw).problems, "a deposit that was refused left something behind"
            raise
