"""Who may ask the server of the UI: its own pages under its own names, programs of this machine, and nobody else."""

import asyncio
from typing import Any

import pytest

from orchestration.instance.dev import OURS, THEIRS, exchanged
from orchestration.instance.webserver import OwnPagesOnly, host_name, refusal, served_names

NAMES = served_names("127.0.0.1")


def headers(**sent: str) -> list[tuple[bytes, bytes]]:
    return [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in sent.items()]


@pytest.mark.parametrize(
    "sent",
    [
        {"host": "127.0.0.1:3000"},
        {"host": "localhost"},
        {"host": "LOCALHOST:3000", "origin": "http://localhost:3000"},
        {"host": "[::1]:3000", "origin": "http://[::1]:3000", "sec_fetch_site": "same-origin"},
        {"host": "127.0.0.1:3000", "sec_fetch_site": "none"},
        {"host": "127.0.0.1:3000", "sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"},
    ],
)
def test_own_pages_programs_and_links_are_answered(sent: dict[str, str]) -> None:
    assert refusal(headers(**sent), NAMES) is None


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"host": ""},
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "evil.example@127.0.0.1"},
        {"host": "[::1"},
        {"host": "127.0.0.1:3000", "origin": "http://evil.example"},
        {"host": "127.0.0.1:3000", "origin": "http://127.0.0.1:8000"},
        {"host": "127.0.0.1:3000", "origin": "null"},
        {"host": "127.0.0.1:3000", "sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors"},
        {"host": "127.0.0.1:3000", "sec_fetch_site": "cross-site"},
    ],
)
def test_foreign_names_and_foreign_pages_are_not(sent: dict[str, str]) -> None:
    assert refusal(headers(**sent), NAMES)


def test_two_hosts_are_none() -> None:
    assert refusal([(b"host", b"127.0.0.1"), (b"Host", b"evil.example")], NAMES)


def test_names_can_be_added_for_a_server_behind_another() -> None:
    names = served_names("10.0.0.5", " Palmares.example , ")
    assert refusal(headers(host="palmares.example", origin="https://palmares.example"), names) is None
    assert refusal(headers(host="10.0.0.5:3000"), names) is None
    assert host_name("a@b") == host_name("[::1") == ""


def ask(scope: dict[str, Any]) -> tuple[bool, list[dict[str, Any]]]:
    """Whether the application behind the guard was reached, and what was sent."""
    reached, out = [], []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        out.append(message)

    asyncio.run(OwnPagesOnly(app, NAMES)(scope, receive, send))  # type: ignore[arg-type]
    return bool(reached), out


def test_the_guard_stands_before_pages_and_web_sockets() -> None:
    good, bad = headers(host="localhost"), headers(host="evil.example")
    assert ask({"type": "http", "headers": good})[0]
    assert ask({"type": "websocket", "headers": good})[0]
    assert ask({"type": "lifespan"})[0]
    reached, [start, body] = ask({"type": "http", "headers": bad})
    assert not reached
    assert start["status"] == 403
    assert b"does not answer to that name" in body["body"]
    reached, [closed] = ask({"type": "websocket", "headers": bad})
    assert not reached
    assert closed["code"] == 1008


def test_only_the_web_server_is_exchanged() -> None:
    assert exchanged(["python", "-m", THEIRS, "--port", "1"]) == ["python", "-m", OURS, "--port", "1"]
    assert exchanged(["python", "-m", "dagster._daemon", "run"]) == ["python", "-m", "dagster._daemon", "run"]
