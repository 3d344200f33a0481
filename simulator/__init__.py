"""Simulates a plausible Long An from a seed; sends to the front door over HTTP only and marks everything simulated."""
