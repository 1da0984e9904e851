"""Draws, forms and results that are not what they should be, and findings that somebody would like to forget."""

from typing import Any

from tests.attacks.attack import Expect, Family, blocked, harmless, refused, warned
from tests.attacks.bench import Bench
from tests.attacks.corpus.custody import deposit, sha
from tests.attacks.corpus.making import PHONE
from tests.attacks.corpus.seals import new_rating, rewrite
from tests.fixtures.tiny import TinyEdition

FAMILY = Family("draws")
AGAIN = ("judge", "decide")
TRACES = "scoring.traces_conform"


def attack(name: str, expect: Expect, at: str = "judge", then: tuple[str, ...] = AGAIN) -> Any:
    """Enter an attack on an edition whose results are there to be drawn from."""
    return FAMILY.attack(name, expect, at, then)


# ---- what was found --------------------------------------------------------------------------------------------------
@attack("draw-without-its-result", warned(TRACES, names=("46132 [open] 4", "0 / 4", "palmares trace")))
def _(bench: Bench) -> None:
    bench.draw()


@attack("all-conform", harmless(), then=(*AGAIN, "document", "sign", "publish", "verify"))
def _(bench: Bench) -> None:
    bench.trace(bench.fill_in(bench.draw()))


for word in ("not_conform", "not_found"):

    @attack(f"one-test-{word.replace('_', '-')}", warned(TRACES, names=(f"[{word}]", "3 / 4")))
    def _(bench: Bench, word: str = word) -> None:
        drawn = bench.draw()
        bench.trace(bench.fill_in(drawn, **{drawn.draw.tests[2]: word}))


@attack("closing-a-close-category-wholly", warned(TRACES, names=("46132 [open]", "draw 46132 of 13", "0 / 13")))
def _(bench: Bench) -> None:
    """Every counted test of its first two candidates, whatever the size of the sample."""
    bench.draw(size=1, at_most=1)


@attack(
    "warning-accepted-with-a-reason",
    Expect("warned", 0, "scoring", frozenset({TRACES}), reasons=frozenset()),
    then=("judge", "act", "document", "sign", "publish"),
)
def _(bench: Bench) -> None:
    drawn = bench.draw()
    bench.trace(bench.fill_in(drawn, **{drawn.draw.tests[0]: "not_found"}))
    bench.later = lambda: bench.accept(TRACES)


@attack(
    "warning-that-nobody-accepted",
    refused(
        "signature",
        checks=frozenset({TRACES}),
        names=("the warning scoring.traces_conform is not accepted",),
    ),
    then=("judge", "document", "sign"),
)
def _(bench: Bench) -> None:
    bench.draw()


@attack(
    "finding-that-a-new-deposit-should-bury",
    warned(TRACES, names=("[not_conform]", "3 / 4")),
    then=("read", "build", "test", *AGAIN),
)
def _(bench: Bench) -> None:
    drawn = bench.draw()
    bench.trace(bench.fill_in(drawn, **{drawn.draw.tests[0]: "not_conform"}))
    deposit(bench, PHONE, TinyEdition().render()[PHONE] + b"\n", sha(bench, PHONE))


@attack(
    "finding-that-another-draw-should-bury",
    warned(TRACES, names=("46132", "[not_conform]", "7 / 8")),
)
def _(bench: Bench) -> None:
    drawn = bench.draw()
    bench.trace(bench.fill_in(drawn, **{drawn.draw.tests[0]: "not_conform"}))
    bench.trace(bench.fill_in(bench.draw("77777")), "77777")


@attack("dice-rolled-until-they-please", warned(TRACES, names=("11111 [open] 4", "22222 [open] 4", "4 / 12")))
def _(bench: Bench) -> None:
    bench.draw("11111")
    bench.draw("22222")
    bench.trace(bench.fill_in(bench.draw()))


# ---- after the signature ---------------------------------------------------------------------------------------------
LATE = frozenset({TRACES, "publication.warnings_accepted"})


@attack(
    "result-entered-after-the-signature",
    refused(
        "publication",
        "check_failed",
        "warning_open",
        "check_changed_since_dossier",
        "entered_since_dossier",
        checks=LATE,
        names=("result of a draw 20", "[not_found]"),
    ),
    then=("judge", "document", "sign", "act", "publish"),
)
def _(bench: Bench) -> None:
    drawn = bench.draw()
    bench.trace(bench.fill_in(drawn))
    sheet = bench.fill_in(drawn, **{drawn.draw.tests[0]: "not_found"})
    bench.later = lambda: bench.trace(sheet, corrects="it was seen again")


@attack(
    "good-result-entered-after-the-signature",
    refused("publication", "check_changed_since_dossier", "entered_since_dossier", names=("result of a draw 20",)),
    then=("judge", "act", "publish"),
)
def _(bench: Bench) -> None:
    """The warning was accepted and signed; what the bailiff then found does not stand in what was signed."""
    drawn = bench.draw()

    def act() -> None:
        bench.accept(TRACES)
        for step in ("document", "sign"):
            bench.take(step)
        bench.trace(bench.fill_in(drawn))

    bench.later = act


