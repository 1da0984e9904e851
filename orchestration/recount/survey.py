"""The survey (SPEC 3.3, 5): responses, which of them count, their marks and weights.

Belongs here: reading responses and targets, the keep rule, and what the stored raking weights reproduce. Does not
belong here: making raking weights; they are taken as stored and checked.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from orchestration.recount import marks, moments
from orchestration.recount.candidates import Candidate
from orchestration.recount.corrections import Corrections
from orchestration.recount.deposits import Deposits
from orchestration.recount.errors import CannotRecount
from orchestration.recount.readers import Row, read_table
from orchestration.recount.rows import ROW_ID, Cells, FileAccount, account
from orchestration.recount.rules import QUESTIONS, Rules, SurveyRules

COLUMNS = ("respondent_id", "candidate_id", "answered_at", *QUESTIONS)
FACTS = ("contacts", "repeated", "redirected", "travelled", "contradicted", "resolved")
FLAGS = FACTS[1:]
MOST_CONTACTS = 32_767
"""More is no fact: the tables keep small integers."""

Targets = dict[str, dict[str, Fraction]]
Progress = Callable[[str, int, int], None]


@dataclass
class Response:
    """One response as read: the three answers in the order of QUESTIONS, the facts in the order of FACTS."""

    file: str
    line: int
    reason: str | None
    respondent_id: str
    candidate_id: str
    answers: tuple[int | None, ...]
    facts: tuple[int | None, ...]
    profile: tuple[str, ...]
    order: tuple[Hashable, ...]
    exclusion: str | None = None
    mark: int | None = None


@dataclass(frozen=True)
class Residual:
    """How far the weights miss one population margin. All three are exact fractions of one."""

    variable: str
    value: str
    target: Fraction
    reached: Fraction
    tolerance: Fraction

    @property
    def within(self) -> bool:
        """Whether the miss is inside the rulebook's tolerance."""
        return abs(self.reached - self.target) <= self.tolerance


def read_responses(
    deposits: Deposits,
    rules: Rules,
    survey: SurveyRules,
    targets: Targets,
    candidates: Mapping[str, Candidate],
    corrections: Corrections,
    progress: Progress,
) -> tuple[list[Response], list[FileAccount]]:
    """All accepted responses, judged and marked, and the account of each survey file."""
    by_file: dict[str, list[Response]] = {}
    unreadable: dict[str, int] = {}
    paths = deposits.of("survey")
    required = (*COLUMNS, *survey.raking)
    for number, path in enumerate(paths, start=1):
        table = corrections.apply(read_table(deposits.file(path), path, required, {*required, *FACTS}, FLAGS))
        by_file[path] = [_read(path, line, row, rules, survey, targets, candidates) for line, row in table.rows]
        unreadable[path] = len(table.unreadable)
        progress("survey", number, len(paths))
    responses = [response for rows in by_file.values() for response in rows]
    _settle_profiles(responses)
    accounts = [
        account(path, "survey", [row.reason for row in rows], unreadable[path]) for path, rows in by_file.items()
    ]
    accepted = [response for response in responses if response.reason is None]
    _apply_rules(accepted, survey, candidates)
    return accepted, accounts


def _read(
    path: str,
    line: int,
    row: Row,
    rules: Rules,
    survey: SurveyRules,
    targets: Targets,
    candidates: Mapping[str, Candidate],
) -> Response:
    cells = Cells(row, rules.zone)
    respondent_id = cells.text("respondent_id", ROW_ID)
    candidate_id = cells.one_of("candidate_id", candidates, "unknown_candidate")
    answered_at = cells.moment("answered_at")
    answers = (
        cells.whole("satisfaction", 0, 10),
        cells.whole("recommendation", 0, 10),
        cells.whole("effort", 1, 7),
    )
    facts = (cells.whole("contacts", 0, MOST_CONTACTS), *(cells.whole(name, 0, 1) for name in FLAGS))
    if answers == (None, None, None):
        cells.wrong("no_answer")
    local = moments.local_day(answered_at, rules.zone) if answered_at else survey.start
    if local is None or not survey.start <= local <= survey.end:
        cells.wrong("outside_window")
    profile = tuple(row[variable] for variable in survey.raking)
    if any(value not in targets[variable] for variable, value in zip(survey.raking, profile, strict=True)):
        cells.wrong("unknown_profile_value")
    given = (*answers, *facts)
    return Response(
        file=path,
        line=line,
        reason=cells.reason,
        respondent_id=respondent_id,
        candidate_id=candidate_id,
        answers=answers,
        facts=facts,
        profile=profile,
        order=(answered_at, *(-1 if value is None else value for value in given)),
    )


