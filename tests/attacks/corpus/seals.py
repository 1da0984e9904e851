"""What changed after the bailiff had it sealed, and seals that are not what they should be."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from orchestration.evidence.bodies import SealBody
from orchestration.run import Now
from orchestration.storage.files import sha256_bytes
from tests.attacks.attack import JUDGED, Expect, Family, blocked, harmless, refused, warned
from tests.attacks.bench import Bench
from tests.attacks.corpus.custody import deposit, sha
from tests.attacks.corpus.making import PHONE
from tests.fixtures.tiny import TinyEdition, to_yaml

FAMILY = Family("seals")


def attack(name: str, expect: Expect, at: str = "deposited", then: tuple[str, ...] = JUDGED) -> Any:
    """Enter an attack on an edition that is, or could be, sealed."""
    return FAMILY.attack(name, expect, at, then)


def new_rules(bench: Bench, mark: str = "12.40") -> None:
    """Another minimum mark, properly deposited."""
    edition = TinyEdition()
    edition.rulebook["eligibility"]["min_mark"] = mark
    deposit(bench, "rulebook.yml", to_yaml(edition.rulebook), sha(bench, "rulebook.yml"))


def new_rating(bench: Bench, rating: str = "3") -> None:
    """Another rating of one test, properly deposited."""
    edition = TinyEdition()
    edition.test("T001").update(greeting=rating)
    deposit(bench, PHONE, edition.render()[PHONE], sha(bench, PHONE))


def rewrite(bench: Bench, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Rewrite the evidence as somebody would who knows how: numbers, links and the companion file anew."""
    found = [json.loads(line) for line in bench.log.read_bytes().splitlines()]
    change(found)
    data, previous = b"", "0" * 64
    for number, line in enumerate(found, 1):
        line |= {"seq": number, "previous": previous}
        text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        previous = sha256_bytes(text)
        data += text + b"\n"
    bench.log.write_bytes(data)
    bench.log.with_name(bench.log.name + ".head").write_text(f"{len(found)} {previous}\n")


# ---- what changed ----------------------------------------------------------------------------------------------------
@attack(
    "rulebook-changed-after-its-seal",
    blocked(
        "intake.rulebook_stable",
        "intake.seals_kept",
        names=("rules [1]", "0 / 1", "palmares seal", "scellé corrigé"),
    ),
)
def _(bench: Bench) -> None:
    bench.seal("rules")
    new_rules(bench)


@attack(
    "rulebook-changed-back-and-forth",
    warned("intake.rulebook_stable", names=("seal 1 rules", "rules, ", ": kept")),
    then=(*JUDGED, "status"),
)
def _(bench: Bench) -> None:
    """What was sealed is in force again, byte for byte; that it was replaced in between is a matter of another check."""
    bench.seal("rules")
    kept = (bench.raw / "rulebook.yml").read_bytes()
    new_rules(bench)
    deposit(bench, "rulebook.yml", kept, sha(bench, "rulebook.yml"), at="2025-12-06T09:00:00")


@attack("deposit-after-the-collection-was-sealed", blocked("intake.seals_kept", names=("collection [1]",)))
def _(bench: Bench) -> None:
    bench.seal("collection")
    deposit(bench, "audits/north/late.csv", TinyEdition().render()[PHONE].partition(b"\n")[0])


@attack("the-same-rows-deposited-again-after-the-seal", blocked("intake.seals_kept", names=("collection [1]",)))
def _(bench: Bench) -> None:
    bench.seal("collection")
    deposit(bench, PHONE, TinyEdition().render()[PHONE] + b"\n", sha(bench, PHONE))


@attack(
    "rulebook-and-deposits-changed-after-both-seals",
    blocked("intake.rulebook_stable", "intake.seals_kept", names=("rules [1]", "collection [2]", "0 / 2")),
)
def _(bench: Bench) -> None:
    bench.seal("rules")
    bench.seal("collection")
    new_rules(bench)


@attack("results-changed-after-their-seal", blocked("scoring.results_seal_kept", names=("results [1]",)), at="judge")
def _(bench: Bench) -> None:
    bench.seal("results")
    new_rating(bench)


@attack(
    "results-changed-in-the-warehouse-after-their-seal",
    refused(
        "publication",
        "check_failed",
        "check_changed_since_dossier",
        "dossier_stale",
        names=("scoring.results_seal_kept", "scoring.recount_agrees"),
        checks=frozenset({"scoring.recount_agrees", "scoring.results_seal_kept", "publication.results_unchanged"}),
    ),
    at="judge",
    then=("judge", "document", "sign", "act", "publish"),
)
def _(bench: Bench) -> None:
    bench.seal("results")
    bench.later = lambda: bench.sql("UPDATE marts.fct_ranking SET margin_micro = margin_micro + 1 WHERE rank = 1")


