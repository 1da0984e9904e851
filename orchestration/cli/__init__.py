"""The `palmares` command (SPEC 9): parse, call, print.

Belongs here: options, words for people, exit codes. Nothing is computed here, and nothing heavy is
imported before the command that needs it runs.
"""

from orchestration.cli.app import main

__all__ = ["main"]
