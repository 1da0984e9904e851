"""The order of things (SPEC 6, 7): steps left out, done twice, too late, by two at once, or on something else.

Belongs here: what people and machines do with the commands themselves. Files that are edited behind their back are
`tampering.py` and `records.py`.
"""

import shutil
from datetime import UTC, datetime, timedelta
from typing import Any

from filelock import FileLock

from expectations.own import dbt_checks
from orchestration.bailiff import acceptance
from orchestration.evidence.bodies import CheckResult, Outcome
from orchestration.publication import publish as publication
from orchestration.run import Now, locks
from orchestration.signoff import sign_pdf
from tests.attacks.attack import JUDGED, Expect, Family, harmless, refused, warned
from tests.attacks.bench import Bench
from tests.attacks.corpus.custody import deposit, sha
from tests.attacks.corpus.data_votes import massed
from tests.attacks.corpus.making import PHONE
from tests.attacks.corpus.records import WARNING, rewritten, warning
from tests.fixtures.throwaway import signer
from tests.fixtures.tiny import TinyEdition, to_yaml

FAMILY = Family("process")


def attack(name: str, expect: Expect, at: str = "sign", then: tuple[str, ...] = ("publish",)) -> Any:
    """Enter an attack between the signature and publication, or at another stage."""
    return FAMILY.attack(name, expect, at, then)


def unsigned(name: str) -> Expect:
    """No signature counts for the current dossier."""
    checks = frozenset({"publication.signoff_valid"})
    return refused("publication", "check_failed", "signoff_missing", checks=checks, names=(name,))


def other_than_signed(*checks: str, names: tuple[str, ...]) -> Expect:
    """Something that the signed dossier vouches for is no longer so."""
    failing = frozenset(check if "." in check else f"publication.{check}" for check in checks)
    reasons = ("check_failed", "check_changed_since_dossier", "dossier_stale")
    return refused("publication", *reasons, checks=failing, names=names)


def nothing(bench: Bench) -> None:
    """What is wrong is what was not done."""


# ---- publishing too early --------------------------------------------------------------------------------------------
UNSIGNED = ("deposits_unchanged", "results_unchanged", "signoff_valid")
for stage, expect in (
    ("deposited", refused("publication", names=("has not been scored", "palmares run 2026"))),
    ("read", refused("publication", exit=2, names=("has no table marts.dim_category", "run the edition first"))),
    (
        "build",
        refused(
            "publication",
            "check_error",
            "check_failed",
            "dossier_missing",
            "signoff_missing",
            checks=frozenset(f"publication.{name}" for name in UNSIGNED),
            errors=frozenset(dbt_checks()),
            names=("scoring.models_built", "could not be evaluated"),
        ),
    ),
    *(
        (
            stage,
            refused(
                "publication",
                "check_failed",
                "dossier_missing",
                "signoff_missing",
                checks=frozenset(f"publication.{name}" for name in UNSIGNED),
                names=("0 / 1",),
            ),
        )
        for stage in ("test", "judge")
    ),
    ("document", unsigned("0 / 1")),
):
    FAMILY.add(f"publish-when-{stage}-was-the-last-step", nothing, expect, at=stage, then=("publish",))
for stage, expect in (
    ("deposited", refused("dossier", names=("has not been scored", "palmares run 2026"))),
    ("read", refused("dossier", exit=2, names=("has no table marts.dim_category", "run the edition first"))),
    ("build", refused("dossier", "gate_not_run", names=("intake", "scoring"))),
    ("test", refused("dossier", "gate_not_run", names=("intake", "scoring"))),
):
    FAMILY.add(f"dossier-when-{stage}-was-the-last-step", nothing, expect, at=stage, then=("document",))
FAMILY.add(
    "sign-before-any-dossier",
    nothing,
    expect=refused("signature", names=("has no dossier to sign", "palmares run 2026")),
    at="judge",
    then=("sign",),
)
FAMILY.add(
    "refuse-before-any-dossier",
    lambda bench: bench.object("refusal"),
    expect=refused("dossier", exit=2, names=("has no dossier", "palmares run 2026")),
    at="judge",
    then=(),
)


