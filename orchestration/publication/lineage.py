"""Where the figures of a published table come from: model by model, down to the file that a supplier handed in.

Belongs here: reading it out of dbt's own SQL (`ref`, `source`), and the way from a title down to the criterion. The
pages that show it are `dictionary.py`.
"""

import re
from collections import deque
from functools import cache
from itertools import pairwise

from orchestration.scoring import DBT_DIR
from orchestration.settings import RULEBOOK_FILE
from orchestration.storage import read_file

_NAMED = re.compile(r"\b(ref|source)\(\s*'(\w+)'(?:\s*,\s*'(\w+)')?\s*\)")
DEPOSITS = {
    **dict.fromkeys(("intake.test", "intake.rating", "intake.measure"), "audits/<field_firm>/*"),
    **dict.fromkeys(("intake.response", "intake.survey_weight"), "survey/*"),
    **{"intake.vote": "votes/*", "intake.candidate": "candidates.csv", "intake.contest": "contests.csv"},
}
"""What each table of intake is read from; the tables of schema `rulebook` are all read from the rulebook."""

OF_THE_MARK = ("laureates", "fct_ranking", "int_component_mark", "int_channel_mark", "int_test")
"""Where the mark of a title passes, down to the test; what stands between is found."""
CRITERION = ("intake.rating", "rulebook.criterion")
"""What a test's mark is made of: the rating, and the criterion's weight and best rating."""


@cache
def parents() -> dict[str, tuple[str, ...]]:
    """What each model is made from, directly: models by name, tables of intake and rulebook as `schema.table`."""
    direct = {}
    for path in sorted((DBT_DIR / "models").rglob("*.sql")):
        names = []
        for kind, first, second in _NAMED.findall(read_file(path).decode()):
            own = kind == "ref" or first == "published"  # a published table is the model of that name
            names.append((second or first) if own else f"{first}.{second}")
        direct[path.stem] = tuple(sorted(set(names)))
    return direct


def deposits_of(model: str) -> list[str]:
    """The files that a table is made from in the end, the rulebook last."""
    seen, queue = {model}, deque([model])
    while queue:
        for name in parents().get(queue.popleft(), ()):
            if name not in seen:
                seen.add(name)
                queue.append(name)
    files = {DEPOSITS[name] for name in seen if name in DEPOSITS}
    rules = any(name.startswith("rulebook.") for name in seen)
    return [*sorted(files), *([RULEBOOK_FILE] if rules else [])]


def way_down(model: str, source: str) -> list[str]:
    """The shortest way from a model to a table of intake or rulebook, both included. KeyError where there is none."""
    before, queue = {model: ""}, deque([model])
    while queue and source not in before:
        name = queue.popleft()
        for parent in parents().get(name, ()):
            if parent not in before:
                before[parent] = name
                queue.append(parent)
    way = [source]
    while way[-1] != model:
        way.append(before[way[-1]])
    return way[::-1]


def way_of_the_mark(source: str) -> list[str]:
    """From the title down to a table of intake or rulebook, by way of every mark between."""
    way = [OF_THE_MARK[0]]
    for upper, lower in pairwise((*OF_THE_MARK, source)):
        way += way_down(upper, lower)[1:]
    return way
