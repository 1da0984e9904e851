"""What a single value of the rulebook may be.

Belongs here: strict types for scalars. Each says what is wrong and what would be right; none converts
silently (`true` is not 1, `"4500"` is not 4500, `12.50` without quotes is not a mark).
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from orchestration.rulebook.say import say
from orchestration.words import Sentence, composed

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
ROW_IDENTIFIER = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_.:/#@-]{0,127}")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")
MAX_NAME = 60
SIGNER = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\.pem")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(Z|[+-](?:(?:0[0-9]|1[0-3])(?::?[0-5][0-9])?|14(?::?00)?))?"
)
TIMEZONE = re.compile(r"UTC|[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z0-9_+-]+)+")
FIRST_YEAR, LAST_YEAR = 1900, 2199
FORMULA_SIGNS = "=+@\uff1d\uff0b\uff20\uff0d-"
"""What a spreadsheet takes for the beginning of a formula, in either width. The last stands last: in brackets of a
regular expression it is itself there."""
UNPRINTED = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
"""Unicode categories of what leaves no mark and no space on paper: controls, formats (those that turn the direction of
writing among them), surrogates, private use, breaks of lines and paragraphs."""


def wrong(what: Sentence, right: Sentence) -> PydanticCustomError:
    """A finding about one value, in two halves."""
    return PydanticCustomError("rulebook", "{what}", {"what": what, "right": right})


def shown(value: Any) -> str:
    """A value as it may be repeated in an error: short, and on one line."""
    if isinstance(value, dict):
        return say("shown.mapping")
    if isinstance(value, list):
        return say("shown.list")
    if value is None:
        return say("shown.nothing")
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _no_text(value: Any, right: Sentence) -> PydanticCustomError:
    return wrong(say("value.text", value=shown(value)), say("right.quoted", right=right))


def judged(check: Callable[..., Any], **schema: Any) -> BeforeValidator:
    """A check of a value as it stands in the file, and what an editor is told of it (JSON Schema)."""
    return BeforeValidator(check, json_schema_input_type=Annotated[Any, WithJsonSchema(schema)])


def whole(low: int, high: int, unit: str = "number") -> BeforeValidator:
    """A whole number within bounds; a boolean or a number in quotes is none.

    The check raises PydanticCustomError for anything else.
    """

    def check(value: Any) -> int:
        if type(value) is not int:
            raise wrong(say("value.whole", value=shown(value)), say("right.whole", low=low, high=high))
        if not low <= value <= high:
            raise wrong(say("value.bounds", value=value), say("right.whole", low=low, high=high))
        return value

    return judged(check, type="integer", minimum=low, maximum=high, unit=unit)


def pattern(expression: re.Pattern[str], right: str, unit: str) -> BeforeValidator:
    """Text that an expression matches whole; `right` is the key of the sentence that says what is right.

    The check raises PydanticCustomError for anything else.
    """

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise _no_text(value, say(right))
        if not expression.fullmatch(value):
            raise wrong(say("value.form", value=shown(value)), say(right))
        return value

    return judged(check, type="string", pattern=f"^(?:{expression.pattern})$", unit=unit)


def one_of(*words: str) -> BeforeValidator:
    """One word of a closed list. The check raises PydanticCustomError for any other."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            allowed = composed(lambda _: _(say("right.words")).join(words))
            raise wrong(say("value.word", value=shown(value)), allowed)
        return value

    return judged(check, enum=list(words))


def decimal_text(low: str, high: str, places: int, unit: str) -> BeforeValidator:
    """A decimal number written as text, so that no program ever reads it as a binary fraction.

    The check raises PydanticCustomError for another form, and beyond the bounds.
    """
    form = re.compile(rf"[0-9]{{1,6}}(?:\.[0-9]{{1,{places}}})?")

    def check(value: Any) -> Decimal:
        if isinstance(value, str) and form.fullmatch(value) and Decimal(low) <= Decimal(value) <= Decimal(high):
            return Decimal(value)
        raise _no_number(value, say("right.decimal", low=low, high=high, places=places))

    return judged(check, type="string", pattern=f"^{form.pattern}$", unit=unit, least=low, most=high)


def _no_number(value: Any, right: Sentence) -> PydanticCustomError:
    what = say("value.number", value=shown(value)) if isinstance(value, str) else say("value.text", value=shown(value))
    return wrong(what, right)


def is_plain(text: str) -> bool:
    """Whether words may be published as they stand: they begin no formula, and hide or turn no sign."""
    return shows_nothing_hidden(text) and text[0] not in FORMULA_SIGNS


