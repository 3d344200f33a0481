"""Which fleet a tracker belongs to. The register decides, not the format the tracker sends."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.feeds.payload import BY_KEY
from domain.text import Text

# The feed of trackers that are bound to no vehicle of any fleet (decision 0020).
WAITING = "waiting"
WAITING_NAMES = Text("Thiết bị chờ gắn xe", "Trackers waiting for a vehicle")


# Senders of a binding: the first that sends, and anybody with a key.
ANYBODY, ANY_KEY = "", BY_KEY


class Carrier(NamedTuple):
    """The vehicle a device is bound to, the feed of that vehicle's fleet, and who sends for the device.

    ``sender`` is a `Payload.sender`; ANYBODY and ANY_KEY last until the first such message.
    """

    vehicle: str
    feed: str
    sender: str = ANYBODY

    def hears(self, sender: str) -> bool:
        """Whether a message from ``sender`` is the bound device's."""
        return self.sender in (ANYBODY, sender) or (self.sender == ANY_KEY and sender.startswith(BY_KEY))


class OtherFleetError(ValueError):
    """A vehicle belongs to one fleet at a time, and ``vehicle`` already belongs to the fleet of ``feed``."""

    def __init__(self, vehicle: str, feed: str) -> None:
        super().__init__(f"{vehicle}: {feed}")
        self.vehicle, self.feed = vehicle, feed


def feeds_of(bound: Mapping[str, Carrier], vehicles: Mapping[str, str]) -> dict[str, str]:
    """Feed by device: of its bound vehicle, else of the vehicle with the same id (``vehicles``: feed by id)."""
    return {**vehicles, **{device: carrier.feed for device, carrier in bound.items()}}
