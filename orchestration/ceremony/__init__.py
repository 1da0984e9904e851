"""The evening of the awards: what is on the stage and in the hands of the press (`palmares ceremony`).

programme.py   the order of the evening, out of what the public page may tell
compose.py     running order and press sheet as the plain blocks of all documents
stage.py       what slides, envelopes and diplomas are given
write.py       where the files lie
words/         what is printed, in fr, en, ar      sentences/   what is said on a terminal

Belongs here: what shows a published edition on one evening. Nothing is told that the public palmarès does not tell: its
own data is the only source (`publication.public_page`), so there is nothing before publication, nor after a revocation.
"""

from orchestration.ceremony.write import make_ceremony

__all__ = ["make_ceremony"]
