"""Marks, ranks, outcomes and laureates derived again from the rows of a release and its rulebook.

Belongs here: which rows follow from which within the results (SPEC 5), from test marks to laureates. Formulas, ranking
and tie-breaks are the functions of the recount. What can be known from the deposits alone (test, survey and vote rows,
intervals, the effort profile) is compared by a whole recount (`deposits.py`).
"""

from collections import defaultdict
from collections.abc import Mapping

from orchestration.recount import Contender, Place, Rules, marks, outcome, rank
from orchestration.release import Cell
from orchestration.verify.say import say
from orchestration.verify.tables import Rows
from orchestration.verify.verdict import Findings

KEYS = {
    "fct_test_mark": ("test_id",),
    "dim_candidate": ("candidate_id",),
    "fct_channel_mark": ("candidate_id", "channel"),
    "fct_component_mark": ("candidate_id", "component"),
    "fct_ranking": ("candidate_id",),
    "category_outcome": ("category_id",),
    "dim_category": ("category_id",),
    "laureates": ("category_id", "candidate_id"),
}
"""The tables that are looked at, with their keys (the edition left out)."""

NUMBERS = {
    "fct_channel_mark": ("planned_tests", "counted_tests", "weight", "mark_micro"),
    "fct_component_mark": ("weight", "observations", "mark_micro"),
    "fct_ranking": ("final_micro", "rank"),
}
"""Columns that are never empty in a release: an edition with an empty mark is blocked long before."""

Row = Mapping[str, Cell]
Keyed = Mapping[tuple[str, ...], Row]
"""Rows by their key."""


def check_outcomes(tables: Mapping[str, Rows], rules: Rules, findings: Findings) -> None:
    """Derive everything that follows, and say every cell that differs. Does nothing when a table could not be read."""
    if any(name not in tables for name in KEYS):
        return
    before = len(findings.items)
    declared = {name: {_key(name, row): row for row in tables[name]} for name in KEYS}
    for name, columns in NUMBERS.items():
        for key, row in declared[name].items():
            if any(row[column] is None for column in columns):
                findings.altered("mark_empty", f"results/{name}.csv", say("tables.empty", key="/".join(key)))
    _check_tests(tables["fct_test_mark"], findings)
    if len(findings.items) > before:
        return
    entered = {key[0]: row for key, row in declared["dim_candidate"].items() if row["status"] == "entered"}
    places = _places(declared, rules, entered)
    outcomes = {category: outcome(ranked, rules) for category, ranked in places.items()}
    derived: dict[str, Keyed] = {
        "fct_component_mark": _components(declared, rules, entered),
        "fct_ranking": _ranking(places),
        "category_outcome": {(category,): {"outcome": ending} for category, ending in outcomes.items()},
        "dim_category": _categories(tables["dim_candidate"], rules, places),
        "laureates": _laureates(rules, places, outcomes, entered),
    }
    if "audit" in rules.components:
        derived["fct_channel_mark"] = _channels(tables["fct_test_mark"], rules, entered)
    for name, rows in derived.items():
        _compare(name, declared[name], rows, findings)


def _key(name: str, row: Row) -> tuple[str, ...]:
    return tuple(str(row[column]) for column in KEYS[name])


def _number(row: Row | None, column: str) -> int | None:
    return None if row is None or row[column] is None else int(str(row[column]))


def _text(value: int | bool | str | None) -> Cell:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _mark(column: str, micro: int | None) -> Row:
    return {f"{column}_micro": _text(micro), column: marks.shown(micro)}


def _compare(name: str, declared: Keyed, derived: Keyed, findings: Findings) -> None:
    """Declared rows against derived ones; columns that were not derived are left to the recount."""
    path = f"results/{name}.csv"
    for key in sorted(declared.keys() | derived.keys()):
        shown = "/".join(key)
        if key not in declared or key not in derived:
            word = "missing" if key in derived else "extra"
            findings.altered("not_derived", path, say(f"tables.{word}", key=shown))
            continue
        for column, value in derived[key].items():
            cell = declared[key][column]
            if cell != value:
                message = say("tables.cell", key=shown, column=column, declared=cell, derived=value)
                findings.altered("not_derived", path, message)


def _check_tests(rows: Rows, findings: Findings) -> None:
    """A counted test has a mark and no reason against it; a shown mark is the exact one, rounded."""
    for row in rows:
        counted, micro = row["counted"] == "true", _number(row, "mark_micro")
        sound = counted == (row["exclusion_reason"] is None) and (micro is not None or not counted)
        if not sound or row["mark"] != marks.shown(micro) or not 0 <= (micro or 0) <= marks.TOP:
            message = say("tables.test", test=row["test_id"])
            findings.altered("test_row", "results/fct_test_mark.csv", message)


