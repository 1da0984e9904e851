"""What the UI's port shows beside Dagster's pages: dossiers, Data Docs, releases, rows set aside. Read, never written.

Belongs here: which file an address names, and how it is handed out. The guard of `webserver` stands before it. A path
is taken part by part from the state folder, no part of it may be hidden or lead elsewhere, and links are not followed.
Pages are shown as if from nowhere (a sandbox without scripts): whatever they hold reaches nothing of the UI.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import IO, TYPE_CHECKING

from orchestration.defs.links import KINDS, PREFIX, QUARANTINE
from orchestration.errors import PalmaresError
from orchestration.settings import EDITION_ID, Settings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
DEPTH = 8
BLOCK = 1 << 16
SHOWN = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    **dict.fromkeys((".txt", ".csv", ".json", ".jsonl", ".yml", ".pem"), "text/plain; charset=utf-8"),
}
"""How a browser shows a file of this name; any other is saved."""
PAGE = "default-src 'none'; style-src 'unsafe-inline' 'self'; img-src 'self' data:; font-src 'self' data:; "
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": PAGE + "frame-ancestors 'none'; form-action 'none'; base-uri 'none'; sandbox "
    "allow-popups allow-downloads",
}
ABSENT = "there is nothing under this address: it was not made yet, or this server does not see the state folder"


class Nothing(Exception):
    """No file or folder that is served has this address."""


def opened(home: Path, path: str) -> int:
    """The descriptor of a file or folder that an address under the prefix names. Raises Nothing."""
    parts = path.rstrip("/").split("/")
    if parts[0] not in KINDS or not 1 < len(parts) <= DEPTH or not all(map(PART.fullmatch, parts)):
        raise Nothing
    # Without O_NONBLOCK a pipe would be waited for; a device is opened and let go unread.
    how = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        at = os.open(home, how | os.O_DIRECTORY)
        for part in parts:
            above = at
            try:
                at = os.open(part, how, dir_fd=above)
            finally:
                os.close(above)
    except OSError as error:
        raise Nothing from error
    mode = os.fstat(at).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        os.close(at)
        raise Nothing
    return at


def answer(settings: Settings, path: str) -> "Response":
    """The file, the first page or the list of a folder, or the rows set aside; 404 for anything else."""
    from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, StreamingResponse

    kind, _, edition = path.partition("/")
    try:
        if kind == QUARANTINE and EDITION_ID.fullmatch(edition):
            return PlainTextResponse(_set_aside(settings, edition), headers=HEADERS)
        descriptor = opened(settings.home, path)
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            names = _names(descriptor)
            if not path.endswith("/"):  # what its page names stands beside it
                return RedirectResponse(f"{PREFIX}/{path}/", headers=HEADERS)
            if "index.html" not in names:
                return HTMLResponse(_list(path, names), headers=HEADERS)
            path += "index.html"
            descriptor = opened(settings.home, path)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.close(descriptor)
                raise Nothing
        elif path.endswith("/"):
            os.close(descriptor)
            raise Nothing
    except (Nothing, PalmaresError) as error:
        return PlainTextResponse(f"Palmarès: {error if str(error) else ABSENT}.\n", status_code=404, headers=HEADERS)
    size, name = os.fstat(descriptor).st_size, path.rpartition("/")[2]
    stream = os.fdopen(descriptor, "rb")  # an answer that nobody waits for closes it too
    return StreamingResponse(_blocks(stream), headers={**HEADERS, **_shown(name), "Content-Length": str(size)})


def _shown(name: str) -> Mapping[str, str]:
    suffix = Path(name).suffix
    if suffix in SHOWN:
        # A browser's own reader of PDF does not work in a sandbox; a PDF is no page of this origin.
        policy = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"} if suffix == ".pdf" else {}
        return {"Content-Type": SHOWN[suffix], **policy}
    return {"Content-Type": "application/octet-stream", "Content-Disposition": f'attachment; filename="{name}"'}


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while block := stream.read(BLOCK):
            yield block


def _names(folder: int) -> list[str]:
    """What stands in an open folder and has an address; closes it."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if PART.fullmatch(entry.name) and not entry.is_symlink())
    finally:
        os.close(folder)


def _list(path: str, names: list[str]) -> str:
    title = escape(path)
    rows = "\n".join(f'<li><a href="{escape(name)}">{escape(name)}</a></li>' for name in names)
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    return f"{head}<h1>{title}</h1><ul>{rows}</ul></html>\n"


def _set_aside(settings: Settings, edition: str) -> str:
    """File, line, column, key and reason of each row, as `palmares quarantine` lists them: no cell of it."""
    from orchestration.status import quarantine

    rows = quarantine(settings, edition).rows
    return "\n".join([f"Edition {edition}: {len(rows)} rows set aside by its last run", *rows]) + "\n"


def routes(settings: Settings) -> "list[BaseRoute]":
    """The one route, for the UI's web server."""
    from starlette.routing import Route

    def serve(request: "Request") -> "Response":  # no coroutine: it runs in a thread, and holds up nobody
        return answer(settings, request.path_params["path"])

    return [Route(f"{PREFIX}/{{path:path}}", serve, methods=["GET", "HEAD"])]
