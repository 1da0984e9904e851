"""The draw: dice rolled by the bailiff choose counted tests, which are traced to their source.

order.py       which tests the dice choose: pure, and told in ten lines in the documents
selection.py   what is drawn from an edition's results: the sample, and close categories wholly
lines.py       a row exactly as it was received
facts.py       drawing from a warehouse, and what the trace sheets say of each test
sheets.py      the trace sheets as one PDF, which is a form to fill in
form.py        the same form as CSV, and reading back either, strictly

Does not belong here: entering a draw or its result (`bailiff`), draws as they stand in the evidence (`evidence`).
"""

from orchestration.draw.facts import choose, drawn_facts
from orchestration.draw.form import PDF, empty_form, read_form
from orchestration.draw.order import read_seed
from orchestration.draw.sheets import Sheets, render_sheets

__all__ = [
    "PDF",
    "Sheets",
    "choose",
    "drawn_facts",
    "empty_form",
    "read_form",
    "read_seed",
    "render_sheets",
]
