"""Registers people send as tables: one entry a row, each refused row with its reason."""
