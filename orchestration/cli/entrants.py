"""Commands for entrants: statement, contest.

Belongs here: options and words. What must be true for each is in `orchestration/entrants`.
"""

from typing import Annotated

import typer

from orchestration.cli.say import AsJson, Edition, as_json, progress_bar, say, show
from orchestration.settings import Settings

GROUNDS = "wrong_company | wrong_facts | service_down | shopper_conduct | other"
DECISIONS = "rejected | excluded | corrected"


def statement(
    edition: Edition,
    candidate: Annotated[str, typer.Argument(help="the candidate's id")],
    lang: Annotated[str, typer.Option(help="fr, en or ar")] = "fr",
    json: AsJson = False,
) -> None:
    """Before anything is signed: that candidate's own tests, criterion by criterion (PDF and CSV); no one else's."""
    from orchestration.entrants import write_statement

    with progress_bar():
        written = write_statement(Settings.from_env(), edition, candidate, lang)
    as_json(written.data) if json else print("\n".join(str(path) for path in written.paths))


def contest(
    edition: Edition,
    test: Annotated[str, typer.Argument(help="the test's id, as the statement prints it")],
    ground: Annotated[str | None, typer.Option(metavar="G", help=GROUNDS)] = None,
    decide: Annotated[str | None, typer.Option(metavar="D", help=DECISIONS)] = None,
    reason: Annotated[str | None, typer.Option(metavar="R", help="why it is decided so")] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="the day it was handed in or decided: 2025-11-17; today when left out"),
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="who receives it; the organiser when left out")] = None,
    json: AsJson = False,
) -> None:
    """Enter a contest of a test, or decide it: a new version of contests.csv, taken into custody."""
    from orchestration.entrants import contest_test

    with progress_bar():
        entry = contest_test(
            Settings.from_env(), edition, test, ground=ground, decision=decide, reason=reason, on=on, by=by
        )
    if json:
        as_json(entry.data)
        return
    facts = {"edition": edition, "contest": entry.contest_id, "test": entry.test_id, "candidate": entry.candidate_id}
    state = (
        say("contest.decided", decision=say(f"contest.{entry.decision}"), day=entry.decided_on)
        if entry.decision
        else say("contest.open")
    )
    show(say("contest.again" if entry.repeated else "contest.done", opened=entry.opened_on, state=state, **facts))
    show(say("contest.file", sha256=entry.sha256))
    if entry.decision == "corrected":
        show(say("contest.correct", **facts))
    show(say("contest.run" if entry.decision else "contest.decide", **facts))


COMMANDS = (statement, contest)
