"""Asks about figures over time: series, one KPI's course, the path to a target."""
