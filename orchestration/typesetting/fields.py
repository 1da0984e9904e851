"""Form fields in a PDF that Typst made, which makes none: a template leaves a *place*, a link to `field:NAME` around an
empty box. It brings all that a field needs: a rectangle on a page, and an element of its own among the tags.

Belongs here: finding places, putting fields there, reading a filled form. Which fields there are is said by `draw` and
`signoff`. pyHanko takes most of a second to import: each function asks for it when it is called.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from orchestration.typesetting.updates import FixedWriter

PLACE = "field:"
RADIO, MULTILINE = 1 << 15, 1 << 12
PRINTED = 4
LETTERS = "/Helv 9 Tf 0 g"
"""Typed letters: a font that every reader of forms has. An empty form shows none, so nothing in it lacks its font."""
MOST_LETTERS = 1000


@dataclass(frozen=True)
class TextField:
    """A field to write in. `tip` is what a screen reader says of it."""

    name: str
    tip: str
    multiline: bool = False


@dataclass(frozen=True)
class ChoiceField:
    """Boxes of which one may be ticked. `tips`: by value; the place of a value is `NAME/VALUE`."""

    name: str
    tips: Mapping[str, str]


@dataclass(frozen=True)
class FieldPlace:
    """Where a field may stand: the page's notes and where among them the link is, the link, its element."""

    notes: Any
    page: Any
    link: Any
    element: Any


def place_name(*parts: str) -> str:
    """The address of a place. Any text may be a part: nothing of it separates names."""
    return "/".join(quote(part, safe="").replace(".", "%2E") for part in parts)


def name_parts(name: str) -> list[str]:
    """The texts that `place_name` was given."""
    return [unquote(part) for part in name.split("/")]


def fixed_writer(pdf: bytes) -> "FixedWriter":
    """What adds to a PDF; equal bytes and equal additions give equal bytes."""
    from orchestration.typesetting.updates import FixedWriter

    return FixedWriter(pdf)


def places(writer: "FixedWriter") -> dict[str, FieldPlace]:
    """All places of a document by their address."""
    root = writer.root
    numbers: Any = root["/StructTreeRoot"]["/ParentTree"]["/Nums"] if "/StructTreeRoot" in root else []
    elements = {int(numbers[n]): numbers.raw_get(n + 1) for n in range(0, len(numbers), 2)}
    by_address: dict[str, FieldPlace] = {}
    for number in range(int(root["/Pages"]["/Count"])):
        page, _ = writer.find_page_for_modification(number)  # type: ignore[no-untyped-call]
        shown = page.get_object()
        notes: Any = shown["/Annots"] if "/Annots" in shown else []  # noqa: SIM401 (pyHanko's get resolves nothing)
        for at in range(len(notes)):
            link = notes.raw_get(at).get_object()
            address = str(link["/A"].get("/URI", "")) if "/A" in link else ""
            if address.startswith(PLACE):
                element = elements[int(link["/StructParent"])]
                by_address[address.removeprefix(PLACE)] = FieldPlace(notes, page, notes.raw_get(at), element)
    return by_address


def take_place(writer: "FixedWriter", place: FieldPlace, widget: Any) -> None:
    """Put a widget (a reference) where the link was: among the page's notes, and in its element, now a Form."""
    from pyhanko.pdf_utils.generic import NameObject

    notes = place.notes
    for at in reversed(range(len(notes))):
        if notes.raw_get(at) == widget:  # pyHanko put it last already
            del notes[at]
    at = next(at for at in range(len(notes)) if notes.raw_get(at) == place.link)
    notes[at] = widget
    writer.update_container(notes)
    shown = widget.get_object()
    shown[NameObject("/StructParent")] = place.link.get_object()["/StructParent"]
    writer.update_container(shown)
    element = place.element.get_object()
    element[NameObject("/S")] = NameObject("/Form")
    [reference] = element["/K"]
    reference[NameObject("/Obj")] = widget
    # Alone and not in a list: so it is looked for by those who judge what a signature changed.
    element[NameObject("/K")] = reference
    writer.update_container(element)


