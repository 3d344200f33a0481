"""Benchmarks: one file a family of figures; each figure is one JSON line with its baseline and ratio."""
