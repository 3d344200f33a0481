"""The processes of the writing side, each put together from its parts."""
