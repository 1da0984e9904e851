"""Commands on object storage: fetch, send.

Belongs here: options and words. What is taken, and what is sent, is `orchestration.objects`.
"""

from typing import Annotated

import typer

from orchestration.cli.say import AsJson, Edition, answer, as_json, progress_bar, say, show
from orchestration.errors import Refused
from orchestration.settings import Settings
from orchestration.words import say as house

Address = Annotated[str, typer.Argument(metavar="s3://BUCKET/FOLDER", help="where in the object storage")]


def fetch(
    edition: Edition,
    address: Address,
    supplier: Annotated[str, typer.Option(help="who left them there")],
    by: Annotated[str, typer.Option(help="who receives them")],
    as_path: Annotated[
        str | None, typer.Option("--as", metavar="PATH", help="where they belong in the edition")
    ] = None,
    replaces: Annotated[
        str | None, typer.Option(metavar="SHA", help="fingerprint of the deposit that the one object supersedes")
    ] = None,
    json: AsJson = False,
) -> None:
    """Take into custody what suppliers left in a bucket (AWS_… says whose keys and which server).

    Exit code 1 when something was left there, each with its reason; the rest is taken.
    """
    from orchestration.objects import fetch as take
    from orchestration.objects import read_address

    settings = Settings.from_env()
    with progress_bar():
        fetched = take(
            settings,
            edition,
            address=read_address(address),
            supplier=supplier,
            by=by,
            as_path=as_path,
            replaces=replaces,
        )
    reasons = [house("frame.at", where=obj.name, what=obj.why) for obj in fetched.left]
    if json:
        taken = [{"seq": new.seq, "path": new.path, "sha256": new.sha256, "bytes": new.bytes} for new in fetched.taken]
        as_json({"taken": taken, "known": fetched.known, "refused": reasons})
        raise typer.Exit(1 if reasons else 0)
    for deposit in fetched.taken:
        print(f"{deposit.seq:>4}  {deposit.sha256}  {deposit.path}")
    show(say("objects.known", known=fetched.known))
    if reasons:
        raise Refused(reasons)


def send(edition: Edition, address: Address, json: AsJson = False) -> None:
    """Copy an edition's releases and the published tables into a bucket, manifest last, overwriting nothing."""
    from orchestration.objects import read_address
    from orchestration.objects import send as copy

    with progress_bar():
        sent = copy(Settings.from_env(), edition, read_address(address))
    folders = {"releases": [vars(folder) for folder in sent.releases], "tables": vars(sent.tables)}
    all_folders = [*sent.releases, sent.tables]
    written, stood = sum(folder.written for folder in all_folders), sum(folder.stood for folder in all_folders)
    answer(
        json,
        {"edition": edition, **folders, "revoked": sent.revoked, "guarded": sent.guarded},
        say("objects.sent", edition=edition, written=written, stood=stood),
        *(say("objects.release", address=folder.address) for folder in sent.releases),
        say("objects.tables", address=sent.tables.address),
        *(say("objects.revoked", number=number) for number in sent.revoked),
        *([say("objects.unguarded")] if sent.guarded is False else []),
        say("objects.next"),
    )


COMMANDS = (fetch, send)
