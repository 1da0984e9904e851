"""The deployment as `deploy/` describes it, for real: Dagster on a PostgreSQL server, two web servers, nginx in front.

No way leads past the password; the bailiff sees and launches nothing; the engineer launches, and the run stands in
PostgreSQL. The services are started with the commands of the units in `deploy/systemd/`.
"""

import base64
import configparser
import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from orchestration.settings import PROJECT_DIR
from tests.fixtures.postgres_server import PostgresServer
from tests.fixtures.tiny import TinyEdition
from tests.fixtures.tries import FULL
from tests.fixtures.ui_server import FINISHED, LAUNCH, REPOSITORY, free_port, wait_for

DEPLOY = PROJECT_DIR / "deploy"
NAME = "palmares.example.org"
QUERY = "{ repositoriesOrError { __typename ... on RepositoryConnection { nodes { name } } } }"
PEOPLE = {"nadia": "an engineer's", "huissier": "the bailiff's"}


def command_of(unit: str, step: str = "ExecStart") -> list[str]:
    """The command that a unit starts, on this environment's Python; of several, the last."""
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(DEPLOY / "systemd" / unit)
    words = shlex.split(parsed["Service"][step])
    assert words[0].startswith("/opt/palmares/.venv/bin/")
    words[0] = str(Path(sys.executable).with_name(Path(words[0]).name))
    return [word.replace("/opt/palmares", str(PROJECT_DIR)) for word in words]


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]


@dataclass
class Deployment:
    """Where the services listen."""

    folder: Path
    door: int
    work: int
    read: int
    database: str
    start_daemon: Callable[[], None] = lambda: None

    def ask(self, who: str | None, method: str = "GET", path: str = "/", **more: Any) -> Answer:
        """A request through nginx, as a person or as nobody."""
        headers = {"Host": f"{NAME}:{self.door}", **more.pop("headers", {})}
        if who is not None:
            word = base64.b64encode(f"{who}:{more.pop('password', PEOPLE.get(who, ''))}".encode()).decode()
            headers["Authorization"] = f"Basic {word}"
        context = ssl.create_default_context(cafile=str(self.folder / "tls.crt"))
        raw = socket.create_connection(("127.0.0.1", self.door), timeout=60)
        connection = http.client.HTTPConnection(NAME, self.door, timeout=60)
        connection.sock = context.wrap_socket(raw, server_hostname=NAME)
        try:
            connection.request(method, path, more.get("body"), headers)
            response = connection.getresponse()
            return Answer(response.status, response.read(), dict(response.getheaders()))
        finally:
            connection.close()

    def graphql(self, who: str | None, query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables})
        headers = {"Content-Type": "application/json", "Origin": f"https://{NAME}:{self.door}"}
        answer = self.ask(who, "POST", "/graphql", body=body, headers=headers)
        assert answer.status == 200, answer
        return json.loads(answer.body)["data"]


