"""Where a dossier uses the objects that a later update replaces or adds (decision 22).

Belongs here: finding that out without reading the whole dossier. pyHanko, which judges the update, walks through all of
it, some ten thousand objects. Here its bytes are searched for the numbers of the few objects in question, and only what
names them is read. Whatever is not as expected is left to pyHanko's walk: nothing is refused here.
"""

import re
from bisect import bisect
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, Reference
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionType
from pyhanko.sign.fields import enumerate_sig_fields

_TABLE = 0
"""Stands for a table of objects with its trailer, where an object has its number."""
_BODY = re.compile(rb"(\d{1,10})\s+0\s+obj(?>[^()%s]++|s(?!tream)|\((?>[^()\\]++|\\.)*+\))*+", re.DOTALL)
"""An object, up to its stream if it has one, in plain spelling: no remark, no bracket within a bracket or alone."""
_NAMED = re.compile(rb"(\d{1,20}+)[\s\0]++\d++[\s\0]++R")
"""Whatever may name an object, and some that does not (in a text, in a stream). pyHanko reads no longer numbers."""


class _Use(NamedTuple):
    """Which object names another, what it says that it is, and under which keys it does (`#`: in a list)."""

    holder: int
    kind: str
    keys: tuple[str, ...]


class _Known(HistoricalResolver):
    """A state of a file in which the objects in question are used as is due and nowhere else, so that no other use of
    theirs is left to be justified."""

    def _load_reverse_xref_cache(self) -> None:
        self._indirect_object_access_cache = {}


def before_updates(reader: PdfFileReader, base: PdfFileReader, dossier: bytes) -> HistoricalResolver:
    """The dossier, or the dossier as somebody signed it, as a state of the file that begins with it: what later states
    are compared with. `base` reads it alone."""
    last, states = base.xrefs.total_revisions - 1, range(base.xrefs.total_revisions, reader.xrefs.total_revisions)
    numbers = {ref.idnum for state in states for ref in reader.xrefs.explicit_refs_in_revision(state)}
    fields = {ref.idnum for _, _, ref in enumerate_sig_fields(base, filled_status=False)}
    if used_as_due(base, dossier, numbers, fields):
        return _Known(reader, last)
    return reader.get_historical_resolver(last)


def used_as_due(base: PdfFileReader, dossier: bytes, numbers: Collection[int], fields: Collection[int]) -> bool:
    """Whether every use of each of these objects, anywhere in the dossier, is one that pyHanko's rules follow: as the
    catalogue, the facts of the document, its metadata, its form or one of its empty signature fields."""
    try:
        uses = uses_of(base, dossier, numbers)
    except PdfError:  # something that cannot be read, and perhaps need not be
        return False
    return uses is not None and all(_is_due(base, uses[number], number in fields) for number in numbers)


def uses_of(base: PdfFileReader, dossier: bytes, numbers: Collection[int]) -> dict[int, set[_Use]] | None:
    """Every place in a dossier where one of these objects is named. None if the dossier is not spelled plainly."""
    places = _places(base)
    if not _is_plain(dossier, places):
        return None
    uses: dict[int, set[_Use]] = {number: set() for number in numbers}
    for holder in {_TABLE, *_holders(dossier, places, numbers)}:
        held = base.get_object(Reference(holder, 0, base)) if holder != _TABLE else base.trailer_view
        kind = held.get("/Type") if isinstance(held, DictionaryObject) else None
        kind = kind if isinstance(kind, NameObject) else ""
        for number, keys in _named(held):
            if number in uses:
                uses[number].add(_Use(holder, kind, keys))
    return uses


def _places(base: PdfFileReader) -> dict[int, int]:
    """Where each object and each table of objects begins, in the order of the file. Empty if objects are packed into
    streams, or two stand in one place."""
    starts: list[tuple[int, int]] = []
    for state in range(base.xrefs.total_revisions):
        table = base.xrefs.get_xref_container_info(state)
        if table.xref_section_type != XRefSectionType.STANDARD:
            return {}
        starts.append((table.declared_startxref, _TABLE))
        starts += ((place, number) for number, (_, place) in base.xrefs.get_xref_data(state).standard_xrefs.items())
    places = dict(sorted(starts))
    return places if len(places) == len(starts) else {}


def _is_plain(dossier: bytes, places: dict[int, int]) -> bool:
    """Whether each object ends before the next one begins: what stands between belongs to it and to no other."""
    pieces = pairwise([*places, len(dossier)])
    return bool(places) and all(_is_whole(dossier[start:end], places[start]) for start, end in pieces)


def _is_whole(piece: bytes, number: int) -> bool:
    if number == _TABLE:
        return piece.startswith(b"xref")
    body = _BODY.match(piece)
    if body is None or int(body[1]) != number:
        return False
    words, rest = body[0].rstrip(), piece[body.end() :]
    if not rest:
        return words.endswith(b"endobj")
    stream, _, end = rest.partition(b"endstream")
    return words.endswith(b">>") and stream.startswith(b"stream") and end.split() == [b"endobj"]


def _holders(dossier: bytes, places: dict[int, int], numbers: Collection[int]) -> set[int]:
    """The objects in whose bytes one of the numbers stands as if it named an object."""
    starts = list(places)
    hits = (hit.start() for hit in _NAMED.finditer(dossier) if int(hit[1]) in numbers)
    return {places[starts[bisect(starts, hit) - 1]] for hit in hits}


def _named(value: PdfObject, keys: tuple[str, ...] = ()) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The numbers of the objects that a value names by itself, with the keys on the way."""
    if isinstance(value, IndirectObject):
        yield value.idnum, keys
    elif isinstance(value, DictionaryObject):
        for key, inner in value.items():
            yield from _named(inner, (*keys, key))
    elif isinstance(value, ArrayObject):
        for inner in value:
            yield from _named(inner, (*keys, "#"))


def _is_due(base: PdfFileReader, uses: set[_Use], is_field: bool) -> bool:
    if is_field:
        form = base.root["/AcroForm"].container_ref.idnum
        return all(
            (use.holder == form and use.keys == ("/Fields", "#"))
            or (use.kind == "/Page" and use.keys == ("/Annots", "#"))
            or (use.kind == "/StructElem" and use.keys == ("/K", "/Obj"))
            for use in uses
        )
    root = base.root_ref.idnum
    ways = {(_TABLE, ("/Root",)), (_TABLE, ("/Info",)), (root, ("/Metadata",)), (root, ("/AcroForm",))}
    return not uses or (len(uses) == 1 and {(use.holder, use.keys) for use in uses} <= ways)
