"""Commands for the bailiff's acts: seal, draw, trace, sign, reserve, refuse.

Belongs here: options and words. What must be true for each act is in `orchestration/bailiff`.
"""

import getpass
import os
import sys
import warnings
from pathlib import Path
from typing import Annotated

import click
import typer

from orchestration.cli.say import AsJson, Edition, answer, as_json, language, progress_bar, say, show
from orchestration.errors import InputError
from orchestration.settings import DRAW_CLOSE_AT_MOST, DRAW_SIZE, Settings
from orchestration.words import LANGUAGES, in_language

Lang = Annotated[str, typer.Option(help="fr, en or ar")]
By = Annotated[str, typer.Option(help="the name of the bailiff")]


def seal(
    edition: Edition,
    stage: Annotated[str, typer.Argument(metavar="rules|collection|results", help="what is sealed as it is now")],
    by: Annotated[str, typer.Option(help="the name of who seals")],
    corrects: Annotated[str | None, typer.Option(help="why it changed since its seal; printed in the dossier")] = None,
    lang: Lang = "fr",
    json: AsJson = False,
) -> None:
    """Fix a fingerprint on a sheet for the bailiff's file; what changes afterwards blocks until it is explained."""
    from orchestration.bailiff import seal_stage

    settings = Settings.from_env()
    settings.edition_raw(edition)
    _check_language(lang)
    with progress_bar():
        sealed = seal_stage(settings, edition, stage, by, corrects=corrects, lang=lang)
    done = "seal.again" if sealed.repeated else "seal.done"
    answer(
        json,
        sealed.data,
        say(done, number=sealed.seal.number, stage=stage, edition=edition),
        say("seal.fingerprint", fingerprint=" ".join(_groups(sealed.seal.fingerprint))),
        say("seal.sheet", sheet=sealed.sheet),
        say("seal.next", edition=edition),
    )


def draw(
    edition: Edition,
    seed: Annotated[
        str | None, typer.Option(metavar="DIGITS", help="the dice of the bailiff, as they were rolled: 46132")
    ] = None,
    whole: Annotated[
        list[str] | None,
        typer.Option(metavar="CATEGORY", help="no dice: all tests of the first and the second of this category"),
    ] = None,
    size: Annotated[int, typer.Option(min=1, help="tests of the sample")] = DRAW_SIZE,
    close_at_most: Annotated[
        int, typer.Option(min=0, help="trace a category wholly when so few false tests would move its title; 0: none")
    ] = DRAW_CLOSE_AT_MOST,
    lang: Lang = "fr",
    json: AsJson = False,
) -> None:
    """Draw counted tests by lot, to be traced to their source: sheets for the bailiff, a form to fill in.

    A title that one false test would move is named then: no sample speaks for it, `--whole` traces it.
    """
    from orchestration.bailiff import draw_tests, trace_wholly

    settings = Settings.from_env()
    settings.edition_raw(edition)
    _check_language(lang)
    if (seed is None) == (not whole):
        raise InputError(say("draw.one_way"), "--seed, --whole", say("draw.one_way_mend"))
    with progress_bar():
        if seed is None:
            drawing = trace_wholly(settings, edition, whole or [], lang)
        else:
            drawing = draw_tests(settings, edition, seed, size, at_most=close_at_most, lang=lang)
    if json:
        as_json(drawing.data)
        return
    drawn = drawing.draw
    if drawn.by_lot:
        done = "draw.again" if drawing.repeated else "draw.done"
        show(say(done, seed=drawn.seed, edition=edition, tests=len(drawn.tests)))
    else:
        done = "draw.whole_again" if drawing.repeated else "draw.whole_done"
        show(say(done, number=drawn.seed, edition=edition, categories=", ".join(drawn.whole)))
    for category, tests in drawn.whole.items():
        show(say("draw.whole", category=category, tests=len(tests)))
    for category, count in drawing.close.items():
        show(say("draw.close", category=category, tests=count, edition=edition))
    show(
        say("draw.to_trace", tests=len(drawn.all_tests)),
        say("draw.sheets", sheets=drawing.sheets),
        say("draw.form", form=drawing.form),
        say("draw.next", edition=edition, seed=drawn.seed, form=drawing.form),
    )