@attack(
    "publish-what-was-read-anew",
    refused("publication", exit=2, names=("has no table marts.dim_category", "run the edition first")),
)
def _(bench: Bench) -> None:
    bench.take("read")


@attack("publish-after-a-run-that-broke-off-when-marks-were-made", harmless())
def _(bench: Bench) -> None:
    for step in ("read", "build"):
        bench.take(step)


@attack("publish-after-the-same-run-again", harmless())
def _(bench: Bench) -> None:
    """Same deposits, same rules, same code: same results, and the signature still counts (decision 06)."""
    bench.again()


# ---- checks ----------------------------------------------------------------------------------------------------------
@attack(
    "check-that-was-never-run",
    refused("dossier", "check_missing", names=("scoring.ranks_ordered", "Check not run")),
    "judge",
    ("document",),
)
def _(bench: Bench) -> None:
    rewritten(bench, lambda record: None if record["body"].get("check_id") == "scoring.ranks_ordered" else record)


def enter(bench: Bench, outcome: Outcome, run_id: str | None = None, check: str = "scoring.ranks_ordered") -> None:
    """One more result in the evidence, as a run would enter it."""
    failing: dict[str, Any] = {"failing_count": 1, "failing_keys": ("atlas-banks",)} if outcome == "failed" else {}
    result = CheckResult(check, outcome, "0", "1" if failing else "0", **failing)
    last = bench.records()[-1].run_id
    bench.run.log.append_all([result], fingerprints=Now(bench.run).scored, run_id=run_id or last)


FAMILY.add(
    "check-in-error",
    lambda bench: enter(bench, "error", "run-x"),
    expect=refused("dossier", "check_error", names=("scoring.ranks_ordered", "could not be evaluated")),
    at="judge",
    then=("document",),
)
FAMILY.add(
    "check-that-passed-and-failed-in-one-run",
    lambda bench: enter(bench, "failed"),
    expect=refused("dossier", "check_contradictory", names=("scoring.ranks_ordered", "two contrary results")),
    at="judge",
    then=("document",),
)
FAMILY.add(
    "check-that-failed-in-a-later-run",
    lambda bench: enter(bench, "failed", "run-x"),
    expect=refused("dossier", "check_failed", names=("scoring.ranks_ordered", "atlas-banks")),
    at="judge",
    then=("document",),
)
FAMILY.add(
    "check-that-says-it-has-no-object",
    lambda bench: enter(bench, "not_applicable", "run-x"),
    expect=refused("dossier", "check_must_apply", names=("scoring.ranks_ordered", "but it always does")),
    at="judge",
    then=("document",),
)


@attack("check-that-failed-in-an-earlier-run", harmless(), "judge", ("document",))
def _(bench: Bench) -> None:
    enter(bench, "failed", "run-x")
    enter(bench, "passed", "run-y")


@attack("check-that-failed-between-dossier-and-publication", harmless(), "sign", ("publish",))
def _(bench: Bench) -> None:
    """Everything is looked at again when it is published: what failed in between and holds now is no reason."""
    enter(bench, "failed", "run-x")


# ---- something else than what was signed -------------------------------------------------------------------------------
@attack(
    "deposit-after-the-signature",
    other_than_signed("deposits_unchanged", "scoring.recount_agrees", names=("custody_head",)),
)
def _(bench: Bench) -> None:
    edition = TinyEdition()
    edition.test("T001").update(greeting="3")
    deposit(bench, PHONE, edition.render()[PHONE], sha(bench, PHONE))


@attack("deposit-after-the-signature-and-run", unsigned("not the dossier of the current results"))
def _(bench: Bench) -> None:
    edition = TinyEdition()
    edition.test("T001").update(greeting="3")
    deposit(bench, PHONE, edition.render()[PHONE], sha(bench, PHONE))
    bench.again()


@attack(
    "rulebook-after-the-signature",
    other_than_signed("deposits_unchanged", "results_unchanged", names=("rulebook_sha256",)),
)
def _(bench: Bench) -> None:
    edition = TinyEdition()
    edition.rulebook["eligibility"]["min_mark"] = "11.00"
    deposit(bench, "rulebook.yml", to_yaml(edition.rulebook), sha(bench, "rulebook.yml"))


