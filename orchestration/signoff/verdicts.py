"""What is said of one file: its signatures, or the code of the reason why it does not count.

Belongs here: the shapes that judging a file (`judge.py`) and looking into it (`updates.py`) share.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Signature:
    """One accepted signature. `timestamp_at`: time of an RFC 3161 stamp that belongs to it, where there is one."""

    subject: str
    cert_sha256: str
    signed_at: datetime
    file: str
    field: str
    demonstration: bool
    timestamp_at: datetime | None = None


class Rejected(Exception):
    """Carries a reason code from the rule that failed to the file's verdict."""
