"""A fleet's way in: all tracker formats."""

from data_sources import trackers
from domain.discovery import discover
from domain.feeds.tracker_format import TrackerFormat
from domain.feeds.way_in import Trackers


def tracked() -> Trackers:
    """All formats in data_sources/trackers, for a feed whose vehicles carry trackers."""
    return Trackers({form.key: form.decode for form in discover(trackers, "FORMAT", TrackerFormat).values()})
