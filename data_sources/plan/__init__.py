"""Reads the waste collection plan from files: one module per format. Each returns a draft with findings."""
