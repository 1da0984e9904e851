"""Dagster's web server, answering only to its own name: `python -m orchestration.instance.webserver`.

Belongs here: who may ask. The UI has no login and starts runs, so a page that an engineer happens to visit must not
reach it: neither by a form or script of its own (a foreign origin), nor by a name of its own that it points to this
machine (a foreign host). Takes the options of `dagster-webserver`; `PALMARES_UI_HOSTS` holds the names it answers to.
"""

import os
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from orchestration.instance.files import routes
from orchestration.instance.shown import show_our_way
from orchestration.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

HOSTS = "PALMARES_UI_HOSTS"
"""Environment: the names, separated by commas, under which the UI is reached."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def served_names(host: str, environment: str = "") -> list[str]:
    """The names that a server on `host` answers to: this machine's own, the address it listens on, those configured."""
    return sorted({*LOOPBACK, host.lower(), *(name.strip().lower() for name in environment.split(",") if name.strip())})


def host_name(authority: str) -> str:
    """The name in a Host header, or in the authority of an origin, without its port; empty for what is neither."""
    try:
        parts = urlsplit(f"//{authority}")
    except ValueError:
        return ""
    return "" if "@" in parts.netloc else parts.hostname or ""


def refusal(headers: Iterable[tuple[bytes, bytes]], names: Collection[str]) -> str | None:
    """Why a request is not answered, or None. A browser's word on where it comes from (`Origin`) counts when there."""
    sent: dict[str, list[str]] = {}
    for name, value in headers:
        sent.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    hosts = sent.get("host", [])
    if len(hosts) != 1 or host_name(hosts[0]) not in names:
        return f"this server does not answer to that name; it answers to {', '.join(sorted(names))} ({HOSTS})"
    for origin in sent.get("origin", []):
        # Same name and port as the page itself: another port of this machine is another program.
        if urlsplit(origin).netloc.lower() != hosts[0].lower():
            return "a page of another site may not ask this server"
    if "cross-site" in sent.get("sec-fetch-site", []) and "navigate" not in sent.get("sec-fetch-mode", []):
        return "a page of another site may not ask this server"
    return None


class OwnPagesOnly:
    """ASGI middleware: what `refusal` speaks against gets 403, a web socket is closed before it opens."""

    def __init__(self, app: "ASGIApp", names: Collection[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        reason = refusal(scope["headers"], self.names) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": reason})
        else:
            from starlette.responses import PlainTextResponse

            await PlainTextResponse(f"Palmarès: {reason}.\n", status_code=403)(scope, receive, send)


def main() -> None:
    """Serve, with Dagster's own command line."""
    from dagster_webserver import app, cli
    from dagster_webserver.webserver import DagsterWebserver
    from starlette.middleware import Middleware

    settings = Settings.from_env()
    names = served_names("127.0.0.1", os.environ.get(HOSTS, ""))

    class PalmaresWebserver(DagsterWebserver[Any, Any]):
        """Dagster's server with the guard in front of everything else."""

        def build_middleware(self) -> list[Middleware]:
            return [Middleware(OwnPagesOnly, names=names), *super().build_middleware()]

        def build_routes(self) -> list[Any]:
            return [*routes(settings), *super().build_routes()]  # type: ignore[no-untyped-call]

    show_our_way()
    app.DagsterWebserver = PalmaresWebserver  # type: ignore[attr-defined]
    cli.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
