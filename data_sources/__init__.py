"""One file a feed: FEED declares what it measures and how its payloads are read; names with _ are shared decoders."""

# One call carries at most this many observations; larger ones are cut by the sender.
MAX_ITEMS = 5_000
