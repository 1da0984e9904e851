"""A notice of a failed run or an open warning: sent where it is configured, nowhere else; no personal data in it."""

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from orchestration.defs.notices import SMTP, WEBHOOK, Notice, hand_over
from orchestration.defs.telling import run_tags
from orchestration.status import EditionStage, State

NOTICE = Notice("a run failed", "prepare_edition", "0123456789abcdef", run_tags(State("2026", EditionStage.BLOCKED)))


@pytest.fixture
def posted() -> Iterator[tuple[str, list[bytes]]]:
    """A webhook on this machine, and the bodies that it was sent."""
    bodies: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", bodies
    server.shutdown()
    server.server_close()


@pytest.fixture
def mailed() -> Iterator[tuple[str, list[str]]]:
    """A mail server on this machine that takes whatever comes, and the lines that it was told."""
    lines: list[str] = []

    class Mail(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline().decode().rstrip("\r\n"):
                lines.append(line)
                if line.upper() == "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    self._message()
                self.wfile.write(b"221 bye\r\n" if line == "QUIT" else b"250 ok\r\n")

        def _message(self) -> None:
            while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                lines.append(line)

    server = socketserver.TCPServer(("127.0.0.1", 0), Mail)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"smtp://127.0.0.1:{server.server_address[1]}?from=palmares@example.org&to=team@example.org", lines
    server.shutdown()
    server.server_close()


def test_nothing_is_sent_that_nobody_asked_for() -> None:
    assert hand_over(NOTICE, {}) == [f"nothing is configured ({WEBHOOK}, {SMTP})"]


def test_a_webhook_is_told_the_edition_and_where_it_stands(posted: tuple[str, list[bytes]]) -> None:
    address, bodies = posted
    assert hand_over(NOTICE, {WEBHOOK: address}) == [f"{WEBHOOK}: sent"]
    told = json.loads(bodies[0])
    assert told == {
        "text": "Palmarès: a run failed (prepare_edition, run 01234567; "
        "edition 2026, stage blocked, warnings_open 0, results none)",
        **{"what": "a run failed", "job": "prepare_edition", "run": "0123456789abcdef"},
        **{"edition": "2026", "stage": "blocked", "warnings_open": "0", "results": "none"},
    }


def test_a_mail_is_sent_to_whoever_is_named(mailed: tuple[str, list[str]]) -> None:
    address, lines = mailed
    assert hand_over(NOTICE, {SMTP: address}) == [f"{SMTP}: sent"]
    assert "To: team@example.org" in lines and "From: palmares@example.org" in lines
    assert any("stage blocked" in line for line in lines)


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        (WEBHOOK, "http://127.0.0.1:1/hook"),
        (WEBHOOK, "file:///etc/passwd"),
        (SMTP, "smtp://127.0.0.1:1?from=a@example.org&to=b@example.org"),
        (SMTP, "smtp://127.0.0.1:1"),
        (SMTP, "mailto:a@example.org"),
    ],
)
def test_an_address_that_does_not_answer_breaks_nothing(variable: str, address: str) -> None:
    (told,) = hand_over(NOTICE, {variable: address})
    assert told.startswith(f"{variable}: not sent (")


def test_a_webhook_that_answers_no_http_breaks_nothing() -> None:
    class Garbage(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            size = 0
            while (line := self.rfile.readline()).strip():
                name, _, value = line.partition(b":")
                size = int(value) if name.lower() == b"content-length" else size
            self.rfile.read(size)  # what is left unread would break the line before the answer is heard
            self.wfile.write(b"garbage\r\n\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Garbage) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        (told,) = hand_over(NOTICE, {WEBHOOK: f"http://127.0.0.1:{server.server_address[1]}/hook"})
    assert told == f"{WEBHOOK}: not sent (BadStatusLine)"


def test_a_password_leaves_over_tls_alone(mailed: tuple[str, list[str]]) -> None:
    address, lines = mailed
    (told,) = hand_over(NOTICE, {SMTP: address.replace("smtp://", "smtp://ops%40example.org:secret@")})
    assert told == f"{SMTP}: not sent (SMTPNotSupportedError)"
    assert not any(line.startswith(("AUTH", "DATA")) for line in lines)


def test_a_plus_in_an_address_is_a_plus(mailed: tuple[str, list[str]]) -> None:
    address, lines = mailed
    assert hand_over(NOTICE, {SMTP: address.replace("to=team@", "to=ops+palmares@")}) == [f"{SMTP}: sent"]
    assert "To: ops+palmares@example.org" in lines
