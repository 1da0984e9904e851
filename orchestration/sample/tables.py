"""Small tables in the formats that suppliers send, byte for byte the same each time.

Belongs here: CSV in two dialects, XLSX, Parquet and gzip without dates, host names or library moods in
their bytes. gzip and Parquet go through the pinned pyarrow wheel, which brings its own zlib; XLSX members are
stored uncompressed for the same reason.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

Row = Mapping[str, Any]
EPOCH = (1980, 1, 1, 0, 0, 0)
BOM = "\ufeff"


def csv_bytes(header: Sequence[str], rows: Iterable[Row], *, semicolon: bool = False) -> bytes:
    """A CSV file: comma and LF, or as a French spreadsheet writes it (BOM, semicolon, CRLF)."""
    text = io.StringIO()
    if semicolon:
        text.write(BOM)
    writer = csv.writer(text, delimiter=";" if semicolon else ",", lineterminator="\r\n" if semicolon else "\n")
    writer.writerow(header)
    writer.writerows([row[name] for name in header] for row in rows)
    return text.getvalue().encode()


def xlsx_bytes(header: Sequence[str], rows: Iterable[Row], sheet: str, created: datetime) -> bytes:
    """A workbook of one sheet; `created` is the only date in it besides those of the cells."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    page.append(list(header))
    for row in rows:
        page.append([row[name] for name in header])
    page.freeze_panes = "A2"
    raw = io.BytesIO()
    book.save(raw)
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    core = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp}</dcterms:modified></cp:coreProperties>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, date_time=EPOCH)
            member.create_system = 0
            target.writestr(member, core if name == "docProps/core.xml" else source.read(name))
    return packed.getvalue()


def parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A Parquet file to be written batch by batch."""
    moments = [field.name for field in schema if pa.types.is_timestamp(field.type)]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        version="2.6",
        use_dictionary=[field.name for field in schema if field.name not in moments],
        column_encoding=dict.fromkeys(moments, "DELTA_BINARY_PACKED"),
    )


def gzip_stream(path: Path) -> pa.NativeFile:
    """A gzip file to be written piece by piece, without a date in its header."""
    return pa.CompressedOutputStream(pa.OSFile(str(path), "wb"), "gzip")
