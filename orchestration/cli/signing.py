"""What the bailiff does: sign, reserve, refuse.

Belongs here: options and words. What is entered and signed is `orchestration.steps`.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.say import AsJson, Edition, as_json, progress_bar
from orchestration.errors import InputError
from orchestration.settings import Settings

By = Annotated[str, typer.Option(help="the name of the bailiff")]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the application."""
    for command in (sign, reserve, refuse):
        app.command()(command)


def sign(
    edition: Edition,
    key: Annotated[
        Path,
        typer.Option(
            help="the signer's PKCS#12 file; its password is asked or read from the "
            "environment (PALMARES_KEY_PASSWORD), never an argument"
        ),
    ],
    accept: Annotated[list[str] | None, typer.Option(metavar="CHECK=REASON", help="accept a warning first")] = None,
    reserve: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="enter a reservation first; printed and signed")
    ] = None,
    timestamp: Annotated[
        str | None, typer.Option(metavar="URL", help="ask this RFC 3161 server for a time stamp (uses the network)")
    ] = None,
    json: AsJson = False,
) -> None:
    """Sign the dossier as the bailiff, after accepting what is named; each listed signer signs once."""
    from orchestration.bailiff.acceptance import enter_acceptances
    from orchestration.bailiff.objections import enter_reservation
    from orchestration.bailiff.signing import check_signer, sign_dossier
    from orchestration.instance.launch import remake_dossier

    settings = Settings.from_env()
    settings.edition_raw(edition)
    if not key.is_file():
        raise InputError("there is no such key file", str(key), "name the PKCS#12 file (.p12) of the signer")
    password = _password()
    accepted = dict(_split(item) for item in accept or [])
    name = check_signer(settings, edition, key, password)
    with progress_bar():
        if accepted:
            enter_acceptances(settings, edition, accepted, name)
        for text in reserve or []:
            enter_reservation(settings, edition, text, name)
        if accepted or reserve:
            remake_dossier(settings, edition)
        signed = sign_dossier(settings, edition, key, password, timestamp)
    as_json(signed.data) if json else print("\n".join(signed.lines()))


def reserve(
    edition: Edition,
    reason: Annotated[str, typer.Option(help="the reservation, in one line; printed in the dossier")],
    by: By,
    json: AsJson = False,
) -> None:
    """Enter a reservation of the bailiff and make the dossier anew, so that it is signed with the results."""
    from orchestration.bailiff.objections import enter_reservation
    from orchestration.instance.launch import remake_dossier
    from orchestration.status.state import describe

    settings = Settings.from_env()
    settings.edition_raw(edition)
    with progress_bar():
        enter_reservation(settings, edition, reason, by)
        remake_dossier(settings, edition)
    state = describe(settings, edition)
    as_json(state.data) if json else print("\n".join(state.lines()))


def refuse(
    edition: Edition,
    reason: Annotated[str, typer.Option(help="what the bailiff found, in one line")],
    by: By,
    revoke: Annotated[bool, typer.Option("--revoke", help="take back a signature that was given")] = False,
    release: Annotated[
        int | None, typer.Option(min=1, help="with --revoke: the release whose dossier is meant; the newest dossier's")
    ] = None,
    json: AsJson = False,
) -> None:
    """Record that the bailiff refuses the dossier, or revokes a signature, even of what is published."""
    from orchestration.bailiff.objections import enter_refusal, enter_revocation

    settings = Settings.from_env()
    settings.edition_raw(edition)
    if release is not None and not revoke:
        raise InputError("--release goes with --revoke", mend="a published release is revoked, a dossier is refused")
    with progress_bar():
        found = (
            enter_revocation(settings, edition, reason, by, release)
            if revoke
            else enter_refusal(settings, edition, reason, by)
        )
    number = found.body.get("release")
    if json:
        as_json(
            {"edition": edition, "kind": found.kind, "dossier_sha256": found.body["dossier_sha256"], "release": number}
        )
        return
    print(f"Recorded: {found.kind} of the dossier {found.body['dossier_sha256']}.")
    if number is None:
        print("It will never be published; only another dossier can be.")
    else:
        print(
            f"Release {number} stays, and is shown as revoked. A correction is another dossier, signed and published."
        )


def _password() -> str:
    password = os.environ.get("PALMARES_KEY_PASSWORD")
    if password is None:
        password = typer.prompt("Password of the key", hide_input=True)
    return password


def _split(item: str) -> tuple[str, str]:
    check, sign, reason = item.partition("=")
    if not sign or not check.strip() or not reason.strip():
        raise InputError(f"--accept {item[:80]!r} does not name a check and a reason", mend="--accept CHECK=REASON")
    return check.strip(), reason.strip()
