"""Words of a feed: what it declares, who owes it figures, how its messages come in."""