def _settle_profiles(responses: Sequence[Response]) -> None:
    """Set aside all usable responses of a respondent who has two profiles: nobody can tell which is true."""
    profiles = defaultdict(set)
    for response in responses:
        if response.reason is None:
            profiles[response.respondent_id].add(response.profile)
    for response in responses:
        if response.reason is None and len(profiles[response.respondent_id]) > 1:
            response.reason = "contradictory_profile"


def _apply_rules(accepted: Sequence[Response], survey: SurveyRules, candidates: Mapping[str, Candidate]) -> None:
    """Exclude responses on withdrawn candidates, then all but the first or last of one respondent on one candidate."""
    choose = max if survey.keep == "last" else min
    groups: dict[tuple[str, str], list[Response]] = defaultdict(list)
    for response in accepted:
        response.mark = marks.response_mark(response.answers, survey.weights)
        if candidates[response.candidate_id].entered:
            groups[response.respondent_id, response.candidate_id].append(response)
        else:
            response.exclusion = "withdrawn"
    for group in groups.values():
        kept = choose(group, key=lambda response: response.order)
        for response in group:
            if response is not kept:
                response.exclusion = "superseded_response"
        if kept.mark is None:
            kept.exclusion = "no_weighted_answer"


def read_targets(deposits: Deposits, survey: SurveyRules, corrections: Corrections) -> Targets:
    """The population margins of each raking variable, as exact fractions. Raises CannotRecount."""
    targets: Targets = {variable: {} for variable in survey.raking}
    if not survey.raking:
        return targets
    for path in deposits.of("targets"):
        columns = ("variable", "value", "share")
        table = corrections.apply(read_table(deposits.file(path), path, columns, columns, ()))
        for line, row in table.rows:
            if not re.fullmatch(r"[01](\.[0-9]{1,30})?", row["share"]):
                raise CannotRecount(f"{path} line {line}: share must be a decimal from 0 to 1")
            if row["value"] in targets.setdefault(row["variable"], {}):
                raise CannotRecount(f"{path} line {line}: this value of the variable stands twice")
            targets[row["variable"]][row["value"]] = Fraction(row["share"])
        if table.unreadable:
            raise CannotRecount(f"{path} line {table.unreadable[0]}: cannot be read")
    if missing := [variable for variable in survey.raking if not targets[variable]]:
        raise CannotRecount(f"survey/targets.csv: no share is given for {', '.join(missing)}")
    return targets


def uneven_weights(responses: Sequence[Response], weights: Mapping[str, int], survey: SurveyRules) -> dict[str, int]:
    """Respondents whose weight is not that of their profile, with the weight that most of the profile bear.

    Raking makes one weight for each profile (SPEC 5). A weight moved from one person to another of the same profile
    leaves every margin as it was, and moves marks all the same. Empty without raking.
    """
    profiles = {response.respondent_id: response.profile for response in responses}
    borne: dict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    for respondent, profile in profiles.items():
        borne[profile][weights.get(respondent, 0)] += 1
    usual = {profile: max(counts.items(), key=lambda item: (item[1], item[0]))[0] for profile, counts in borne.items()}
    return {
        respondent: usual[profile]
        for respondent, profile in sorted(profiles.items())
        if survey.raking and weights.get(respondent, 0) != usual[profile]
    }


def check_weights(
    responses: Sequence[Response], weights: Mapping[str, int], survey: SurveyRules, targets: Targets
) -> list[Residual]:
    """What the weights make of each population margin, over the distinct respondents. Empty without raking."""
    profiles = {response.respondent_id: response.profile for response in responses}
    total = sum(weights.get(respondent, 0) for respondent in profiles)
    residuals = []
    for position, variable in enumerate(survey.raking):
        reached: Counter[str] = Counter()
        for respondent, profile in profiles.items():
            reached[profile[position]] += weights.get(respondent, 0)
        for value, target in sorted(targets[variable].items()):
            share = Fraction(reached[value], total) if total else Fraction(0)
            residuals.append(Residual(variable, value, target, share, Fraction(*survey.tolerance)))
    return residuals
