"""Assets of the group `scoring`. Declarations only."""
