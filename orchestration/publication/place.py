"""The folder that readers open, which is publication's own: `published/`.

Belongs here: which folders and links stand in it, and the swap. A version is a folder of its own; `current` is a
symbolic link that one rename moves, so that a reader holds the old version whole or opens the new one whole.

Whatever stands there under a name of publication's own and is not as publication makes it is made anew, and told. No
link is followed out of the folder: nothing outside is read, written or removed.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from orchestration.progress import report
from orchestration.publication.say import say
from orchestration.release import MAKING, is_folder, remove
from orchestration.storage import settle, sync_dir

LOCK = "releases"
"""The lock of the releases and of this folder: who holds it publishes alone."""
VERSIONS, CURRENT = "versions", "current"
NUMBER = re.compile(r"[1-9][0-9]{0,8}")
"""Names of versions. A longer number is none of ours: another after it might be no name for a file."""


class PublishedFolder:
    """The published folder, held under its lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.versions = path / VERSIONS

    def put_right(self) -> None:
        """Make the folders what they must be, and sweep away what a crash left."""
        for folder in (self.path, self.versions):
            if os.path.lexists(folder) and not is_folder(folder):
                self._anew(folder)
            folder.mkdir(parents=True, exist_ok=True)
        for entry in sorted(self.versions.iterdir()):
            if entry.name.startswith(MAKING):
                remove(entry)
            elif NUMBER.fullmatch(entry.name) and not is_folder(entry):
                self._anew(entry)
            elif not NUMBER.fullmatch(entry.name):
                report(say("told.left", path=entry))

    def _anew(self, path: Path) -> None:
        report(say("told.made_anew", path=path))
        remove(path)

    def _numbers(self) -> list[int]:
        return sorted(int(entry.name) for entry in self.versions.iterdir() if NUMBER.fullmatch(entry.name))

    @property
    def shown(self) -> Path | None:
        """The version that readers open; None when there is none, or `current` is no link to one."""
        current = self.path / CURRENT
        target = str(current.readlink()) if current.is_symlink() else ""
        folder, _, number = target.partition("/")
        valid = folder == VERSIONS and NUMBER.fullmatch(number) and is_folder(self.versions / number)
        return self.versions / number if valid else None

    def making(self) -> Path:
        """A new folder for a version in the making."""
        folder = self.versions / f"{MAKING}{max(self._numbers(), default=0) + 1}"
        folder.mkdir()
        return folder

    def put(self, folder: Path) -> None:
        """Bring a version that was made to disk, and show it."""
        settle(folder)
        target = self.versions / folder.name.removeprefix(MAKING)
        folder.rename(target)
        sync_dir(self.versions)
        self._link(CURRENT, f"{VERSIONS}/{target.name}")

    def show(self, names: Iterable[str]) -> None:
        """Stable names beside `current`, for tools that want a file rather than a folder; none for what is not made."""
        for entry in self.path.iterdir():
            target = str(entry.readlink()) if entry.is_symlink() else ""
            if target == f"{CURRENT}/{entry.name}" and not os.path.lexists(self.path / target):
                remove(entry)
        for name in names:
            if os.path.lexists(self.path / CURRENT / name):
                self._link(name, f"{CURRENT}/{name}")

    def _link(self, name: str, target: str) -> None:
        """Point a symbolic link somewhere in one step; what else stands in its place gives way."""
        link = self.path / name
        if link.is_symlink() and str(link.readlink()) == target:
            return
        if os.path.lexists(link) and not (name == CURRENT and self.shown):
            report(say("told.made_anew", path=link))
        if is_folder(link):
            remove(link)
        temporary = link.with_name(f".{name}.next")
        remove(temporary)
        temporary.symlink_to(target)
        temporary.replace(link)
        sync_dir(self.path)

    def forget(self, kept: int) -> None:
        """Remove all but the newest versions; never the one that is shown."""
        for number in self._numbers()[:-kept]:
            if self.versions / str(number) != self.shown:
                remove(self.versions / str(number))
