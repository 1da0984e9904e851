"""The survey (SPEC 3.3, 5): responses, which of them count, and their marks.

Belongs here: reading responses and targets, and the keep rule. Does not belong here: the weights of respondents
(`respondents`).

Responses are columns: `file`, `respondent` and `candidate_id`, `answered_at` in microseconds since 1970 (UTC),
QUESTIONS and FACTS (null: not answered), `mark`, and `exclusion`, null where a response counts. Respondents are columns
too: `respondent` (from 0), `respondent_id` in this order, and `profile`, its number in `Survey.profiles`.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from orchestration.recount import marks
from orchestration.recount.candidates import Candidate
from orchestration.recount.columns import Columns
from orchestration.recount.corrections import Corrections
from orchestration.recount.deposits import Deposits
from orchestration.recount.errors import CannotRecount
from orchestration.recount.instants import Instants
from orchestration.recount.readers import read_table
from orchestration.recount.rows import ROW_ID, FileAccount, account_of
from orchestration.recount.rules import QUESTIONS, Rules, SurveyRules
from orchestration.recount.tablefiles import Wanted, table_pieces

COLUMNS = ("respondent_id", "candidate_id", "answered_at", *QUESTIONS)
FACTS = ("contacts", "repeated", "redirected", "travelled", "contradicted", "resolved")
FLAGS = FACTS[1:]
MOST_CONTACTS = 32_767
"""More is no fact: the tables keep small integers."""
BOUNDS = {"satisfaction": (0, 10), "recommendation": (0, 10), "effort": (1, 7), "contacts": (0, MOST_CONTACTS)}
BOUNDS |= dict.fromkeys(FLAGS, (0, 1))
"""Of each answer and fact the least and the most."""

Targets = dict[str, dict[str, Fraction]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Survey:
    """Accepted responses, judged and marked; their respondents, and the profiles that those have."""

    responses: pl.DataFrame
    respondents: pl.DataFrame
    profiles: Sequence[tuple[str, ...]]


SCHEMA = {
    "respondent": pl.UInt32,
    "candidate_id": pl.String,
    **dict.fromkeys((*QUESTIONS, *FACTS), pl.Int16),
    "file": pl.String,
    "mark": pl.Int64,
    "exclusion": pl.String,
}
NOBODY = pl.DataFrame(schema={"respondent": pl.UInt32, "respondent_id": pl.String, "profile": pl.Int64})
NO_SURVEY = Survey(pl.DataFrame(schema=SCHEMA), NOBODY, ())
"""An edition without a survey: nobody responded."""


def read_responses(
    deposits: Deposits,
    rules: Rules,
    survey: SurveyRules,
    targets: Targets,
    candidates: Mapping[str, Candidate],
    corrections: Corrections,
    progress: Progress,
) -> tuple[Survey, list[FileAccount]]:
    """All accepted responses, judged and marked, and the account of each survey file."""
    reader = _Reader(rules, survey, targets, candidates)
    paths = deposits.of("survey")
    for number, path in enumerate(paths, start=1):
        reader.read(path, deposits, corrections)
        progress("survey", number, len(paths))
    responses, respondents, accounts = reader.settled()
    return Survey(_judged(responses, survey, candidates), respondents, tuple(reader.profiles)), accounts


class _Reader:
    """Reads the survey files one after the other; numbers the profiles that it meets."""

    def __init__(
        self, rules: Rules, survey: SurveyRules, targets: Targets, candidates: Mapping[str, Candidate]
    ) -> None:
        self.survey = survey
        self.targets = targets
        self.instants = Instants(rules.zone)
        self.candidates = pl.Enum(sorted(candidates))
        self.required = (*COLUMNS, *survey.raking)
        self.profiles: dict[tuple[str, ...], int] = {}
        nothing = pl.DataFrame(schema=dict.fromkeys(self.required, pl.String))
        self.usable = [self._judge(nothing, "")[0]]
        self.files: list[tuple[str, int, Counter[str], int]] = []

    def read(self, path: str, deposits: Deposits, corrections: Corrections) -> None:
        """Read one file. Raises CannotRecount if it cannot be used as a whole."""
        wanted = Wanted(self.required, {*self.required, *FACTS}, corrections.named(path), FLAGS)
        _, pieces = table_pieces(deposits.file(path), path, wanted)
        rows, flaws, unreadable = 0, Counter[str](), 0
        for received, lost in pieces:
            responses, reasons = self._judge(corrections.mend(received, path, received.columns), path)
            self.usable.append(responses.filter(reasons.is_null()))
            flaws.update(reasons.drop_nulls())
            unreadable += lost
            rows += len(responses)
        self.files.append((path, rows, flaws, unreadable))

    def _judge(self, frame: pl.DataFrame, path: str) -> tuple[pl.DataFrame, pl.Series]:
        """Rows of a piece as responses, and why each is set aside (null: it is not). The order of reading decides."""
        cells = Columns(frame, self.instants)
        columns = {"respondent_id": cells.text("respondent_id", ROW_ID)}
        columns["candidate_id"] = cells.one_of("candidate_id", self.candidates.categories, "unknown_candidate")
        columns["answered_at"] = cells.moment("answered_at")
        columns |= {name: cells.number(name, *BOUNDS[name]).cast(pl.Int16) for name in (*QUESTIONS, *FACTS)}
        unanswered = [columns[question].is_null() for question in QUESTIONS]
        cells.wrong(unanswered[0] & unanswered[1] & unanswered[2], "no_answer")
        cells.wrong(self.instants.outside(columns["answered_at"], self.survey.start, self.survey.end), "outside_window")
        for variable in self.survey.raking:
            known = pl.Series(list(self.targets[variable]), dtype=pl.String).implode()
            cells.wrong(~cells.raw(variable).is_in(known), "unknown_profile_value")
        responses = pl.DataFrame(columns).with_columns(
            pl.col("candidate_id").cast(self.candidates),
            pl.lit(path).cast(pl.Categorical).alias("file"),
            self._numbered(cells).alias("profile"),
        )
        return responses, cells.reason

    def _numbered(self, cells: Columns) -> pl.Series:
        """The number of each row's profile; null where the row is set aside."""
        profile = {f"variable {place}": cells.raw(variable) for place, variable in enumerate(self.survey.raking)}
        rows = pl.DataFrame({"sound": cells.reason.is_null(), **profile})
        profiles = rows.filter("sound").unique()
        numbers = [self.profiles.setdefault(tuple(row[1:]), len(self.profiles)) for row in profiles.iter_rows()]
        profiles = profiles.with_columns(pl.Series("profile", numbers, dtype=pl.Int64))
        return rows.join(profiles, on=rows.columns, how="left", maintain_order="left")["profile"]

    def settled(self) -> tuple[pl.DataFrame, pl.DataFrame, list[FileAccount]]:
        """The responses and the respondents of all files, and the account of each file.

        All responses of a respondent who has two profiles are set aside: nobody can tell which is true.
        """
        responses = pl.concat(self.usable)
        respondents = responses.select("respondent_id", "profile").unique().sort("respondent_id")
        torn = respondents["respondent_id"].filter(respondents["respondent_id"].is_duplicated())
        contradictory = pl.col("respondent_id").is_in(torn.implode())
        gone = dict(responses.filter(contradictory).group_by("file").len().iter_rows())
        accounts = [
            account_of(
                path,
                "survey",
                rows,
                flaws=flaws + Counter(contradictory_profile=gone.get(path, 0)),
                unreadable=unreadable,
            )
            for path, rows, flaws, unreadable in self.files
        ]
        respondents = respondents.filter(~contradictory).with_row_index("respondent")
        numbers = respondents.select("respondent", "respondent_id")
        numbered = responses.join(numbers, on="respondent_id", maintain_order="left")  # who is set aside has no number
        return numbered.drop("respondent_id", "profile"), respondents, accounts


