"""Lints of the project's own conventions, those that no general linter knows."""
