"""Readers of reports that an office exports whole: their own layouts, one file each."""
