"""Marks, ranks, outcomes and laureates derived again from the rows of a release and its rulebook.

Belongs here: what follows from what within the results (SPEC 5), from test marks to laureates. What can be known from
the deposits alone (test, survey and vote rows, intervals, the effort profile) is the recount's to say.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestration.release import Cell
from orchestration.rulebook import Rulebook
from orchestration.units import TOP, half_up, mark_text
from orchestration.verify.tables import Rows
from orchestration.verify.verdict import Findings

NEEDED = (
    "dim_category", "dim_candidate", "fct_test_mark", "fct_channel_mark", "fct_component_mark", "fct_ranking",
    "laureates", "category_outcome",
)  # fmt: skip
_NUMBERS = {
    "fct_channel_mark": ("planned_tests", "counted_tests", "weight", "mark_micro"),
    "fct_component_mark": ("weight", "observations", "mark_micro"),
    "fct_ranking": ("final_micro", "rank"),
}
"""Columns that are never empty in a release: an edition with an empty mark is blocked long before."""

Derived = dict[tuple[str, ...], dict[str, Cell]]


@dataclass(frozen=True)
class _Rules:
    """The parts of a rulebook that decide here."""

    book: Rulebook

    @property
    def components(self) -> dict[str, int]:
        """Weights of the components in use."""
        weights = self.book.components
        found = {"audit": weights.audit, "survey": weights.survey, "vote": weights.vote}
        return {name: weight for name, weight in found.items() if weight}


def _number(value: Cell) -> int:
    return int(value or "0")


def _text(value: int | bool | None) -> Cell:
    return None if value is None else str(value).lower()


def check_outcomes(tables: dict[str, Rows], rulebook: Rulebook, findings: Findings) -> None:
    """Derive everything that follows, and say every cell that differs. Does nothing when a table could not be read."""
    if any(name not in tables for name in NEEDED):
        return
    before = len(findings.items)
    for name, columns in _NUMBERS.items():
        for row in tables[name]:
            if any(row[column] is None for column in columns):
                findings.altered("mark_empty", f"results/{name}.csv", f"{_key_text(name, row)}: a number is empty")
    _check_tests(tables["fct_test_mark"], findings)
    if len(findings.items) > before:
        return
    rules = _Rules(rulebook)
    entered = {str(row["candidate_id"]): row for row in tables["dim_candidate"] if row["status"] == "entered"}
    if "audit" in rules.components:
        _compare("fct_channel_mark", tables, _channels(tables, rulebook, entered), findings)
    _compare("fct_component_mark", tables, _components(tables, rules, entered), findings)
    ranking = _ranking(tables, rules, entered)
    _compare("fct_ranking", tables, ranking, findings)
    outcomes = _outcomes(rulebook, ranking)
    _compare("category_outcome", tables, {(name,): {"outcome": value} for name, value in outcomes.items()}, findings)
    _compare("dim_category", tables, _categories(tables, rulebook, entered), findings)
    _compare("laureates", tables, _laureates(rulebook, ranking, outcomes, entered), findings)


_KEYS = {
    "fct_test_mark": ("test_id",),
    "fct_channel_mark": ("candidate_id", "channel"),
    "fct_component_mark": ("candidate_id", "component"),
    "fct_ranking": ("candidate_id",),
    "category_outcome": ("category_id",),
    "dim_category": ("category_id",),
    "laureates": ("category_id", "candidate_id"),
}


def _key_text(name: str, row: dict[str, Cell]) -> str:
    return "/".join(str(row[column]) for column in _KEYS[name])


def _compare(name: str, tables: dict[str, Rows], derived: Derived, findings: Findings) -> None:
    """Declared rows against derived ones; columns that were not derived are left to the recount."""
    path = f"results/{name}.csv"
    declared = {tuple(str(row[column]) for column in _KEYS[name]): row for row in tables[name]}
    for key in sorted(declared.keys() | derived.keys()):
        shown = "/".join(key)
        if key not in declared or key not in derived:
            word = "a row is missing" if key in derived else "a row has no reason to be"
            findings.altered("not_derived", path, f"{shown}: {word}")
            continue
        for column, value in derived[key].items():
            if declared[key][column] != value:
                findings.altered("not_derived", path, f"{shown}: {column} is {declared[key][column]}, derived {value}")


def _check_tests(rows: Rows, findings: Findings) -> None:
    """A counted test has a mark and no reason against it; a shown mark is the exact one, rounded."""
    for row in rows:
        counted, reason, micro = row["counted"] == "true", row["exclusion_reason"], row["mark_micro"]
        sound = counted == (reason is None) and (micro is not None or not counted)
        shown = None if micro is None else mark_text(int(micro))
        if not sound or row["mark"] != shown or not 0 <= _number(micro) <= TOP:
            message = f"{row['test_id']}: counted, reason and mark contradict each other"
            findings.altered("test_row", "results/fct_test_mark.csv", message)


def _channels(tables: dict[str, Rows], book: Rulebook, entered: Iterable[str]) -> Derived:
    marks: dict[tuple[str, str], list[int]] = {}
    for row in tables["fct_test_mark"]:
        if row["counted"] == "true":
            marks.setdefault((str(row["candidate_id"]), str(row["channel"])), []).append(_number(row["mark_micro"]))
    derived: Derived = {}
    for candidate in entered:
        for name, channel in book.channels.items():
            found = marks.get((candidate, name), [])
            derived[candidate, name] = {
                "planned_tests": str(channel.planned_tests),
                "counted_tests": str(len(found)),
                "weight": str(channel.weight),
                **(_mark("mark", half_up(sum(found), len(found))) if found else {}),
            }
    return derived


def _mark(column: str, micro: int) -> dict[str, Cell]:
    return {f"{column}_micro": str(micro), column: mark_text(micro)}


def _components(tables: dict[str, Rows], rules: _Rules, entered: dict[str, dict[str, Cell]]) -> Derived:
    """Audit and vote marks follow from other rows; of the survey only the weight and the shown mark do."""
    derived: Derived = {}
    declared = {(str(row["candidate_id"]), str(row["component"])): row for row in tables["fct_component_mark"]}
    votes = _vote_totals(declared, entered)
    for candidate in entered:
        channels = [row for row in tables["fct_channel_mark"] if row["candidate_id"] == candidate]
        for name, weight in rules.components.items():
            row = declared.get((candidate, name))
            cells: dict[str, Cell] = {"weight": str(weight)}
            if name == "audit" and channels:
                weights = sum(_number(one["weight"]) for one in channels)
                total = sum(_number(one["weight"]) * _number(one["mark_micro"]) for one in channels)
                cells["observations"] = str(sum(_number(one["counted_tests"]) for one in channels))
                cells |= _mark("mark", half_up(total, weights))
            elif name == "vote" and rules.book.vote is not None and row is not None:
                leader, whole = votes[str(entered[candidate]["category_id"])]
                best = leader if rules.book.vote.mark == "share_of_leader" else whole
                cells |= _mark("mark", half_up(TOP * _number(row["observations"]), best) if best else 0)
            elif row is not None:
                cells["mark"] = mark_text(_number(row["mark_micro"]))
            derived[candidate, name] = cells
    return derived


def _vote_totals(
    declared: dict[tuple[str, str], dict[str, Cell]], entered: dict[str, dict[str, Cell]]
) -> dict[str, tuple[int, int]]:
    """Counted votes of each category: the leader's, and all."""
    counts: dict[str, list[int]] = {}
    for candidate, row in entered.items():
        component = declared.get((candidate, "vote"))
        counts.setdefault(str(row["category_id"]), []).append(_number(component["observations"]) if component else 0)
    return {category: (max(found), sum(found)) for category, found in counts.items()}


