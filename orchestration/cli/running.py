"""Commands that move an edition forward: demo, run, accept, publish, status, ui.

Belongs here: options and words. The work is done by the Dagster jobs (`orchestration.instance.launch`).
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.cli.say import AsJson, Edition, answer, as_json, complete_edition, progress_bar, say, show, table
from orchestration.settings import Settings


def demo(json: AsJson = False) -> None:
    """The main job on the shipped edition: run, dossier, sign with a throw-away certificate, publish, palmarès."""
    from orchestration.cli.demo import play

    with progress_bar():
        played = play(Settings.from_env())
    answer(json, played.data, *played.lines)


def run(
    edition: Edition,
    again: Annotated[bool, typer.Option("--again", help="everything anew, even what stands")] = False,
    engine: Annotated[
        str, typer.Option(metavar="duckdb|spark", help="what makes the marks; what the other one made is made anew")
    ] = "duckdb",
    json: AsJson = False,
) -> None:
    """Everything up to the dossier: custody, rows, marks, checks, recount, dossier. Publishes nothing.

    What stands of the last run (same deposits, rulebook, code, rows and results) is not made again, and is named.
    """
    from orchestration.instance import bring_up_to_date, prepare
    from orchestration.scoring import SPARK, check_engine, check_spark
    from orchestration.status import describe

    settings = Settings.from_env()
    settings.edition_raw(edition)
    if check_engine(engine) == SPARK:
        check_spark()  # said before anything is begun
    with progress_bar():
        prepare(settings, edition, again=True, engine=engine) if again else bring_up_to_date(settings, edition, engine)
    state = describe(settings, edition)
    answer(json, state.data, *state.lines())


def status(
    edition: Annotated[
        str | None,
        typer.Argument(help="one edition, in full; a line for each when left out", autocompletion=complete_edition),
    ] = None,
    json: AsJson = False,
) -> None:
    """Where each edition stands, what is missing, who must act."""
    from orchestration.status import describe

    settings = Settings.from_env()
    states = [describe(settings, edition_id) for edition_id in ([edition] if edition else settings.editions())]
    if json:
        as_json([state.data for state in states] if edition is None else states[0].data)
        return
    if not states:
        show(say("written.no_edition", raw=settings.raw))
    elif edition is None:
        rows = [(state.edition, state.sentence, state.who, state.command) for state in states]
        table(rows, [say(f"table.{name}") for name in ("edition", "stage", "who", "next")])
    else:
        show(*states[0].lines())


def accept(
    edition: Edition,
    check: Annotated[str, typer.Argument(help="the id of the warning that is accepted")],
    reason: Annotated[str, typer.Option(help="why it is acceptable; printed in the dossier")],
    by: Annotated[str, typer.Option(help="the name of who accepts")],
    json: AsJson = False,
) -> None:
    """Enter the acceptance of a warning and make the dossier anew, so that the bailiff signs it too."""
    from orchestration.bailiff import enter_acceptances
    from orchestration.instance import remake_dossier
    from orchestration.status import describe

    settings = Settings.from_env()
    settings.edition_raw(edition)
    with progress_bar():
        enter_acceptances(settings, edition, {check: reason}, by)
        remake_dossier(settings, edition)
    state = describe(settings, edition)
    answer(json, state.data, *state.lines())


def publish(
    edition: Edition,
    reason: Annotated[str | None, typer.Option(help="why an earlier release is corrected")] = None,
    by: Annotated[str | None, typer.Option(help="who asked for the correction")] = None,
    also: Annotated[
        str | None,
        typer.Option(
            metavar="postgresql://…", help="copy the published tables into this server too (PGPASSWORD is read)"
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """The release and the published warehouse, if the gate allows it; the same tables into a PostgreSQL server."""
    from orchestration.instance import publish as publish_job
    from orchestration.publication import copy_to_postgres, server_named

    settings = Settings.from_env()
    settings.edition_raw(edition)
    if also is not None:
        server_named(also)  # said before anything is published
    with progress_bar():
        release = publish_job(settings, edition, reason=reason, by=by)
    data = _published_data(settings, release)
    lines = _published_lines(data)
    if also is not None:
        with progress_bar():
            copied = copy_to_postgres(settings.published_db, also)
        data["postgresql"] = vars(copied)
        rows = sum(copied.rows.values())
        lines.append(say("written.postgres", server=copied.server, tables=len(copied.rows), rows=rows))
        lines += [f"             {copied.notice}"] if copied.notice else []
    answer(json, data, *lines)


def _published_data(settings: Settings, release: Path) -> dict[str, Any]:
    from orchestration.release import read_record

    record = read_record(release)
    return {
        "edition": record.edition,
        "release": record.number,
        "folder": str(release),
        "results_sha256": record.digests.results_sha256,
        "warehouse": str(settings.published_db),
        "palmares": str(settings.published / "index.html"),
    }


def _published_lines(data: dict[str, Any]) -> list[str]:
    return [
        say("written.published", edition=data["edition"], release=data["release"]),
        say("written.release", folder=data["folder"]),
        say("written.warehouse", file=data["warehouse"]),
        say("written.palmares", file=data["palmares"]),
        say("written.digest", digest=data["results_sha256"]),
    ]


def ui(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on")] = 3000,
) -> None:
    """The Dagster UI: editions, assets, runs, checks. Ctrl-C ends it."""
    from orchestration.instance import serve_ui

    serve_ui(Settings.from_env(), host, port, show)


COMMANDS = (demo, run, status, accept, publish, ui)
