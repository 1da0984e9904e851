"""Telling a waiting person how far long work has come.

Belongs here: one channel from the work to whoever watches. The command line listens and draws a bar;
in the Dagster UI nobody listens and nothing is lost.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, int, int | None], None]
"""(what is being done, how much is done, out of how much or None when nobody knows)"""

_listener: ContextVar[Listener | None] = ContextVar("palmares_progress", default=None)


def report(what: str, done: int = 0, total: int | None = None) -> None:
    """Tell the listener, if there is one."""
    if (listener := _listener.get()) is not None:
        listener(what, done, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hear `report` from everything called inside the block, in this thread of work."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
