"""How a text is printed, whoever wrote it: the apostrophe of print inside words, on every page and in every document.

Belongs here: that one exchange, and what is exempt from it because its reader compares or copies it sign by sign.
"""

from typing import Any

from orchestration.words import apostrophes


class AsGiven(str):
    """A text that is shown to the last sign as it is: a row as received, an identifier, a fingerprint."""

    __slots__ = ()


def printed(value: Any) -> Any:
    """The same data with every text as it is printed; pictures, markup and `AsGiven` as they are."""
    if type(value) is str:
        return apostrophes(value)
    if isinstance(value, dict):
        return {key: item if key == "svg" else printed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printed(item) for item in value]
    return value