def trace(
    edition: Edition,
    seed: Annotated[str, typer.Option(metavar="DIGITS", help="the dice of the draw")],
    sheet: Annotated[Path, typer.Option(help="the sheets (PDF) or the form (CSV), filled in")],
    by: Annotated[str, typer.Option(help="the name of the bailiff")],
    corrects: Annotated[str | None, typer.Option(help="why a result entered before was wrong")] = None,
    json: AsJson = False,
) -> None:
    """Enter what was found for every drawn test: conform, not conform or not found."""
    from orchestration.bailiff import enter_trace

    settings = Settings.from_env()
    settings.edition_raw(edition)
    traced = enter_trace(settings, edition, seed, sheet, by=by, corrects=corrects)
    counts = {name: traced.data[name] for name in ("conform", "not_conform", "not_found", "tests")}
    done = say("trace.again" if traced.repeated else "trace.done", seed=traced.draw.seed, **counts)
    odd = (f"  {line}" for line in traced.data["odd"])
    answer(json, traced.data, done, *odd, say("trace.next", edition=edition))


def _groups(fingerprint: str) -> list[str]:
    return [fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)]


def _check_language(lang: str) -> None:
    if lang not in LANGUAGES:
        mend = say("seal.one_of", known=", ".join(LANGUAGES))
        raise InputError(say("seal.no_language", lang=repr(lang[:20])), "--lang", mend)


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
    from orchestration.bailiff import check_signer, enter_acceptances, enter_reservation, sign_dossier
    from orchestration.instance import remake_dossier

    settings = Settings.from_env()
    settings.edition_raw(edition)
    if not key.is_file():
        raise InputError(say("sign.no_key"), str(key), say("sign.no_key_mend"))
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
        signed = sign_dossier(settings, edition, key, password, timestamp_url=timestamp)
    answer(json, signed.data, *signed.lines())


def reserve(
    edition: Edition,
    reason: Annotated[str, typer.Option(help="the reservation, in one line; printed in the dossier")],
    by: By,
    json: AsJson = False,
) -> None:
    """Enter a reservation of the bailiff and make the dossier anew, so that it is signed with the results."""
    from orchestration.bailiff import enter_reservation
    from orchestration.instance import remake_dossier
    from orchestration.status import describe

    settings = Settings.from_env()
    settings.edition_raw(edition)
    with progress_bar():
        enter_reservation(settings, edition, reason, by)
        remake_dossier(settings, edition)
    state = describe(settings, edition)
    answer(json, state.data, *state.lines())


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
    from orchestration.bailiff import enter_refusal, enter_revocation
    from orchestration.evidence import RevocationRecord

    settings = Settings.from_env()
    settings.edition_raw(edition)
    if release is not None and not revoke:
        raise InputError(say("refuse.release"), mend=say("refuse.release_mend"))
    with progress_bar():
        objection = (
            enter_revocation(settings, edition, reason, by, release=release)
            if revoke
            else enter_refusal(settings, edition, reason, by)
        )
    number = objection.body.release if isinstance(objection, RevocationRecord) else None
    dossier = objection.body.dossier_sha256
    answer(
        json,
        {"edition": edition, "kind": objection.kind, "dossier_sha256": dossier, "release": number},
        say(f"refuse.{objection.kind}", dossier=dossier),
        say("refuse.never") if number is None else say("refuse.stays", number=number),
    )


def _password() -> str:
    """The key's password, from the environment or asked; where nobody can be asked, it is said where it may stand."""
    password = os.environ.get("PALMARES_KEY_PASSWORD")
    if password is not None:
        return password
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)  # no password is typed where it would be seen
            return str(typer.prompt(in_language(say("sign.password"), language()), hide_input=True))
    except click.Abort as unanswered:
        if isinstance(unanswered.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
    except getpass.GetPassWarning:  # nobody can type it unseen; it may come through a pipe
        piped = sys.stdin is not None and not sys.stdin.isatty()
        if piped and (line := sys.stdin.readline()):
            return line.rstrip("\r\n")
    raise InputError(say("sign.no_password"), "PALMARES_KEY_PASSWORD", say("sign.no_password_mend"))


def _split(item: str) -> tuple[str, str]:
    check, sign, reason = item.partition("=")
    if not sign or not check.strip() or not reason.strip():
        raise InputError(say("sign.accept", item=repr(item[:80])), mend="--accept CHECK=REASON")
    return check.strip(), reason.strip()


COMMANDS = (seal, draw, trace, sign, reserve, refuse)