def _channels(tests: Rows, rules: Rules, entered: Mapping[str, Row]) -> Keyed:
    counted: defaultdict[tuple[Cell, Cell], list[int]] = defaultdict(list)
    for row in tests:
        if row["counted"] == "true":
            counted[row["candidate_id"], row["channel"]].append(int(str(row["mark_micro"])))
    return {
        (candidate, name): {
            "planned_tests": str(channel.planned_tests),
            "counted_tests": str(len(counted[candidate, name])),
            "weight": str(channel.weight),
            **_mark("mark", marks.mean(sum(counted[candidate, name]), len(counted[candidate, name]))),
        }
        for candidate in entered
        for name, channel in rules.channels.items()
    }


def _components(declared: Mapping[str, Keyed], rules: Rules, entered: Mapping[str, Row]) -> Keyed:
    """Audit and vote marks follow from other rows; of the survey only the weight and the shown mark do."""
    votes = _vote_references(declared["fct_component_mark"], rules, entered)
    derived: dict[tuple[str, ...], Row] = {}
    for candidate in entered:
        channels = [row for key, row in declared["fct_channel_mark"].items() if key[0] == candidate]
        for name in rules.components:
            row = declared["fct_component_mark"].get((candidate, name))
            observations, mark = _number(row, "observations"), _number(row, "mark_micro")
            if name == "audit":
                observations = sum(_number(channel, "counted_tests") or 0 for channel in channels)
                mark = marks.weighted_mean(
                    (int(str(channel["weight"])), _number(channel, "mark_micro")) for channel in channels
                )
            elif name == "vote":
                mark = marks.vote_mark(observations or 0, votes[str(entered[candidate]["category_id"])])
            derived[candidate, name] = {
                "weight": str(rules.weights[name]),
                "observations": _text(observations),
                **_mark("mark", mark),
            }
    return derived


def _vote_references(components: Keyed, rules: Rules, entered: Mapping[str, Row]) -> dict[str, int]:
    """Counted votes that a candidate's are set against, by category: the leader's, or all."""
    votes: defaultdict[str, list[int]] = defaultdict(list)
    for candidate, row in entered.items():
        counted = _number(components.get((candidate, "vote")), "observations") or 0
        votes[str(row["category_id"])].append(counted)
    whole = rules.vote is not None and rules.vote.mark == "share_of_category"
    return {category: sum(counted) if whole else max(counted) for category, counted in votes.items()}


def _places(declared: Mapping[str, Keyed], rules: Rules, entered: Mapping[str, Row]) -> dict[str, list[Place]]:
    """The ranked candidates of every category of the rulebook, from the declared marks of components and channels."""
    contenders: dict[str, list[Contender]] = {category: [] for category in rules.categories}
    for candidate, row in entered.items():
        components = {name: declared["fct_component_mark"].get((candidate, name)) for name in rules.components}
        values = {name: _number(component, "mark_micro") for name, component in components.items()}
        separators = {**values}
        if "vote" in components:
            separators["vote"] = _number(components["vote"], "observations")
        for name in rules.channels:
            channel = declared["fct_channel_mark"].get((candidate, name))
            separators[f"channel:{name}"] = _number(channel, "mark_micro")
        final = marks.final_mark((rules.weights[name], mark) for name, mark in values.items())
        if row["category_id"] in contenders:
            contenders[str(row["category_id"])].append(Contender(candidate, final, separators))
    return {category: rank(ranked, rules) for category, ranked in contenders.items()}


def _ranking(places: Mapping[str, list[Place]]) -> Keyed:
    return {
        (place.candidate_id,): {
            "category_id": category,
            **_mark("final", place.final),
            "rank": str(place.rank),
            "eligible": _text(place.eligible),
            "reason": place.reason,
            "margin_micro": _text(place.margin),
        }
        for category, ranked in places.items()
        for place in ranked
    }


def _categories(candidates: Rows, rules: Rules, places: Mapping[str, list[Place]]) -> Keyed:
    entered = [row["category_id"] for row in candidates]
    return {
        (category,): {
            **own.columns,
            "candidates_entered": str(entered.count(category)),
            "candidates_ranked": str(len(places[category])),
        }
        for category, own in rules.categories.items()
    }


def _laureates(
    rules: Rules, places: Mapping[str, list[Place]], outcomes: Mapping[str, str], entered: Mapping[str, Row]
) -> Keyed:
    return {
        (category, place.candidate_id): {
            "company": entered[place.candidate_id]["company"],
            **_mark("final", place.final),
            "candidates_ranked": str(len(ranked)),
            "fieldwork_start": rules.start.isoformat(),
            "fieldwork_end": rules.end.isoformat(),
        }
        for category, ranked in places.items()
        if outcomes[category] in ("elected", "joint")
        for place in ranked
        if place.rank == 1
    }
