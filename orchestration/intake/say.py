"""The sentences of this room, from `words/`: those of problems, and the French of details."""

from pathlib import Path

from orchestration.words import Phrasebook, Sentence, with_french

say = Phrasebook(Path(__file__).with_name("words"))
DETAILS = say.folder / "details"


def told_detail(detail: str) -> Sentence:
    """What the quarantine says of a row, with its French. The table keeps the English, whoever reads it later."""
    return with_french(detail, DETAILS, "detail")
