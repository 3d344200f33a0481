"""One file per feed: FEED declares its measures and its decoders. Modules with a leading _ are shared decoders."""

# The most observations in one call; a sender must split larger ones.
MAX_ITEMS = 5_000
# The most JSON values in them, names of fields not counted.
VALUES_MAX = 64 * MAX_ITEMS
