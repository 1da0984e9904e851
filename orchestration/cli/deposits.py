"""Commands on deposits: init, sample, contract, deposit, check, quarantine.

Belongs here: options and words. Custody itself is `orchestration.custody`, reading is `orchestration.intake`.
"""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.say import AsJson, Edition, answer, as_json, language, progress_bar, say, show, table
from orchestration.errors import InputError
from orchestration.settings import Settings, check_edition_id

RowsTo = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="write every row set aside to this CSV file")
]


def init(
    edition: Edition,
    to: Annotated[Path | None, typer.Option(metavar="DIR", help="where to; otherwise drafts/EDITION")] = None,
    categories: Annotated[int, typer.Option(min=1, max=200, help="categories")] = 2,
    channels: Annotated[str, typer.Option(metavar="LIST", help="channels, by id")] = "phone,email",
    languages: Annotated[str, typer.Option(metavar="LIST", help="languages of labels and tests")] = "fr,en,ar",
    survey: Annotated[bool, typer.Option(help="with a customer survey")] = True,
    votes: Annotated[bool, typer.Option(help="with a public vote")] = True,
    json: AsJson = False,
) -> None:
    """Write the draft of an edition: a commented rulebook, each supplier's file, pages, a throw-away key."""
    from orchestration.drafting import draft, shaped

    folder = to or Path("drafts") / check_edition_id(edition)
    shape = shaped(edition, categories, channels.split(","), languages.split(","), survey=survey, votes=votes)
    paths = draft(folder, shape, language())
    made = {"edition": edition, "folder": str(folder), "files": [str(path) for path in paths]}
    answer(json, made, say("written.draft", folder=folder), say("written.draft_next", folder=folder, edition=edition))


def sample(
    edition: Edition,
    categories: Annotated[int, typer.Option(help="categories, 1 to 2000")] = 23,
    candidates: Annotated[
        int | None,
        typer.Option(
            help="candidates in each category, 2 to 50 (always 2 where the story is a withdrawal); "
            "2, 3 or 4 when left out"
        ),
    ] = None,
    votes: Annotated[
        int, typer.Option(help="votes in all, 100 or more and 10 a category; 0, and no respondents: audits alone")
    ] = 200_000,
    respondents: Annotated[
        int,
        typer.Option(
            help="people asked in the survey, 100 or more; about so many answer (some know no candidate, a few answers "
            "are unusable on purpose)"
        ),
    ] = 2_400,
    seed: Annotated[int, typer.Option(help="the same seed makes the same bytes")] = 2026,
    json: AsJson = False,
) -> None:
    """Write a synthetic edition of invented companies, with its deposits."""
    from orchestration.sample import generate

    settings = Settings.from_env()
    with progress_bar():
        generated = generate(
            settings.raw,
            check_edition_id(edition),
            categories=categories,
            candidates_per_category=candidates,
            votes=votes,
            respondents=respondents,
            seed=seed,
        )
    made = {"edition": edition, "folder": str(generated.folder)}
    answer(json, made, say("written.sample", **made))


def contract(
    edition: Edition,
    to: Annotated[Path | None, typer.Option(metavar="DIR", help="where to; otherwise contracts/EDITION")] = None,
    json: AsJson = False,
) -> None:
    """Write what each supplier agrees to, file by file: a data contract, and a page in French and English."""
    from orchestration.drafting import write_contracts

    folder = to or Path("contracts") / check_edition_id(edition)
    paths = write_contracts(Settings.from_env(), edition, folder, language())
    made = {"edition": edition, "folder": str(folder), "files": [str(path) for path in paths]}
    contracts = sum(path.suffix == ".yaml" for path in paths)
    answer(json, made, say("written.contracts", folder=folder, files=contracts))


def deposit(
    edition: Edition,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="the files received")],
    supplier: Annotated[str, typer.Option(help="who sent them")],
    by: Annotated[str, typer.Option(help="who received them")],
    as_path: Annotated[str | None, typer.Option("--as", metavar="PATH", help="where it belongs in the edition")] = None,
    replaces: Annotated[
        str | None, typer.Option(metavar="SHA", help="fingerprint of the deposit it supersedes")
    ] = None,
    json: AsJson = False,
) -> None:
    """Take files into custody: copy them into the edition and write them into its custody log."""
    from orchestration.custody import deposit as take

    settings = Settings.from_env()
    folder = settings.raw / check_edition_id(edition)
    entered = take(folder, files, supplier=supplier, by=by, as_path=as_path, replaces=replaces)
    if json:
        as_json([{"seq": new.seq, "path": new.path, "sha256": new.sha256, "bytes": new.bytes} for new in entered])
    else:
        for new in entered:
            print(f"{new.seq:>4}  {new.sha256}  {new.path}")
        if not entered:
            show(say("written.nothing_new"))


def check(
    edition: Edition,
    every_row: Annotated[bool, typer.Option("--all", help="show every row set aside, not the first 20")] = False,
    csv: RowsTo = None,
    file: Annotated[Path | None, typer.Option(metavar="FILE", help="look at this file before it is in custody")] = None,
    as_path: Annotated[str | None, typer.Option("--as", metavar="PATH", help="where it would belong")] = None,
    json: AsJson = False,
) -> None:
    """Read the rulebook and the deposits and say what a run would say of them; compute nothing, keep nothing."""
    from orchestration.status import inspect_edition, inspect_file

    settings = Settings.from_env()
    if as_path is not None and file is None:
        raise InputError(say("check.as_alone"), "--as", "--file FILE")
    with progress_bar():
        if file is not None:
            path = as_path or file.name
            inspection = inspect_file(settings, edition, file, path, every_row=every_row, rows_to=csv)
        else:
            settings.edition_raw(edition)
            inspection = inspect_edition(settings, edition, every_row=every_row, rows_to=csv)
    if json:
        as_json({**inspection.data, "refused": inspection.reasons})
        raise typer.Exit(1 if inspection.reasons else 0)
    show(*inspection.head)
    if inspection.files:
        table(inspection.files, [say(f"table.{name}") for name in ("file", "read", "accepted", "quarantined")])
    show(*inspection.notes, *inspection.rows)
    inspection.raise_if_blocked()


def quarantine(edition: Edition, csv: RowsTo = None, json: AsJson = False) -> None:
    """Every row that the last run set aside: file, line, column, reason."""
    from orchestration.status import quarantine as rows_aside

    listing = rows_aside(Settings.from_env(), edition, rows_to=csv)
    answer(json, listing.data, *(listing.rows or [say("table.none")]))


COMMANDS = (init, sample, contract, deposit, check, quarantine)
