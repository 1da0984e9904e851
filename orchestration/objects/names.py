"""Which objects of a bucket are deposits, and where each belongs in the edition.

Belongs here: rules on names and sizes alone; no byte of an object is looked at. Whoever may write into a bucket chooses
its names: a name is never a path before custody has said so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestration import custody
from orchestration.errors import InputError
from orchestration.objects.say import say
from orchestration.objects.store import ListedObject

LARGEST = 16 << 30
"""Bytes of one object: no deposit comes near."""
SUPPLIERS = ("audits", "survey", "votes")
"""What suppliers hand in. The rulebook, who may sign, candidates, corrections and contests are the organiser's: out of
a folder into which others write they are never taken; named one by one, they are."""


@dataclass(frozen=True)
class Left:
    """An object that is not taken, and why."""

    name: str
    why: str


def shown(key: str) -> str:
    """The name of an object as it may stand in a message, whatever it is made of."""
    return ascii(key[:200])


def place_of(listed: ListedObject, as_path: str | None) -> str:
    """Where an object that was named itself belongs: `as_path`, or the longest end of its key that fits an edition.

    Raises InputError for one that fits nowhere.
    """
    if as_path is not None:
        path = as_path
    else:
        parts = listed.key.split("/")
        ends = ["/".join(parts[start:]) for start in range(len(parts))]
        path = next(filter(custody.fits, ends), ends[-1])
    custody.source_of(path)
    if listed.size > LARGEST:
        raise InputError(say("left.large", most=LARGEST >> 30), shown(listed.key), say("left.large_mend"))
    return path


def judge(
    listed: Iterable[ListedObject], folder: str, as_folder: str | None, in_custody: Iterable[str]
) -> tuple[dict[str, ListedObject], list[Left]]:
    """The objects of a folder that may be deposits, by their path in the edition, and those that are not.

    `folder`: what the keys of all begin with. `as_folder`: the folder of the edition in which they belong.
    `in_custody`: the paths there. A folder's own mark, empty and with a slash at its end, is passed over.
    """
    sound: dict[str, ListedObject] = {}
    left: list[Left] = []
    for obj in listed:
        name = obj.key.removeprefix(folder)
        if obj.size == 0 and (not name or name.endswith("/")):
            continue
        path = f"{as_folder.rstrip('/')}/{name}" if as_folder else name
        if (why := _against(path, obj)) is None:
            sound[path] = obj
        else:
            left.append(Left(shown(obj.key), why))
    for path in _spelt_alike(sound, in_custody):
        left.append(Left(shown(sound.pop(path).key), say("left.spelling")))
    return sound, sorted(left, key=lambda obj: obj.name)


def _spelt_alike(paths: Iterable[str], in_custody: Iterable[str]) -> list[str]:
    """The paths that are another's but for capitals, or lie in a folder that is: on some disks they are the same file.

    What is in custody keeps its spelling: nobody can keep it out by another one.
    """
    known = {part for path in in_custody for part in _ways(path)}
    spelt = Counter(part.casefold() for part in known | {part for path in paths for part in _ways(path)})
    return [path for path in paths if any(part not in known and spelt[part.casefold()] > 1 for part in _ways(path))]


def _ways(path: str) -> Iterator[str]:
    """The path, and each folder on the way to it."""
    parts = path.split("/")
    yield from ("/".join(parts[:end]) for end in range(1, len(parts) + 1))


def _against(path: str, obj: ListedObject) -> str | None:
    try:
        custody.source_of(path)
    except InputError as error:
        return error.what
    if path.split("/")[0] not in SUPPLIERS:
        return say("left.organiser")
    return say("left.large", most=LARGEST >> 30) if obj.size > LARGEST else None
