"""Figures as senders told them: what newspapers printed, corrections, sources that disagree."""