@attack(
    "draw-after-the-signature",
    refused(
        "publication",
        "check_failed",
        "warning_open",
        "check_changed_since_dossier",
        "entered_since_dossier",
        checks=LATE,
        names=("draw 20", "[open]"),
    ),
    at="sign",
    then=("publish",),
)
def _(bench: Bench) -> None:
    bench.draw()


@attack(
    "draw-and-good-result-after-the-signature",
    refused("publication", "check_changed_since_dossier", "entered_since_dossier", names=("draw 20",)),
    at="sign",
    then=("publish",),
)
def _(bench: Bench) -> None:
    bench.trace(bench.fill_in(bench.draw()))


# ---- the dice --------------------------------------------------------------------------------------------------------
for name, seed, told in (
    ("four-dice", "4613", "roll at least 5 dice"),
    ("no-dice", "", "--seed 46132"),
    ("a-word", "seven", "--seed 46132"),
    ("a-path", "../46132", "--seed 46132"),
    ("digits-of-another-script", "٤٦١٣٢", "--seed 46132"),
    ("dice-without-end", "1" * 99, "no more than 40"),
):

    @attack(f"draw-with-{name}", refused("dossier", exit=2, names=(told,)), then=())
    def _(bench: Bench, seed: str = seed) -> None:
        bench.draw(seed)


@attack("seed-drawn-again", harmless("draw 46132 of 4 again"), then=())
def _(bench: Bench) -> None:
    bench.draw()
    before = bench.log.read_bytes()
    bench.draw("4 6 1 3 2")
    assert bench.log.read_bytes() == before


@attack("seed-drawn-again-with-another-size", refused("dossier", names=("--size 4 --close-at-most 0",)), then=())
def _(bench: Bench) -> None:
    bench.draw()
    bench.draw(size=2)


@attack("seed-drawn-again-without-close-categories", refused("dossier", names=("roll the dice again",)), then=())
def _(bench: Bench) -> None:
    bench.draw(at_most=1)
    bench.draw(at_most=0)


@attack(
    "seed-drawn-again-on-other-results",
    refused("dossier", checks=frozenset({TRACES}), names=("from earlier results",)),
    then=(),
)
def _(bench: Bench) -> None:
    """The draw of the earlier results is still open, and still told."""
    bench.draw()
    new_rating(bench)
    for step in ("read", "build", "test", "judge"):
        bench.take(step)
    bench.draw()


@attack("draw-from-results-of-other-deposits", refused("dossier", names=("speak of an earlier state",)), then=())
def _(bench: Bench) -> None:
    new_rating(bench)
    bench.draw()


@attack("draw-from-nothing", refused("dossier", names=("has not been scored",)), at="deposited", then=())
def _(bench: Bench) -> None:
    bench.draw()


@attack(
    "draw-from-results-that-a-check-blocks",
    refused("dossier", checks=frozenset({"scoring.recount_agrees"}), names=("scoring.recount_agrees",)),
    then=(),
)
def _(bench: Bench) -> None:
    bench.sql("UPDATE marts.fct_ranking SET margin_micro = margin_micro + 1 WHERE rank = 1")
    bench.take("judge")
    bench.draw()


# ---- the form --------------------------------------------------------------------------------------------------------
@attack(
    "result-of-dice-that-were-not-rolled",
    refused("dossier", exit=2, names=("no draw of the seed 99999", "46132")),
    then=(),
)
def _(bench: Bench) -> None:
    bench.trace(bench.fill_in(bench.draw()), "99999")


def edited(name: str, fault: str, old: str, new: str) -> None:
    """Enter an attack on the filled form: some text of it becomes another (`{test}`: the first drawn test)."""

    @attack(f"form-with-{name}", refused("dossier", exit=2, names=("filled.csv", fault)), then=())
    def _(bench: Bench) -> None:
        drawn = bench.draw()
        path, first = bench.fill_in(drawn), drawn.draw.tests[0]
        text = path.read_text("utf-8")
        assert old.format(test=first) in text
        path.write_text(text.replace(old.format(test=first), new.format(test=first), 1), "utf-8")
        bench.trace(path)
        raise AssertionError("it was taken")


edited("a-test-missing", "is missing", "{test},conform,\n", "")
edited("a-test-that-was-not-drawn", "line 2: 'T999' was not drawn", "{test},", "T999,")
edited("a-test-too-many", "line 3: 'T999' was not drawn", "{test},conform,\n", "{test},conform,\nT999,conform,\n")
edited("a-test-twice", "stands there twice", "{test},conform,\n", "{test},conform,\n{test},not_found,\n")
edited("no-outcome", "line 2", "{test},conform,", "{test},,")
edited("an-outcome-of-its-own", "'mostly' is not an outcome", "{test},conform,", "{test},mostly,")
edited("a-formula-for-an-outcome", "is not an outcome", "{test},conform,", '{test},"=conform",')
edited("a-column-too-many", "4 cells, not 3", "{test},conform,", "{test},conform,,")
edited("another-header", "line 1", "test_id,outcome", "test,outcome")
edited("an-open-quote", "line 5", "{test},conform,", '{test},conform,"')