@attack(
    "status-and-check-say-what-changed",
    Expect("blocked", 1, "intake", names=("changed since its seal", "collection changed since seal 1")),
    then=("check",),
)
def _(bench: Bench) -> None:
    bench.seal("collection")
    new_rating(bench)
    bench.status()


# ---- corrected seals -------------------------------------------------------------------------------------------------
@attack(
    "change-explained-by-a-corrected-seal",
    harmless("seal 2 collection", ": replaced", ": kept"),
    then=(*JUDGED, "status"),
)
def _(bench: Bench) -> None:
    bench.seal("collection")
    deposit(bench, PHONE, TinyEdition().render()[PHONE] + b"\n", sha(bench, PHONE))
    bench.seal("collection", "the field firm sent its file again with a line end")


@attack(
    "one-of-two-changes-explained",
    blocked("intake.rulebook_stable", "intake.seals_kept", names=("collection [2]", "1 / 2")),
)
def _(bench: Bench) -> None:
    bench.seal("rules")
    bench.seal("collection")
    new_rules(bench)
    bench.seal("rules", "the minimum mark was mistyped")


@attack("changed-again-after-the-corrected-seal", blocked("intake.seals_kept", names=("collection [2]",)))
def _(bench: Bench) -> None:
    bench.seal("collection")
    deposit(bench, PHONE, TinyEdition().render()[PHONE] + b"\n", sha(bench, PHONE))
    bench.seal("collection", "the field firm sent its file again")
    deposit(bench, PHONE, TinyEdition().render()[PHONE], sha(bench, PHONE), at="2025-12-06T09:00:00")


@attack(
    "corrected-seal-of-results",
    harmless("seal 2 results", same=False),
    at="judge",
    then=("read", "build", "test", "judge", "act", *JUDGED, "document", "sign", "publish"),
)
def _(bench: Bench) -> None:
    """The results' own seal does not stand in the way of correcting it."""
    bench.seal("results")
    new_rating(bench)
    bench.later = lambda: bench.seal("results", "the firm corrected a rating")


@attack(
    "corrected-seal-without-a-reason",
    refused("dossier", names=("rules changed since seal 1", 'palmares seal 2026 rules --corrects "REASON"')),
    then=(),
)
def _(bench: Bench) -> None:
    bench.seal("rules")
    new_rules(bench)
    bench.seal("rules")


for name, reason in (("an-empty-reason", " "), ("a-reason-of-two-lines", "a\nb"), ("a-reason-without-end", "x" * 501)):

    @attack(f"corrected-seal-with-{name}", refused("dossier", exit=2, names=("the reason of the correction",)), then=())
    def _(bench: Bench, reason: str = reason) -> None:
        bench.seal("rules")
        new_rules(bench)
        bench.seal("rules", reason)


@attack("correction-of-what-was-never-sealed", refused("dossier", names=("rules was never sealed",)), then=())
def _(bench: Bench) -> None:
    bench.seal("rules", "just in case")


@attack(
    "correction-of-what-has-not-changed", refused("dossier", names=("rules has not changed since seal 1",)), then=()
)
def _(bench: Bench) -> None:
    bench.seal("rules")
    bench.seal("rules", "just in case")


@attack("sealed-again-without-a-change", harmless("seal 1 rules again"))
def _(bench: Bench) -> None:
    bench.seal("rules")
    before = bench.log.read_bytes()
    bench.seal("rules", by="Somebody Else")
    assert bench.log.read_bytes() == before


# ---- what cannot be sealed -------------------------------------------------------------------------------------------
@attack("seal-by-nobody", refused("dossier", exit=2, names=("the name of who seals",)), then=())
def _(bench: Bench) -> None:
    bench.seal("rules", by="")


@attack("seal-of-something-else", refused("dossier", exit=2, names=("one of: rules, collection, results",)), then=())
def _(bench: Bench) -> None:
    bench.seal("../rules")


@attack(
    "seal-over-broken-custody",
    Expect("refused", 1, "dossier", problems=("file_changed",), names=("custody:", PHONE)),
    then=(),
)
def _(bench: Bench) -> None:
    (bench.raw / PHONE).write_bytes(b"other")
    bench.seal("collection")


@attack("seal-of-results-that-nobody-scored", refused("dossier", names=("has not been scored",)), then=())
def _(bench: Bench) -> None:
    bench.seal("results")


@attack(
    "seal-of-results-of-other-deposits", refused("dossier", names=("speak of an earlier state",)), at="judge", then=()
)
def _(bench: Bench) -> None:
    new_rating(bench)
    bench.seal("results")


