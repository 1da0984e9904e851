"""A lint of statements: each sentence of the dossier stands in exactly the states in which it is true.

Every state is rendered in every language while it is noted which sentences are said. A sentence that depends on a
state has its condition here; all others of the dossier's catalogue must be said somewhere, so that none is unread.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest

from orchestration.dossier.compose import compose
from orchestration.dossier.compose.front import SHOWN
from orchestration.dossier.model import Content, Earlier
from orchestration.scoring import Decided, decided_by, partings
from orchestration.words.catalogue import Words, catalogue
from tests.fixtures.dossier_states import state_of, states

LANGUAGES = ("fr", "en", "ar")
Condition = Callable[[Content], bool]


def drawn(content: Content) -> bool:
    return bool(content.inputs.draws)


def rolled(content: Content) -> bool:
    return any(draw.size for draw in content.inputs.draws)


def named(content: Content) -> bool:
    return any(not draw.size for draw in content.inputs.draws)


def traced(content: Content) -> bool:
    return any(draw.traced for draw in content.inputs.draws)


def untraced(content: Content) -> bool:
    return any(not draw.traced for draw in content.inputs.draws)


def decided(*how: Decided) -> Condition:
    return lambda content: any(decided_by(c, content.inputs.rulebook) in how for c in content.categories)


def outcome(name: str) -> Condition:
    return lambda content: any(category.outcome == name for category in content.categories)


def ties(content: Content) -> int:
    return sum(bool(partings(category, content.inputs.rulebook)) for category in content.categories)


def differs(content: Content) -> bool:
    return any(table.differences for table in content.inputs.recount.tables)


def rulebooks(content: Content) -> int:
    return sum(deposit.path == "rulebook.yml" for deposit in content.inputs.deposits)


def released(content: Content) -> bool:
    return content.inputs.released is not None


def retold(content: Content) -> bool:
    """Whether changes since the last dossier are told: not where that dossier is the one that was released."""
    known, last = content.inputs.released, content.inputs.previous
    return known is None or last is None or known.snapshot != last.snapshot


def lost(content: Content) -> bool:
    """Whether there was a dossier before, and what it said is not known any more."""
    return content.inputs.previous == Earlier(None)


def lost_release(content: Content) -> bool:
    known = content.inputs.released
    return known is not None and known.snapshot is None


CONDITIONS: dict[str, Condition] = {
    "doc.demonstration": lambda c: c.demonstration,
    "doc.demonstration_note": lambda c: c.demonstration,
    "front.asked_compare": lambda c: not c.inputs.seals,
    "front.asked_compare_seals": lambda c: bool(c.inputs.seals),
    "front.asked_flagged": lambda c: bool(c.flagged),
    "front.signatures": lambda c: c.required == 1,
    "front.signatures_several": lambda c: c.required > 1,
    "front.found_recount": lambda c: bool(c.inputs.recount.tables),
    "front.found_no_recount": lambda c: not c.inputs.recount.tables,
    "front.found_contests": lambda c: c.inputs.rulebook.contest is not None,
    "front.found_seals": lambda c: bool(c.inputs.seals),
    "front.found_draws": drawn,
    "front.found_traced": traced,
    "front.found_decided": decided(*Decided),
    "front.open_failed": lambda c: bool(c.failed),
    "front.open_warning": lambda c: bool(c.open_warnings),
    "front.open_warnings": lambda c: len(c.open_warnings) > SHOWN,
    "front.open_accepted": lambda c: len(c.flagged) > len(c.open_warnings),
    "front.open_reservations": lambda c: bool(c.inputs.reservations),
    "front.open_no_award": lambda c: any(not category.elected for category in c.categories),
    "front.open_fragile": lambda c: any(x.elected and x.clear is False for x in c.categories),
    "front.open_untraced": untraced,
    "front.open_changes": lambda c: bool(c.changes),
    "front.open_lost": lost,
    "front.open_tie_break": lambda c: ties(c) > 0,
    "front.open_tie_breaks": lambda c: ties(c) > SHOWN,
    "elected.closer": lambda c: not decided_plainly(c),
    "elected.plain": lambda c: decided_plainly(c),  # noqa: PLW0108 - it stands below
    "elected.none": lambda c: any(not category.elected for category in c.categories),
    "why.elected": lambda c: any(x.outcome == "elected" and not partings(x, c.inputs.rulebook) for x in c.categories),
    "why.tie_break": lambda c: ties(c) > 0,
    "why.parted": lambda c: ties(c) > 0,
    "why.joint": outcome("joint"),
    "why.no_award_min_mark": outcome("no_award_min_mark"),
    "why.no_award_too_few_candidates": outcome("no_award_too_few_candidates"),
    "why.no_award_tie": outcome("no_award_tie"),
    "results.public": lambda c: c.inputs.palmares_sha256 is not None,
    "rules.intro": lambda c: not rulebooks(c),
    "rules.intro_only": lambda c: rulebooks(c) == 1,
    "rules.intro_replaced": lambda c: rulebooks(c) > 1,
    "rules.contest_text": lambda c: c.inputs.rulebook.contest is not None,
    "checks.failed": lambda c: bool(c.failed),
    "checks.refused": lambda c: bool(c.failed),
    "checks.flagged_none": lambda c: not c.flagged,
    "checks.accepted": lambda c: any(check.acceptance for check in c.flagged),
    "checks.not_accepted": lambda c: bool(c.open_warnings),
    "checks.noted": lambda c: bool(c.noted),
    "recount.none": lambda c: not c.inputs.recount.tables,
    "recount.sum": lambda c: bool(c.inputs.recount.tables),
    "recount.all_equal": lambda c: bool(c.inputs.recount.tables) and not differs(c),
    "recount.not_equal": differs,
    "recount.found": lambda c: bool(c.inputs.recount.differences),
    "contests.not_foreseen": lambda c: c.inputs.rulebook.contest is None,
    "contests.window": lambda c: c.inputs.rulebook.contest is not None,
    "contests.none": lambda c: c.inputs.rulebook.contest is not None and not c.inputs.contests,
    "contests.decisions": lambda c: c.inputs.rulebook.contest is not None,
    "contests.corrections": lambda c: c.inputs.rulebook.contest is not None and bool(c.inputs.corrections),
    "contests.each": lambda c: bool(c.inputs.contests),
    "contests.decided": lambda c: any(one.decision for one in c.inputs.contests),
    "left.corrections_none": lambda c: not c.inputs.corrections,
    "left.corrections_intro": lambda c: bool(c.inputs.corrections),
    "left.none_set_aside": lambda c: not any(row.outcome == "quarantined" for row in c.listed),
    "left.none_excluded": lambda c: not any(row.outcome == "excluded" for row in c.listed),
    "left.more_note": lambda c: c.not_listed > 0 and c.inputs.annex is not None,
    "left.more_note_beside": lambda c: c.not_listed > 0 and c.inputs.annex is None,
    "left.annex": lambda c: c.inputs.annex is not None,
    "left.annex_beside": lambda c: c.inputs.annex_sha256 is not None and c.inputs.annex is None,
    "seals.none": lambda c: not c.inputs.seals,
    "seals.intro": lambda c: bool(c.inputs.seals),
    "seals.kept": lambda c: any(seal.kept and seal.replaced_by is None for seal in c.inputs.seals),
    "seals.unkept": lambda c: any(not seal.kept and seal.replaced_by is None for seal in c.inputs.seals),
    "seals.replaced": lambda c: any(seal.replaced_by for seal in c.inputs.seals),
    "seals.correction": lambda c: any(seal.corrects for seal in c.inputs.seals),
    "draw.none": lambda c: not drawn(c),
    "draw.intro": rolled,
    "draw.intro_whole": named,
    "draw.name": rolled,
    "draw.name_whole": named,
    "draw.seed": rolled,
    "draw.at": rolled,
    "draw.size": rolled,
    "draw.asked": named,
    "draw.named": named,
    "draw.category_whole": named,
    "draw.open": untraced,
    "checks.open_draw": lambda c: any("[open]" in key for check in c.flagged for key in check.failing_keys),
    "draw.odd": lambda c: any(draw.odd for draw in c.inputs.draws),
    "draw.entered_text": traced,
    "draw.corrected_text": lambda c: any(len(draw.traces) > 1 for draw in c.inputs.draws),
    "draw.whole_off": lambda c: any(draw.size and not draw.close_at_most for draw in c.inputs.draws),
    "draw.whole_none": lambda c: any(draw.close_at_most and not draw.whole for draw in c.inputs.draws),
    "draw.whole_text": lambda c: any(draw.whole for draw in c.inputs.draws),
    "draw.category": lambda c: any(draw.size and draw.whole for draw in c.inputs.draws),
    "draw.earlier": lambda c: any(d.results_sha256 != c.inputs.digests.results for d in c.inputs.draws),
    "trace.conform": traced,
    "reservations.none": lambda c: not c.inputs.reservations,
    "reservations.intro": lambda c: bool(c.inputs.reservations),
    "reservations.earlier": lambda c: any(not one.current for one in c.inputs.reservations),
    "minutes.seals": lambda c: bool(c.inputs.seals),
    "minutes.dice": rolled,
    "minutes.traced": drawn,
    "signature.seals": lambda c: bool(c.inputs.seals),
    "signature.draws": rolled,
    "signature.traced": traced,
    "signature.accepted": lambda c: bool(c.flagged),
    "signature.reserved": lambda c: bool(c.inputs.reservations),
    "changes.first": lambda c: c.inputs.previous is None,
    "changes.lost": lambda c: lost(c) and retold(c),
    "changes.none": lambda c: c.inputs.previous is not None and not lost(c) and not c.changes and retold(c),
    "changes.intro": lambda c: bool(c.changes) and retold(c),
    "changes.since_release": released,
    "changes.since_release_intro": lambda c: released(c) and bool(c.corrected),
    "changes.since_release_lost": lost_release,
    "changes.since_release_none": lambda c: released(c) and not lost_release(c) and not c.corrected,
}  # fmt: skip


def decided_plainly(content: Content) -> bool:
    plain = (Decided.AUDIT, Decided.SURVEY, Decided.VOTE)
    return all(decided_by(category, content.inputs.rulebook) in plain for category in content.categories)


@contextmanager
def noting() -> Iterator[list[str]]:
    """The keys of all sentences that are said meanwhile."""
    said: list[str] = []
    speak, code = Words.__call__, Words.code

    def call(self: Words, key: str, /, **values: str) -> str:
        said.append(key)
        return speak(self, key, **values)

    def spoken(self: Words, family: str, name: str) -> str:
        said.append(f"{family}.{name}")
        return code(self, family, name)

    with patch.object(Words, "__call__", call), patch.object(Words, "code", spoken):
        yield said


def said_in(content: Content, lang: str) -> set[str]:
    with noting() as said:
        compose(content, lang)
    return set(said)


@pytest.mark.parametrize("name", states())
def test_a_sentence_is_said_in_exactly_the_states_in_which_it_is_true(name: str) -> None:
    content = state_of(name)
    said = said_in(content, "fr")
    wrong = {key: key in said for key, holds in CONDITIONS.items() if holds(content) is not (key in said)}
    assert wrong == {}
    assert said_in(content, "en") == said_in(content, "ar") == said


def test_each_condition_is_tried_both_ways() -> None:
    contents = [state_of(name) for name in states()]
    tried = {key: {holds(content) for content in contents} for key, holds in CONDITIONS.items()}
    assert {key for key, found in tried.items() if found != {True, False}} == set()


OWN = ("front", "elected", "decided", "unlike", "families", "contests", "altered", "witnessed", "files", "signature",
       "recount", "changes", "why", "custody", "rows", "checks", "left", "results", "rules", "seals", "draw", "trace",
       "reservations", "conditions", "decision", "glossary", "minutes")  # fmt: skip
ELSEWHERE = {"changes.withdrawn", "changes.deposit", "changes.check", "changes.acceptance", "changes.seal",
             "changes.draw", "changes.code", "changes.reservation", "changes.outcome", "changes.absent",
             "conditions.engine", "conditions.spark", "left.attached"}  # fmt: skip
"""Said only in states of `test_changes_told.py`; beside the file that is attached (`test_pdf.py`)."""


def test_no_sentence_of_the_dossier_stands_unread() -> None:
    said = {key for name in states() for key in said_in(state_of(name), "fr")}
    own = {key for key in catalogue("fr") if key.split(".", 1)[0] in OWN}
    assert own - said - ELSEWHERE == set()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", states())
def test_no_state_leaves_a_hole_in_a_sentence(name: str, lang: str) -> None:
    document = compose(state_of(name), lang)
    shown = str([document.front, document.sections, document.signature, document.annexes])
    assert "{part" not in shown and "{count" not in shown and "None" not in shown
