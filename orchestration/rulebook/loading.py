"""From a rulebook file to a `Rulebook`, or to the list of everything that is wrong with it.

Belongs here: collecting findings and wording those that pydantic makes about structure.
"""

import difflib
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from orchestration.errors import InputError
from orchestration.rulebook.model import Rulebook
from orchestration.rulebook.references import RuleFinding, cross_findings
from orchestration.rulebook.say import say
from orchestration.rulebook.section import key_paths
from orchestration.rulebook.types import shown, zone_named
from orchestration.storage import Document, KeyPath, load_document, parse
from orchestration.words import Sentence, joined

MAX_SHOWN = 200

EXAMPLES = {
    "edition": '"2026"',
    "title": '{fr: "…", en: "…", ar: "…"}',
    "organiser": "Baromètre Service Client Maroc",
    "timezone": "Africa/Casablanca",
    "fieldwork": "{start: 2025-08-25, end: 2025-11-14}",
    "components": "{audit: 7000, survey: 2000, vote: 1000}",
    "audit": "7000",
    "survey": "2000",
    "vote": "1000",
    "eligibility": '{min_mark: "12.50", min_candidates: 2, min_completion: 9500}',
    "min_mark": '"12.50"',
    "min_candidates": "2",
    "min_completion": "9500",
    "tie_break": '[audit, "channel:phone", survey, vote]',
    "unresolved_tie": "joint",
    "quarantine": "{max_share: 200}",
    "max_share": "200",
    "categories": "[{id: hypermarkets, sector: private, label: {fr: Hypermarchés}}]",
    "id": "waiting_time",
    "sector": "private",
    "label": "{fr: Hypermarchés}",
    "fr": "Hypermarchés",
    "weight": "4500",
    "planned_tests": "90",
    "grid": "phone",
    "unanswered": "zero",
    "planned_by": "{persona: {visitor: 3}}",
    "family": "reachability",
    "max": "2",
    "measured": '{unit: second, bands: [{below: "20", points: 3}, {below: "60.5", points: 1}, {points: 0}]}',
    "unit": "second",
    "bands": '[{below: "20", points: 3}, {points: 0}]',
    "below": '"20"',
    "points": "3",
    "window": "{start: 2025-11-01, end: 2025-11-30}",
    "vote.window": '{opens: "2025-10-01T09:00:00+01:00", closes: "2025-10-31T23:59:59+01:00"}',
    "start": "2025-08-25",
    "end": "2025-11-14",
    "opens": '"2025-10-01T09:00:00+01:00"',
    "closes": '"2025-10-31T23:59:59+01:00"',
    "weights": "{satisfaction: 5000, recommendation: 2000, effort: 3000}",
    "satisfaction": "5000",
    "recommendation": "2000",
    "effort": "3000",
    "keep": "last",
    "min_respondents": "100",
    "variables": "[gender, age_band, region]",
    "max_weight": '"5"',
    "tolerance": '"0.000001"',
    "one_per": "[voter_key, category_id]",
    "mark": "share_of_leader",
    "min_votes": "200",
    "max_per_ip_hour": "60",
    "action": "exclude",
    "contest.opens": "2025-11-17",
    "contest.closes": "2025-11-28",
    "max_shopper_share": "2500",
    "min_recheck_share": "1000",
    "shopper_id": "S017",
    "company_id": "orange",
    "bailiff": "{signers: [bailiff.pem], required: 1}",
    "signers": "[bailiff.pem]",
    "required": "1",
    "channels": "{phone: {weight: 4500, planned_tests: 90, grid: phone, unanswered: zero}}",
    "grids": "{phone: [{id: waiting_time, family: reachability, weight: 1, max: 2, label: {fr: Attente}}]}",
    "raking": '{variables: [gender, region], max_weight: "5", tolerance: "0.000001"}',
    "burst": "{max_per_ip_hour: 60, action: exclude}",
    "contest": "{opens: 2025-11-17, closes: 2025-11-28}",
    "field_firms": "{firm-a: Firm A}",
    "independence": "{max_shopper_share: 2500, min_recheck_share: 1000, conflicts: []}",
    "conflicts": "[{shopper_id: S017, company_id: orange}]",
}
"""What a missing key may look like (SPEC 4); `section.key` where the key alone means another thing elsewhere."""


def load_rulebook(path: Path, edition: str | None = None) -> Rulebook:
    """Read a rulebook file; with `edition`, it must also be that edition's.

    Raises InputError that lists every problem: line, key path, what is wrong, what would be right.
    """
    return judge(load_document(path), str(path), edition)


