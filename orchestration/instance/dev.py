"""`dagster dev` with our web server in the place of Dagster's: `python -m orchestration.instance.dev`.

Belongs here: that one exchange. `dagster dev` names the programs it starts (code servers, daemon, web server) and takes
no other; a test of the running UI holds that ours answers.
"""

from collections.abc import Sequence
from typing import Any

THEIRS, OURS = "dagster_webserver", "orchestration.instance.webserver"


def exchanged(command: Sequence[str]) -> list[str]:
    """A command that starts Dagster's web server as one that starts ours; any other command as it is."""
    return [OURS if part == THEIRS else part for part in command]


def main() -> None:
    """Run `dagster dev` with the options given."""
    from dagster._cli import dev

    start = dev.open_ipc_subprocess  # type: ignore[attr-defined]

    def start_ours(parts: Sequence[str], **options: Any) -> Any:
        return start(exchanged(parts), **options)

    dev.open_ipc_subprocess = start_ours  # type: ignore[attr-defined]
    dev.dev_command()


if __name__ == "__main__":
    main()