def with_form(pdf: bytes, fields: Sequence[TextField | ChoiceField]) -> bytes:
    """The same document with a form to fill in. Raises KeyError for a field without its place."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, pdf_name, pdf_string

    writer = fixed_writer(pdf)
    at = places(writer)
    widgets = [
        _text(writer, at, field) if isinstance(field, TextField) else _choice(writer, at, field) for field in fields
    ]
    helvetica = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    font = writer.add_object(DictionaryObject({pdf_name(key): pdf_name(value) for key, value in helvetica.items()}))
    fonts = DictionaryObject({pdf_name("/Font"): DictionaryObject({pdf_name("/Helv"): font})})
    form = {"/Fields": ArrayObject(widgets), "/DR": fonts, "/DA": pdf_string(LETTERS)}
    writer.root[NameObject("/AcroForm")] = writer.add_object(_dictionary(form))
    writer.update_root()  # type: ignore[no-untyped-call]
    return writer.bytes()


def _dictionary(items: Mapping[str, Any]) -> Any:
    from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name

    return DictionaryObject({pdf_name(key): value for key, value in items.items()})


def _widget(writer: "FixedWriter", place: FieldPlace, items: Mapping[str, Any]) -> Any:
    from pyhanko.pdf_utils.generic import NumberObject, pdf_name

    shown = {
        "/Type": pdf_name("/Annot"),
        "/Subtype": pdf_name("/Widget"),
        "/Rect": place.link.get_object()["/Rect"],
        "/F": NumberObject(PRINTED),
        "/P": place.page,
    }
    return writer.add_object(_dictionary({**shown, **items}))


def _drawn(writer: "FixedWriter", place: FieldPlace, cross: bool = False) -> Any:
    """What a field shows: nothing, or a cross as large as its box."""
    from pyhanko.pdf_utils.content import RawContent
    from pyhanko.pdf_utils.layout import BoxConstraints

    left, bottom, right, top = (float(edge) for edge in place.link.get_object()["/Rect"])
    width, height = round(right - left, 2), round(top - bottom, 2)
    far, high = round(width - 2, 2), round(height - 2, 2)
    ink = f"q 1.4 w 2 2 m {far:g} {high:g} l 2 {high:g} m {far:g} 2 l S Q" if cross else ""
    return writer.add_object(RawContent(ink.encode(), box=BoxConstraints(width=width, height=height)).as_form_xobject())


def _text(writer: "FixedWriter", at: Mapping[str, FieldPlace], field: TextField) -> Any:
    from pyhanko.pdf_utils.generic import NumberObject, pdf_name, pdf_string

    place = at[field.name]
    widget = _widget(
        writer,
        place,
        {
            "/FT": pdf_name("/Tx"),
            "/T": pdf_string(field.name),
            "/TU": pdf_string(field.tip),
            "/Ff": NumberObject(MULTILINE if field.multiline else 0),
            "/MaxLen": NumberObject(MOST_LETTERS),
            "/DA": pdf_string(LETTERS),
            "/AP": _dictionary({"/N": _drawn(writer, place)}),
        },
    )
    take_place(writer, place, widget)
    return widget


def _choice(writer: "FixedWriter", at: Mapping[str, FieldPlace], field: ChoiceField) -> Any:
    from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, pdf_name, pdf_string

    kids = ArrayObject()
    names = {"/FT": pdf_name("/Btn"), "/T": pdf_string(field.name), "/Ff": NumberObject(RADIO), "/Kids": kids}
    parent = writer.add_object(_dictionary({**names, "/V": pdf_name("/Off")}))
    for value, tip in field.tips.items():
        place = at[f"{field.name}/{value}"]
        states = {"/Off": _drawn(writer, place), f"/{value}": _drawn(writer, place, cross=True)}
        look = {"/AS": pdf_name("/Off"), "/AP": _dictionary({"/N": _dictionary(states)})}
        widget = _widget(writer, place, {"/Parent": parent, "/TU": pdf_string(tip), **look})
        take_place(writer, place, widget)
        kids.append(widget)
    return parent


def filled(pdf: bytes) -> dict[str, str]:
    """What stands in each field that is filled in, by its name, as whichever reader of forms left it.

    Raises ValueError for what is no readable PDF: it comes from outside, and may be anything.
    """
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        fields = PdfFileReader(BytesIO(pdf), strict=False).root["/AcroForm"]["/Fields"]
        # By index: pyHanko resolves what is asked for, not what is walked over.
        written = (fields[at] for at in range(len(fields)))
        values = {str(field["/T"]): str(field["/V"]) for field in written if "/V" in field}
    except Exception as error:  # a parser of strangers' files fails in any way
        raise ValueError(type(error).__name__) from error
    return {name: value.removeprefix("/") for name, value in values.items() if value not in ("/Off", "")}
