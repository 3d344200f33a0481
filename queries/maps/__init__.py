"""Asks about the map: its layers, imports and level."""
