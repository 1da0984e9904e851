"""Releases: canonical results, immutable folders and their chain, byte by byte.

table.py                    what a published table is made of
catalogue.py relations.py   the tables of SPEC 8, column by column; which refers to which
csvform.py parquet.py       the one CSV form of results; the same rows as Parquet
canonical.py                results from a working warehouse, and their digest
palmares.py                 palmares.json: what the public is told, as known before the signature
dossier_keywords.py         what a dossier's PDF says of itself, to machines; the list attached to it
manifest.py                 which files a release holds, and what their bytes are
record.py                   what a release says of itself; its line in the chain
chain.py reading.py         all releases on disk; one of them, only as its manifest seals it
guide.py web/               what each release carries so that a stranger can verify it
diff.py                     what changed between two releases

Belongs here: each form once, for whoever writes and whoever reads it. Does not belong here: making and showing a
release (`publication`), a stranger's look at one (`verify`).
"""

from orchestration.release.canonical import compute_digest, export_results, results_digest, table_rows
from orchestration.release.catalogue import (
    DIGESTED,
    EDITION,
    OUTSIDE_DIGEST,
    RELEASE,
    TABLES,
    TITLE_HISTORY,
)
from orchestration.release.chain import (
    MAKING,
    append,
    is_folder,
    newest,
    newest_release,
    read_chain,
    read_record,
    recover,
    release_dir,
    releases_of,
    remove,
    sealed_dir,
    unlisted,
)
from orchestration.release.csvform import Cell, CsvFormError, encode, parse, sort_key
from orchestration.release.diff import check_published, diff_releases
from orchestration.release.dossier_keywords import (
    ANNEX,
    ANNEX_CSV,
    ATTACHED_AT_MOST,
    PALMARES,
    DossierDigests,
    attached_annex,
    keywords,
    read_marks,
)
from orchestration.release.guide import verification_files
from orchestration.release.manifest import MANIFEST, MAX_BYTES, ManifestError, format_manifest, parse_manifest
from orchestration.release.palmares import PALMARES_JSON, EditionFacts, palmares_json, rows_of_marts
from orchestration.release.reading import Release
from orchestration.release.record import (
    CHAIN,
    RECORD,
    ChainLine,
    Code,
    Corrects,
    Digests,
    RecordError,
    ReleaseRecord,
    SignedBy,
    last_manifest,
    next_line,
    parse_chain,
    parse_record,
    spell_chain,
)
from orchestration.release.relations import references
from orchestration.release.table import Column, Table

__all__ = [
    "ANNEX",
    "ANNEX_CSV",
    "ATTACHED_AT_MOST",
    "CHAIN",
    "DIGESTED",
    "EDITION",
    "MAKING",
    "MANIFEST",
    "MAX_BYTES",
    "OUTSIDE_DIGEST",
    "PALMARES",
    "PALMARES_JSON",
    "RECORD",
    "RELEASE",
    "TABLES",
    "TITLE_HISTORY",
    "Cell",
    "ChainLine",
    "Code",
    "Column",
    "Corrects",
    "CsvFormError",
    "Digests",
    "DossierDigests",
    "EditionFacts",
    "ManifestError",
    "RecordError",
    "Release",
    "ReleaseRecord",
    "SignedBy",
    "Table",
    "append",
    "attached_annex",
    "check_published",
    "compute_digest",
    "diff_releases",
    "encode",
    "export_results",
    "format_manifest",
    "is_folder",
    "keywords",
    "last_manifest",
    "newest",
    "newest_release",
    "next_line",
    "palmares_json",
    "parse",
    "parse_chain",
    "parse_manifest",
    "parse_record",
    "read_chain",
    "read_marks",
    "read_record",
    "recover",
    "references",
    "release_dir",
    "releases_of",
    "remove",
    "results_digest",
    "rows_of_marts",
    "sealed_dir",
    "sort_key",
    "spell_chain",
    "table_rows",
    "unlisted",
    "verification_files",
]
