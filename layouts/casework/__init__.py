"""Parts of the screen of public services: scores with their lever, dossiers due and counted."""
