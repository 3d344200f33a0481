"""The writing side: front door, collector, and the evaluation that follows them."""