def configure(folder: Path, door: int, work: int, read: int) -> Path:
    """The site of `deploy/nginx` with this machine's ports and files, in a configuration that nginx runs alone."""
    site = (DEPLOY / "nginx" / "palmares.conf").read_text("utf-8")
    for old, new in (("443", str(door)), (":3000", f":{work}"), (":3001", f":{read}"), ("/etc/palmares", str(folder))):
        assert old in site
        site = site.replace(old, new)
    site = re.sub(r"listen (\d+)", r"listen 127.0.0.1:\1", site)
    hashes = [
        f"{who}:{subprocess.check_output(['openssl', 'passwd', '-6', word], text=True).strip()}\n"
        for who, word in PEOPLE.items()
    ]
    (folder / "users").write_text("".join(hashes))
    (folder / "engineers").write_text("nadia palmares_work;\n")
    certificate = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-days", "2"]
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "tls.key", "-out", "tls.crt",
            *certificate,
        ],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    main = (
        f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\nworker_processes 1;\n"
        f"events {{ worker_connections 64; }}\nhttp {{\naccess_log off;\n{temporary}{site}\n}}\n"
    )
    (folder / "nginx.conf").write_text(main)
    return folder / "nginx.conf"


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Iterator[Deployment]:
    """All services; skips, saying so, where nginx or openssl is not installed."""
    nginx = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if nginx is None or shutil.which("openssl") is None:
        pytest.skip("nginx is not installed (packages nginx-light and openssl)")
    folder = tmp_path_factory.mktemp("deployment")
    TinyEdition().write(folder / "raw")
    with psycopg.connect(postgres.url, autocommit=True) as server:
        server.execute("CREATE DATABASE dagster")
    database = postgres.url.replace("/postgres", "/dagster")
    at = Deployment(folder, free_port(), work=free_port(), read=free_port(), database=database)
    code = free_port()
    for service in ("web", "var/dagster"):
        (folder / service).mkdir(parents=True)
        shutil.copy(DEPLOY / "server" / "dagster.yaml", folder / service)
    workspace = folder / "workspace.yaml"
    workspace.write_text((DEPLOY / "server" / "workspace.yaml").read_text("utf-8").replace("4000", str(code)))
    base = {
        **os.environ, "PALMARES_DAGSTER_DB": database, "PALMARES_CODE_HOST": "127.0.0.1",
        "DAGSTER_DISABLE_TELEMETRY": "1", "PYTHONSAFEPATH": "1",
    }  # fmt: skip
    state = {"PALMARES_HOME": str(folder / "var"), "PALMARES_RAW": str(folder / "raw"), "PALMARES_THREADS": "1"}
    # The web servers are told of no folder of state or deposits.
    web = {
        "DAGSTER_HOME": str(folder / "web"),
        "PALMARES_DAGSTER_FILES": str(folder / "web"),
        "PALMARES_UI_HOSTS": NAME,
    }
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, command: list[str], environment: dict[str, str]) -> None:
        changed = [word.replace("/etc/palmares/workspace.yaml", str(workspace)) for word in command]
        with (folder / f"{name}.log").open("wb") as log:
            started.append(
                subprocess.Popen(changed, cwd=PROJECT_DIR, env={**base, **environment}, stdout=log, stderr=log)
            )

    def at_port(unit: str, old: int, new: int) -> list[str]:
        words = command_of(unit)
        assert str(old) in words
        return [str(new) if word == str(old) else word for word in words]

    kept = dict.fromkeys(("DAGSTER_HOME", "PALMARES_DAGSTER_FILES"), str(folder / "var" / "dagster"))
    before = command_of("palmares-code.service", "ExecStartPre")
    subprocess.run(before, cwd=PROJECT_DIR, env={**base, **state, **kept}, check=True)
    try:
        start("code", at_port("palmares-code.service", 4000, code), {**state, **kept})
        wait_for("the code location", lambda: True if listens(code) else None)
        start("work", at_port("palmares-web.service", 3000, at.work), web)
        start("read", at_port("palmares-web-read.service", 3001, at.read), web)
        start(
            "nginx",
            [nginx, "-e", str(folder / "nginx.log"), "-c", str(configure(folder, at.door, at.work, at.read))],
            {},
        )
        for port in (at.work, at.read, at.door):
            wait_for(f"a server on {port}; logs in {folder}", lambda port=port: True if listens(port) else None)
        at.start_daemon = lambda: start("daemon", command_of("palmares-daemon.service"), web)
        yield at
    finally:
        for one in reversed(started):
            one.send_signal(signal.SIGTERM)
        for one in started:
            try:
                one.wait(20)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


pytestmark = [pytest.mark.slow, pytest.mark.server]

WAYS = (
    "/", "/graphql", "/graphql?query={version}", "//graphql", "/%67raphql", "/./graphql", "/x/../graphql",
    "/server_info", "/dagit_info", "/report_asset_materialization/x", "/report_asset_check/x", "/logs/x/y", "/notebook",
    "/robots.txt", "/locations", "/runs", "/icons/favicon.ico", "/health", "/graphql/", "/GRAPHQL", "/;/graphql",
    "/graphql%00",
)  # fmt: skip


def test_no_way_leads_past_the_password(deployment: Deployment) -> None:
    for path in WAYS:
        for method in ("GET", "POST", "PUT", "OPTIONS", "HEAD"):
            assert deployment.ask(None, method, path).status in (400, 401, 403, 405), (method, path)
    assert deployment.ask(None).status == 401
    assert deployment.ask("nadia", password="guessed").status == 401
    assert deployment.ask("nobody").status == 401
    assert deployment.ask("", password="").status == 401
    spoofed = {
        "X-Forwarded-User": "nadia",
        "Remote-User": "nadia",
        "X-Remote-User": "nadia",
        "X-Original-URL": "/graphql",
    }
    assert deployment.ask(None, headers=spoofed).status == 401
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "graphql-ws",
    }  # fmt: skip
    assert deployment.ask(None, path="/graphql", headers=upgrade).status == 401
    with pytest.raises((http.client.HTTPException, OSError)):
        deployment.ask("nadia", headers={"Host": "another.example"})  # the name of another house gets no answer


