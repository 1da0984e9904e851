"""Spark on this machine as it stands on many: a master and workers, each a process of its own, on loopback.

Belongs here: starting them from the `pyspark` package, what they are told, and their end. It runs in Spark's
environment and knows nothing of editions. A cluster that already stands is named by a `spark-defaults.conf` instead.
"""

import json
import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

LOOPBACK = "127.0.0.1"
BRIEF = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
"""To Java, for what plans and waits: most of its time would go into compiling itself and into threads that collect."""
PATIENCE = 240
"""Seconds until the workers must have found their master."""

SESSION = {
    "spark.sql.ansi.enabled": "true",  # an overflow is an error
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # times are UTC already, as in DuckDB
    "spark.sql.catalogImplementation": "in-memory",  # no Derby: it would admit one driver at a time
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""What the marks need of Spark, whatever cluster runs them."""

LOGGING = """\
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""


@contextmanager
def standing(home: Path, workers: int, memory: str) -> Iterator[dict[str, int]]:
    """Have a master and workers stand, a core each, and this process told of them; says how many there are.

    Everything they write goes into `home`. Nobody without the secret that is made here may give them work: who else has
    an account on this machine reaches loopback too.
    """
    import pyspark

    spark = Path(pyspark.__file__).parent
    port, page = _free_port(), _free_port()
    master = f"spark://{LOOPBACK}:{port}"
    os.environ |= _environment(home, spark, {**SESSION, "spark.master": master, "spark.executor.memory": memory})
    with ExitStack() as daemons:
        address = ["--host", LOOPBACK]
        words = ["master.Master", *address, "--port", str(port), "--webui-port", str(page)]
        daemons.enter_context(_daemon(spark, "master", words, home))
        for number in range(1, workers + 1):
            words = ["worker.Worker", *address, "--webui-port", "0", "--cores", "1", "--memory", memory]
            words += ["--work-dir", str(home / f"worker-{number}"), master]
            daemons.enter_context(_daemon(spark, f"worker-{number}", words, home))
        yield {"workers": _await(page, workers, home)}


def _environment(home: Path, spark: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The environment that master, workers and driver share: one folder of settings, its owner's alone."""
    conf = home / "conf"
    conf.mkdir(parents=True)
    conf.chmod(0o700)
    defaults = {
        **settings,
        "spark.authenticate": "true",
        "spark.authenticate.secret": secrets.token_urlsafe(32),
        "spark.driver.bindAddress": LOOPBACK,
        "spark.driver.host": LOOPBACK,
        "spark.driver.extraJavaOptions": BRIEF,
        "spark.executor.extraJavaOptions": "-XX:+UseSerialGC",
        "spark.local.dir": str(home / "scratch"),
        "spark.sql.warehouse.dir": (home / "warehouse").as_uri(),
    }
    (conf / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in defaults.items()), "utf-8")
    (conf / "log4j2.properties").write_text(LOGGING, "utf-8")
    return {
        "SPARK_HOME": str(spark),
        "SPARK_CONF_DIR": str(conf),
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_DAEMON_MEMORY": "512m",
        "SPARK_DAEMON_JAVA_OPTS": BRIEF,
    }


@contextmanager
def _daemon(spark: Path, name: str, words: list[str], home: Path) -> Iterator[None]:
    """A master or a worker, ended with the block, and killed if this process is killed."""
    command = [str(spark / "bin" / "spark-class"), f"org.apache.spark.deploy.{words[0]}", *words[1:]]
    with (home / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    watch = ["/bin/sh", "-c", 'read done || kill -9 "$0"', str(process.pid)]  # it reads nothing more when we are gone
    watcher = subprocess.Popen(watch, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        watcher.communicate(b"done\n")


def _await(page: int, workers: int, home: Path) -> int:
    """Wait until the master counts all its workers. Raises RuntimeError after `PATIENCE` seconds."""
    alive, end = 0, time.monotonic() + PATIENCE
    while alive < workers:
        if time.monotonic() > end:
            raise RuntimeError(f"{alive} of {workers} workers found their master in {PATIENCE} s; see {home}/*.log")
        time.sleep(0.3)
        try:
            with closing(HTTPConnection(LOOPBACK, page, timeout=5)) as connection:
                connection.request("GET", "/json/")
                alive = int(json.load(connection.getresponse())["aliveworkers"])
        except (OSError, HTTPException, ValueError):
            continue
    return alive


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
