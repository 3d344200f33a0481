"""Community digital teams and IT Xanh teams: the register without names, and what each team reports of its work."""
