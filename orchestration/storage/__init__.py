"""Storage: bytes on disk, DuckDB files, YAML read strictly.

Belongs here: writing so that a crash leaves the old or the new (`files.py`), words for a disk's faults (`disk.py`), how
DuckDB is opened (`warehouse.py`), YAML that is refused rather than guessed (`strictyaml.py`). Knows nothing of an
edition.
"""

from orchestration.storage.disk import disk_fault
from orchestration.storage.files import CHUNK, canonical_json, sha256_bytes, sha256_file, sync_dir, write_atomic
from orchestration.storage.strictyaml import Document, KeyPath, load, load_document, parse
from orchestration.storage.warehouse import connect

__all__ = [
    "CHUNK",
    "Document",
    "KeyPath",
    "canonical_json",
    "connect",
    "disk_fault",
    "load",
    "load_document",
    "parse",
    "sha256_bytes",
    "sha256_file",
    "sync_dir",
    "write_atomic",
]
