"""Registers sent as tables: one entry per row, and a reason for each refused row."""
