"""The quick way through NDJSON: blocks in which every line is an object of just our keys, each with plain text.

Belongs here: the proof that a block is of that kind, and its reading by Arrow. Where the proof fails the block is not
wrong: `ndjson_landing.py` reads it with care.

A block is plain when it is UTF-8, has no backslash and no control character but its line ends, every line begins with {
and ends with }, and Arrow, which takes no key twice and nothing else than text under a known key, finds as many objects
as there are lines. An object that ends with a line cannot go on in the next, so each line is one object.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.json as arrow_json

from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.streams import Block, is_utf8

LF, BLANK, OPEN, CLOSE = 10, 32, ord("{"), ord("}")


def plain_part(block: Block, known: Sequence[str]) -> Part | None:
    """The rows of a plain block, columns as in `known`; None for any other block."""
    data = block.data.replace(b"\r\n", b"\n") if b"\r" in block.data else block.data
    if not data.endswith(b"\n"):
        data += b"\n"
    if b"\\" in data or not is_utf8(data):
        return None
    signs = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(signs < BLANK)
    starts = np.concatenate(([0], ends[:-1] + 1))
    if not (
        np.all(signs[ends] == LF)
        and np.all(ends - starts > 1)
        and np.all(signs[starts] == OPEN)
        and np.all(signs[ends - 1] == CLOSE)
    ):
        return None
    try:
        table = arrow_json.read_json(
            pa.BufferReader(data),
            arrow_json.ReadOptions(use_threads=False, block_size=len(data) + 1),
            arrow_json.ParseOptions(
                explicit_schema=pa.schema([(name, pa.string()) for name in known]), unexpected_field_behavior="error"
            ),
        ).combine_chunks()
    except pa.ArrowInvalid:
        return None
    cells = [table.column(name).chunk(0) for name in known]
    if len(table) != len(ends) or any(column.null_count for column in cells):
        return None
    return Part(pa.array(np.arange(block.first, block.first + len(ends)), pa.int64()), cells)
