"""Respondents of the survey and their weights (SPEC 5).

Belongs here: whose weights are asked for, and whether the stored ones reproduce the population margins and are those of
their profiles. Does not belong here: making raking weights; they are taken as stored and checked.

Respondents are columns as `survey` says, with `weight` in millionths, null where none is stored.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from orchestration.recount.errors import CannotRecount
from orchestration.recount.marks import WHOLE_WEIGHT
from orchestration.recount.rules import SurveyRules
from orchestration.recount.survey import Survey, Targets

HEAVIEST = 10**12
"""The largest weight that is added up: a million whole ones."""


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


def weighed(survey: Survey, stored: Mapping[str, int] | None, rules: SurveyRules) -> pl.DataFrame:
    """The respondents of all accepted responses: one weight each without raking, else those that were stored.

    Raises CannotRecount if they are missing, or one is too large to be a weight.
    """
    if not rules.raking:
        return survey.respondents.with_columns(weight=pl.lit(WHOLE_WEIGHT, pl.Int64))
    if stored is None:
        raise CannotRecount("the rulebook rakes: give the stored weights (fct_survey_weight.csv)")
    if any(abs(weight) > HEAVIEST for weight in stored.values()):
        raise CannotRecount(f"fct_survey_weight: a weight above {HEAVIEST} millionths")
    columns = {"respondent_id": list(stored), "weight": list(stored.values())}
    known = pl.DataFrame(columns, schema={"respondent_id": pl.String, "weight": pl.Int64})
    return survey.respondents.join(known, on="respondent_id", how="left", maintain_order="left")


def uneven_weights(respondents: pl.DataFrame, rules: SurveyRules) -> dict[str, int]:
    """Respondents whose weight is not that of their profile, with the weight that most of the profile bear.

    Raking makes one weight for each profile (SPEC 5). A weight moved from one person to another of the same profile
    leaves every margin as it was, and moves marks all the same. Empty without raking.
    """
    if not rules.raking:
        return {}
    borne = respondents.with_columns(pl.col("weight").fill_null(0))
    counted = borne.group_by("profile", "weight").len()
    usual = counted.sort("len", "weight", descending=True).unique("profile", keep="first", maintain_order=True)
    weighed = borne.join(usual.select("profile", usual="weight"), on="profile", maintain_order="left")
    return dict(weighed.filter(pl.col("weight") != pl.col("usual")).select("respondent_id", "usual").iter_rows())


def check_weights(respondents: pl.DataFrame, survey: Survey, rules: SurveyRules, targets: Targets) -> list[Residual]:
    """What the weights make of each population margin, over the distinct respondents. Empty without raking."""
    by_profile = dict(respondents.group_by("profile").agg(pl.col("weight").sum()).iter_rows())
    total = sum(by_profile.values())
    residuals = []
    for position, variable in enumerate(rules.raking):
        reached: Counter[str] = Counter()
        for number, weight in by_profile.items():
            reached[survey.profiles[number][position]] += weight
        for value, target in sorted(targets[variable].items()):
            share = Fraction(reached[value], total) if total else Fraction(0)
            residuals.append(Residual(variable, value, target, reached=share, tolerance=Fraction(*rules.tolerance)))
    return residuals
