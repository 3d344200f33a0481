"""The evaluator: a process of its own that turns what the collectors stored into results, one tick for all feeds."""
