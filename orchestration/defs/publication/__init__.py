"""Assets of the group `publication`. Declarations only."""
