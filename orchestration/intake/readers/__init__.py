"""Readers: files of every format as columns of text with line numbers.

limits.py                         what stops a hostile or broken deposit
streams.py                        bytes, gzip, blocks of whole lines
parts.py                          what every reader hands over
csv_rows.py csv_blocks.py         CSV; its quick way, for blocks of plain quotes
typed_cells.py                    a typed cell as the text that a CSV would have
ndjson_rows.py ndjson_blocks.py   NDJSON; its quick way, for blocks of plain lines
ndjson_landing.py                 its lines taken apart by DuckDB
xlsx_rows.py parquet_rows.py      workbooks; Parquet
plain_cells.py                    cells that need no second look, told by columns

Belongs here: from bytes to text. Does not belong here: which columns a file must have (`intake/headers.py`), whether a
row is set aside (`intake/rules.py`, `intake/sources/`).
"""
