"""Entering the acceptance of warnings: records that a person makes.

Belongs here: what must be true before such a record is written. What follows from it is decided in `gate`.
"""

import difflib
from collections.abc import Mapping

from expectations import all_checks
from orchestration.bailiff.say import say
from orchestration.errors import InputError, Refused
from orchestration.evidence import AcceptanceBody, standings
from orchestration.rulebook import FORMULA_SIGNS, shows_nothing_hidden
from orchestration.run import BY_HAND, Now, Run, edition_held
from orchestration.settings import Settings


def enter_acceptances(
    settings: Settings, edition: str, reasons: Mapping[str, str], by: str, run_id: str = BY_HAND
) -> None:
    """Accept warnings (check id to reason), tied to the deposits as they are now, by the run `run_id`.

    All or none: raises InputError for an unknown check, one that is no warning, or empty words; Refused for a
    warning that did not fire.
    """
    run = Run(settings, edition, run_id)
    specs = {spec.id: spec for spec in all_checks()}
    # Words are judged before the edition is taken, for no run changes them; states after it, for a run may.
    for check, reason in reasons.items():
        if check not in specs:
            near = difflib.get_close_matches(check, specs, n=1)
            mend = say("refused.no_check_near", near=near[0]) if near else say("refused.no_check_mend", edition=edition)
            raise InputError(say("refused.no_check", check=repr(check[:80])), mend=mend)
        if specs[check].severity != "warning":
            severity = specs[check].severity
            raise InputError(say("refused.no_warning", check=check, severity=severity), mend=specs[check].mend)
        check_sentence(reason, say("entered.acceptance", check=check))
    check_sentence(by, say("entered.accepts"))
    with edition_held(settings, edition, run.run_id):
        now = Now(run)
        state = {
            standing.spec.id: standing.state for standing in standings(all_checks(), now.records, now.scored, run.uses)
        }
        silent = sorted(check for check in reasons if state.get(check) != "failed")
        if silent:
            raise Refused([say("refused.silent", check=check) for check in silent])
        now.enter(
            (
                AcceptanceBody(check_id=check, reason=reason.strip(), by=by.strip())
                for check, reason in sorted(reasons.items())
            ),
            now.scored,
        )


MAX_WORDS = 500
"""Longest reason: it is printed in the dossier."""


def check_sentence(text: str, what: str) -> str:
    """The text without blanks around it; raises InputError for an empty one, a long one, more than one line, signs
    that no reader sees, and the beginning of a formula: it is printed, and published in tables."""
    if not text.strip() or len(text) > MAX_WORDS or not shows_nothing_hidden(text):
        raise InputError(say("entered.sentence", what=what, most=MAX_WORDS))
    if text.strip()[0] in FORMULA_SIGNS:
        raise InputError(say("entered.formula", what=what))
    return text.strip()
