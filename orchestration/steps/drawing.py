"""The draw and its result: dice choose tests, the bailiff traces them, what was found enters the evidence.

Belongs here: what must be true before either is entered, and the files for the bailiff. Which tests are chosen is
`draw/selection.py`; what follows from a result is a check (`scoring.traces_conform`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration import custody
from orchestration.draw.facts import choose, drawn_facts
from orchestration.draw.form import empty_form, read_form
from orchestration.draw.order import CLOSE_AT_MOST, SIZE, read_seed
from orchestration.draw.record import Draw, read_draws
from orchestration.draw.sheets import Sheets, render_sheets
from orchestration.errors import InputError, Refused
from orchestration.evidence import Fingerprints
from orchestration.files import sha256_bytes, write_atomic
from orchestration.locks import edition_held
from orchestration.progress import report
from orchestration.settings import Settings
from orchestration.signoff import certificates, load_signer
from orchestration.steps.context import Run
from orchestration.steps.scored import sound_results
from orchestration.steps.sentences import check_sentence
from orchestration.warehouse import connect

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


@dataclass(frozen=True)
class Traced:
    """The result of a draw as it was entered. `repeated`: the very same result stood there already."""

    edition: str
    draw: Draw
    repeated: bool

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        found = list(self.draw.outcomes.values())
        return {
            "edition": self.edition,
            "seed": self.draw.seed,
            "tests": len(found),
            **{name: found.count(name) for name in ("conform", "not_conform", "not_found")},
            "odd": [f"{test} {outcome}" for test, outcome in self.draw.odd],
            "repeated": self.repeated,
        }


def draw_tests(
    settings: Settings, edition: str, seed: str, size: int = SIZE, at_most: int = CLOSE_AT_MOST, lang: str = "fr"
) -> Drawn:
    """Draw with the dice of the bailiff, enter the list, write the sheets and the form.

    The same draw again enters nothing and writes the same sheets. Raises InputError for a seed that is none, Refused
    when there are no sound results, or the seed was used before for another draw of the edition.
    """
    digits = read_seed(seed)
    run = Run(settings, edition, "command line")
    with edition_held(settings, edition, run.run_id):
        problems = custody.audit(run.raw).problems
        if problems:
            raise Refused([f"custody: {problem.message}" for problem in problems])
        current = sound_results(run)
        before = _of_seed(run, digits)
        _refuse_another(before, current, size, at_most)
        if before is None:
            with connect(run.settings.work_db(edition), read_only=True, threads=settings.threads) as con:
                chosen = choose(con, run.rulebook, digits, size, at_most)
            body = {
                "seed": digits,
                "size": size,
                "close_at_most": at_most,
                "tests": list(chosen.tests),
                "whole": {category: list(tests) for category, tests in chosen.whole.items()},
            }
            run.log.append("draw", body, fingerprints=current, run_id=run.run_id)
        draw = _of_seed(run, digits)
        assert draw is not None, "it was just entered"
        return _with_files(run, draw, lang, repeated=before is not None)


def enter_trace(
    settings: Settings, edition: str, seed: str, sheet: Path, by: str, corrects: str | None = None
) -> Traced:
    """Enter what the bailiff found for every drawn test.

    The same result again enters nothing. Raises InputError for a seed that was not drawn or a form that is not filled
    in right, Refused for another result of the same draw without the reason of the correction, or with one and nothing
    to correct.
    """
    digits = read_seed(seed)
    check_sentence(by, "the name of the bailiff")
    if corrects is not None:
        check_sentence(corrects, "the reason of the correction")
    run = Run(settings, edition, "command line")
    with edition_held(settings, edition, run.run_id):
        draw = _of_seed(run, digits)
        if draw is None:
            known = ", ".join(one.seed for one in read_draws(run.log.records()))
            raise InputError(
                f"edition {edition} has no draw of the seed {digits}",
                "--seed",
                f"one of: {known}" if known else f"palmares draw {edition} --seed {digits}",
            )
        data = _read(sheet)
        outcomes = read_form(data, draw.all_tests, str(sheet))
        repeated = draw.traced and dict(draw.outcomes) == outcomes
        if repeated and corrects is not None:
            raise Refused(["this is the result that was entered before: there is nothing to correct"])
        if draw.traced and not repeated and corrects is None:
            last = draw.traces[-1]
            raise Refused(
                [
                    f"a result of the draw {digits} was entered on {last.at} by {last.by}, and it says otherwise. "
                    'A correction says why: --corrects "REASON"'
                ]
            )
        if not draw.traced and corrects is not None:
            raise Refused([f"no result of the draw {digits} was entered yet: leave --corrects out"])
        if not repeated:
            digest = sha256_bytes(data)
            write_atomic(_folder(run, digits) / f"filled-{digest[:12]}.csv", data)
            body = {
                "draw": draw.record,
                "seed": digits,
                "by": by.strip(),
                "corrects": corrects.strip() if corrects else None,
                "outcomes": outcomes,
                "sheet_sha256": digest,
            }
            run.log.append("trace", body, fingerprints=run.fingerprints(), run_id=run.run_id)
        entered = _of_seed(run, digits)
        assert entered is not None, "it was there a moment ago"
        return Traced(edition, entered, repeated)


def _of_seed(run: Run, seed: str) -> Draw | None:
    return next((draw for draw in read_draws(run.log.records()) if draw.seed == seed), None)


def _refuse_another(before: Draw | None, current: Fingerprints, size: int, at_most: int) -> None:
    """A seed serves once: nobody tries sizes or results until the list pleases."""
    if before is None:
        return
    if before.results_sha256 != current.results_sha256:
        raise Refused([f"the seed {before.seed} was drawn on {before.at}, from earlier results: roll the dice again"])
    if (before.size, before.close_at_most) != (size, at_most):
        raise Refused(
            [
                f"the seed {before.seed} was drawn on {before.at} with --size {before.size} --close-at-most "
                f"{before.close_at_most}: give the same, or roll the dice again"
            ]
        )


def _with_files(run: Run, draw: Draw, lang: str, *, repeated: bool) -> Drawn:
    report("trace sheets")
    folder = _folder(run, draw.seed)
    with connect(run.settings.work_db(run.edition), read_only=True, threads=run.settings.threads) as con:
        facts = drawn_facts(con, run.raw, run.rulebook, draw.all_tests)
    demonstration = any(
        certificates.is_demonstration(load_signer((run.raw / name).read_bytes(), name))
        for name in run.rulebook.bailiff.signers
    )
    sheets, form = folder / f"sheets.{lang}.pdf", folder / FORM
    write_atomic(sheets, render_sheets(Sheets(run.edition, run.rulebook, draw, facts, demonstration), lang))
    if not form.exists():  # somebody may be filling it in
        write_atomic(form, empty_form(draw.all_tests))
    return Drawn(run.edition, draw, sheets, form, repeated)


def _folder(run: Run, seed: str) -> Path:
    return run.settings.draws(run.edition) / seed


def _read(sheet: Path) -> bytes:
    try:
        return sheet.read_bytes()
    except OSError as error:
        raise InputError(
            f"the filled form cannot be read: {error.strerror}", str(sheet), "name the CSV file"
        ) from error
