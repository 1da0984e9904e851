"""Respondents and voters of the clean edition.

Belongs here: who answers and votes, when, and how that stands in files.
"""

from datetime import UTC, datetime, timedelta

from benchmarks.mutation.sheets import Sheet
from orchestration.sample.draws import Draws

RESPONDENTS, ANSWERED = 300, 2
PROFILES = {"gender": (("f", 470, "0.510"), ("m", 530, "0.490")),
            "region": (("north", 380, "0.300"), ("centre", 420, "0.450"), ("south", 200, "0.250"))}  # fmt: skip
"""For each value: per mille of the panel, share of the population."""
VOTERS = 1000
VOTE_FILES = ("site", "app")


def responses(draws: Draws, qualities: dict[str, int]) -> dict[str, Sheet]:
    """Two files: one panel by telephone, one by internet. Happy people are so about all three questions."""
    names = list(qualities)
    columns = ["respondent_id", "candidate_id", "answered_at", "satisfaction", "recommendation", "effort"]
    columns += ["contacts", "resolved", *PROFILES]
    panels: dict[str, list[list[str]]] = {"telephone": [], "internet": []}
    for number in range(RESPONDENTS):
        profile = [
            values[draws.pick(tuple(share for _, share, _ in values), variable, number)][0]
            for variable, values in PROFILES.items()
        ]
        for turn in range(ANSWERED):
            name = names[(number + 4 * turn) % len(names)]
            who = (number, turn)
            when = datetime(2025, 11, 2, 8, tzinfo=UTC) + timedelta(days=draws.below(27, "day", number))
            when += timedelta(seconds=draws.below(11 * 3600, "second", *who))
            mood = qualities[name] + draws.below(401, "luck", *who) - 200
            satisfied, recommended, easy = (
                sum(draws.below(1000, word, *who, step) < mood for step in range(steps))
                for word, steps in (("satisfied", 10), ("recommended", 10), ("easy", 6))
            )
            panels["telephone" if draws.below(100, "panel", number) < 55 else "internet"].append([
                f"R{number + 1:04d}", name, when.strftime("%Y-%m-%dT%H:%M:%SZ"),
                str(satisfied), str(recommended), str(easy + 1),
                str(1 + draws.below(3, "contacts", *who)), str(int(satisfied > 5)), *profile,
            ])  # fmt: skip
    return {
        f"survey/{panel}.csv": Sheet(list(columns), sorted(rows, key=lambda row: (row[2], row[0])))
        for panel, rows in panels.items()
    }


def targets() -> Sheet:
    """The population's margins."""
    rows = [[variable, value, share] for variable, values in PROFILES.items() for value, _, share in values]
    return Sheet(["variable", "value", "share"], rows)


def votes(draws: Draws, candidates: dict[str, tuple[str, int]]) -> dict[str, Sheet]:
    """A thousand voters, half of whom vote in a second category; now and then two share an address."""
    columns = ["vote_id", "voter_key", "category_id", "candidate_id", "cast_at", "channel", "ip_hash"]
    categories = list(dict.fromkeys(category for category, _ in candidates.values()))
    cast = []
    for voter in range(VOTERS):
        start = datetime(2025, 10, 1, 9, tzinfo=UTC) + timedelta(seconds=draws.below(30 * 86_000, "when", voter))
        platform = VOTE_FILES[draws.below(100, "platform", voter) >= 60]
        address = voter - 1 if voter % 17 == 5 else voter
        for turn in range(1 + voter % 2):
            category = categories[(voter + turn * (1 + voter // 3 % 2)) % len(categories)]
            field = [name for name, (own, _) in candidates.items() if own == category]
            popularity = tuple(candidates[name][1] - 520 for name in field)
            name = field[draws.pick(popularity, "choice", voter, turn)]
            when = start + timedelta(seconds=40 * turn)
            keys = draws.hex_digits(32, "voter", voter), draws.hex_digits(32, "address", address)
            cast.append([when.strftime("%Y-%m-%dT%H:%M:%SZ"), keys[0], category, name, platform, keys[1]])
    cast.sort()
    sheets = {f"votes/{platform}.csv": Sheet(list(columns), []) for platform in VOTE_FILES}
    for number, (moment, voter_key, category, name, platform, ip_hash) in enumerate(cast, start=1):
        row = [f"V{number:05d}", voter_key, category, name, moment, platform, ip_hash]
        sheets[f"votes/{platform}.csv"].rows.append(row)
    return sheets
