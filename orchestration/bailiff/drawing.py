"""The draw: dice choose tests, which the bailiff traces to their source.

Belongs here: what must be true before a draw is entered, and the files for the bailiff. Which tests are chosen is
`draw/selection.py`; what was found is entered by `tracing.py`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.bailiff.say import say
from orchestration.bailiff.sealing import sound_results
from orchestration.draw import Sheets, choose, drawn_facts, empty_form, read_seed, render_sheets
from orchestration.errors import Refused
from orchestration.evidence import Draw, DrawBody, Fingerprints, read_draws
from orchestration.progress import report
from orchestration.run import Now, Run, edition_held
from orchestration.settings import DRAW_CLOSE_AT_MOST, DRAW_SIZE, Settings
from orchestration.signoff import listed_signers
from orchestration.storage import connect, write_atomic
from orchestration.words import say as house

FORM = "form.csv"


@dataclass(frozen=True)
class Drawn:
    """A draw and its files. `repeated`: it stood in the evidence already and nothing was entered."""

    edition: str
    draw: Draw
    sheets: Path
    form: Path
    repeated: bool

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
    run = Run(settings, edition, "command line")
    with edition_held(settings, edition, run.run_id):
        now = Now(run)
        if now.custody.problems:
            raise Refused([house("custody.problem", problem=problem.message) for problem in now.custody.problems])
        current = sound_results(now)
        before = of_seed(now, digits)
        _refuse_another(before, current, size, at_most)
        if before is None:
            with connect(run.settings.work_db(edition), read_only=True, threads=settings.threads) as con:
                chosen = choose(con, run.rulebook, digits, size, at_most)
            body = DrawBody(seed=digits, size=size, close_at_most=at_most, tests=chosen.tests, whole=chosen.whole)
            now.enter([body], current)
        draw = of_seed(now, digits)
        assert draw is not None, "it was just entered"
        return _with_files(run, draw, lang, repeated=before is not None)


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


def _with_files(run: Run, draw: Draw, lang: str, *, repeated: bool) -> Drawn:
    report("trace sheets")
    folder = draw_folder(run, draw.seed)
    with connect(run.settings.work_db(run.edition), read_only=True, threads=run.settings.threads) as con:
        facts = drawn_facts(con, run.raw, run.rulebook, draw.all_tests)
    demonstration = listed_signers(run.raw, run.rulebook.bailiff).demonstration
    sheets, form = folder / f"sheets.{lang}.pdf", folder / FORM
    write_atomic(sheets, render_sheets(Sheets(run.edition, run.rulebook, draw, facts, demonstration), lang))
    if not form.exists():  # somebody may be filling it in
        write_atomic(form, empty_form(draw.all_tests))
    return Drawn(run.edition, draw, sheets, form, repeated)


def draw_folder(run: Run, seed: str) -> Path:
    """Where the files of a draw lie."""
    return run.settings.draws(run.edition) / seed
