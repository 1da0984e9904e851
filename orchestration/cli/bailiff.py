"""Commands for what the bailiff does before signing: seal, draw, trace.

Belongs here: options and words. What must be true for each act is in `steps/`.
"""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.say import AsJson, Edition, as_json, progress_bar
from orchestration.draw.order import CLOSE_AT_MOST, SIZE
from orchestration.settings import Settings

Lang = Annotated[str, typer.Option(help="fr, en or ar")]
LANGUAGES = ("fr", "en", "ar")


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    for command in (seal, draw, trace):
        app.command()(command)


def seal(
    edition: Edition,
    stage: Annotated[str, typer.Argument(metavar="rules|collection|results", help="what is sealed as it is now")],
    by: Annotated[str, typer.Option(help="the name of who seals")],
    corrects: Annotated[str | None, typer.Option(help="why it changed since its seal; printed in the dossier")] = None,
    lang: Lang = "fr",
    json: AsJson = False,
) -> None:
    """Fix a fingerprint on a sheet for the bailiff's file; what changes afterwards blocks until it is explained."""
    from orchestration.bailiff.sealing import seal_stage

    settings = Settings.from_env()
    settings.edition_raw(edition)
    _check_language(lang)
    with progress_bar():
        made = seal_stage(settings, edition, stage, by, corrects, lang)
    if json:
        as_json(made.data)
        return
    again = " It was sealed already and has not changed: nothing was entered, the sheet is the same." * made.repeated
    print(f"Seal {made.seal.number}: {stage} of edition {edition}.{again}")
    print(f"  fingerprint  {' '.join(_groups(made.seal.fingerprint))}")
    print(f"  sheet        {made.sheet}\nNext: print it and hand it to the bailiff; then palmares run {edition}")


def draw(
    edition: Edition,
    seed: Annotated[str, typer.Option(metavar="DIGITS", help="the dice of the bailiff, as they were rolled: 46132")],
    size: Annotated[int, typer.Option(min=1, help="tests of the sample")] = SIZE,
    close_at_most: Annotated[
        int, typer.Option(min=0, help="trace a category wholly when so few false tests would move its title; 0: none")
    ] = CLOSE_AT_MOST,
    lang: Lang = "fr",
    json: AsJson = False,
) -> None:
    """Draw counted tests by lot, to be traced to their source: sheets for the bailiff, a form to fill in."""
    from orchestration.bailiff.drawing import draw_tests

    settings = Settings.from_env()
    settings.edition_raw(edition)
    _check_language(lang)
    with progress_bar():
        made = draw_tests(settings, edition, seed, size, close_at_most, lang)
    if json:
        as_json(made.data)
        return
    again = " It was drawn already: nothing was entered, the list is the same." * made.repeated
    print(f"Draw {made.draw.seed} of edition {edition}: {len(made.draw.tests)} tests by lot.{again}")
    for category, tests in made.draw.whole.items():
        print(f"  {category}: a title that {close_at_most} false test(s) would move, traced wholly: {len(tests)} more")
    print(f"  to trace  {len(made.draw.all_tests)} tests in all")
    print(f"  sheets    {made.sheets}  (they bear shoppers' ids: for the bailiff alone)\n  form      {made.form}")
    print(f"Next: palmares trace {edition} --seed {made.draw.seed} --sheet {made.form} --by NAME")


def trace(
    edition: Edition,
    seed: Annotated[str, typer.Option(metavar="DIGITS", help="the dice of the draw")],
    sheet: Annotated[Path, typer.Option(help="the form, filled in (CSV)")],
    by: Annotated[str, typer.Option(help="the name of the bailiff")],
    corrects: Annotated[str | None, typer.Option(help="why a result entered before was wrong")] = None,
    json: AsJson = False,
) -> None:
    """Enter what was found for every drawn test: conform, not conform or not found."""
    from orchestration.bailiff.tracing import enter_trace

    settings = Settings.from_env()
    settings.edition_raw(edition)
    made = enter_trace(settings, edition, seed, sheet, by, corrects)
    if json:
        as_json(made.data)
        return
    data, again = made.data, " It was entered already." * made.repeated
    print(
        f"Draw {made.draw.seed}: {data['conform']} conform, {data['not_conform']} not conform, "
        f"{data['not_found']} not found of {data['tests']}.{again}"
    )
    print("\n".join(f"  {line}" for line in data["odd"]))
    print(f"Next: palmares run {edition}")


def _groups(fingerprint: str) -> list[str]:
    return [fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)]


def _check_language(lang: str) -> None:
    from orchestration.errors import InputError

    if lang not in LANGUAGES:
        raise InputError(f"there is no sheet in {lang[:20]!r}", "--lang", f"one of: {', '.join(LANGUAGES)}")
