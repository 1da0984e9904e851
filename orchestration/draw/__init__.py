"""The draw: dice rolled by the bailiff choose counted tests, which are traced to their source.

order.py       which tests the dice choose: pure, and told in ten lines in the documents
selection.py   what is drawn from an edition's results: the sample, and close categories wholly
record.py      the draws and their results as they stand in the evidence
facts.py       drawing from a warehouse, and what the trace sheets say of each test
lines.py       a row exactly as it was received
sheets.py      the trace sheets as one PDF
form.py        the form to fill in (CSV): writing it, reading it back strictly
"""
