"""Telling somebody outside that a run failed or left a warning open: by e-mail or to a webhook, if so configured.

Belongs here: what a notice says, and handing it over. It says the edition, the job, the stage and the run, and counts:
no key of a row, no name, no path. Without configuration nothing is sent, and both sensors are off until somebody
switches them on; a server that does not answer never fails a run.
"""

import http.client
import json
import os
import smtplib
import ssl
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dagster as dg

from orchestration.defs.jobs import prepare_edition, publish_edition, remake_dossier, verify_everything
from orchestration.defs.say import say
from orchestration.defs.telling import run_tags
from orchestration.errors import InputError, PalmaresError
from orchestration.run import PARTITION_TAG
from orchestration.settings import Settings
from orchestration.status import describe

WEBHOOK = "PALMARES_NOTIFY_WEBHOOK"
SMTP = "PALMARES_NOTIFY_SMTP"
PATIENCE = 10
"""Seconds."""

WATCHED: list[Any] = [prepare_edition, remake_dossier, publish_edition, verify_everything]


@dataclass(frozen=True)
class Notice:
    """What is said of one run."""

    what: str
    job: str
    run: str
    tags: Mapping[str, str]

    @property
    def text(self) -> str:
        """One sentence for people."""
        seen = ", ".join(f"{name} {value}" for name, value in self.tags.items())
        return f"Palmarès: {self.what} ({self.job}, run {self.run[:8]}; {seen})"

    @property
    def data(self) -> dict[str, object]:
        """The same for a webhook; `text` is the key that chat rooms show."""
        return {"text": self.text, "what": self.what, "job": self.job, "run": self.run, **self.tags}


def hand_over(notice: Notice, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Send a notice wherever one is configured; returns what was done, or why it was not. Never raises."""
    done = []
    for variable, send in ((WEBHOOK, _post), (SMTP, _mail)):
        if not (address := environment.get(variable)):
            continue
        try:
            send(address, notice)
            done.append(f"{variable}: sent")
        except (OSError, ValueError, smtplib.SMTPException, http.client.HTTPException, InputError) as error:
            done.append(f"{variable}: not sent ({type(error).__name__})")
    return done or [f"nothing is configured ({WEBHOOK}, {SMTP})"]


def _post(address: str, notice: Notice) -> None:
    if urlsplit(address).scheme not in ("http", "https"):
        raise InputError(say("notify.webhook", variable=WEBHOOK), mend=say("notify.webhook_mend"))
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        address, json.dumps(notice.data).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE):  # noqa: S310
        pass


def _mail(address: str, notice: Notice) -> None:
    """`smtp://host:25?from=a@b&to=c@d`, or `smtps://` over TLS; a name and password before the host, if need be.

    Whoever logs in does so over TLS alone, to a server whose certificate is good: with `smtp://` after STARTTLS.
    """
    place = urlsplit(address)
    query = parse_qs(place.query.replace("+", "%2B"))  # ops+palmares@… has a plus, no blank
    if place.scheme not in ("smtp", "smtps") or not place.hostname or not {"from", "to"} <= query.keys():
        raise InputError(say("notify.mail", variable=SMTP), mend="smtp://host:25?from=sender&to=receiver")
    message = EmailMessage()
    message["Subject"] = notice.text[:150]
    message["From"], message["To"] = query["from"][0], ", ".join(query["to"])
    message.set_content(notice.text)
    with _mail_server(place.scheme, place.hostname, place.port or 0) as client:
        if place.username:
            if place.scheme == "smtp":
                client.starttls(context=ssl.create_default_context())
            client.login(unquote(place.username), unquote(place.password or ""))
        client.send_message(message)


def _mail_server(scheme: str, host: str, port: int) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=PATIENCE)


def notice_of(settings: Settings, run: dg.DagsterRun, what: str) -> Notice:
    """What is said of a run: where its edition stands, if it has one."""
    edition = run.tags.get(PARTITION_TAG)
    try:
        tags = run_tags(describe(settings, edition)) if edition else {}
    except PalmaresError:
        tags = {"edition": edition or ""}
    return Notice(what, run.job_name, run.run_id, tags)


@dg.run_failure_sensor(
    monitored_jobs=WATCHED,
    description="Tells by e-mail or webhook that a run failed, if either is configured. Off until switched on.",
)
def failed_run(context: dg.RunFailureSensorContext, settings: dg.ResourceParam[Settings]) -> dg.SkipReason:
    """Hand over one notice for each failed run."""
    return dg.SkipReason("; ".join(hand_over(notice_of(settings, context.dagster_run, "a run failed"))))


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[prepare_edition, remake_dossier],
    description="Tells by e-mail or webhook that a run left warnings open, if either is configured. Off until "
    "switched on.",
)
def open_warning(context: dg.RunStatusSensorContext, settings: dg.ResourceParam[Settings]) -> dg.SkipReason:
    """Hand over one notice for each run that ended well and left a warning open."""
    notice = notice_of(settings, context.dagster_run, "a warning is open")
    if notice.tags.get("warnings_open", "0") == "0":
        return dg.SkipReason("no warning is open")
    return dg.SkipReason("; ".join(hand_over(notice)))
