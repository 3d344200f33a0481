"""Reads and checks the operator's map files: boundaries of units, and streets. These are not feeds."""
