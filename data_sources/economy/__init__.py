"""Feeds of the digital economy: products online, stamps of origin, the technology exchange, waste sorted at source."""

FAMILY = True