def test_the_bailiff_sees_everything_and_launches_nothing(deployment: Deployment) -> None:
    page = deployment.ask("huissier")
    assert page.status == 200 and b"<html" in page.body.lower()
    assert page.headers["X-Frame-Options"] == "DENY" and "Server" in page.headers
    seen = wait_for("repositories", lambda: deployment.graphql("huissier", QUERY)["repositoriesOrError"].get("nodes"))
    assert [one["name"] for one in seen] == ["__repository__"]
    rights = deployment.graphql("huissier", "{ permissions { permission value } }")["permissions"]
    assert len(rights) > 10 and [one["permission"] for one in rights if one["value"]] == []
    refused = deployment.graphql("huissier", LAUNCH, run=run_of("prepare_edition"))["launchPipelineExecution"]
    assert refused["__typename"] == "UnauthorizedError", refused
    # Nor by naming the other role himself: his name decides, and nginx alone says it.
    for spoofed in ({"X-Forwarded-User": "nadia"}, {"Remote-User": "nadia"}, {"Cookie": "remote_user=nadia"}):
        headers = {"Content-Type": "application/json", **spoofed}
        body = json.dumps({"query": LAUNCH, "variables": {"run": run_of("prepare_edition")}})
        answer = deployment.ask("huissier", "POST", "/graphql", body=body, headers=headers)
        assert b"UnauthorizedError" in answer.body, answer
    # A mutation in an address is none, and what reports assets from outside (Dagster's REST) is closed to all.
    address = "/graphql?query=mutation%7BreloadWorkspace%7B__typename%7D%7D"
    answer = deployment.ask("huissier", "GET", address)
    assert b"UnauthorizedError" in answer.body or b"errors" in answer.body or b"<html" in answer.body.lower(), answer
    for kind in ("materialization", "check", "observation"):
        for slashes in ("/", "//", "/./", "/%72eport_asset_check/../"):
            for who in PEOPLE:
                path = f"{slashes}report_asset_{kind}/custody_deposits"
                answer = deployment.ask(who, "POST", path, body="{}", headers={"Content-Type": "application/json"})
                assert answer.status == 403, (path, answer)
    with psycopg.connect(deployment.database) as server:
        assert server.execute("SELECT count(*) FROM runs").fetchone() == (0,)
        events = server.execute("SELECT count(*) FROM event_logs").fetchone()
    assert events == (0,)


def failures(deployment: Deployment) -> str:
    """What PostgreSQL holds of a run that failed."""
    kinds = ["PIPELINE_FAILURE", "STEP_FAILURE", "ENGINE_EVENT"]
    with psycopg.connect(deployment.database) as server:
        rows = server.execute("SELECT event FROM event_logs WHERE dagster_event_type = ANY(%s)", (kinds,)).fetchall()
    return "\n".join(event[:3000] for (event,) in rows)


def run_of(job: str) -> dict[str, Any]:
    tags = [{"key": "dagster/partition", "value": TinyEdition.edition}]
    selector = {**REPOSITORY, "jobName": job}
    return {"selector": selector, "runConfigData": {}, "executionMetadata": {"tags": tags}}


def test_the_engineer_launches_and_postgresql_knows_it(deployment: Deployment) -> None:
    launched = deployment.graphql("nadia", LAUNCH, run=run_of("prepare_edition"))["launchPipelineExecution"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    with psycopg.connect(deployment.database) as server:
        (found,) = server.execute("SELECT run_id, status FROM runs").fetchall()
    assert found == (launched["run"]["runId"], "QUEUED"), "no daemon is here to take it from the queue"
    assert deployment.graphql("huissier", "{ runsOrError { ... on Runs { results { runId } } } }")["runsOrError"] == {
        "results": [{"runId": launched["run"]["runId"]}]
    }, "and the bailiff sees it"
    if FULL:  # a whole run, taken from the queue and started by the code location's server
        deployment.start_daemon()
        ask = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"

        def ended() -> str | None:
            found = deployment.graphql("huissier", ask, id=launched["run"]["runId"])["runOrError"]["status"]
            return str(found) if found in FINISHED else None

        assert wait_for("the run", ended, 1200) == "SUCCESS", failures(deployment)
        assert (deployment.folder / "var" / "evidence" / f"{TinyEdition.edition}.jsonl").exists()


def test_the_web_servers_hold_nothing_and_listen_here_alone(deployment: Deployment) -> None:
    assert {path.name for path in (deployment.folder / "web").iterdir()} <= {"dagster.yaml", ".telemetry", "storage"}
    for unit, port in (("palmares-web.service", "3000"), ("palmares-web-read.service", "3001")):
        words = command_of(unit)
        assert words[words.index("--host") + 1] == "127.0.0.1" and words[words.index("--port") + 1] == port
    assert "--read-only" in command_of("palmares-web-read.service")
