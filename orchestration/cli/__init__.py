"""The `palmares` command (SPEC 9): parse, call, print.

app.py                   the commands in order, the exit codes
grouping.py help.py      the help, by what commands are for; help and wrong use in French
deposits.py objects.py   init, sample, contract, deposit, check, quarantine; fetch, send
running.py demo.py       demo, run, accept, publish, status, ui; what `demo` does and says
bailiff.py entrants.py   seal, draw, trace, sign, reserve, refuse; statement, contest
reading.py               results, explain, report, ceremony, verify, diff, export
operating.py             doctor, backup, restore
say.py terminal.py       how all of it speaks; the one place through which what is printed goes

Belongs here: options, words for people, exit codes. Nothing is computed here, and nothing heavy is imported before the
command that needs it runs.
"""

from orchestration.cli.app import main

__all__ = ["main"]
