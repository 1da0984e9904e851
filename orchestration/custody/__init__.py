"""Custody of deposits: what was received, from whom, when, and that no byte changed since (SPEC 3).

layout.py   which paths an edition's folder may hold, and what each file is
log.py      `deposits.jsonl`: its lines, its chain, what is current and what was superseded
audit.py    the folder against the log, every problem named
placing.py  where a file that is handed in will stand
taking.py   taking files into custody
journal.py  how that stays whole against crashes and against a second process
"""

from orchestration.custody.audit import CustodyReport, audit
from orchestration.custody.journal import custody_lock, resume, unfinished
from orchestration.custody.layout import SOURCES, check_path, fits, lacking, place_of, source_of
from orchestration.custody.log import (
    LOG_NAME,
    SUPERSEDED,
    CustodyProblem,
    Deposit,
    custody_head,
    head_of,
    parse_log,
    read_log,
)
from orchestration.custody.taking import deposit

__all__ = [
    "LOG_NAME",
    "SOURCES",
    "SUPERSEDED",
    "CustodyProblem",
    "CustodyReport",
    "Deposit",
    "audit",
    "check_path",
    "custody_head",
    "custody_lock",
    "deposit",
    "fits",
    "head_of",
    "lacking",
    "parse_log",
    "place_of",
    "read_log",
    "resume",
    "source_of",
    "unfinished",
]
