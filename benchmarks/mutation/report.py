"""The report: how often each kind got which verdict.

Belongs here: the table as text (Markdown, so that it stands in `docs/assurance.md` as it is printed) and the list of
what nobody saw.
"""

from collections import Counter
from collections.abc import Sequence

from benchmarks.mutation.kinds import KINDS
from benchmarks.mutation.verdicts import UNSEEN, VERDICTS, Verdict


def table(mutations: Sequence[Verdict]) -> str:
    """One line a kind, in order; a last one with the sums."""
    counts = Counter((mutation.group, mutation.kind, mutation.verdict) for mutation in mutations)
    lines = ["| source | mutation | " + " | ".join(VERDICTS) + " |", "|---|---|" + "---:|" * len(VERDICTS)]
    for kind in KINDS:
        cells = [str(counts[kind.group, kind.name, verdict] or "") for verdict in VERDICTS]
        if any(cells):
            lines.append(f"| {kind.group} | {kind.name} | " + " | ".join(cells) + " |")
    sums = Counter(mutation.verdict for mutation in mutations)
    totals = " | ".join(str(sums[verdict]) for verdict in VERDICTS)
    lines.append(f"| | **{len(mutations)} mutations** | {totals} |")
    return "\n".join(lines) + "\n"


def unseen(mutations: Sequence[Verdict]) -> str:
    """Every mutation that moved a mark or a title unseen; those by an impossible value first, and named so."""
    chosen = [mutation for mutation in mutations if mutation.verdict in UNSEEN]
    chosen.sort(key=lambda mutation: (not mutation.impossible, mutation.verdict != UNSEEN[1], mutation.number))
    return "".join(
        f"{mutation.number:6} {mutation.verdict}{' BY AN IMPOSSIBLE VALUE' if mutation.impossible else ''}: "
        f"{mutation.kind}: {mutation.what}{' (told: ' + ', '.join(mutation.by) + ')' if mutation.by else ''}\n"
        for mutation in chosen
    )


def summary(mutations: Sequence[Verdict]) -> str:
    """The sentence that counts: what impossible and possible values did unseen."""
    sums = Counter((mutation.impossible, mutation.verdict) for mutation in mutations)
    return "\n".join(
        f"unseen, by {'impossible' if impossible else 'possible'} values: "
        f"{sums[impossible, UNSEEN[0]]} marks, {sums[impossible, UNSEEN[1]]} titles"
        for impossible in (True, False)
    )
