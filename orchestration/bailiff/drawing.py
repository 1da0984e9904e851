"""The draw: dice choose tests to be traced to their source; then, by name, a title for which no sample speaks.

Belongs here: what must be true before either is entered, and the files for the bailiff. Which tests are chosen is
`draw/selection.py`; what was found is entered by `tracing.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.bailiff.say import say
from orchestration.bailiff.sealing import sound_results
from orchestration.draw import Sheets, choose, drawn_facts, empty_form, read_seed, render_sheets
from orchestration.errors import InputError, Refused
from orchestration.evidence import Draw, DrawBody, Fingerprints, read_draws
from orchestration.progress import report
from orchestration.run import Now, Run, edition_held
from orchestration.settings import CLOSE, DRAW_CLOSE_AT_MOST, DRAW_SIZE, Settings
from orchestration.signoff import listed_signers
from orchestration.storage import connect, write_atomic
from orchestration.words import say as house

FORM = "form.csv"


@dataclass(frozen=True)
class Drawn:
    """A draw and its files. `repeated`: it stood in the evidence already and nothing was entered. `close`: categories
    for which the sample cannot speak and which no trace took wholly, with the tests that this would be."""

    edition: str
    draw: Draw
    sheets: Path
    form: Path
    repeated: bool
    close: Mapping[str, int] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "edition": self.edition,
            "seed": self.draw.seed,
            "size": self.draw.size,
            "close_at_most": self.draw.close_at_most,
            "results_sha256": self.draw.results_sha256,
            "at": self.draw.at,
            "tests": list(self.draw.tests),
            "whole": {category: list(tests) for category, tests in self.draw.whole.items()},
            "sheets": str(self.sheets),
            "form": str(self.form),
            "repeated": self.repeated,
            "close": dict(self.close),
        }


def draw_tests(
    settings: Settings,
    edition: str,
    seed: str,
    size: int = DRAW_SIZE,
    at_most: int = DRAW_CLOSE_AT_MOST,
    lang: str = "fr",
) -> Drawn:
    """Draw with the dice of the bailiff, enter the list, write the sheets and the form.

    The same draw again enters nothing and writes the same sheets. Raises InputError for a seed that is none, Refused
    when there are no sound results, or the seed was used before for another draw of the edition.
    """
    digits = read_seed(seed)
    run = Run(settings, edition)
    with edition_held(settings, edition, run.run_id):
        now, current = _ready(run)
        before = of_seed(now, digits)
        _refuse_another(before, current, size, at_most)
        if before is None:
            _enter(now, current, seed=digits, size=size, at_most=at_most)
        return _with_files(now, digits, lang, repeated=before is not None)


def trace_wholly(settings: Settings, edition: str, categories: Sequence[str], lang: str = "fr") -> Drawn:
    """Enter that all counted tests of who is first and second in these categories are traced: no dice.

    Named again on the same results it enters nothing and writes the same sheets. Raises InputError for a category that
    is none, Refused when there are no sound results, or no test to trace.
    """
    run = Run(settings, edition)
    known = [category.id for category in run.rulebook.categories]
    if odd := sorted(set(categories) - set(known)):
        mend = say("sealing.one_of", known=", ".join(known))
        raise InputError(say("drawing.no_category", category=odd[0]), "--whole", mend)
    with edition_held(settings, edition, run.run_id):
        now, current = _ready(run)
        traces = [draw for draw in read_draws(now.records) if not draw.by_lot]
        same = [d for d in traces if d.results_sha256 == current.results_sha256 and set(d.whole) == set(categories)]
        # Dice show no nought: no seed that was rolled is the number of a trace.
        number = same[0].seed if same else f"{len(traces) + 1:05d}"
        if not same:
            _enter(now, current, seed=number, size=0, at_most=0, named=categories)
        return _with_files(now, number, lang, repeated=bool(same))


def _ready(run: Run) -> tuple[Now, Fingerprints]:
    """What is true now, and the sound results to draw from."""
    now = Now(run)
    if now.custody.problems:
        raise Refused([house("custody.problem", problem=problem.message) for problem in now.custody.problems])
    return now, sound_results(now)


def _enter(now: Now, current: Fingerprints, seed: str, size: int, at_most: int, named: Sequence[str] = ()) -> None:
    run = now.run
    with connect(run.settings.work_db(run.edition), read_only=True) as con:
        chosen = choose(con, run.rulebook, seed, size, at_most=at_most, named=named)
    if not chosen.all_tests:
        raise Refused([say("drawing.nothing", categories=", ".join(named))])
    now.enter([DrawBody(seed=seed, size=size, close_at_most=at_most, tests=chosen.tests, whole=chosen.whole)], current)


def of_seed(now: Now, seed: str) -> Draw | None:
    """The draw of these dice, with its results, as it stands in the evidence."""
    return next((draw for draw in read_draws(now.records) if draw.seed == seed), None)


def _refuse_another(before: Draw | None, current: Fingerprints, size: int, at_most: int) -> None:
    """A seed serves once: nobody tries sizes or results until the list pleases."""
    if before is None:
        return
    if before.results_sha256 != current.results_sha256:
        raise Refused([say("drawing.earlier", seed=before.seed, at=before.at)])
    if (before.size, before.close_at_most) != (size, at_most):
        most = before.close_at_most
        raise Refused([say("drawing.other", seed=before.seed, at=before.at, size=before.size, most=most)])


def _with_files(now: Now, seed: str, lang: str, *, repeated: bool) -> Drawn:
    report("trace sheets")
    run, draw = now.run, of_seed(now, seed)
    assert draw is not None, "it was entered"
    folder = draw_folder(run, draw.seed)
    taken = {
        c for earlier in read_draws(now.records) if earlier.results_sha256 == draw.results_sha256 for c in earlier.whole
    }
    with connect(run.settings.work_db(run.edition), read_only=True) as con:
        facts = drawn_facts(con, run.raw, run.rulebook, draw.all_tests)
        near = choose(con, run.rulebook, draw.seed, size=0, at_most=CLOSE).whole
    demonstration = listed_signers(run.raw, run.rulebook.bailiff).demonstration
    sheets, form = folder / f"sheets.{lang}.pdf", folder / FORM
    write_atomic(
        sheets, render_sheets(Sheets(run.edition, run.rulebook, draw, tests=facts, demonstration=demonstration), lang)
    )
    if not form.exists():  # somebody may be filling it in
        write_atomic(form, empty_form(draw.all_tests))
    close = {category: len(tests) for category, tests in near.items() if category not in taken}
    return Drawn(run.edition, draw, sheets, form, repeated=repeated, close=close)


def draw_folder(run: Run, seed: str) -> Path:
    """Where the files of a draw lie."""
    return run.settings.draws(run.edition) / seed
