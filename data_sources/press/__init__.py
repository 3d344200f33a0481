"""What newspapers printed: the feed, and the figures that come with the release."""

FAMILY = True
