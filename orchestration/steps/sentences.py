"""Words that a person gives on the command line and that are printed for others: a reason, a name.

Belongs here: what such a text may be. Where it is kept is each step's own business.
"""

from orchestration.errors import InputError

MAX_WORDS = 500
"""Longest reason: it is printed in the dossier."""


def check_sentence(text: str, what: str) -> str:
    """The text without blanks around it; raises InputError for an empty one, a long one or more than one line."""
    if not text.strip() or len(text) > MAX_WORDS or any(ord(sign) < 32 for sign in text):
        raise InputError(f"{what} is empty, longer than {MAX_WORDS} characters or more than one line")
    return text.strip()
