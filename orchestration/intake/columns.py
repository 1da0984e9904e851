"""What the columns of each deposit may hold, as data: for those who tell suppliers (`drafting`).

Belongs here: names, forms and bounds, from the constants that the rules of each source are made of; a test holds that
the rules set aside what these forms do not allow, and nothing that they do. Rules over several cells or rows stay with
their source.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from orchestration.intake.patterns import DAY, ID, LONGEST_NAME, MEASURE, ROW_ID, SHA256, TIME, WHOLE, WORD
from orchestration.intake.sources import audits, candidates, contests, survey, targets, votes
from orchestration.intake.sources.grid_cells import MISSING
from orchestration.intake.times import Clock
from orchestration.rulebook import FORMULA_SIGNS, VOTE_COLUMNS, Criterion, Labels, Rulebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from orchestration.intake.rules import Rule

Kind = Literal[
    "id", "identifier", "word", "name", "text", "choice", "whole", "fact", "measure", "time", "day", "sha256", "share"
]
LONGEST_COMPANY, LONGEST_VALUE = 200, 200
FIRST = r"[^\x00-/:-@\[-`{-\x7f]"
"""No ASCII sign but a letter or digit. Suppliers' tools know no Unicode classes: which other signs begin a name is left
to the rules."""


@dataclass(frozen=True)
class Form:
    """What a cell may hold: `pattern` the whole of it, `values` the words that it may be, `least`, `most` and `below`
    its bounds (numbers, days, instants; the last is excluded), `longest` its length. `missing`: cells that say nothing;
    where there are none, a value must stand."""

    kind: Kind
    pattern: str | None = None
    values: tuple[str, ...] = ()
    least: str | None = None
    most: str | None = None
    below: str | None = None
    longest: int | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column: whether the header must have it, whether its values differ from row to row, what it names."""

    name: str
    form: Form
    needed: bool = True
    unique: bool = False
    refers: str = ""
    label: Labels | None = None
    unit: str = ""


EMPTY = ("",)
ROW = Form("id", rf"(?!.*\.\.){ROW_ID}")
NAMED = Form("identifier", ID)
TOLD = Form("word", WORD)
FACT = Form("fact", WHOLE, least="0", most="1", missing=EMPTY)
PLACE = Form("name", rf"{FIRST}.{{0,{LONGEST_NAME - 1}}}", longest=LONGEST_NAME, missing=EMPTY)
COMPANY = Form("text", rf"[^\x00-\x1f\x7f{FORMULA_SIGNS}].{{0,{LONGEST_COMPANY - 1}}}", longest=LONGEST_COMPANY)
VALUE = Form("text", targets.VALUE, longest=LONGEST_VALUE)
CANDIDATE = Column("candidate_id", NAMED, refers="candidates.candidate_id")


def _or_empty(form: Form) -> Form:
    return replace(form, missing=EMPTY)


def columns_of(source: str, rulebook: Rulebook, channel: str = "") -> tuple[Column, ...]:
    """The columns of a file of `source` (as `custody` names it); of audits, of a file of that channel.

    KeyError for a source that is no table, or a channel that the rulebook has not.
    """
    by_source: dict[str, Callable[[], tuple[Column, ...]]] = {
        "candidates": lambda: _candidates(rulebook),
        "audits": lambda: _audits(rulebook, channel),
        "survey": lambda: _survey(rulebook),
        "targets": lambda: _targets(rulebook),
        "votes": lambda: _votes(rulebook),
        "contests": lambda: _contests(rulebook),
    }
    return by_source[source]()


def _candidates(rulebook: Rulebook) -> tuple[Column, ...]:
    forms = {
        "candidate_id": NAMED,
        "company_id": NAMED,
        "company": COMPANY,
        "category_id": _categories(rulebook),
        "status": Form("choice", values=candidates.STATUSES),
        "withdrawn_on": Form("day", DAY, missing=EMPTY),
    }
    return tuple(Column(name, forms[name], unique=name == "candidate_id") for name in candidates.COLUMNS)


def _audits(rulebook: Rulebook, channel: str) -> tuple[Column, ...]:
    days = (str(rulebook.fieldwork.start), str(rulebook.fieldwork.end + timedelta(days=1)))
    when = Form("time", TIME, least=days[0], below=days[1])
    forms = {
        "channel": Form("choice", values=(channel,)),
        "scenario": Form("choice", values=audits.SCENARIOS),
        "language": TOLD,
        "started_at": when,
        "ended_at": _or_empty(when),
        "outcome": Form("choice", values=audits.OUTCOMES),
        "evidence_sha256": Form("sha256", SHA256, missing=EMPTY),
        "rechecks": _or_empty(ROW),
        "persona": _or_empty(TOLD),
        "journey_id": _or_empty(ROW),
        "step": Form("whole", WHOLE, least="1", most="999", missing=EMPTY),
        **dict.fromkeys(("site", "city", "operator"), PLACE),
        **dict.fromkeys(audits.FACTS, FACT),
        **dict.fromkeys(("test_id", "shopper_id"), ROW),
    }
    rated = {criterion.id: _criterion(criterion) for criterion in rulebook.grid_of(channel)}
    own = {"candidate_id": CANDIDATE, **rated}
    return tuple(
        own.get(name) or Column(name, forms[name], needed=name in audits.REQUIRED, unique=name == "test_id")
        for name in (*audits.REQUIRED, *rated, *audits.OPTIONAL)
    )


