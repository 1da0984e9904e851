"""Assets of the group `intake`. Declarations only."""
