"""The sentences of this room that are said on a terminal, from `sentences/`. What is printed stands in `words/`."""

from pathlib import Path

from orchestration.words import Phrasebook

say = Phrasebook(Path(__file__).with_name("sentences"))