@attack("other-code-after-the-signature", other_than_signed("results_unchanged", names=("code_sha256",)))
def _(bench: Bench) -> None:
    bench.code = "c" * 64


@attack(
    "other-code-before-the-signature",
    refused("signature", names=("not the one of the current results", "palmares run 2026")),
    "document",
    ("sign",),
)
def _(bench: Bench) -> None:
    bench.code = "c" * 64


@attack(
    "deposit-before-the-signature",
    refused("signature", names=("not the one of the current results", "palmares run 2026")),
    "document",
    ("sign",),
)
def _(bench: Bench) -> None:
    edition = TinyEdition()
    deposit(bench, PHONE, edition.render()[PHONE] + b"\n", sha(bench, PHONE))


@attack("signature-of-another-edition", unsigned("not the dossier of the current results"), "document", ("publish",))
def _(bench: Bench) -> None:
    other = TinyEdition(edition="2025")
    other.rulebook["edition"] = "2025"
    mine = bench.raw
    bench.deposit(other)
    bench.again()
    bench.take("sign")
    [signed] = (bench.raw / "signoffs").glob("*.pdf")
    shutil.copyfile(signed, mine / "signoffs" / signed.name)
    bench.edition = "2026"


@attack("signature-by-somebody-else", unsigned("a certificate that the rulebook lists"), "document", ("publish",))
def _(bench: Bench) -> None:
    key = signer("Somebody Else")
    data = sign_pdf(bench.dossier.pdf.read_bytes(), key.p12, TinyEdition.password)
    (bench.raw / "signoffs/signed.pdf").write_bytes(data)


@attack(
    "signature-dated-tomorrow", harmless(infos=frozenset({"publication.signature_dated"})), "document", ("publish",)
)
def _(bench: Bench) -> None:
    """A signer states the time of signing: one that cannot be is told, and stands in the published checks."""
    edition = TinyEdition()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    data = sign_pdf(bench.dossier.pdf.read_bytes(), edition.p12, edition.password, tomorrow)
    (bench.raw / "signoffs/signed.pdf").write_bytes(data)


@attack(
    "sign-with-the-key-of-somebody-else",
    refused("signature", names=("would not count", "certificate that the rulebook lists")),
    "document",
    (),
)
def _(bench: Bench) -> None:
    key = bench.folder / "other.p12"
    key.write_bytes(signer("Somebody Else").p12)
    bench.step = "sign"
    bench.sign_with(key)


@attack(
    "sign-with-a-wrong-password",
    refused("signature", exit=2, names=("key cannot be opened", "password")),
    "document",
    (),
)
def _(bench: Bench) -> None:
    bench.step = "sign"
    bench.sign_with(TinyEdition().write_p12(bench.folder), "not the password")


@attack("dossier-handed-back-without-a-signature", unsigned("This is the dossier"), "document", ("publish",))
def _(bench: Bench) -> None:
    shutil.copyfile(bench.dossier.pdf, bench.raw / "signoffs/signed.pdf")


@attack("something-behind-the-signature", unsigned("added to the file after the signature"))
def _(bench: Bench) -> None:
    [signed] = (bench.raw / "signoffs").glob("*.pdf")
    signed.write_bytes(signed.read_bytes() + b"\n% more")


@attack("dossier-in-english-signed", unsigned("not the dossier of the current results"), "document", ("publish",))
def _(bench: Bench) -> None:
    bench.sign_elsewhere(bench.dossier.pdf.with_name("dossier.en.pdf").read_bytes())


@attack("sign-off-that-is-no-pdf", unsigned("not a PDF document"), "document", ("publish",))
def _(bench: Bench) -> None:
    (bench.raw / "signoffs/signed.pdf").write_bytes(b"I agree.")


@attack("sign-off-that-is-a-link", harmless(), "sign", ("publish",))
def _(bench: Bench) -> None:
    [signed] = (bench.raw / "signoffs").glob("*.pdf")
    signed.rename(bench.folder / "elsewhere.pdf")
    signed.symlink_to(bench.folder / "elsewhere.pdf")


