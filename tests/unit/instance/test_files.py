"""What the UI's port hands out of the state folder: what was made to be read, and nothing beside it by any address."""

import asyncio
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.applications import Starlette

from orchestration.defs.links import link, quarantine_link
from orchestration.instance.files import BLOCK, routes
from orchestration.instance.webserver import OwnPagesOnly, served_names
from orchestration.intake import ddl
from orchestration.settings import Settings

PAGE = b"<!doctype html><script>fetch('/graphql')</script>"


@pytest.fixture
def home(settings: Settings) -> Path:
    """A state folder with something to read and something to keep."""
    for name, content in {
        "dossiers/2026/ab12/dossier.html": PAGE,
        "dossiers/2026/ab12/dossier.pdf": b"%PDF-1.7" + b"x" * BLOCK,
        "data_docs/2026/index.html": b"docs",
        "releases/2026/1/results/laureates.csv": b"edition\n",
        "releases/2026/1/results/laureates.parquet": b"PAR1",
        "evidence/2026.jsonl": b"secret",
        "dossiers/.hidden/x.txt": b"secret",
        "secret.txt": b"secret",
    }.items():
        path = settings.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return settings.home


def ask(
    settings: Settings, path: str, method: str = "GET", host: bytes = b"localhost"
) -> tuple[int, dict[str, str], bytes]:
    """What the server answers to an address, as it stands behind the guard; status, headers, body."""
    app = OwnPagesOnly(Starlette(routes=routes(settings)), served_names("127.0.0.1"))
    out: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        out.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "", "scheme": "http",
        "query_string": b"", "headers": [(b"host", host)], "http_version": "1.1", "server": ("localhost", 3000),
        "asgi": {"version": "3.0", "spec_version": "2.4"},
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    headers = {name.decode(): value.decode() for name, value in out[0]["headers"]}
    return out[0]["status"], headers, b"".join(message.get("body", b"") for message in out[1:])


def test_a_dossier_opens_by_its_link_and_reaches_nothing_of_the_ui(settings: Settings, home: Path) -> None:
    page = link(settings, home / "dossiers/2026/ab12/dossier.html").value
    status, headers, body = ask(settings, str(page))
    assert (status, body, headers["content-type"]) == (200, PAGE, "text/html; charset=utf-8")
    policy = headers["content-security-policy"]
    assert "sandbox" in policy and "allow-scripts" not in policy and "allow-same-origin" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    status, headers, body = ask(settings, "/palmares/dossiers/2026/ab12/dossier.pdf")
    assert (status, len(body), headers["content-type"]) == (200, BLOCK + 8, "application/pdf")
    assert headers["content-length"] == str(len(body))


def test_a_folder_shows_its_first_page_or_what_stands_in_it(settings: Settings, home: Path) -> None:
    assert ask(settings, str(link(settings, home / "data_docs/2026").value))[::2] == (200, b"docs")
    status, headers, _ = ask(settings, "/palmares/data_docs/2026")
    assert (status, headers["location"]) == (307, "/palmares/data_docs/2026/")
    status, _, body = ask(settings, str(link(settings, home / "releases/2026/1/results").value))
    assert status == 200 and b'<a href="laureates.csv">' in body
    _, headers, _ = ask(settings, "/palmares/releases/2026/1/results/laureates.parquet")
    assert headers["content-disposition"] == 'attachment; filename="laureates.parquet"'


@pytest.mark.parametrize(
    "path",
    [
        "",
        "dossiers",
        "dossiers/",
        "evidence/2026.jsonl",
        "secret.txt",
        "dossiers/../secret.txt",
        "dossiers/2026/../../evidence/2026.jsonl",
        "dossiers/2026/..",
        "dossiers//secret.txt",
        "dossiers/%2e%2e/secret.txt",
        "dossiers/..\\secret.txt",
        "dossiers/2026/ab12/dossier.html/",
        "dossiers/2026/ab12/dossier.html/x",
        "dossiers/2026/nothing.html",
        "dossiers/.hidden/x.txt",
        "dossiers/2026\0/x",
        "/etc/passwd",
        "dossiers//etc/passwd",
        "dossiers/" + "a/" * 40,
        "dossiers/" + "a" * 5000,
        "dossiers/" + "é",
        "quarantine/../secret.txt",
        "quarantine/",
        "work/2026.duckdb",
    ],
)
def test_no_address_leads_out_of_what_is_served(settings: Settings, home: Path, path: str) -> None:
    status, _, body = ask(settings, f"/palmares/{path}")
    assert status == 404 and b"secret" not in body.replace(b"secret.txt", b"") and b"root:" not in body


def test_links_pipes_and_devices_are_not_followed(settings: Settings, home: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.txt").write_bytes(b"secret")
    place = home / "dossiers" / "2026"
    (place / "folder").symlink_to(outside)
    (place / "file.txt").symlink_to(outside / "x.txt")
    (place / "sideways.html").symlink_to("ab12/dossier.html")
    os.mkfifo(place / "pipe.txt")
    for name in ("folder", "folder/", "folder/x.txt", "file.txt", "sideways.html", "pipe.txt"):
        assert ask(settings, f"/palmares/dossiers/2026/{name}")[0] == 404, name
    _, _, listed = ask(settings, "/palmares/dossiers/2026/")
    assert b"ab12" in listed and b"folder" not in listed and b"sideways" not in listed
    (home / "data_docs" / "2026" / "index.html").unlink()
    (home / "data_docs" / "2026" / "index.html").symlink_to(home / "secret.txt")
    assert b"secret" not in ask(settings, "/palmares/data_docs/2026/")[2]
    (home / "data_docs" / "2026" / "index.html").unlink()
    (home / "data_docs" / "2026" / "index.html").mkdir()
    assert ask(settings, "/palmares/data_docs/2026/")[0] == 404
    (home / "dossiers").rename(home / "moved")
    (home / "dossiers").symlink_to(outside)
    assert ask(settings, "/palmares/dossiers/x.txt")[0] == 404


def test_nothing_is_written_and_nobody_else_is_answered(settings: Settings, home: Path) -> None:
    page = "/palmares/dossiers/2026/ab12/dossier.html"
    assert ask(settings, page, "POST")[0] == ask(settings, page, "PUT")[0] == ask(settings, page, "DELETE")[0] == 405
    assert ask(settings, page, "HEAD")[0] == 200
    assert ask(settings, page, host=b"evil.example")[0] == 403
    assert ask(Settings(settings.home / "gone", settings.raw), page)[0] == 404


def test_rows_set_aside_are_listed_by_place_and_reason_and_no_cell_is_shown(settings: Settings, home: Path) -> None:
    address = str(quarantine_link("2026").value)
    (settings.raw / "2026").mkdir()
    assert ask(settings, address)[0] == 404
    settings.work_db("2026").parent.mkdir()
    with duckdb.connect(settings.work_db("2026")) as con:
        con.execute(ddl.RULEBOOK + ddl.INTAKE)
        columns = [row[0] for row in con.execute("DESCRIBE intake.quarantine").fetchall()]
        row = {"source": "votes", "file": "votes/<b>.csv", "line": 7, "reason": "malformed_value", "key": "V7"}
        row |= {"column_name": "cast_at"}
        given = [name for name in columns if name in row]
        con.execute(
            f"INSERT INTO intake.quarantine ({', '.join(given)}) VALUES ({', '.join('?' * len(given))})",
            [row[name] for name in given],
        )
    status, headers, body = ask(settings, address)
    assert (status, headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert b"1 rows set aside" in body and b"votes/<b>.csv:7 cast_at (V7)" in body