def _ranking(tables: dict[str, Rows], rules: _Rules, entered: dict[str, dict[str, Cell]]) -> Derived:
    components = {(row["candidate_id"], row["component"]): row for row in tables["fct_component_mark"]}
    channels = {(row["candidate_id"], row["channel"]): row for row in tables["fct_channel_mark"]}

    def final(candidate: str) -> int:
        marks = ((weight, components.get((candidate, name))) for name, weight in rules.components.items())
        return half_up(sum(weight * _number(row["mark_micro"]) for weight, row in marks if row), 10_000)

    def separators(candidate: str) -> Iterator[int]:
        for key in rules.book.tie_break:
            kind, _, channel = key.partition(":")
            in_use = ("audit" if channel else kind) in rules.components
            row = channels.get((candidate, channel)) if channel else components.get((candidate, kind))
            column = "observations" if kind == "vote" else "mark_micro"
            yield _number(row[column]) if in_use and row else 0

    derived: Derived = {}
    for category in rules.book.categories:
        order = {
            name: (final(name), *separators(name)) for name, row in entered.items() if row["category_id"] == category.id
        }
        rank = {name: 1 + sum(other > mine for other in order.values()) for name, mine in order.items()}
        line = sorted(order, key=lambda name: (rank[name], name))
        for position, name in enumerate(line):
            mark = order[name][0]
            below = order[line[position + 1]][0] if position + 1 < len(line) else None
            reason = _reason(rules.book, len(line), mark)
            derived[(name,)] = {
                "category_id": category.id,
                **_mark("final", mark),
                "rank": str(rank[name]),
                "eligible": _text(reason is None),
                "reason": reason,
                "margin_micro": _text(None if below is None else mark - below),
            }
    return derived


