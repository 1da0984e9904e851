"""The UI: Dagster's web server and daemon on this code location, from the first page to the last process.

Belongs here: what must hold before it starts, and that nothing of it is left when it stops.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

from orchestration.errors import InputError, PalmaresError
from orchestration.instance.home import prepare_dagster_home
from orchestration.instance.opening import put_right
from orchestration.instance.say import say
from orchestration.instance.webserver import HOSTS, served_names
from orchestration.run import hold_service
from orchestration.scoring import ensure_manifest
from orchestration.settings import PROJECT_DIR, Settings

WORKSPACE = PROJECT_DIR / "deploy" / "workspace.yaml"
GRACE, PATIENCE = 4.0, 8.0
"""Seconds that the server gets to close its own children, and that runs then get to stop."""

_SUPERSEDED = "ignore:Function `dev_command` is superseded"
_STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def serve_ui(settings: Settings, host: str, port: int, tell: Callable[[str], None] = print) -> None:
    """Serve the UI until interrupted (Ctrl-C, SIGTERM, a closed terminal); then end every process of it. `tell` is
    handed what whoever started it is to know.

    One server at a time for a state folder: two would each work off the same queue. Raises InputError when there is
    one, or when the address is taken; PalmaresError when the server ends by itself.
    """
    if why := cannot_listen(host, port):  # Dagster would choose another port, or fail deep inside a child
        raise InputError(say("serve.taken", error=why), authority(host, port), say("serve.taken_mend"))
    lock = hold_service(settings, "ui")
    if lock is None:
        raise InputError(say("serve.twice"), str(settings.home), say("serve.twice_mend"))
    prepare_dagster_home(settings)
    ensure_manifest()
    put_right(settings, tell)
    environment = {
        **os.environ,
        "PALMARES_HOME": str(settings.home),
        "PALMARES_RAW": str(settings.raw),
        HOSTS: ",".join(served_names(host, os.environ.get(HOSTS, ""))),
        # Python would put the current folder first on its path: a file there named like a module would be run.
        "PYTHONSAFEPATH": "1",
    }
    command = [sys.executable, "-W", _SUPERSEDED, "-m", "orchestration.instance.dev", "-w", str(WORKSPACE)]
    for number in _STOPPING:  # by name: a shell's `&` leaves its children deaf to some of them, and so Dagster
        signal.signal(number, _interrupt)
    tell(say("served.ready", address=authority(host, port), raw=settings.raw, home=settings.home))
    server = subprocess.Popen(
        [*command, "-h", host, "-p", str(port)], env=environment, start_new_session=True, pass_fds=[lock]
    )
    try:
        code = server.wait()
    except KeyboardInterrupt:
        tell(say("served.stopping"))
        _end_all(server)
        put_right(settings, tell)
        return
    _end_all(server)
    raise PalmaresError(say("serve.ended", code=str(code)))


def cannot_listen(host: str, port: int) -> str | None:
    """Why nothing can listen at an address now, in the system's words; None when something can."""
    try:
        [address, *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(address[0], socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address[4])
    except OSError as error:
        return error.strerror or str(error)
    return None


def authority(host: str, port: int) -> str:
    """Host and port as an address writes them: those of IPv6 in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end_all(server: "subprocess.Popen[bytes]") -> None:
    """End the server as it likes to be ended, then its runs; kill what has not gone in time."""
    server.send_signal(signal.SIGINT)
    for patience, number in ((GRACE, signal.SIGINT), (PATIENCE, signal.SIGKILL)):
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and _signal_all(server, 0):
            server.poll()
            time.sleep(0.2)
        _signal_all(server, number)
    server.wait()


def _signal_all(server: "subprocess.Popen[bytes]", number: int) -> bool:
    """Send a signal to the server's process group (0: only ask); False when nobody is left in it."""
    try:
        os.killpg(server.pid, number)
    except ProcessLookupError:
        return False
    return True
