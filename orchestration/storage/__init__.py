"""Storage: bytes on disk, hash-chained lines, DuckDB files, YAML read strictly.

files.py              the one way to open a file; writing so that a crash leaves the old or the new
disk.py               a disk's faults, in words
chain.py              the one hash chain
strictyaml.py         YAML that is refused rather than guessed
warehouse.py sql.py   how DuckDB is opened; quoting

Knows nothing of an edition.
"""

from orchestration.storage.chain import (
    GENESIS,
    Fault,
    Instant,
    Link,
    Number,
    Sha256,
    Strict,
    add_lines,
    as_spelt,
    finding,
    first_break,
    follow,
    locked,
    split_lines,
)
from orchestration.storage.disk import disk_fault
from orchestration.storage.files import (
    CHUNK,
    NotOrdinary,
    canonical_json,
    check_lock,
    check_ordinary,
    open_ordinary,
    read_file,
    settle,
    sha256_bytes,
    sha256_file,
    standing_folder,
    sync_dir,
    write_atomic,
)
from orchestration.storage.sql import listed, literal, quoted
from orchestration.storage.strictyaml import Document, KeyPath, load, load_document, load_shipped, parse
from orchestration.storage.warehouse import connect, engine_config, records

__all__ = [
    "CHUNK",
    "GENESIS",
    "Document",
    "Fault",
    "Instant",
    "KeyPath",
    "Link",
    "NotOrdinary",
    "Number",
    "Sha256",
    "Strict",
    "add_lines",
    "as_spelt",
    "canonical_json",
    "check_lock",
    "check_ordinary",
    "connect",
    "disk_fault",
    "engine_config",
    "finding",
    "first_break",
    "follow",
    "listed",
    "literal",
    "load",
    "load_document",
    "load_shipped",
    "locked",
    "open_ordinary",
    "parse",
    "quoted",
    "read_file",
    "records",
    "settle",
    "sha256_bytes",
    "sha256_file",
    "split_lines",
    "standing_folder",
    "sync_dir",
    "write_atomic",
]
