"""The report: how often each kind got which verdict.

Belongs here: the table as text (Markdown, so that it stands in `docs/assurance.md` as it is printed) and the list of
what nobody saw.
"""

from collections import Counter
from collections.abc import Sequence

from benchmarks.mutation.kinds import KINDS
from benchmarks.mutation.verdicts import UNSEEN, VERDICTS, Verdict


def table(found: Sequence[Verdict]) -> str:
    """One line a kind, in order; a last one with the sums."""
    counts = Counter((one.group, one.kind, one.verdict) for one in found)
    lines = ["| source | mutation | " + " | ".join(VERDICTS) + " |", "|---|---|" + "---:|" * len(VERDICTS)]
    for kind in KINDS:
        cells = [str(counts[kind.group, kind.name, verdict] or "") for verdict in VERDICTS]
        if any(cells):
            lines.append(f"| {kind.group} | {kind.name} | " + " | ".join(cells) + " |")
    sums = Counter(one.verdict for one in found)
    lines.append(f"| | **{len(found)} mutations** | " + " | ".join(str(sums[verdict]) for verdict in VERDICTS) + " |")
    return "\n".join(lines) + "\n"


def unseen(found: Sequence[Verdict]) -> str:
    """Every mutation that moved a mark or a title unseen; those by an impossible value first, and named so."""
    chosen = [one for one in found if one.verdict in UNSEEN]
    chosen.sort(key=lambda one: (not one.impossible, one.verdict != UNSEEN[1], one.number))
    return "".join(
        f"{one.number:6} {one.verdict}{' BY AN IMPOSSIBLE VALUE' if one.impossible else ''}: {one.kind}: {one.what}"
        f"{' (told: ' + ', '.join(one.by) + ')' if one.by else ''}\n"
        for one in chosen
    )


def summary(found: Sequence[Verdict]) -> str:
    """The sentence that counts: what impossible and possible values did unseen."""
    sums = Counter((one.impossible, one.verdict) for one in found)
    return "\n".join(
        f"unseen, by {'impossible' if impossible else 'possible'} values: "
        f"{sums[impossible, UNSEEN[0]]} marks, {sums[impossible, UNSEEN[1]]} titles"
        for impossible in (True, False)
    )