@attack("result-entered-again", harmless(), then=())
def _(bench: Bench) -> None:
    sheet = bench.fill_in(bench.draw())
    bench.trace(sheet)
    before = bench.log.read_bytes()
    assert bench.trace(sheet).repeated
    assert bench.log.read_bytes() == before


@attack("result-made-better-without-a-reason", refused("dossier", names=("it says otherwise", "--corrects")), then=())
def _(bench: Bench) -> None:
    drawn = bench.draw()
    bench.trace(bench.fill_in(drawn, **{drawn.draw.tests[0]: "not_conform"}))
    bench.trace(bench.fill_in(drawn))


@attack("correction-of-a-result-that-is-the-same", refused("dossier", names=("nothing to correct",)), then=())
def _(bench: Bench) -> None:
    sheet = bench.fill_in(bench.draw())
    bench.trace(sheet)
    bench.trace(sheet, corrects="to be sure")


@attack("correction-of-a-result-that-is-not-there", refused("dossier", names=("leave --corrects out",)), then=())
def _(bench: Bench) -> None:
    bench.trace(bench.fill_in(bench.draw()), corrects="to be sure")


# ---- forged records --------------------------------------------------------------------------------------------------
@attack("outcome-edited-in-the-evidence", refused("scoring", names=("the chain is broken",)))
def _(bench: Bench) -> None:
    """The line is one that might have been written; the companion file and the next line know better."""
    drawn = bench.draw()
    bench.trace(bench.fill_in(drawn, **{drawn.draw.tests[0]: "not_conform"}))
    bench.draw("77777")
    bench.log.write_bytes(bench.log.read_bytes().replace(b"not_conform", b"conform"))


@attack("last-outcome-edited-in-the-evidence", refused("scoring", names=("no longer there",)))
def _(bench: Bench) -> None:
    drawn = bench.draw()
    bench.trace(bench.fill_in(drawn, **{drawn.draw.tests[0]: "not_conform"}))
    bench.log.write_bytes(bench.log.read_bytes().replace(b"not_conform", b"conform"))


@attack("list-of-other-dice-with-skill", blocked("scoring.draws_repeated", TRACES, names=("46132 4 / 4",)))
def _(bench: Bench) -> None:
    """The chain is made anew around a list that the organiser chose."""
    chosen = bench.draw().draw.tests
    others = [test for test in sorted(_counted(bench)) if test not in chosen][:4]
    rewrite(bench, lambda found: found[-1]["body"].update(tests=others))


@attack("seed-exchanged-with-skill", blocked("scoring.draws_repeated", TRACES, names=("46133",)))
def _(bench: Bench) -> None:
    bench.draw()
    rewrite(bench, lambda found: found[-1]["body"].update(seed="46133"))


@attack("test-taken-out-of-a-draw-with-skill", blocked("scoring.draws_repeated", TRACES, names=("46132 0 / 3",)))
def _(bench: Bench) -> None:
    bench.draw()
    rewrite(bench, lambda found: found[-1]["body"]["tests"].pop())


def _counted(bench: Bench) -> list[str]:
    import duckdb

    with duckdb.connect(str(bench.work), read_only=True) as con:
        return [row[0] for row in con.execute("SELECT test_id FROM marts.fct_test_mark WHERE counted").fetchall()]


for name, change in (
    ("for-fewer-tests", lambda body: body["outcomes"].popitem()),
    ("for-other-tests", lambda body: body["outcomes"].update(T999="conform")),
    ("of-another-draw", lambda body: body.update(draw="a" * 64)),
    ("that-corrects-nothing", lambda body: body.update(corrects="to be sure")),
):

    @attack(f"result-forged-{name}", refused("scoring", names=("not that of a draw before it",)))
    def _(bench: Bench, change: Any = change) -> None:
        bench.trace(bench.fill_in(bench.draw()))

        def forge(found: list[dict[str, Any]]) -> None:
            found[-1]["body"]["draw"] = _line_digest(found[-2])
            change(found[-1]["body"])

        rewrite(bench, forge)


def _line_digest(line: dict[str, Any]) -> str:
    """The SHA-256 of a record's line."""
    import json

    from orchestration.storage.files import sha256_bytes

    return sha256_bytes(json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


@attack("draw-taken-out-with-skill", refused("scoring", names=("not that of a draw before it",)))
def _(bench: Bench) -> None:
    """The list disappears, its result does not."""
    bench.trace(bench.fill_in(bench.draw()))
    rewrite(bench, lambda found: found.__delitem__(-2))
