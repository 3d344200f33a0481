"""Registers of digital teams: read, previewed, and applied when a second person approves."""
