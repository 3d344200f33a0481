"""Judges the day: fixes become drives, drives become runs and vehicles' days."""
