"""One file a feed: FEED declares what it measures and how its payloads are read; names with _ are shared decoders."""
