"""Evaluates KPIs from newest values: formulas, windows, engine, status machine, composites. Pure: no I/O."""
