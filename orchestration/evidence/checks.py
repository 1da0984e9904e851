"""What a registered check is.

Belongs here: the shape of one line of the registry. Does not belong here: the checks themselves and how they are
evaluated (`expectations/`: one file a gate).
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from orchestration.words import Sentence

GATES = ("intake", "scoring", "publication")
BEFORE_SIGNATURE = GATES[:2]
"""The gates that are judged before there is a dossier to sign."""
Severity = Literal["blocking", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
Kind = Literal["gx", "dbt", "own"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Component = Literal["audit", "survey", "vote"]
COMPONENTS: tuple[Component, ...] = get_args(Component)
_ID = re.compile(r"(intake|scoring|publication)\.[a-z0-9]+(_[a-z0-9]+)+")


@dataclass(frozen=True)
class CheckSpec:
    """One registered check: `<gate>.<noun>_<property>`, with its words for three readers.

    `kind` says who evaluates it: `gx` (Great Expectations, or the SQL made of its expectations), `dbt` (a test of the
    dbt project), `own` (Python). `component` is the component without which the check has no object, or None.
    `optional` checks may answer "not applicable" (a part of the rulebook that is not in use); from any other
    check that answer is refused by the gate. Raises ValueError for a line that is not complete.
    """

    id: str
    severity: Severity
    kind: Kind
    fr: str
    en: str
    ar: str
    expected: str
    remedy_fr: str
    remedy_en: str
    component: Component | None = None
    optional: bool = False

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is not <gate>.<noun>_<property>")
        if self.severity not in SEVERITIES or self.kind not in KINDS:
            raise ValueError(f"{self.id}: severity or kind is not known")
        if self.component is not None and self.component not in COMPONENTS:
            raise ValueError(f"{self.id}: component is one of {', '.join(COMPONENTS)} or absent")
        for name in ("fr", "en", "ar", "expected", "remedy_fr", "remedy_en"):
            if not getattr(self, name).strip():
                raise ValueError(f"{self.id}: {name} is empty")

    @property
    def gate(self) -> str:
        """The gate is the first part of the id."""
        return self.id.split(".", 1)[0]

    def sentence(self, lang: str) -> str:
        """The sentence in `fr`, `en` or `ar`."""
        return {"fr": self.fr, "en": self.en, "ar": self.ar}[lang]

    @property
    def what(self) -> Sentence:
        """The sentence as the command line says it."""
        return Sentence(self.en, self.fr)

    @property
    def mend(self) -> Sentence:
        """How to mend a failure."""
        return Sentence(self.remedy_en, self.remedy_fr)

    def applies(self, uses: frozenset[str]) -> bool:
        """Whether the check has an object in an edition that uses these components."""
        return self.component is None or self.component in uses
