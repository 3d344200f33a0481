"""Panels of /data: map imports, corrections, fetches, retention."""
