"""The published warehouse: one DuckDB file and the same tables as Parquet, replaced in one step.

Belongs here: what a version of what BI tools and the public read is made of. The tables are read from the releases
alone, each verified (`proof.py`): never from a working warehouse. The folders, and the swap, are in `place.py`.
"""

from pathlib import Path

from orchestration.errors import PalmaresError
from orchestration.progress import report
from orchestration.publication.compare import first_difference, same_tables
from orchestration.publication.history import SEED, title_rows
from orchestration.publication.place import CURRENT, LOCK, NUMBER, VERSIONS, PublishedFolder
from orchestration.publication.revocations import Revoked, still_standing
from orchestration.publication.say import say
from orchestration.release import MAKING, Release, newest, read_chain, recover, release_dir, remove, spell_chain
from orchestration.settings import Settings
from orchestration.storage import canonical_json, locked, read_file, sha256_bytes, sha256_file
from orchestration.units import MIB

KEPT = 5
"""Versions kept, the newest included. Who opened an older one keeps reading it: the system frees it when it is
closed; who comes back later opens `current`."""
STATE = "made-from.txt"
DUCKDB = "palmares.duckdb"
TABLES = (DUCKDB, "parquet")


def publish_warehouse(settings: Settings, seed: Path = SEED) -> Path:
    """Bring the published warehouse up to the releases; returns the path of the DuckDB file that readers open.

    It is always made: where what is shown is the same, it stays. Raises PalmaresError when there is no release, Refused
    when one of them is not what was signed and published, EvidenceBroken when the evidence cannot tell.
    """
    # The makers of releases and pages, and the verifier: whoever asks only what is shown does without.
    from orchestration.publication.palmares import PUBLIC
    from orchestration.publication.proof import proven

    with locked(settings.lock_file(LOCK)):
        chain = recover(settings.releases)
        if not chain:
            raise PalmaresError(say("unmade.no_release"))
        revoked = proven(settings, chain)
        known = sha256_bytes(canonical_json([[*key, vars(revocation)] for key, revocation in sorted(revoked.items())]))
        state = f"{sha256_bytes(spell_chain(chain))} {sha256_file(seed) if seed.exists() else '-'} {known}"
        state += f" {settings.address}\n" if settings.address else "\n"
        place = PublishedFolder(settings.published)
        place.put_right()
        every = [Release(release_dir(settings.releases, line)) for line in chain]
        shown = [Release(release_dir(settings.releases, line)) for line in newest(chain)]
        _make(place, every, shown, revoked, seed=seed, state=state, address=settings.address)
        place.show((*TABLES, *PUBLIC))
        place.forget(KEPT)
        return settings.published_db


def is_shown(settings: Settings) -> bool:
    """Whether what readers open was made from all the releases of the chain: else a publication was cut short."""
    made_from = settings.published / "current" / STATE
    chain = sha256_bytes(spell_chain(read_chain(settings.releases)))
    return made_from.is_file() and read_file(made_from).decode("ascii", "replace").startswith(chain)


def _make(
    place: PublishedFolder,
    every: list[Release],
    shown: list[Release],
    revoked: Revoked,
    seed: Path,
    state: str,
    address: str | None,
) -> None:
    """Make the version that is due; it is shown unless the one that is shown is the same.

    So nothing that stands there is believed: not a table, not a page, and not what says that it was made here. A
    revoked release stays in the archive; it has no rows and no titles among what stands.
    """
    from orchestration.publication.fill import fill_warehouse
    from orchestration.publication.palmares import palmares_files

    folder = place.making()
    (folder / "parquet").mkdir()
    standing = still_standing(shown, revoked)
    titles = title_rows(standing, shown, seed)
    fill_warehouse(folder / DUCKDB, folder / "parquet", every, shown, revoked=revoked, titles=titles)
    for path, data in palmares_files(every, revoked, titles, address).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / STATE).write_text(state, encoding="ascii")
    if place.shown is None:
        place.put(folder)
        return
    same = _state_of(place.shown) in (b"", state.encode("ascii"))  # else what it is made from changed
    differing = first_difference(place.shown, folder, {DUCKDB: same_tables})
    if differing is None:
        remove(folder)
        return
    if same:
        report(say("told.made_anew", path=place.path / "current" / differing))
    place.put(folder)


def _state_of(version: Path) -> bytes:
    """What a version says that it was made from; nothing when it cannot be read."""
    try:
        return read_file(version / STATE, MIB)
    except OSError:
        return b""


def strangers(settings: Settings) -> list[Path]:
    """What stands among the published folders under a name that is none of publication's."""
    from orchestration.publication.palmares import PUBLIC

    place = PublishedFolder(settings.published)
    known = {VERSIONS, CURRENT, *TABLES, *PUBLIC}
    strays = [path for path in _entries(place.path) if path.name.removeprefix(".").removesuffix(".next") not in known]
    return strays + [path for path in _entries(place.versions) if not _is_version(path.name)]


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _is_version(name: str) -> bool:
    return bool(NUMBER.fullmatch(name.removeprefix(MAKING)))