def _judged(responses: pl.DataFrame, survey: SurveyRules, candidates: Mapping[str, Candidate]) -> pl.DataFrame:
    """Exclude responses on withdrawn candidates, then all but the first or last of one respondent on one candidate."""
    withdrawn = pl.col("candidate_id").is_in([key for key, candidate in candidates.items() if not candidate.entered])
    responses = responses.with_columns(_marks(responses, survey)).with_row_index("row")
    pair = ("respondent", "candidate_id")
    several = responses.filter(~withdrawn).filter(pl.struct(pair).is_duplicated())
    order = ("answered_at", *QUESTIONS, *FACTS)  # of equal ones the first by file and line: it decides no mark
    ranked = several.sort(
        *(pl.col(name).fill_null(-1) for name in order),
        "row",
        descending=[survey.keep == "last"] * len(order) + [False],
    )
    kept = ranked.unique(subset=pair, keep="first")["row"]
    superseded = several["row"].filter(~several["row"].is_in(kept.implode()))
    reasons = {
        "withdrawn": withdrawn,
        "superseded_response": pl.col("row").is_in(superseded.implode()),
        "no_weighted_answer": pl.col("mark").is_null(),
    }
    exclusion = pl.coalesce(pl.when(holds).then(pl.lit(reason)) for reason, holds in reasons.items())
    return responses.with_columns(exclusion=exclusion).drop("row")


def _marks(responses: pl.DataFrame, survey: SurveyRules) -> pl.Series:
    """The mark of each response: three equal answers are judged once."""
    answers = responses.select(QUESTIONS).unique()
    each = [marks.response_mark(given, survey.weights) for given in answers.iter_rows()]
    marked = answers.with_columns(pl.Series("mark", each, dtype=pl.Int64))
    return responses.join(marked, on=QUESTIONS, how="left", nulls_equal=True, maintain_order="left")["mark"]


def read_targets(deposits: Deposits, survey: SurveyRules, corrections: Corrections) -> Targets:
    """The population margins of each raking variable, as exact fractions. Raises CannotRecount."""
    targets: Targets = {variable: {} for variable in survey.raking}
    if not survey.raking:
        return targets
    for path in deposits.of("targets"):
        columns = ("variable", "value", "share")
        table = corrections.apply(
            read_table(deposits.file(path), path, required=columns, used=columns, named=corrections.named(path))
        )
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
