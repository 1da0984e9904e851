"""Commands that show what is there: results, explain, report, ceremony, verify, diff, export.

Belongs here: options and words. `verify` imports nothing of Dagster, dbt or DuckDB.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.say import AsJson, Edition, answer, as_json, progress_bar, say, show, table
from orchestration.errors import InputError
from orchestration.progress import report as progress
from orchestration.settings import Settings, check_edition_id


def results(
    edition: Edition,
    release: Annotated[int | None, typer.Option(min=1, help="a release's number; the newest when left out")] = None,
    json: AsJson = False,
) -> None:
    """Marks, ranks and outcomes: of a release, or of the working warehouse while nothing is published (says so)."""
    from orchestration.status import read_results

    shown = read_results(Settings.from_env(), edition, release)
    if json:
        as_json(shown.data)
        return
    show(shown.title)
    names = ("category", "outcome", "rank", "candidate", "company", "final", "micropoints")
    table(shown.rows, [say(f"table.{name}") for name in names])


def explain(
    edition: Edition,
    candidate: Annotated[str, typer.Argument(help="the candidate's id")],
    json: AsJson = False,
) -> None:
    """How that mark was made, down to the file and line of each test. Says first whether it is signed."""
    from orchestration.scoring import explain as explain_mark
    from orchestration.status import signed_release

    settings = Settings.from_env()
    settings.edition_raw(edition)
    explanation = explain_mark(settings, edition, candidate, signed_release(settings, edition))
    answer(json, explanation.data, *explanation.lines())


def report(  # noqa: PLR0913 - each is an option of the command
    edition: Edition,
    candidate: Annotated[str | None, typer.Argument(help="the candidate's id")] = None,
    every: Annotated[bool, typer.Option("--all", help="a report for every candidate of the edition")] = False,
    release: Annotated[int | None, typer.Option(min=1, help="a release's number; the newest when left out")] = None,
    lang: Annotated[str, typer.Option(help="fr, en or ar")] = "fr",
    contact: Annotated[str | None, typer.Option(help="who answers a candidate, and where; else left to a hand")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="last day to ask or contest: 2027-02-28")] = None,
    title_until: Annotated[str | None, typer.Option(metavar="DAY", help="last day on which a title is printed")] = None,
    json: AsJson = False,
) -> None:
    """A candidate's own report as a PDF, from a published release: its marks, its rank, why, and nobody else's."""
    from orchestration.report import Letter, write_reports

    if (candidate is None) != every:
        raise InputError(say("report.one"), mend=f"palmares report {edition[:80]} CANDIDATE")
    letter = Letter(contact, until, title_until)
    with progress_bar():
        written = list(
            write_reports(
                Settings.from_env(), edition, candidate_id=candidate, number=release, lang=lang, letter=letter
            )
        )
    if json:
        as_json([document.data for document in written] if every else written[0].data)
    else:
        print("\n".join(str(document.path) for document in written))


def ceremony(
    edition: Edition,
    embargo: Annotated[
        str | None, typer.Option(metavar="2027-01-15T20:30", help="local time until which the press keeps it")
    ] = None,
    json: AsJson = False,
) -> None:
    """The evening of a published edition: running order, envelopes, slides, a diploma a laureate, a press sheet."""
    from orchestration.ceremony import make_ceremony
    from orchestration.storage import sha256_file

    with progress_bar():
        written = make_ceremony(Settings.from_env(), edition, embargo)
    if json:
        as_json([{"path": str(path), "sha256": sha256_file(path)} for path in written])
    else:
        print("\n".join(map(str, written)))


def verify(
    release_dir: Annotated[Path, typer.Argument(metavar="RELEASE_DIR", help="the folder of a release")],
    raw: Annotated[
        Path | None,
        typer.Option(
            help="the deposits: the edition's folder, or the folder that holds it; everything is then recounted"
        ),
    ] = None,
    fingerprint: Annotated[
        str | None, typer.Option(help="a fingerprint known from outside, as on the sealed sheet; spaces do not matter")
    ] = None,
    groups: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    json: AsJson = False,
) -> None:
    """Verify a release offline: manifest, chain, signature, digest; with the deposits also a full recount.

    Exit codes: 0 conform (a fingerprint from outside was given, and this is it), 1 altered, 2 wrong use, 3 incomplete,
    4 coherent, but no fingerprint was given, 5 unverifiable, 6 the recount differs.
    """
    from orchestration.publication import notices
    from orchestration.verify import verify as verify_release

    if groups and fingerprint is None:
        raise InputError(say("verify.word", word=repr(groups[0][:80])), mend=say("verify.word_mend"))
    if not release_dir.is_dir():
        raise InputError(say("verify.no_folder"), str(release_dir), say("verify.no_folder_mend"))
    outside = None if fingerprint is None else " ".join([fingerprint, *(groups or [])])  # typed without quotes
    settings = Settings.from_env()
    with progress_bar():
        report = verify_release(release_dir, raw, fingerprint=outside, progress=progress, notices=notices(settings))
    answer(json, report.as_json(), *report.lines())
    sys.exit(report.exit_code)


def diff(
    edition: Edition,
    a: Annotated[int, typer.Argument(metavar="A", min=1, help="a release's number")],
    b: Annotated[int, typer.Argument(metavar="B", min=1, help="another release's number")],
    json: AsJson = False,
) -> None:
    """What changed between two releases of an edition."""
    from orchestration.release import check_published, diff_releases

    settings = Settings.from_env()
    check_published(settings.releases, check_edition_id(edition), (a, b))
    folder = settings.releases / edition
    difference = diff_releases(folder / str(a), folder / str(b))
    answer(json, difference.as_json(), difference.as_text())


def export(
    to: Annotated[Path, typer.Option(metavar="FILE.xlsx", help="the workbook to write")],
    edition: Annotated[str | None, typer.Argument(help="one edition; all that are published when left out")] = None,
    json: AsJson = False,
) -> None:
    """The published tables as a workbook whose cells are inert: a sheet for each, and one that says what they mean."""
    from orchestration.publication import export_workbook

    with progress_bar():
        rows = export_workbook(Settings.from_env(), to, None if edition is None else check_edition_id(edition))
    told = say("written.workbook", file=to, tables=len(rows), rows=sum(rows.values()))
    answer(json, {"workbook": str(to), "rows": rows}, told)


COMMANDS = (results, explain, report, ceremony, verify, diff, export)
