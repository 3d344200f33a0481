"""Imported layers of the map: rows in SQL, tiles and street graphs as files."""
