"""The signers whom a rulebook lists.

Belongs here: reading their certificates, and asking the judge in their name. What makes a signature count stands in
`judge.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography import x509

from orchestration.rulebook import Bailiff, certificates
from orchestration.signoff.judge import SignoffJudgement, judge_signoffs
from orchestration.storage import read_file


@dataclass(frozen=True)
class ListedSigners:
    """The rulebook's signers. `pems`: the content of each certificate's file by the file's name, in the rulebook's
    order; `required`: how many of them must sign."""

    pems: Mapping[str, bytes]
    required: int

    @cached_property
    def names(self) -> dict[str, str]:
        """SHA-256 of each certificate, and whose it is. Raises InputError for a certificate that cannot be read."""
        return {certificates.fingerprint(one): certificates.subject_text(one) for one in self._certificates}

    @cached_property
    def demonstration(self) -> bool:
        """Whether one of them is a throw-away certificate: what it signs is marked as a demonstration.

        Raises InputError for a certificate that cannot be read.
        """
        return any(map(certificates.is_demonstration, self._certificates))

    @cached_property
    def _certificates(self) -> list[x509.Certificate]:
        return [certificates.load_signer(data, name) for name, data in self.pems.items()]

    def judge(self, files: Iterable[Path], dossier: bytes) -> SignoffJudgement:
        """Which of the files handed back count for a dossier."""
        return judge_signoffs(files, dossier, self.pems.values(), self.required)


def listed_signers(raw: Path, bailiff: Bailiff) -> ListedSigners:
    """The signers of a rulebook, whose certificates lie among the edition's deposits (`raw`)."""
    return ListedSigners({name: read_file(raw / name) for name in bailiff.signers}, bailiff.required)
