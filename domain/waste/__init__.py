"""Words that only waste collection says: its plan, runs, works, facilities and dispatchers."""
