"""Limits that keep a hostile or broken deposit from taking the machine.

Belongs here: numbers, each with its reason. They bound memory and disk, never a legitimate edition: fifty million
votes are about nine gigabytes of NDJSON.
"""

from orchestration.units import MIB

GIB = 1 << 30

BLOCK_BYTES = 4 * MIB
"""Text is read in blocks of about this size, cut at a line's end: the most that a reader holds at once."""

CAREFUL_BYTES = 64 << 10
"""A block that needs care is cut, step by step, into pieces of about this size: care is spent near what needs it."""

LINE_BYTES = 16 * MIB
"""A longer physical line makes the file unreadable: no row of any source comes near."""

RECORD_CHARACTERS = 16 * MIB
"""A quoted CSV record that goes on for longer counts as an unclosed quote."""

COLUMNS = 500
"""Columns of a file: a grid has about fifteen."""

GZIP_BYTES = 64 * GIB
"""What one gzip file may unfold to."""

GZIP_RATIO = 200
"""Unfolded over packed size of a gzip file; votes reach 10 to 40, a bomb 1 000."""

GZIP_FREE_BYTES = 64 * MIB
"""Below this unfolded size the ratio is not judged: a tiny file of zeros harms nobody."""

XLSX_BYTES = 512 * MIB
"""What all parts of one workbook may unfold to."""

XLSX_RATIO = 200
"""Unfolded over packed size of one part of a workbook larger than `XLSX_FREE_BYTES`."""

XLSX_FREE_BYTES = 16 * MIB
"""Parts of a workbook below this size are not judged by ratio."""

XLSX_PARTS = 2_000
"""Parts (sheets, styles, drawings) of a workbook."""

XLSX_ROWS = 1_048_576
"""Rows of a sheet, the most that spreadsheet programs know."""

PARQUET_ROWS = 500_000_000
"""Rows that one Parquet file may claim: run-length encoding makes a billion equal rows a few bytes."""

PARQUET_BYTES = 64 * GIB
"""What the columns of one Parquet file may claim to unfold to."""
