"""Waste collection on a page: the day, a run, a vehicle's day, its drivers."""
