"""What an attack is: one named fault, made from a clean edition, and the verdict it must get.

Belongs here: the record and the few words in which the corpus writes its expectations. How an edition is taken through
the line is `bench.py`, the faults themselves are `corpus/`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

GOES_ON = ("quarantined", "harmless", "unseen")
VERDICTS = ("quarantined", "blocked", "warned", "refused", "harmless", "unseen")
"""`quarantined`: rows are set aside and the edition goes on. `blocked`: no dossier is made. `warned`: a dossier, but no
publication without an acceptance. `refused`: a command says no to what it was asked. `harmless`: nothing changes.
`unseen`: it succeeds, for nothing in this house can tell it from the truth; `why` says where it would show."""

GATES = ("rulebook", "custody", "intake", "scoring", "dossier", "signature", "publication", "verification")
"""Where the fault is stopped: at reading the rules or the deposits, at a gate of SPEC 6, by a command, by `verify`."""

CUSTODY = {
    "file_changed": "unchanged",
    **dict.fromkeys(("file_missing", "file_unlisted", "file_not_ordinary", "deposit_unfinished"), "complete"),
}
"""Which check of custody a problem belongs to; every other is about the log."""

JUDGED = ("read", "build", "test", "judge", "decide")
"""Everything up to the question whether a dossier may be made, without making it."""


@dataclass(frozen=True)
class Expect:
    """The verdict on an attack: what must be so, said by hand. What fires exactly stands in the snapshot beside it.

    `checks` must fail and block or warn, `infos` must fail, `errors` could not be evaluated, `gate` must be among the
    gates that stop the edition, `reasons` among the codes of the gate's reasons (None: what follows from the checks).
    Where the edition goes on (`GOES_ON`), no other check may block, warn or be in error.
    `problems` are the codes of problems of custody and intake, `aside` the quarantined rows by reason, both exactly
    (`aside` None: not looked at). `names` must all stand in what a person is told, `never` nowhere at all. `same`: the
    ranking is that of the clean edition.
    """

    verdict: str
    exit: int
    gate: str | None = None
    checks: frozenset[str] = frozenset()
    infos: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()
    aside: Mapping[str, int] | None = field(default_factory=dict)
    reasons: frozenset[str] | None = None
    errors: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    same: bool = False
    why: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS or self.gate not in (None, *GATES):
            raise ValueError(f"{self.verdict} at {self.gate} is no verdict")
        if (self.verdict == "unseen") != bool(self.why):
            raise ValueError("what is not seen says why, and nothing else does")


Make = Callable[[Any], Any]
"""What an attack does to the edition, or to the bench."""


@dataclass(frozen=True)
class Attack:
    """`make` strikes `at` a stage of the line, then the steps in `then` are taken.

    At "start" it is given the edition as data (it may return the formats to write it in); at any later stage the bench
    with everything done so far.
    """

    name: str
    family: str
    make: Make
    expect: Expect
    at: str = "start"
    then: tuple[str, ...] = JUDGED

    @property
    def id(self) -> str:
        """The name by which a failing attack is read."""
        return f"{self.family}:{self.name}"


class Family:
    """The attacks of one file of the corpus, in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.attacks: list[Attack] = []

    def add(
        self,
        name: str,
        make: Make,
        expect: Expect,
        at: str = "start",
        then: tuple[str, ...] = JUDGED,
    ) -> None:
        """Enter an attack that one expression makes."""
        self.attacks.append(Attack(name, self.name, make, expect, at=at, then=then))

    def attack(
        self, name: str, expect: Expect, at: str = "start", then: tuple[str, ...] = JUDGED
    ) -> Callable[[Make], Make]:
        """Enter an attack that the decorated function makes."""

        def enter(make: Make) -> Make:
            self.add(name, make, expect, at, then=then)
            return make

        return enter


def quarantined(reason: str, *names: str, rows: int = 1, same: bool = True, **more: Any) -> Expect:
    """Rows are set aside for a reason; nothing else happens and the ranking stays as it was."""
    infos = frozenset({"intake.rows_usable"})
    return Expect(
        "quarantined", 0, "intake", infos=infos, aside={reason: rows}, names=(reason, *names), same=same, **more
    )


def blocked(*checks: str, names: tuple[str, ...] = (), **more: Any) -> Expect:
    """These checks fail, and no dossier is made."""
    return Expect("blocked", 1, _gate(checks), frozenset(checks), names=names, **more)


def unread(*problems: str, names: tuple[str, ...] = (), **more: Any) -> Expect:
    """Intake stops at these problems: nothing is computed."""
    return Expect("blocked", 1, "intake", problems=problems, aside=None, names=names, **more)


def broken(*problems: str, names: tuple[str, ...] = (), **more: Any) -> Expect:
    """Custody is broken in exactly these ways: the checks of custody say so, and nothing is read."""
    checks = frozenset(f"intake.custody_{CUSTODY.get(problem, 'chained')}" for problem in problems)
    return Expect("blocked", 1, "custody", checks, problems=problems, names=names, **more)


def unjudged(*checks: str, names: tuple[str, ...] = (), **more: Any) -> Expect:
    """These checks cannot be evaluated, which blocks as much as a failure does."""
    return Expect("blocked", 1, "dossier", errors=frozenset(checks), names=names, **more)


def warned(*checks: str, names: tuple[str, ...] = (), **more: Any) -> Expect:
    """These checks warn: a dossier is made, and nothing is published unless they are accepted."""
    return Expect("warned", 0, _gate(checks), frozenset(checks), names=names, **more)


def harmless(*names: str, same: bool = True, **more: Any) -> Expect:
    """Nothing fails and the ranking stays as it was."""
    return Expect("harmless", 0, names=names, same=same, **more)


def wrong_rules(*names: str) -> Expect:
    """The rulebook is refused, with the path of the key, what is wrong and what would be right."""
    return Expect("refused", 2, "rulebook", names=("rulebook.yml", *names))


def refused(gate: str, *reasons: str, exit: int = 1, names: tuple[str, ...] = (), **more: Any) -> Expect:
    """A command says no, for these reasons of the gate (none given: it does not come to the gate)."""
    return Expect("refused", exit, gate, reasons=frozenset(reasons), names=names, **more)


def unseen(why: str, *names: str, same: bool = True, **more: Any) -> Expect:
    """The attack succeeds; `why` it cannot be seen here, and where it shows."""
    return Expect("unseen", 0, names=names, same=same, why=why, **more)


def _gate(checks: tuple[str, ...]) -> str:
    return min((check.partition(".")[0] for check in checks), key=GATES.index)