def _criterion(criterion: Criterion) -> Column:
    if criterion.measured:
        return Column(
            criterion.id, Form("measure", MEASURE, missing=MISSING), label=criterion.label, unit=criterion.measured.unit
        )
    return Column(
        criterion.id, Form("whole", WHOLE, least="0", most=str(criterion.max), missing=MISSING), label=criterion.label
    )


def _survey(rulebook: Rulebook) -> tuple[Column, ...]:
    assert rulebook.survey is not None
    window = rulebook.survey.window
    when = Form("time", TIME, least=str(window.start), below=str(window.end + timedelta(days=1)))
    bounds = {**survey.ANSWERS, "contacts": (0, survey.MAX_CONTACTS)}
    numbers = {
        name: Column(name, Form("whole", WHOLE, least=str(low), most=str(high), missing=EMPTY), name in survey.REQUIRED)
        for name, (low, high) in bounds.items()
    }
    profile = (Column(name, VALUE, refers="targets.value") for name in survey.variables(rulebook))
    return (
        Column("respondent_id", ROW),
        CANDIDATE,
        Column("answered_at", when),
        *numbers.values(),
        *(Column(name, FACT, needed=False) for name in survey.FACTS),
        *profile,
    )


def _targets(rulebook: Rulebook) -> tuple[Column, ...]:
    forms = {
        "variable": Form("choice", values=survey.variables(rulebook)),
        "value": VALUE,
        "share": Form("share", targets.SHARE, least="0", most="1"),
    }
    return tuple(Column(name, forms[name]) for name in targets.COLUMNS)


def _votes(rulebook: Rulebook) -> tuple[Column, ...]:
    assert rulebook.vote is not None
    window = rulebook.vote.window
    opens, closes = (moment.astimezone(rulebook.zone).isoformat() for moment in (window.opens, window.closes))
    forms = {
        "category_id": _categories(rulebook),
        "cast_at": Form("time", TIME, least=opens, most=closes),
        "channel": TOLD,
        **dict.fromkeys(("vote_id", "voter_key", "ip_hash"), ROW),
    }
    return tuple(
        CANDIDATE if name == "candidate_id" else Column(name, forms[name], unique=name == "vote_id")
        for name in VOTE_COLUMNS
    )


def _contests(rulebook: Rulebook) -> tuple[Column, ...]:
    assert rulebook.contest is not None
    window = Form("day", DAY, least=str(rulebook.contest.opens), most=str(rulebook.contest.closes))
    forms = {
        "contest_id": ROW,
        "test_id": ROW,
        "opened_on": window,
        "ground": Form("choice", values=contests.GROUNDS),
        "decision": Form("choice", values=contests.DECISIONS, missing=EMPTY),
        "decided_on": Form("day", DAY, missing=EMPTY),
        "reason": Form("text", missing=EMPTY),
    }
    refers = {"test_id": "audits.test_id"}
    return tuple(
        CANDIDATE
        if name == "candidate_id"
        else Column(name, forms[name], unique=name == "contest_id", refers=refers.get(name, ""))
        for name in contests.COLUMNS
    )


def _categories(rulebook: Rulebook) -> Form:
    return Form("choice", values=tuple(category.id for category in rulebook.categories))


def reasons_of(source: str, rulebook: Rulebook) -> tuple[str, ...]:
    """Why rows of `source` are set aside: the codes of its rules, and of a line that is no row, in order."""
    start, end = rulebook.fieldwork.start.year, rulebook.fieldwork.end.year
    clock = Clock(rulebook.zone, start, end)
    rules: dict[str, Callable[[], list[Rule]]] = {
        "candidates": lambda: candidates.rules(rulebook),
        "audits": lambda: audits.rules(rulebook, clock),
        "survey": lambda: survey.rules(rulebook, clock),
        "targets": list,  # a margin that cannot be used blocks: nothing of it is set aside
        "votes": lambda: votes.rules(rulebook),
        "contests": contests.rules,
    }
    reasons = [rule.reason for rule in rules[source]()]
    return tuple(dict.fromkeys(["unreadable_row", *reasons] if reasons else []))
