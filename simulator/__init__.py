"""A believable, seeded Long An that speaks to the front door only over HTTP and marks all it sends as simulated."""
