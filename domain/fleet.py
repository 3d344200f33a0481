"""Which fleet a tracker belongs to: its entry in the register says so, not the format it speaks."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.text import Text

# The feed of trackers that stand for no vehicle of any fleet (decision 0020).
WAITING = "waiting"
WAITING_NAMES = Text("Thiết bị chờ gắn xe", "Trackers waiting for a vehicle")


class Carrier(NamedTuple):
    """The vehicle a device rides on, and the feed of that vehicle's fleet."""

    vehicle: str
    feed: str


class OtherFleetError(ValueError):
    """A vehicle belongs to one fleet at a time: ``vehicle`` is known to the fleet of ``feed`` already."""

    def __init__(self, vehicle: str, feed: str) -> None:
        super().__init__(f"{vehicle}: {feed}")
        self.vehicle, self.feed = vehicle, feed


def feeds_of(bound: Mapping[str, Carrier], vehicles: Mapping[str, str]) -> dict[str, str]:
    """Feed by device: that of its binding, else of the vehicle (``vehicles``: feed by id) it is called like."""
    return {**vehicles, **{device: carrier.feed for device, carrier in bound.items()}}
