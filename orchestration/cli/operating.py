"""Commands that keep an installation: doctor, backup, restore.

Belongs here: options and words. What is looked at is in `orchestration.doctor`, the archive in `orchestration.backup`.
"""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.say import AsJson, answer, as_json, progress_bar, say, show
from orchestration.settings import Settings
from orchestration.words import say as house


def doctor(
    host: Annotated[str, typer.Option(help="address that the UI listens on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port that the UI listens on")] = 3000,
    json: AsJson = False,
) -> None:
    """What is wrong with this installation, and how to mend it. Exit code 1 if something is."""
    from orchestration.doctor import examine

    checks = list(examine(Settings.from_env(), host, port))
    wrong = [finding for _, findings in checks for finding in findings]
    if json:
        sound = [name for name, findings in checks if not findings]
        as_json({"sound": sound, "wrong": [finding.data for finding in wrong]})
    else:
        for name, findings in checks:
            show(say("doctor.sound" if not findings else "doctor.wrong", check=name))
            for finding in findings:
                place = house("frame.at", where=finding.where, what=finding.what) if finding.where else finding.what
                show(say("doctor.finding", what=place), say("doctor.mend", mend=finding.mend))
        show(say("doctor.all_sound") if not wrong else say("doctor.count", count=len(wrong)))
    raise typer.Exit(1 if wrong else 0)


def backup(
    to: Annotated[Path, typer.Option(metavar="DIR", help="the folder that the archive is put into")] = Path(),
    json: AsJson = False,
) -> None:
    """Deposits, evidence, dossiers, sign-offs and releases in one archive, consistent while runs go on."""
    from orchestration.backup import make_backup

    with progress_bar():
        archive = make_backup(Settings.from_env(), to)
    answer(
        json,
        archive.data,
        say("backup.done", editions=len(archive.editions), files=archive.files, size=archive.size // 1024),
        say("backup.archive", path=archive.path),
        say("backup.fingerprint", fingerprint=archive.fingerprint),
        *(say("backup.busy", edition=edition) for edition in archive.busy),
    )


def restore(
    archive: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="what `palmares backup` made")],
    to: Annotated[Path, typer.Option(metavar="DIR", help="a folder that is empty or not there")],
    fingerprint: Annotated[str | None, typer.Option(help="the fingerprint that `palmares backup` told")] = None,
    json: AsJson = False,
) -> None:
    """Put a backup into a new folder, all of it or nothing: deposits in DIR/raw, state in DIR/var."""
    from orchestration.backup import restore as put_back

    with progress_bar():
        restored = put_back(archive, to, fingerprint)
    answer(
        json,
        restored.data,
        say("backup.restored", made_at=restored.made_at, files=restored.files, folder=restored.folder),
        *(say("backup.busy", edition=edition) for edition in restored.busy),
        *(say("backup.told", what=what) for what in restored.told),
        say("backup.use", raw=restored.settings.raw, home=restored.settings.home),
    )


COMMANDS = (doctor, backup, restore)
