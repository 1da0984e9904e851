"""The checks of Palmarès: one registry, one file of checks a gate, and what runs them."""
