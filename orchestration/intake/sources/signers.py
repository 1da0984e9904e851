"""The certificates of who may sign: there, in custody and readable, before anything is computed.

Belongs here: that an edition whose dossier nobody could sign is said at intake and not after the fieldwork's last step.
What a certificate says is `rulebook/certificates.py`.
"""

from collections.abc import Collection
from pathlib import Path

from orchestration.errors import InputError
from orchestration.intake.problems import Problems
from orchestration.rulebook import Rulebook, load_signer
from orchestration.storage import read_file


def check(raw: Path, rulebook: Rulebook, deposited: Collection[str], problems: Problems) -> None:
    """Enter a problem for each signer's file that is not among the current deposits' paths, or is no certificate."""
    for name in rulebook.bailiff.signers:
        if name not in deposited:
            problems.add("missing_file.signer", name)
            continue
        try:
            load_signer(read_file(raw / name), name)
        except InputError as error:
            problems.add("unreadable_file.certificate", name, error=error.what, mend=error.mend)
