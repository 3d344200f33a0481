"""Readers of tables people fill in: CSV, XLSX, JSON records."""
