"""Fingerprints of what is not one file: the code that decides, and the rows that intake read.

Belongs here: digests to which evidence is tied, and the one list of what decides. The custody head is `custody`'s, the
results digest is `release`'s: those two leave the house and are defined by SPEC 8, these two never do.
"""

import marshal
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.errors import InputError
from orchestration.evidence.say import say
from orchestration.settings import PROJECT_DIR
from orchestration.storage import quoted, sha256_bytes

if TYPE_CHECKING:
    import duckdb

DECIDING = {
    "dbt_project": "computes marks, ranks and outcomes",
    "deploy/spark/cluster.py": "the arithmetic that Spark is told, where it makes the marks",
    "deploy/spark/judge.py": "reads the tables that Spark made, in that process, where the engines are compared",
    "deploy/spark/score.py": "has Spark make the marks, where it is asked to",
    "expectations": "the checks, their thresholds and their SQL",
    "orchestration/__init__.py": "runs before every module of the packages below",
    "orchestration/assurance": "gathers what the checks judge, runs the gates",
    "orchestration/custody": "says whether the deposits are what was received",
    "orchestration/dossier": "writes what the bailiff signs",
    "orchestration/draw": "draws again, for the check that a draw of the bailiff is repeated",
    "orchestration/errors.py": "how every package below says no",
    "orchestration/evidence": "reads the evidence strictly; ties it to this list",
    "orchestration/gate": "decides",
    "orchestration/intake": "reads deposits, quarantines rows, weighs the survey",
    "orchestration/progress.py": "called from between the steps of all of these",
    "orchestration/publication": "decides inside publication; writes the release and what readers open",
    "orchestration/recount": "the second count",
    "orchestration/release": "the format of a release, the results digest",
    "orchestration/rulebook": "reads the rules of an edition",
    "orchestration/run": "gathers the fingerprints that evidence is compared with",
    "orchestration/scoring": "what dbt is told; the figures that the dossier prints",
    "orchestration/settings.py": "where each of these reads and writes",
    "orchestration/signoff": "judges a signature",
    "orchestration/storage": "opens DuckDB, reads YAML, hashes files",
    "orchestration/typesetting": "sets the document that is signed",
    "orchestration/units.py": "micropoints as people read them",
    "orchestration/verify": "verifies each release before it is shown",
    "orchestration/words": "the sentences of the dossier and of every refusal",
}
"""What decides (SPEC 6), with the reason: all that is imported by what custodies, reads, scores, recounts, checks,
decides, judges a signature, writes the dossier or the release. A change of any file in it makes evidence stale."""

UNDECIDING = {
    "orchestration/backup": "copies bytes; what comes back is judged as what was there",
    "orchestration/bailiff": "enters what a person says or seals; what follows from that is decided by gate and checks",
    "orchestration/cli": "words and options",
    "orchestration/definitions.py": "Dagster's entry",
    "orchestration/defs": "the order of the steps; one that is left out leaves its checks missing, and the gate shut",
    "orchestration/drafting": "drafts of deposits, which are then taken in like any other",
    "orchestration/doctor": "looks at the installation and changes nothing",
    "orchestration/entrants": "deposits contests, which are then taken in like any file; shows a candidate its tests",
    "orchestration/instance": "Dagster's own state, and starting runs",
    "orchestration/objects": "brings deposits, which are then taken in like any other; copies what is published",
    "orchestration/ceremony": "shows on an evening what a release holds",
    "orchestration/report": "tells a candidate what a release holds",
    "orchestration/sample": "invents deposits, which are then taken in like any other",
    "orchestration/status": "tells where an edition stands",
    "dbt_project/.sqlfluff": "the linter's",
    "dbt_project/.user.yml": "dbt's own, when an engineer runs it by hand",
    "dbt_project/README.md": "prose",
    "dbt_project/logs": "written by dbt; none of the project's paths lies in it",
    "dbt_project/target": "the same",
}
"""What stands beside and undoes no signature, with the reason."""

KINDS = frozenset(
    {".css", ".csv", ".html", ".js", ".md", ".mjs", ".py", ".sql", ".ttf", ".txt", ".typ", ".xml", ".yml"}
)
"""Kinds of files that the deciding code is made of. Anything else among them is refused by name, never passed over."""

CACHES = "__pycache__"


def code_sha256(project: Path = PROJECT_DIR) -> str:
    """SHA-256 over the deciding code: the lines `<sha256>  <path>`, sorted by path (as `sha256sum` writes them).

    Raises InputError for a file of no known kind, a link, and a compiled file that would run in place of its source.
    """
    lines = []
    for name, path in sorted((path.relative_to(project).as_posix(), path) for path in _sources(project)):
        data = path.read_bytes()
        if path.suffix == ".py":
            _refuse_foreign_cache(path, data)
        lines.append(f"{sha256_bytes(data)}  {name}\n")
    return sha256_bytes("".join(lines).encode())


