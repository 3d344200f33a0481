"""Questions about cases: the scores of offices, dossiers due and counted."""
