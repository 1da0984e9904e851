"""The sentences of this room."""

from pathlib import Path

from orchestration.words import Phrasebook

FOLDER = Path(__file__).with_name("words")
say = Phrasebook(FOLDER)
