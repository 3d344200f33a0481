"""What is done with a message wherever it came from: split, scrub, decode, place, judge."""