# ---- warnings --------------------------------------------------------------------------------------------------------
@attack(
    "sign-with-an-open-warning",
    refused("signature", checks=frozenset({WARNING}), names=(WARNING, "observed 1 / 28", "--accept")),
    "deposited",
    ("sign",),
)
def _(bench: Bench) -> None:
    warning(bench, "document")


@attack(
    "publish-with-an-open-warning",
    refused(
        "publication",
        "warning_open",
        "check_failed",
        checks=frozenset({WARNING, "publication.warnings_accepted"}),
        names=(WARNING, "palmares accept"),
    ),
    "deposited",
    ("sign_elsewhere", "publish"),
)
def _(bench: Bench) -> None:
    warning(bench, "document")


@attack(
    "warning-accepted-after-the-dossier",
    refused(
        "publication",
        "warning_accepted_late",
        "check_failed",
        checks=frozenset({WARNING, "publication.warnings_accepted"}),
        names=(WARNING,),
    ),
    "deposited",
    ("publish",),
)
def _(bench: Bench) -> None:
    warning(bench, "document", "sign_elsewhere")
    bench.accept(WARNING)


@attack(
    "warning-accepted-in-other-words-after-the-signature",
    refused("publication", checks=frozenset({WARNING}), names=("no longer those that stand in the signed dossier",)),
    "deposited",
    ("publish",),
)
def _(bench: Bench) -> None:
    warning(bench)
    bench.accept(WARNING)
    for step in ("document", "sign"):
        bench.take(step)
    bench.accept(WARNING, reason="Nobody looked at it.")


@attack(
    "warning-accepted-before-another-deposit",
    refused("signature", checks=frozenset({WARNING}), names=(WARNING, "is not accepted")),
    "deposited",
    ("document", "sign"),
)
def _(bench: Bench) -> None:
    """It dies with the deposits under which it was entered (decision 07)."""
    warning(bench)
    bench.accept(WARNING)
    edition = TinyEdition()
    edition.test("T001").update(ended_at="2025-09-01T09:00:02", language="en")
    deposit(bench, PHONE, edition.render()[PHONE], sha(bench, PHONE))
    for step in JUDGED[:4]:
        bench.take(step)


for name, check, reason, by, exit, said in (
    ("that-has-not-fired", "intake.tests_apart", "Seen.", "Nadia Clerk", 1, "has not fired"),
    ("that-nobody-knows", "intake.nonsense_absent", "Seen.", "Nadia Clerk", 2, "there is no check"),
    ("that-is-no-warning", "scoring.recount_agrees", "Seen.", "Nadia Clerk", 2, "only warnings can be accepted"),
    ("without-a-reason", WARNING, "  ", "Nadia Clerk", 2, f"the reason for {WARNING} is empty"),
    ("by-nobody", WARNING, "Seen.", "", 2, "the name of who accepts is empty"),
    ("in-two-lines", WARNING, "Seen.\nReally.", "Nadia Clerk", 2, "more than one line"),
    ("at-length", WARNING, "Seen. " * 100, "Nadia Clerk", 2, "longer than 500 characters"),
):

    @attack(f"acceptance-{name}", refused("dossier", exit=exit, names=(said,)), "judge", ())
    def _(bench: Bench, check: str = check, reason: str = reason, by: str = by) -> None:
        bench.step = "accept"
        acceptance.enter_acceptances(bench.settings, bench.edition, {check: reason}, by)


# ---- the bailiff says no ---------------------------------------------------------------------------------------------
FAMILY.add(
    "publish-after-a-refusal",
    lambda bench: bench.object("refusal"),
    expect=refused(
        "publication",
        "refusal",
        "check_failed",
        checks=frozenset({"publication.objections_absent"}),
        names=("Me Essai", "cannot be traced"),
    ),
    at="sign",
    then=("publish",),
)
FAMILY.add(
    "publish-after-a-revocation",
    lambda bench: bench.object("revocation"),
    expect=refused(
        "publication",
        "revocation",
        "check_failed",
        checks=frozenset({"publication.objections_absent"}),
        names=("Me Essai", "cannot be traced"),
    ),
    at="sign",
    then=("publish",),
)


