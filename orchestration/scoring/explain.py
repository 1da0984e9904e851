"""How a candidate's mark was made: from the final mark down to the file and line of each test (`palmares explain`).

Belongs here: reading the working warehouse for one candidate, and laying the numbers out. Nothing is
computed again: what is shown is what was scored, and the recount judges that.
"""

from dataclasses import dataclass
from typing import Any

from orchestration.errors import InputError
from orchestration.scoring.say import say
from orchestration.settings import Settings
from orchestration.storage import connect, literal, records
from orchestration.words import Sentence, coded, marked
from orchestration.words import say as house

_RANKING = """
    select c.company, k.label_fr as category, r.final_micro, r.rank, r.eligible, r.reason, r.margin_micro, o.outcome
    from marts.fct_ranking as r
    join marts.dim_candidate as c using (candidate_id)
    join marts.dim_category as k on k.category_id = c.category_id
    join marts.category_outcome as o on o.category_id = c.category_id
    where r.candidate_id = $1
"""
_COMPONENTS = """
    select component, weight, observations, mark_micro from marts.fct_component_mark
    where candidate_id = $1 order by component
"""
_CHANNELS = """
    select channel, weight, planned_tests, counted_tests, mark_micro from marts.fct_channel_mark
    where candidate_id = $1 order by channel
"""
_TESTS = """
    with cells as (
        select test.test_id, string_agg(
            r.criterion_id || '=' || r.rating || coalesce(' (' || m.value_thousandths // 1000 || coalesce(nullif(
                rtrim('.' || lpad(cast(m.value_thousandths % 1000 as varchar), 3, '0'), '0'), '.'), '')
                || ' ' || k.unit || ')', ''), ' ' order by r.criterion_id) as ratings
        from intermediate.int_test as test
        join intake.rating as r on r.test_id = test.test_id
        left join intake.measure as m on m.test_id = r.test_id and m.criterion_id = r.criterion_id
        left join rulebook.criterion as k on k.channel = test.channel and k.criterion_id = r.criterion_id
        where test.candidate_id = $1 group by test.test_id
    )
    select t.channel, t.file, t.line, t.test_id, t.scenario, t.outcome, t.counted, t.exclusion_reason,
        t.weighted_rating, t.weighted_max, t.mark_micro, t.started_at, cells.ratings,
        x.contest_id || ' ' || coalesce(x.decision, 'undecided') as contest
    from intermediate.int_test as t
    left join cells on cells.test_id = t.test_id
    left join intake.contest as x on x.test_id = t.test_id
    where t.candidate_id = $1 order by t.channel, t.test_id
"""
_QUARANTINED = """
    select file, line, key, reason, column_name from intake.quarantine
    where json_extract_string(raw, '$.candidate_id') = $1 and source in ('audits', 'contests')
    order by file, line
"""


@dataclass(frozen=True)
class Explanation:
    """One candidate's mark, as nested plain data (marks in micropoints) for JSON and for text."""

    data: dict[str, Any]

    def lines(self) -> list[str]:
        """The explanation in plain words, one fact to a line."""
        data = self.data
        head = {"company": data["company"], "candidate": data["candidate_id"], "category": data["category"]}
        outcome = coded("outcome", data["outcome"])
        standing = "signed" if data["signed"] else "unsigned"
        out: list[str] = [
            say(f"explain.{standing}", edition=data["edition"], release=data["release"]),
            say("explain.head", edition=data["edition"], **head),
            say("explain.final", mark=_both(data["final_micro"]), rank=data["rank"], outcome=outcome),
            "",
            say("explain.formula"),
        ]
        out += [
            say(
                "explain.component",
                component=f"{part['component']:<7}",
                weight=f"{part['weight']:>5}",
                mark=_both(part["mark_micro"]),
                observations=part["observations"],
            )
            for part in data["components"]
        ]
        for channel in data["channels"]:
            out += ["", *_channel_lines(channel)]
        if data["quarantined"]:
            out += ["", say("explain.set_aside")]
            out += [
                say("explain.row", **{**row, "reason": coded("reason", row["reason"])}) for row in data["quarantined"]
            ]
        return out


def explain(settings: Settings, edition: str, candidate_id: str, release: int | None = None) -> Explanation:
    """Lay out how the candidate's mark was made. Raises InputError for an unknown or unranked candidate.

    What is read is the working warehouse, which anyone may have touched: its marks are shown as unsigned unless the
    caller knows that they are those of a signed `release`.
    """
    settings.edition_raw(edition)
    path = settings.work_db(edition)
    if not path.exists():
        raise InputError(say("refused.not_scored", edition=edition), mend=f"palmares run {edition}")
    with connect(path, read_only=True) as con:

        def rows(sql: str) -> list[dict[str, Any]]:
            return records(con, sql.replace("$1", literal(candidate_id)))  # bound, it would cost an import of pandas

        ranking = rows(_RANKING)
        if not ranking:
            known = [row[0] for row in con.execute("select candidate_id from marts.fct_ranking order by 1").fetchall()]
            some = f"{', '.join(known[:8])}{', …' if len(known) > 8 else ''}"
            what = say("explain.unknown", candidate=repr(candidate_id[:80]), edition=edition)
            raise InputError(what, mend=house("one_of.known", known=some))
        tests = rows(_TESTS)
        channels = rows(_CHANNELS)
        for channel in channels:
            channel["tests"] = [_test(test) for test in tests if test["channel"] == channel["channel"]]
        return Explanation(
            {
                "edition": edition,
                "signed": release is not None,
                "release": release,
                "candidate_id": candidate_id,
                **ranking[0],
                "components": rows(_COMPONENTS),
                "channels": channels,
                "quarantined": rows(_QUARANTINED),
            }
        )


def _test(row: dict[str, Any]) -> dict[str, Any]:
    """One test as it is shown: where it stands in the deposits, its ratings, its points."""
    started = row["started_at"]
    return {
        **{key: row[key] for key in row if key not in ("channel", "started_at")},
        "started_at": started.isoformat() + "Z" if started else None,
    }


def _both(micro: int | None) -> Sentence:
    return say("explain.none") if micro is None else say("explain.mark", mark=marked(micro), micro=micro)


def _channel_lines(channel: dict[str, Any]) -> list[str]:
    counts = {"counted": channel["counted_tests"], "planned": channel["planned_tests"], "weight": channel["weight"]}
    lines: list[str] = [say("explain.channel", channel=channel["channel"], mark=_both(channel["mark_micro"]), **counts)]
    for test in channel["tests"]:
        mark = _both(test["mark_micro"])
        if test["counted"] and test["weighted_max"]:
            points = say("explain.rated", rating=test["weighted_rating"], most=test["weighted_max"], mark=mark)
        elif test["counted"]:
            points = say("explain.unrated", outcome=test["outcome"], mark=mark)
        else:
            points = say("explain.not_counted", reason=coded("reason", test["exclusion_reason"]))
        place = {"file": test["file"], "line": test["line"], "test": test["test_id"], "points": points}
        key = "explain.contested" if test["contest"] else "explain.test"
        lines.append(say(key, contest=test["contest"], **place))
        if test["ratings"]:
            lines.append(say("explain.ratings", ratings=test["ratings"]))
    return lines
