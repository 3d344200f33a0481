"""The indicators: one file of declarations per family, and the alarm list derived from their results."""