def shows_nothing_hidden(text: str) -> bool:
    """Whether every character of a text leaves a mark or a space on paper, and none turns the direction of writing."""
    return not any(unicodedata.category(character) in (*UNPRINTED, "Cn") for character in text)


def _line(value: Any) -> str:
    """A text that is published: it reaches pages, CSV files and whatever opens them."""
    if not isinstance(value, str):
        raise _no_text(value, say("right.line"))
    if not 1 <= len(value) <= 300 or value != value.strip() or not shows_nothing_hidden(value):
        raise wrong(say("value.line", value=shown(value)), say("right.line"))
    if value[0] in FORMULA_SIGNS:
        raise wrong(say("value.formula", value=shown(value)), say("right.no_formula", right=say("right.line")))
    return value


def _name(value: Any) -> str:
    """A name as cells bear it (SPEC 3.2); what makes a character unprintable is its Unicode category."""
    text = value if isinstance(value, str) else ""
    first, *others = [unicodedata.category(character) for character in text] or [""]
    hidden = set(others) & set(UNPRINTED)
    if (first[:1] != "L" and first != "Nd") or hidden or len(text) > MAX_NAME:
        raise wrong(say("value.name", value=shown(value)), say("right.name", most=MAX_NAME))
    return text


def _number(value: Any) -> Decimal:
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return Decimal(value)
    raise _no_number(value, say("right.number"))


def _day(value: Any) -> date:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise _no_day(say("value.day", value=shown(value)))
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise _no_day(say("value.calendar", value=value)) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _no_day(say("value.bounds", value=value))
    return day


def _no_day(what: Sentence) -> PydanticCustomError:
    return wrong(what, say("right.day", first=FIRST_YEAR, last=LAST_YEAR))


def _moment(value: Any, info: ValidationInfo) -> datetime:
    """An instant in UTC. Without an offset it is local time in the rulebook's zone, the first of two (SPEC 3)."""
    match = MOMENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise wrong(say("value.moment", value=shown(value)), say("right.moment"))
    _day(value[:10])
    moment = datetime.fromisoformat(value)
    if match[1] is not None:
        return moment.astimezone(UTC)
    zone = (info.context or {}).get("zone")
    if zone is None:
        raise wrong(say("value.no_offset", value=value), say("right.moment"))
    instant = moment.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != moment:
        raise wrong(say("value.never", value=value, zone=zone.key), say("right.moment"))
    return instant


def zone_named(name: Any) -> ZoneInfo:
    """The time zone of that name in the IANA database (never a name that depends on the machine).

    Raises PydanticCustomError for any other name.
    """
    if not isinstance(name, str) or not TIMEZONE.fullmatch(name):
        raise wrong(say("value.timezone", value=shown(name)), say("right.timezone"))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong(say("value.unknown_timezone", value=name), say("right.timezone")) from None


def _timezone(value: Any) -> str:
    return zone_named(value).key


DAY_FORM, MOMENT_FORM = (rf"^{form.pattern}$" for form in (DAY, MOMENT))

Line = Annotated[str, judged(_line, type="string", minLength=1, maxLength=300, unit="line")]
Name = Annotated[str, judged(_name, type="string", minLength=1, maxLength=MAX_NAME, unit="name")]
Number = Annotated[Decimal, judged(_number, type="string", pattern=f"^{NUMBER.pattern}$", unit="number_text")]
Day = Annotated[date, judged(_day, type="string", pattern=DAY_FORM, unit="day")]
Moment = Annotated[datetime, judged(_moment, type="string", pattern=MOMENT_FORM, unit="moment")]
Timezone = Annotated[str, judged(_timezone, type="string", pattern=f"^(?:{TIMEZONE.pattern})$", unit="timezone")]
BasisPoints = Annotated[int, whole(0, 10_000, "basis_points")]
Count = Annotated[int, whole(0, 1_000_000_000)]
Positive = Annotated[int, whole(1, 1_000_000)]
Identifier = Annotated[str, pattern(IDENTIFIER, "right.identifier", "identifier")]
RowIdentifier = Annotated[str, pattern(ROW_IDENTIFIER, "right.row_identifier", "id")]
Word = Annotated[str, pattern(WORD, "right.word", "word")]
EditionId = Annotated[str, pattern(re.compile(r"[0-9]{4}(-[a-z0-9]+)*"), "right.edition", "edition")]
SignerFile = Annotated[str, pattern(SIGNER, "right.signer", "file")]
MarkText = Annotated[Decimal, decimal_text("0", "20.00", 6, "points")]
WeightText = Annotated[Decimal, decimal_text("1", "1000", 6, "times_mean")]
ToleranceText = Annotated[Decimal, decimal_text("0.000000000001", "0.1", 12, "share")]
