"""Benches of what somebody sees first: the first figure of a page, the first minute of a centre."""
