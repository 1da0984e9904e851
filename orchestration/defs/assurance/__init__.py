"""Assets of the group `assurance`. Declarations only."""
