"""Measured figures: one file a family, each figure one JSON line with its baseline and ratio."""