@attack(
    "seal-of-results-that-a-check-blocks",
    refused("dossier", checks=frozenset({"scoring.recount_agrees"}), names=("scoring.recount_agrees",)),
    at="judge",
    then=(),
)
def _(bench: Bench) -> None:
    bench.sql("UPDATE marts.fct_ranking SET margin_micro = margin_micro + 1 WHERE rank = 1")
    bench.take("judge")
    bench.seal("results")


# ---- after the signature ---------------------------------------------------------------------------------------------
@attack(
    "first-seal-after-the-signature",
    refused("publication", "entered_since_dossier", "check_changed_since_dossier", names=("seal 20",)),
    at="sign",
    then=("publish",),
)
def _(bench: Bench) -> None:
    bench.seal("rules")


@attack(
    "one-more-seal-after-the-signature",
    refused("publication", "entered_since_dossier", names=("seal 20",)),
    at="test",
    then=("judge", "document", "sign", "act", "publish"),
)
def _(bench: Bench) -> None:
    bench.seal("rules")
    bench.later = lambda: bench.seal("collection")


@attack(
    "signing-a-dossier-that-lacks-a-seal",
    refused("signature", names=("a reservation, a seal or a draw was entered since the dossier was made",)),
    at="document",
    then=("sign",),
)
def _(bench: Bench) -> None:
    bench.seal("results")


# ---- forged records --------------------------------------------------------------------------------------------------
def entry(bench: Bench, **changes: Any) -> dict[str, Any]:
    """The body of a seal of the rulebook as it is now, with changes."""
    print_ = sha(bench, "rulebook.yml")
    return {"stage": "rules", "fingerprint": print_, "by": "Me Essai", "corrects": None, "number": 1, **changes}


@attack("seal-deleted-from-the-evidence", refused("scoring", names=("evidence",)))
def _(bench: Bench) -> None:
    bench.seal("rules")
    bench.log.write_bytes(b"")


@attack("seal-edited-in-the-evidence", refused("scoring", names=("is not an evidence record",)))
def _(bench: Bench) -> None:
    """The new rulebook's fingerprint in the old seal."""
    bench.seal("rules")
    old = sha(bench, "rulebook.yml")
    new_rules(bench)
    line = bench.log.read_bytes().replace(
        b'"fingerprint":"' + old.encode(), b'"fingerprint":"' + sha(bench, "rulebook.yml").encode()
    )
    bench.log.write_bytes(line)


@attack("first-of-two-seals-taken-out-with-skill", refused("scoring", names=("does not follow from the seals",)))
def _(bench: Bench) -> None:
    """The chain is made anew, but the seal that is left has number 2."""
    bench.seal("rules")
    bench.seal("collection")
    new_rules(bench)
    rewrite(bench, lambda found: found.__delitem__(0))


@attack(
    "reason-taken-out-of-a-corrected-seal-with-skill", refused("scoring", names=("does not follow from the seals",))
)
def _(bench: Bench) -> None:
    bench.seal("rules")
    new_rules(bench)
    bench.seal("rules", "the minimum mark was mistyped")
    rewrite(bench, lambda found: found[-1]["body"].update(corrects=None))


for name, changes in (
    ("of-another-fingerprint", {"fingerprint": "a" * 64}),
    ("of-no-stage", {"stage": "votes"}),
    ("by-nobody", {"by": ""}),
    ("with-a-key-too-many", {"note": "trust me"}),
    ("without-a-number", {"number": None}),
):

    @attack(f"seal-forged-{name}", refused("scoring", names=("is not an evidence record",)))
    def _(bench: Bench, changes: dict[str, Any] = changes) -> None:
        bench.seal("rules")
        rewrite(bench, lambda found: found[-1]["body"].update(changes))


@attack("seal-entered-twice-with-skill", refused("scoring", names=("does not follow from the seals",)))
def _(bench: Bench) -> None:
    bench.seal("rules")
    prints = Now(bench.run).deposited
    bench.run.log.append(SealBody(**entry(bench, number=2)), fingerprints=prints)


@attack(
    "check-of-a-broken-seal-that-says-passed",
    refused(
        "publication",
        "check_failed",
        "check_changed_since_dossier",
        checks=frozenset({"intake.seals_kept"}),
        names=("intake.seals_kept", "collection [1]"),
    ),
    then=("read", "build", "test", "judge", "act", "document", "sign", "publish"),
)
def _(bench: Bench) -> None:
    """A forged record gets a dossier made and signed; publication does not take the evidence's word and looks again."""
    bench.seal("collection")
    deposit(bench, PHONE, TinyEdition().render()[PHONE] + b"\n", sha(bench, PHONE))

    def forge() -> None:
        failed = [r for r in bench.records() if r.kind == "check" and r.body.check_id == "intake.seals_kept"][-1]
        body = replace(failed.body, outcome="passed", failing_count=0, failing_keys=())
        bench.run.log.append(body, fingerprints=failed.fingerprints, run_id="another run")

    bench.later = forge