@attack(
    "publish-after-a-refusal-and-the-same-run-again",
    refused(
        "publication",
        "refusal",
        "check_failed",
        checks=frozenset({"publication.objections_absent"}),
        names=("Me Essai", "cannot be traced"),
    ),
    "sign",
    ("publish",),
)
def _(bench: Bench) -> None:
    bench.object("refusal")
    bench.again()


# ---- twice, and two at once --------------------------------------------------------------------------------------------
FAMILY.add("publish-twice", nothing, expect=harmless("CONFORM"), at="publish", then=("publish", "verify"))


def corrected(bench: Bench) -> None:
    """Other results, signed."""
    edition = TinyEdition()
    edition.test("T001").update(greeting="3")
    deposit(bench, PHONE, edition.render()[PHONE], sha(bench, PHONE))
    bench.again()
    bench.take("sign")


FAMILY.add(
    "correction-that-says-nothing",
    corrected,
    expect=refused("publication", names=("the results differ from release 1", "who asked")),
    at="publish",
    then=("publish",),
)


def correct_as(reason: str, by: str) -> Any:
    """The command `publish --reason --by`."""

    def make(bench: Bench) -> None:
        bench.step = "publish"
        bench.run = bench.another_run()
        publication.publish_release(Now(bench.run), publication.CorrectionRequest(reason, by))

    return make


def correct(reason: str, by: str) -> Any:
    """Other results, signed, and published as a correction."""

    def make(bench: Bench) -> None:
        corrected(bench)
        correct_as(reason, by)(bench)

    return make


FAMILY.add(
    "correction-without-who-asked",
    correct("A test was entered twice.", ""),
    expect=refused("publication", names=("(--reason)", "(--by)")),
    at="publish",
    then=(),
)
FAMILY.add(
    "correction-without-a-reason",
    correct("", "Atlas"),
    expect=refused("publication", names=("(--reason)", "(--by)")),
    at="publish",
    then=(),
)
FAMILY.add(
    "correction-of-nothing",
    correct_as("An error.", "Atlas"),
    expect=harmless(),
    at="sign",
    then=(),
)


def held(bench: Bench) -> None:
    """Another process works on the edition (a lock of the operating system is held by whoever opened the file)."""
    path = bench.settings.lock_file(bench.edition)
    path.parent.mkdir(parents=True, exist_ok=True)
    other = FileLock(path)
    other.acquire()
    bench.afterwards(other.release)
    path.with_suffix(".owner.json").write_text(
        '{"pid": 4242, "run_id": "run-of-somebody-else", "since": "2026-01-10T09:00:00+00:00"}'
    )
    bench.patch(locks, "PATIENCE", 0.1)


@attack(
    "two-runs-at-once",
    refused("dossier", exit=2, names=("is being worked on by another run", "4242", "run-of-somebody-else")),
    "judge",
    (),
)
def _(bench: Bench) -> None:
    held(bench)
    bench.take("document")


@attack(
    "publication-while-a-run-goes-on",
    refused("publication", exit=2, names=("is being worked on by another run", "4242", "run-of-somebody-else")),
    "sign",
    (),
)
def _(bench: Bench) -> None:
    held(bench)
    bench.take("publish")


@attack(
    "acceptance-while-a-run-goes-on",
    refused("dossier", exit=2, names=("is being worked on by another run", "4242", "run-of-somebody-else")),
    "judge",
    (),
)
def _(bench: Bench) -> None:
    held(bench)
    bench.accept(WARNING)


# ---- against the last edition ----------------------------------------------------------------------------------------
@attack(
    "edition-with-more-than-twice-the-votes-of-the-last",
    warned("scoring.magnitude_plausible", names=("vote 100 / 40",)),
    "publish",
    JUDGED,
)
def _(bench: Bench) -> None:
    edition = TinyEdition(edition="2027")
    edition.rulebook["edition"] = "2027"
    massed(edition, 60, timedelta(hours=5))
    bench.deposit(edition)


@attack("edition-of-another-organiser-is-not-compared", harmless(same=False), "publish", JUDGED)
def _(bench: Bench) -> None:
    edition = TinyEdition(edition="2027")
    edition.rulebook |= {"edition": "2027", "organiser": "Somebody else"}
    massed(edition, 60, timedelta(hours=5))
    bench.deposit(edition)
