"""What a sample edition holds on purpose and where: the text of docs/sample.md.

Belongs here: naming the special cases by the ids that the plan gives them. That they really happen is asserted by
tests through the recount. `python -m orchestration.sample.story > docs/sample.md` writes the page anew.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from orchestration.sample.audits import CONFLICT_TESTS, RECHECKED, VISITOR_LANGUAGES, conflicts
from orchestration.sample.ballots import BLOCK, BURST_BLOCKS, MAX_PER_IP_HOUR
from orchestration.sample.circumstances import PARTNER_SHARE, PARTNERS, SITES
from orchestration.sample.edition import FORGOTTEN_ROWS, REPLACED, Sample, generate
from orchestration.sample.grids import EARLIER_CHANNELS
from orchestration.sample.plan import EARLIER_MIN_MARK, Candidate, Category, Plan
from orchestration.sample.sheets import VISITORS

EARLIER = {"categories": 10, "votes": 0, "respondents": 0, "seed": 2025}
"""What `raw/2025` was made with."""
EARLIER_COMMAND = "palmares sample 2025 " + " ".join(f"--{name} {value}" for name, value in EARLIER.items())

HEADING = f"""\
# The sample editions

`raw/2026` and `raw/2025` are synthetic: companies, field firms, people and figures are invented, and any likeness is an
accident. The first was made by `palmares sample 2026` with its default sizes and seed, the second by
`{EARLIER_COMMAND}`, and a test makes them again and compares
every byte. `palmares sample EDITION` makes others of any size (`--votes 50000000` is written in batches, in the
memory of one); the same arguments always give the same bytes. All chance comes from `orchestration/sample/draws.py`.

Files come as suppliers send them: one field firm exports CSV and XLSX with naive local times and `NA`, the other
a French spreadsheet's CSV (BOM, semicolons, CRLF, offsets) and Parquet with typed columns; the survey is one CSV and
one Parquet file; votes are NDJSON and CSV in gzip, and Parquet. `ended_at` is when the shopper was done: for an
e-mail, when it was sent (how long the answer took is a criterion). Tests bear the optional columns too, in each of the
formats: where, as whom, who answered, the step of which journey, what the shopper had to do. They enter no mark.

This page is made by `python -m orchestration.sample.story`; a test keeps it true.
"""

FOOTING = """\
A local time that never happened cannot be in it: Morocco changes its clocks for Ramadan, which is not in the fieldwork.

Every blocking check passes, and of the warnings one is left to accept, once 2025 is published: the edition has grown
(`scoring.magnitude_plausible`). Bursts of votes are excluded by the rulebook's own rule, and every re-check agrees with
its test but for one point.
"""


CONTESTS = """\
Opened from 17 to 28 November 2025, the days that the rulebook sets, and all decided. A test that is excluded enters no
mark: a call each time, so that completion stays above 95 %. None is upheld where a tie is built on purpose.
"""

EARLIER_TESTS = sum(channel.planned for channel in EARLIER_CHANNELS)
BEFORE = f"""\
## The edition before, `raw/2025`

