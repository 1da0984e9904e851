"""What the marks of a world must be, by brute force: exact fractions, the rules of SPEC 3.4 and 5 word by word.

Belongs here: the slow and obvious computation that the SQL is held against. It shares nothing with the SQL, nor with
the recount of the pipeline.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from math import floor
from typing import Any

from tests.dbt.worlds import Row, World

HALF = Fraction(1, 2)
Marks = dict[tuple[str, str], int | None]


def nearest(value: Fraction) -> int:
    """The nearest whole number, a half going up."""
    return floor(value + HALF)


def mean(values: list[int]) -> int | None:
    """⌊Σ/n⌉."""
    return nearest(Fraction(sum(values), len(values))) if values else None


def weighted(pairs: Iterable[tuple[int, int | None]]) -> int | None:
    """⌊Σ weight·mark / Σ weight⌉; None if a mark is missing."""
    known = list(pairs)
    total = sum(weight for weight, _ in known)
    if not total or any(mark is None for _, mark in known):
        return None
    return nearest(sum((Fraction(weight) * (mark or 0) for weight, mark in known), Fraction(0)) / total)


class Oracle:
    """All that a world's rows lead to. Every attribute is plain data, keyed as the tables are."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rules = world["rulebook.edition"][0]
        self.weights = {row["component"]: row["weight"] for row in world["rulebook.component"] if row["weight"]}
        self.candidates = {row["candidate_id"]: row for row in world["intake.candidate"]}
        self.entered = [name for name, row in self.candidates.items() if row["status"] == "entered"]
        self.test_reason: dict[str, str | None] = {}
        self.test_mark: dict[str, int | None] = {}
        self.carried_out: set[str] = set()
        self.vote_reason: dict[str, str | None] = {}
        self.response_reason: dict[tuple[str, int], str | None] = {}
        self.response_mark: dict[tuple[str, int], int | None] = {}
        self.kept_responses: dict[str, list[Row]] = defaultdict(list)
        self.channel_mark: Marks = {}
        self.component_mark: Marks = {}
        self.observations: dict[tuple[str, str], int] = {}
        if "audit" in self.weights:
            self._audit()
        if "survey" in self.weights:
            self._survey()
        if "vote" in self.weights:
            self._vote()
        self.final = {name: self._final(name) for name in self.entered}
        self.rank = {name: self._rank(name) for name in self.entered}
        self.outcome = {row["category_id"]: self._outcome(row["category_id"]) for row in world["rulebook.category"]}

    def rivals(self, category_id: str) -> list[str]:
        """The ranked candidates of a category."""
        return [name for name in self.entered if self.candidates[name]["category_id"] == category_id]

    def _audit(self) -> None:
        channels = {row["channel"]: row for row in self.world["rulebook.channel"]}
        criteria = {(row["channel"], row["criterion_id"]): row for row in self.world["rulebook.criterion"]}
        conflicts = {(row["shopper_id"], row["company_id"]) for row in self.world["rulebook.conflict"]}
        contested = {row["test_id"] for row in self.world["intake.contest"] if row["decision"] == "excluded"}
        ratings: dict[str, list[Row]] = defaultdict(list)
        for row in self.world["intake.rating"]:
            ratings[row["test_id"]].append(row)
        counted: dict[tuple[str, str], list[int]] = defaultdict(list)
        for test in self.world["intake.test"]:
            name, candidate = test["test_id"], self.candidates[test["candidate_id"]]
            unanswered = channels[test["channel"]]["unanswered"]
            lines = [(row["rating"], criteria[test["channel"], row["criterion_id"]]) for row in ratings[name]]
            reasons = [
                ("withdrawn", candidate["status"] == "withdrawn"),
                ("conflict", (test["shopper_id"], candidate["company_id"]) in conflicts),
                ("recheck", test["rechecks"] is not None),
                ("contested", name in contested),
                ("aborted", test["outcome"] == "aborted"),
                ("unanswered", test["outcome"] == "unanswered" and unanswered == "exclude"),
            ]
            self.test_reason[name] = next((reason for reason, holds in reasons if holds), None)
            if test["outcome"] != "aborted" and not any(holds for _, holds in reasons[1:4]):
                self.carried_out.add(name)
            self.test_mark[name] = None
            if test["outcome"] == "completed":
                best = sum(line["weight"] * line["max"] for _, line in lines)
                got = sum(line["weight"] * rating for rating, line in lines)
                self.test_mark[name] = nearest(Fraction(20_000_000 * got, best))
            elif test["outcome"] == "unanswered" and unanswered == "zero":
                self.test_mark[name] = 0
            if self.test_reason[name] is None:
                mark = self.test_mark[name]
                assert mark is not None
                counted[test["candidate_id"], test["channel"]].append(mark)
        self.counted_marks = counted
        for candidate_id in self.entered:
            for channel in channels:
                self.channel_mark[candidate_id, channel] = mean(counted[candidate_id, channel])
            marks = [(row["weight"], self.channel_mark[candidate_id, name]) for name, row in channels.items()]
            self.component_mark[candidate_id, "audit"] = weighted(marks)
            self.observations[candidate_id, "audit"] = sum(len(counted[candidate_id, name]) for name in channels)

    def _survey(self) -> None:
        rule = self.world["rulebook.survey"][0]
        rake = {row["respondent_id"]: row["weight_micro"] for row in self.world["intake.survey_weight"]}
        facts = (
            *("satisfaction", "recommendation", "effort", "contacts", "repeated", "redirected", "travelled"),
            *("contradicted", "resolved"),
        )
        groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.world["intake.response"]:
            key = (row["file"], row["line"])
            self.response_mark[key] = self._response(row, rule)
            self.response_reason[key] = "withdrawn"
            if row["candidate_id"] in self.entered:
                groups[row["respondent_id"], row["candidate_id"]].append(row)
        for group in groups.values():
            group.sort(key=lambda row: (row["file"], row["line"]))
            group.sort(key=lambda row: tuple(-1 if row.get(name) is None else row[name] for name in facts))
            group.sort(key=lambda row: row["answered_at"])
            kept = group[0] if rule["keep"] == "first" else group[-1]
            for row in group:
                key = (row["file"], row["line"])
                self.response_reason[key] = None if row is kept else "superseded_response"
                if row is kept and self.response_mark[key] is None:
                    self.response_reason[key] = "no_weighted_answer"
                elif row is kept:
                    self.kept_responses[row["candidate_id"]].append(row)
        for candidate_id in self.entered:
            kept_rows = self.kept_responses[candidate_id]
            marks = [(rake[row["respondent_id"]], self.response_mark[row["file"], row["line"]]) for row in kept_rows]
            self.component_mark[candidate_id, "survey"] = weighted(marks)
            self.observations[candidate_id, "survey"] = len(kept_rows)

    def _response(self, row: Row, rule: Row) -> int | None:
        scale: dict[str, Callable[[int], Fraction]] = {
            "satisfaction": lambda x: Fraction(x, 10),
            "recommendation": lambda x: Fraction(x, 10),
            "effort": lambda x: Fraction(x - 1, 6),
        }
        answered = [(rule[f"{name}_weight"], to(row[name])) for name, to in scale.items() if row[name] is not None]
        total = sum(weight for weight, _ in answered)
        return nearest(20_000_000 * sum((w * x for w, x in answered), Fraction(0)) / total) if total else None

    def _vote(self) -> None:
        rule = self.world["rulebook.vote"][0]
        columns = [row["column_name"] for row in self.world["rulebook.vote_key"]]

        def hour(row: Row) -> tuple[str, datetime]:
            return row["ip_hash"], row["cast_at"].replace(minute=0, second=0, microsecond=0)

        standing = [row for row in self.world["intake.vote"] if row["candidate_id"] in self.entered]
        self.vote_reason = {row["vote_id"]: "withdrawn" for row in self.world["intake.vote"]}
        if rule["max_per_ip_hour"] is not None:
            crowd = Counter(hour(row) for row in standing)
            self.bursts = {key for key, votes in crowd.items() if votes > rule["max_per_ip_hour"]}
            if rule["burst_action"] == "exclude":
                self.vote_reason |= {row["vote_id"]: "burst" for row in standing if hour(row) in self.bursts}
                standing = [row for row in standing if hour(row) not in self.bursts]
        seen: set[tuple[Any, ...]] = set()
        counted: Counter[str] = Counter()
        standing.sort(key=lambda row: (row["cast_at"], row["vote_id"]), reverse=rule["keep"] == "last")
        for row in standing:
            key = tuple(row[column] for column in columns)
            self.vote_reason[row["vote_id"]] = "repeated_vote" if key in seen else None
            counted[row["candidate_id"]] += key not in seen
            seen.add(key)
        for candidate_id in self.entered:
            others = [counted[name] for name in self.rivals(self.candidates[candidate_id]["category_id"])]
            whole = max(others) if rule["mark"] == "share_of_leader" else sum(others)
            share = Fraction(counted[candidate_id], whole) if whole else Fraction(0)
            self.component_mark[candidate_id, "vote"] = nearest(20_000_000 * share)
            self.observations[candidate_id, "vote"] = counted[candidate_id]

    def _final(self, candidate_id: str) -> int | None:
        marks = [(weight, self.component_mark[candidate_id, name]) for name, weight in self.weights.items()]
        if any(mark is None for _, mark in marks):
            return None
        return nearest(sum((Fraction(weight * (mark or 0), 10_000) for weight, mark in marks), Fraction(0)))

    def _beats(self, one: str, other: str) -> bool:
        """Whether one candidate stands before another: the final mark, then the tie-break keys in order."""
        pairs = [(self.final[one], self.final[other])]
        for row in sorted(self.world["rulebook.tie_break"], key=lambda row: row["position"]):
            key = row["key"]
            if key == "vote":
                pairs.append((self.observations.get((one, key)), self.observations.get((other, key))))
            elif key.startswith("channel:"):
                channel = key.removeprefix("channel:")
                pairs.append((self.channel_mark.get((one, channel)), self.channel_mark.get((other, channel))))
            else:
                pairs.append((self.component_mark.get((one, key)), self.component_mark.get((other, key))))
        for pair in pairs:
            mine, theirs = (-1 if mark is None else mark for mark in pair)
            if mine != theirs:
                return mine > theirs
        return False

    def _rank(self, candidate_id: str) -> int:
        rivals = self.rivals(self.candidates[candidate_id]["category_id"])
        return 1 + sum(self._beats(rival, candidate_id) for rival in rivals)

    def _outcome(self, category_id: str) -> str:
        rivals = self.rivals(category_id)
        first = [name for name in rivals if self.rank[name] == 1]
        if len(rivals) < self.rules["min_candidates"] or not rivals:
            return "no_award_too_few_candidates"
        best = self.final[first[0]]
        if best is None or best < self.rules["min_mark_micro"]:
            return "no_award_min_mark"
        if len(first) == 1:
            return "elected"
        return "joint" if self.rules["unresolved_tie"] == "joint" else "no_award_tie"

    def margin(self, candidate_id: str) -> int | None:
        """Final mark less that of the next, by rank and candidate id."""
        rivals = self.rivals(self.candidates[candidate_id]["category_id"])
        order = sorted(rivals, key=lambda name: (self.rank[name], name))
        following = order[order.index(candidate_id) + 1 :][:1]
        mine, theirs = self.final[candidate_id], self.final[following[0]] if following else None
        return None if mine is None or theirs is None else mine - theirs

    def interval(self, candidate_id: str) -> tuple[Decimal, Decimal] | None:
        """The ends of the 95 % interval of the audit mark, with sixty digits until the two roundings."""
        audit = self.component_mark.get((candidate_id, "audit"))
        channels = {row["channel"]: row["weight"] for row in self.world["rulebook.channel"]}
        marks = {name: self.counted_marks[candidate_id, name] for name in channels} if audit is not None else {}
        if audit is None or any(len(values) < 2 for values in marks.values()):
            return None
        spread = 0
        for name, values in marks.items():
            middle = Fraction(sum(values), len(values))
            variance = nearest(sum(((value - middle) ** 2 for value in values), Fraction()) / (len(values) - 1))
            spread += nearest(Fraction(channels[name] ** 2 * variance, len(values)))
        with localcontext() as context:
            context.prec = 60
            exact = Decimal("1.96") * Decimal(spread).sqrt() / sum(channels.values())
            half = int((exact + Decimal("0.5")).to_integral_value(rounding=ROUND_FLOOR))
        low, high = (Decimal(nearest(Fraction(audit + sign * half, 10_000))) / 100 for sign in (-1, 1))
        return low, high

    def effort(self, candidate_id: str, column: str, digits: int) -> Decimal | None:
        """Weighted mean of a column of the counted responses, rounded half up to some decimals."""
        return self._shown(candidate_id, column, Fraction, digits)

    def nps(self, candidate_id: str) -> Decimal | None:
        """Per cent of 9 and 10 less per cent of 0 to 6."""
        return self._shown(candidate_id, "recommendation", lambda n: Fraction(100 * ((n >= 9) - (n <= 6))), 2)

    def csat(self, candidate_id: str) -> Decimal | None:
        """Per cent of satisfaction of 8 or more."""
        return self._shown(candidate_id, "satisfaction", lambda value: Fraction(100 * (value >= 8)), 2)

    def _shown(self, candidate_id: str, column: str, to: Callable[[int], Fraction], digits: int) -> Decimal | None:
        rake = {row["respondent_id"]: row["weight_micro"] for row in self.world["intake.survey_weight"]}
        rows = [row for row in self.kept_responses[candidate_id] if row.get(column) is not None]
        if not rows:
            return None
        total = sum(rake[row["respondent_id"]] for row in rows)
        value = sum((rake[row["respondent_id"]] * to(row[column]) for row in rows), Fraction(0)) / total
        return Decimal(nearest(value * 10**digits)).scaleb(-digits)
