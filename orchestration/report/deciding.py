"""What decided a title, as those whom it concerns are told: who holds it, and who has the same final mark without it.

Belongs here: the category of a release as `scoring` looks at it, and what of its answer concerns one candidate. Each is
told its own value alone; that the criteria before it are equal is the price of saying why (decision 11).
"""

from collections.abc import Mapping

from orchestration.release import Cell
from orchestration.report.figures import Tables, whole, whole_or_none
from orchestration.report.model import TieKey
from orchestration.rulebook import Rulebook
from orchestration.scoring import CandidateFact, CategoryFact, ChannelFact, ComponentFact, partings


def category_of(tables: Tables, category_id: str) -> CategoryFact:
    """A category of a release with its ranked candidates, in the order of their ranks."""
    outcome = next(str(row["outcome"]) for row in tables["category_outcome"] if row["category_id"] == category_id)
    ranked = [_candidate(tables, row) for row in tables["fct_ranking"] if row["category_id"] == category_id]
    return CategoryFact(
        category_id, outcome, tuple(sorted(ranked, key=lambda candidate: (candidate.rank or 0, candidate.candidate_id)))
    )


def tie_key(category: CategoryFact, rulebook: Rulebook, candidate_id: str) -> TieKey | None:
    """The criterion that separated a candidate from those with its final mark, when that gave or cost it the title;
    None where none did. Where several were needed it is the last of them."""
    parted = partings(category, rulebook)
    won = [(part.key, part.value) for part in parted if part.first.candidate_id == candidate_id]
    lost = [(part.key, part.other_value) for part in parted if part.other.candidate_id == candidate_id]
    decisive = sorted((*won, *lost), key=lambda pair: rulebook.tie_break.index(pair[0]))
    return TieKey(*decisive[-1]) if decisive else None


def _candidate(tables: Tables, ranking: Mapping[str, Cell]) -> CandidateFact:
    candidate_id = str(ranking["candidate_id"])
    components = tuple(
        ComponentFact(str(row["component"]), whole_or_none(row["mark_micro"]), whole(row["observations"]))
        for row in tables["fct_component_mark"]
        if row["candidate_id"] == candidate_id
    )
    channels = tuple(
        ChannelFact(
            str(row["channel"]),
            whole(row["weight"]),
            planned=whole(row["planned_tests"]),
            counted=whole(row["counted_tests"]),
            mark=whole_or_none(row["mark_micro"]),
        )
        for row in tables["fct_channel_mark"]
        if row["candidate_id"] == candidate_id
    )
    return CandidateFact(
        candidate_id,
        company=candidate_id,
        final=whole_or_none(ranking["final_micro"]),
        rank=whole_or_none(ranking["rank"]),
        eligible=ranking["eligible"] == "true",
        components=components,
        channels=channels,
    )