Its fieldwork ran in 2024: the year in a title is not the year of its tests. It lives under its own rules: audits alone,
a minimum of {EARLIER_MIN_MARK}, {len(EARLIER_CHANNELS)} channels, {EARLIER_TESTS} tests for each of 30 candidates in
ten categories, nothing measured, no contest, none of the optional columns. Most of its companies stand in 2026 too, so
that titles held before and trends are there from the first day.
"""


def story(sample: Sample) -> str:
    """The page, in Markdown."""
    cases = "\n".join(f"| {what} | {where} |" for what, where in special_cases(sample))
    contested = [entry for entry in sample.corrections if "contest" in entry]
    change = "| {id} | `{file}` | {key}, {column} | `{expect}` → `{value}` |"
    corrections = "\n".join(change.format_map(entry) for entry in sample.corrections if entry not in contested)
    decisions = "\n".join(f"| {what} | {number} |" for what, number in _decisions(sample))
    reasons = "\n".join(
        f"| {source} | {reason} | {rows} | {', '.join(files)} |" for (source, reason), (rows, files) in _spoilt(sample)
    )
    return (
        f"{HEADING}\n{_weight(sample)}\n\n## On purpose\n\n| what | where |\n|---|---|\n{cases}\n\n"
        f"## Corrections\n\n| id | file | cell | change |\n|---|---|---|---|\n{corrections}\n\n"
        f"{len(contested)} more are those of contests, {contested[0]['id']} to {contested[-1]['id']}: one rating each, "
        "one point higher.\n\n"
        f"## Contests\n\n| decision | tests |\n|---|---|\n{decisions}\n\n{CONTESTS}\n"
        f"## Rows that must be set aside\n\n| source | reason | rows | files |\n|---|---|---|---|\n{reasons}\n\n"
        f"{FOOTING}\n{BEFORE}"
    )


def special_cases(sample: Sample) -> list[tuple[str, str]]:
    """What happens, and the ids of the candidates, tests or files that it happens to."""
    plan = sample.plan
    broken, kept = conflicts(plan)
    cases = []
    double = plan.of_role("double")
    double = [candidate for candidate in double if candidate.company_id == double[0].company_id]
    for what, candidates in (
        ("a company with two titles", double),
        ("a joint title (equal to the micropoint, every tie-break too)", _pair(plan, "joint")),
        (
            "a tie broken by a channel (equal finals and audit marks; `channel:phone` decides for the second)",
            _pair(plan, "channel_tie"),
        ),
        ("a category left with one candidate by a withdrawal", plan.of_role("withdrawal")),
        ("a category whose best is under 12.50", plan.of_role("below_minimum")),
    ):
        if candidates:
            cases.append((what, ", ".join(f"`{candidate.candidate_id}`" for candidate in candidates)))
    cases += [
        (
            f"a shopper in conflict ({CONFLICT_TESTS} tests excluded)",
            f"`{broken.shopper}` at `{broken.candidate.company_id}`",
        ),
        ("a declared conflict that was respected", f"`{kept.shopper}` at `{kept.candidate.company_id}`"),
        (f"a replaced deposit (the first version lacked {FORGOTTEN_ROWS} rows)", f"`{REPLACED.as_posix()}`"),
        ("re-checked tests, by another shopper on a later day", f"{RECHECKED} % of each field firm's tests"),
        (
            f"bursts of votes (limit {MAX_PER_IP_HOUR} of one address in a clock hour)",
            f"{BLOCK * BURST_BLOCKS} votes each, within an hour of the site's file",
        ),
        ("repeated votes in a category by one voter", "one vote in sixteen; the first is kept"),
        ("responses that a later one replaces", "about 2.5 %; the last is kept"),
        (
            "candidates tested a little less than planned",
            "up to three calls and one e-mail fewer, above 95 % everywhere",
        ),
        (
            f"foreign visitors, speaking {', '.join(VISITOR_LANGUAGES)} and served less well than residents",
            f"{VISITORS} % of the tests in {_named(category for category in plan.categories if category.visited)}",
        ),
        (
            f"journeys from the web to the phone and the counter, some of them back to the phone ({_journeys(sample)})",
            _named(category for category in plan.categories if category.has_journeys),
        ),
        (
            "visits planned city by city (`planned_by`)",
            ", ".join(f"{city} ({', '.join(sites)})" for city, sites in SITES),
        ),
        (
            f"partners who answer phone, social network and WhatsApp ({PARTNER_SHARE} % of one candidate in three)",
            ", ".join(PARTNERS),
        ),
        (
            "criteria that are measured",
            ", ".join(
                f"`{channel.channel_id}` {criterion.criterion_id} ({criterion.measured.unit}s)"
                for channel in plan.channels
                for criterion in channel.grid
                if criterion.measured
            ),
        ),
    ]
    return cases


def _weight(sample: Sample) -> str:
    """How heavy the edition is, and what in it."""
    heavy: Counter[str] = Counter()
    for path in sample.folder.rglob("*"):
        if path.is_file():
            place = path.relative_to(sample.folder)
            heavy[place.parts[0] + "/" if len(place.parts) > 1 else "the rest"] += path.stat().st_size
    parts = ", ".join(f"{name} {size / 1e6:.1f}" for name, size in heavy.most_common())
    return (
        f"`raw/{sample.plan.edition}` holds {heavy.total() / 1e6:.1f} MB ({parts}): {len(sample.tests)} tests of "
        f"{len(sample.plan.candidates)} candidates,\n{sample.plan.sizes.votes} votes, "
        f"{sample.plan.sizes.respondents} respondents, {len(sample.contests)} contests."
    )


def _named(categories: Iterable[Category]) -> str:
    return ", ".join(f"`{category.category_id}`" for category in categories)


def _journeys(sample: Sample) -> int:
    return len({test.about.journey_id for test in sample.tests if test.about.journey_id})


def _decisions(sample: Sample) -> list[tuple[str, str]]:
    """Contests by decision, with their share of all tests."""
    counted = Counter(contest.decision for contest in sample.contests)
    total = len(sample.tests)
    rows = [(name, f"{counted[name]} ({counted[name] * 1000 // total / 10} %)") for name in sorted(counted)]
    return [*rows, ("in all", f"{len(sample.contests)} ({len(sample.contests) * 1000 // total / 10} %)")]


def _pair(plan: Plan, role: str) -> list[Candidate]:
    """The two candidates that tie in the category of that role: the model and its twin."""
    twins = [candidate for candidate in plan.of_role(role) if candidate.twin is not None]
    return [plan.candidates[twins[0].twin or 0], twins[0]] if twins else []


def _spoilt(sample: Sample) -> list[tuple[tuple[str, str], tuple[int, list[str]]]]:
    """Unusable rows by source and reason: how many, in which files."""
    by_reason: dict[tuple[str, str], tuple[int, list[str]]] = {}
    for (source, path, reason), rows in sorted(sample.quarantined.items()):
        total, files = by_reason.get((source, reason), (0, []))
        by_reason[source, reason] = (total + rows, [*files, f"`{path.removeprefix(source + '/')}`"])
    return sorted(by_reason.items())


def main() -> None:
    """Print the page of the shipped edition."""
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(story(generate(Path(folder), "2026")))


if __name__ == "__main__":
    main()