def parse_rulebook(data: bytes, where: str, edition: str | None = None) -> Rulebook:
    """Like `load_rulebook`, from bytes; `where` names them in errors."""
    return judge(parse(data, where), where, edition)


def judge(document: Document, where: str, edition: str | None = None) -> Rulebook:
    """The rulebook that a document is; InputError with every finding, in the order of the file."""
    data = document.value
    if not isinstance(data, dict):
        raise InputError(say("key.no_rulebook", value=shown(data)), where, say("key.no_rulebook_mend"))
    findings: list[RuleFinding] = []
    rulebook = None
    try:
        rulebook = Rulebook.model_validate(data, context={"zone": _zone(data)})
    except ValidationError as error:
        findings.extend(_finding(detail) for detail in error.errors(include_url=False))
    findings.extend(cross_findings(data))
    if edition is not None and isinstance(data.get("edition"), str) and data["edition"] != edition:
        findings.append(
            RuleFinding(("edition",), say("key.other_edition", edition=shown(data["edition"])), f'"{edition}"')
        )
    if findings or rulebook is None:
        raise _refusal(findings, document, where)
    return rulebook


def _zone(data: dict[str, Any]) -> ZoneInfo:
    """The zone for times without an offset; UTC while the timezone itself is wrong (and reported)."""
    try:
        return zone_named(data.get("timezone"))
    except PydanticCustomError:
        return ZoneInfo("UTC")


def _refusal(findings: list[RuleFinding], document: Document, where: str) -> InputError:
    ordered = sorted(
        dict.fromkeys(findings), key=lambda finding: (document.line_of(finding.path), key_path(finding.path))
    )
    lines = [say("frame.count", count=len(ordered))]
    for finding in ordered[:MAX_SHOWN]:
        place = {"line": document.line_of(finding.path), "key": key_path(finding.path)}
        lines.append(say("frame.line", **place, what=finding.what, right=finding.right))
    if len(ordered) > MAX_SHOWN:
        lines.append(say("frame.more", count=len(ordered) - MAX_SHOWN))
    return InputError(joined("\n  ", lines), where, say("frame.mend"))


def key_path(path: KeyPath) -> str:
    """A key's place as people write it: `grids.phone[3].max`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part[:64]}"
    return text.lstrip(".") or say("frame.top")


def _hint(path: KeyPath) -> Sentence:
    """What an unknown key was perhaps meant to be: one of its section spelt almost so, or one that stands elsewhere."""
    name = str(path[-1])
    here = [place.rpartition(".")[2] for place in _known() if _stands_in(path[:-1], place)]
    if near := difflib.get_close_matches(name, here, n=1, cutoff=0.7):
        return say("right.near", key=near[0])
    elsewhere = [place for place in _known() if place.rpartition(".")[2] == name]
    if len(elsewhere) == 1:
        return say("right.near", key=elsewhere[0])
    if len(path) > 1 and 0 < len(here) <= 8:
        return say("right.keys_here", keys=", ".join(here))
    return say("right.remove")


def _stands_in(section: KeyPath, place: str) -> bool:
    """Whether a key belongs right under a section of the file; a name or number there is `ID` or `[]` in the key."""
    parts = place.replace("[]", ".ID").split(".")[:-1]
    return len(parts) == len(section) and all(part in ("ID", other) for part, other in zip(parts, section, strict=True))


@cache
def _known() -> tuple[str, ...]:
    """The path of every key, as people write it."""
    return tuple(key_paths(Rulebook))


def _finding(detail: ErrorDetails) -> RuleFinding:
    """Word one of pydantic's findings."""
    path: KeyPath = tuple(part for part in detail["loc"] if part != "[key]")
    kind, given = detail["type"], detail["input"]
    if kind == "rulebook":
        return RuleFinding(path, detail["ctx"]["what"], detail["ctx"]["right"])
    if kind == "missing":
        example = EXAMPLES.get(".".join(map(str, path[-2:]))) or EXAMPLES[str(path[-1])]
        return RuleFinding(path, say("key.missing"), f"{path[-1]}: {example}")
    if kind == "extra_forbidden":
        return RuleFinding(path, say("key.unknown"), _hint(path))
    if kind == "too_short":
        example = EXAMPLES.get(str(path[-1]), "…")
        return RuleFinding(path, say("key.empty_list"), say("key.empty_list_mend", example=example))
    if kind == "too_long":
        return RuleFinding(path, say("key.long_list"), say("key.long_list_mend", most=detail["ctx"]["max_length"]))
    return RuleFinding(path, say("key.section", value=shown(given)), say("key.section_mend"))
