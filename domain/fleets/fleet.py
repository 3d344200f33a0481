"""Which fleet a tracker belongs to. The register decides, not the format the tracker sends."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.text import Text

# The feed of trackers that are bound to no vehicle of any fleet (decision 0020).
WAITING = "waiting"
WAITING_NAMES = Text("Thiết bị chờ gắn xe", "Trackers waiting for a vehicle")


class Carrier(NamedTuple):
    """The vehicle a device is bound to, and the feed of that vehicle's fleet."""

    vehicle: str
    feed: str


class OtherFleetError(ValueError):
    """A vehicle belongs to one fleet at a time, and ``vehicle`` already belongs to the fleet of ``feed``."""

    def __init__(self, vehicle: str, feed: str) -> None:
        super().__init__(f"{vehicle}: {feed}")
        self.vehicle, self.feed = vehicle, feed


def feeds_of(bound: Mapping[str, Carrier], vehicles: Mapping[str, str]) -> dict[str, str]:
    """Feed by device: of its bound vehicle, else of the vehicle with the same id (``vehicles``: feed by id)."""
    return {**vehicles, **{device: carrier.feed for device, carrier in bound.items()}}
