"""The sentences of this room that are said on a terminal, from `sentences/`. A report's own words stand in `words/`."""

from pathlib import Path

from orchestration.words import Phrasebook

say = Phrasebook(Path(__file__).with_name("sentences"))
