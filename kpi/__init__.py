"""The indicators: declarations one file a family, and the pure evaluation that turns newest values into results."""