def _sources(project: Path) -> Iterator[Path]:
    """Every file of the deciding code; a part of the list that is not there cannot be imported either."""
    places = [project / name for name in DECIDING if (project / name).exists()]
    while places:
        place = places.pop()
        if place.is_symlink() or not (place.is_dir() or place.is_file()):
            raise InputError(say("code.odd"), str(place), say("code.mend"))
        if place.is_dir():
            places += [entry for entry in place.iterdir() if entry.relative_to(project).as_posix() not in UNDECIDING]
        elif place.parent.name == CACHES and place.suffix == ".pyc":
            continue  # looked at together with its source: from here Python runs none without it
        elif place.suffix not in KINDS:
            raise InputError(say("code.stranger"), str(place), say("code.mend"))
        else:
            yield place


def _refuse_foreign_cache(source: Path, data: bytes) -> None:
    """Raise InputError when Python would run, in place of this source, a compiled file that was not made from it.

    Python trusts a compiled file whose header bears the source's size and time, which anybody can write.
    """
    cache = Path(cache_from_source(str(source)))
    compiled = cache.read_bytes() if cache.is_file() else b""
    if compiled[:4] == MAGIC_NUMBER and not _is_stale(compiled, source, data) and not _made_of(compiled, data):
        raise InputError(say("code.compiled"), str(cache), say("code.compiled_mend"))


def _is_stale(compiled: bytes, source: Path, data: bytes) -> bool:
    """Whether Python would pass the compiled file over and compile the source again (PEP 552)."""
    flags, stamp = int.from_bytes(compiled[4:8], "little"), compiled[8:16]
    if flags == 0:
        state = source.stat()
        written = [int(state.st_mtime) & 0xFFFFFFFF, state.st_size & 0xFFFFFFFF]
        return stamp != b"".join(number.to_bytes(4, "little") for number in written)
    return flags == 0b11 and stamp != source_hash(data)  # 0b01: by hash too, but never compared with the source


@lru_cache(maxsize=1024)
def _made_of(compiled: bytes, data: bytes) -> bool:
    """Whether compiling the source anew gives the same code. Remembered: a run asks at each of its steps."""
    try:
        # No new danger: Python has run this very file already, or is about to.
        loaded = marshal.loads(compiled[16:])  # noqa: S302
        return bool(loaded == compile(data, "source", "exec", dont_inherit=True))
    except (EOFError, SyntaxError, TypeError, ValueError):
        return False


def intake_sha256(con: "duckdb.DuckDBPyConnection") -> str:
    """Digest of every row of the schemas `rulebook` and `intake` of a working warehouse, in any row order.

    Notices rows added, removed or edited between steps. It sums DuckDB's own 64-bit row hashes, so that 50 million
    votes take seconds: enough against accidents and edits by hand; what a mark is worth rests on the recount, which
    reads the deposits themselves. Equal only for the same DuckDB version.
    """
    return digest_of(table_digests(con))


def table_digests(con: "duckdb.DuckDBPyConnection", catalog: str | None = None) -> dict[str, str]:
    """What `intake_sha256` is made of, by table: its columns, how many rows, and their hashes. `catalog`: the name
    under which the warehouse is attached, if it is not the one that was opened."""
    tables = con.execute(
        "SELECT table_schema, table_name, list(column_name ORDER BY ordinal_position),"
        " list(data_type ORDER BY ordinal_position) FROM information_schema.columns"
        " WHERE table_schema IN ('rulebook', 'intake') AND table_catalog = coalesce(?, current_database())"
        " GROUP BY ALL ORDER BY ALL",
        [catalog],
    ).fetchall()
    where = "" if catalog is None else f"{quoted(catalog)}."
    lines = {}
    for schema, table, columns, types in tables:
        # DuckDB hashes the number that stands for an ENUM's text: what the number stands for could be changed unseen.
        row = ", ".join(
            f"CAST({quoted(name)} AS VARCHAR)" if kind.startswith("ENUM") else quoted(name)
            for name, kind in zip(columns, types, strict=True)
        )
        hashes = f'SELECT hash({row}) AS h FROM {where}"{schema}"."{table}"'
        totals = con.execute(f"SELECT count(*), sum(h), bit_xor(h) FROM ({hashes})").fetchone()
        lines[f"{schema}.{table}"] = f"{columns} {totals}"
    return lines


def digest_of(tables: Mapping[str, str]) -> str:
    """The one digest of all tables."""
    return sha256_bytes("".join(f"{name} {digest}\n" for name, digest in tables.items()).encode())
