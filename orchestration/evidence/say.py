"""The sentences of this room, from `words/`."""

from pathlib import Path

from orchestration.words import Phrasebook

say = Phrasebook(Path(__file__).with_name("words"))