def _reason(book: Rulebook, candidates: int, final: int) -> Cell:
    if candidates < book.eligibility.min_candidates:
        return "too_few_candidates"
    return "below_min_mark" if final < book.min_mark_micro else None


def _outcomes(book: Rulebook, ranking: Derived) -> dict[str, str]:
    outcomes = {}
    for category in book.categories:
        rows = [row for row in ranking.values() if row["category_id"] == category.id]
        first = [row for row in rows if row["rank"] == "1"]
        if len(rows) < book.eligibility.min_candidates:
            outcomes[category.id] = "no_award_too_few_candidates"
        elif first[0]["reason"] is not None:
            outcomes[category.id] = "no_award_min_mark"
        elif len(first) == 1:
            outcomes[category.id] = "elected"
        else:
            outcomes[category.id] = "joint" if book.unresolved_tie == "joint" else "no_award_tie"
    return outcomes


def _categories(tables: dict[str, Rows], book: Rulebook, entered: dict[str, dict[str, Cell]]) -> Derived:
    derived: Derived = {}
    for category in book.categories:
        label = category.label
        derived[(category.id,)] = {
            "label_fr": label.fr,
            "label_en": label.en or label.fr,
            "label_ar": label.ar or label.fr,
            "sector": category.sector,
            "candidates_entered": str(sum(row["category_id"] == category.id for row in tables["dim_candidate"])),
            "candidates_ranked": str(sum(row["category_id"] == category.id for row in entered.values())),
        }
    return derived


def _laureates(
    book: Rulebook, ranking: Derived, outcomes: dict[str, str], entered: dict[str, dict[str, Cell]]
) -> Derived:
    derived: Derived = {}
    for (name,), row in ranking.items():
        category = str(row["category_id"])
        if row["rank"] == "1" and outcomes[category] in ("elected", "joint"):
            derived[category, name] = {
                "company": entered[name]["company"],
                "final_micro": row["final_micro"],
                "final": row["final"],
                "candidates_ranked": str(sum(one["category_id"] == category for one in ranking.values())),
                "fieldwork_start": book.fieldwork.start.isoformat(),
                "fieldwork_end": book.fieldwork.end.isoformat(),
            }
    return derived
