"""Commands for what the bailiff does before signing: seal.

Belongs here: options and words. What must be true for each act is in `steps/`.
"""

from typing import Annotated

import typer

from orchestration.cli.say import AsJson, Edition, as_json, progress_bar
from orchestration.settings import Settings

Lang = Annotated[str, typer.Option(help="fr, en or ar")]
LANGUAGES = ("fr", "en", "ar")


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    app.command()(seal)


def seal(
    edition: Edition,
    stage: Annotated[str, typer.Argument(metavar="rules|collection|results", help="what is sealed as it is now")],
    by: Annotated[str, typer.Option(help="the name of who seals")],
    corrects: Annotated[str | None, typer.Option(help="why it changed since its seal; printed in the dossier")] = None,
    lang: Lang = "fr",
    json: AsJson = False,
) -> None:
    """Fix a fingerprint on a sheet for the bailiff's file; what changes afterwards blocks until it is explained."""
    from orchestration.steps.sealing import seal_stage

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


def _groups(fingerprint: str) -> list[str]:
    return [fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)]


def _check_language(lang: str) -> None:
    from orchestration.errors import InputError

    if lang not in LANGUAGES:
        raise InputError(f"there is no sheet in {lang[:20]!r}", "--lang", f"one of: {', '.join(LANGUAGES)}")
