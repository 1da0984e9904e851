"""The sources, one by one: what each must hold, and which of its rows are set aside (SPEC 3).

rulebook_tables.py signers.py   the rulebook as tables; the certificates of who may sign, there and readable
candidates.py                   candidates (SPEC 3.1), read first: all others refer to them
audits.py grid_cells.py         mystery tests (SPEC 3.2); ratings and measured numbers
survey.py targets.py            responses and profiles (SPEC 3.3); the population's margins
raking.py weights.py            one weight a profile, from counts; one a respondent, from the tables
votes.py                        votes (SPEC 3.4)
corrections.py contests.py      cells put right before they are typed (SPEC 3.5); contests of entrants (SPEC 3.5b)
sifting.py taken.py             rows that no rule sets aside, told by columns; their way past the rules
plain_tests.py                  which tests are such rows
plain_responses.py              which responses
plain_votes.py                  which votes

Belongs here: the rules of rows, each beside its source. Does not belong here: what all sources share
(`intake/rules.py`, `intake/patterns.py`), what a row is worth (`scoring`).
"""
