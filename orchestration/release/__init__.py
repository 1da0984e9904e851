"""Releases: canonical results, immutable folders and their chain, the published warehouse, the public palmarès."""
