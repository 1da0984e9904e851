"""The result of a draw: what the bailiff found for every drawn test enters the evidence.

Belongs here: what must be true before a result is entered. Reading the form is `draw/form.py`; what follows from a
result is a check (`scoring.traces_conform`).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.bailiff.acceptance import check_sentence
from orchestration.bailiff.drawing import draw_folder, of_seed
from orchestration.bailiff.say import say
from orchestration.draw import PDF, read_form, read_seed
from orchestration.errors import InputError, Refused
from orchestration.evidence import Draw, TraceBody, read_draws
from orchestration.run import Now, Run, edition_held
from orchestration.settings import Settings
from orchestration.storage import read_file, sha256_bytes, write_atomic


@dataclass(frozen=True)
class Traced:
    """The result of a draw as it was entered. `repeated`: the very same result stood there already."""

    edition: str
    draw: Draw
    repeated: bool

    @property
    def data(self) -> dict[str, Any]:
        """The same as plain data."""
        outcomes = list(self.draw.outcomes.values())
        return {
            "edition": self.edition,
            "seed": self.draw.seed,
            "tests": len(outcomes),
            **{name: outcomes.count(name) for name in ("conform", "not_conform", "not_found")},
            "odd": [f"{test} {outcome}" for test, outcome in self.draw.odd],
            "repeated": self.repeated,
        }


def enter_trace(
    settings: Settings, edition: str, seed: str, sheet: Path, by: str, corrects: str | None = None
) -> Traced:
    """Enter what the bailiff found for every drawn test.

    The same result again enters nothing. Raises InputError for a seed that was not drawn or a form that is not filled
    in right, Refused for another result of the same draw without the reason of the correction, or with one and nothing
    to correct.
    """
    digits = read_seed(seed)
    check_sentence(by, say("entered.bailiff"))
    if corrects is not None:
        check_sentence(corrects, say("entered.correction"))
    run = Run(settings, edition)
    with edition_held(settings, edition, run.run_id):
        now = Now(run)
        draw = of_seed(now, digits)
        if draw is None:
            known = ", ".join(draw.seed for draw in read_draws(now.records))
            mend = say("sealing.one_of", known=known) if known else f"palmares draw {edition} --seed {digits}"
            raise InputError(say("tracing.not_drawn", edition=edition, seed=digits), "--seed", mend)
        data = _read(sheet)
        outcomes = read_form(data, draw.all_tests, str(sheet))
        repeated = draw.traced and dict(draw.outcomes) == outcomes
        if repeated and corrects is not None:
            raise Refused([say("tracing.nothing")])
        if draw.traced and not repeated and corrects is None:
            last = draw.traces[-1]
            raise Refused([say("tracing.otherwise", seed=digits, at=last.at, by=last.by)])
        if not draw.traced and corrects is not None:
            raise Refused([say("tracing.no_result", seed=digits)])
        if not repeated:
            digest, kind = sha256_bytes(data), "pdf" if data.startswith(PDF) else "csv"
            write_atomic(draw_folder(run, digits) / f"filled-{digest[:12]}.{kind}", data)
            body = TraceBody(
                draw=draw.record,
                seed=digits,
                by=by.strip(),
                corrects=corrects.strip() if corrects else None,
                outcomes=outcomes,
                sheet_sha256=digest,
            )
            now.enter([body], now.deposited)
        entered = of_seed(now, digits)
        assert entered is not None, "it was there a moment ago"
        return Traced(edition, entered, repeated)


def _read(sheet: Path) -> bytes:
    try:
        return read_file(sheet)
    except OSError as error:
        what = say("tracing.unreadable", error=error.strerror)
        raise InputError(what, str(sheet), say("tracing.unreadable_mend")) from error
