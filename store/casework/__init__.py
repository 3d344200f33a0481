"""Cases as they stand, made of their events: what is due, what is late, what a month counts; who took an alarm."""
