"""Assets of the group `dossier`. Declarations only."""
