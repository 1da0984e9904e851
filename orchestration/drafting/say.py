"""The sentences of this room."""

from pathlib import Path

from orchestration.words import Phrasebook, Words

FOLDER = Path(__file__).with_name("words")
say = Phrasebook(FOLDER)


def own_words(lang: str) -> Words:
    """The words of this room."""
    return Words(lang, folders=(FOLDER,))
