"""What is made anew though it stands: the form of a run's first step. Who asks for a source, and why, stays with it.

Belongs here: that form. The job that shows it is `reread_source` in `acts.py`; a run's first step reads it.
"""

import difflib

import dagster as dg
from pydantic import Field

from orchestration.bailiff import check_sentence
from orchestration.defs.say import say
from orchestration.defs.sources import BY_NOUN
from orchestration.errors import InputError
from orchestration.words import say as house


class Reread(dg.Config):
    """The form; left empty, a run skips what stands, and says nothing of who asked for it."""

    again: bool = Field(default=False, description="Make everything anew, even what stands: `palmares run --again`.")
    source: str = Field(default="", description=f"Which source alone is read again: {', '.join(BY_NOUN)}.")
    reason: str = Field(default="", description="Why, in one line: what the supplier mended, what was doubted.")
    by: str = Field(default="", description="Who asks for it: a name.")


def asked(form: Reread, edition: str) -> dg.AssetObservation | None:
    """What is observed on the source that is asked for; None for an empty form. Raises InputError for half a form."""
    if not (form.source or form.reason or form.by):
        return None
    if form.source not in BY_NOUN:
        near = difflib.get_close_matches(form.source, BY_NOUN, n=1)
        mend = say("asked.no_source_mend", near=near[0]) if near else house("one_of.known", known=", ".join(BY_NOUN))
        raise InputError(say("asked.no_source", source=repr(form.source[:80])), "source", mend)
    reason = check_sentence(form.reason, f"the reason for reading {form.source} again")
    by = check_sentence(form.by, "the name of who asks")
    return dg.AssetObservation(
        BY_NOUN[form.source].key,
        partition=edition,
        description=f"read again: {reason}",
        metadata={"why": reason, "asked by": by},
    )
