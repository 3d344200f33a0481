"""Which devices stand for vehicles of one fleet and which for another's, from the register as last read."""

from collections.abc import Mapping, Set

from domain.fleets.fleet import ANY_KEY, ANYBODY, Carrier, feeds_of
from store.records import RegisteredVehicle
from store.registry import Registry


class Riders:
    """One fleet's view of the register, refreshed by `read`. Blocking."""

    def __init__(self, registry: Registry, feed: str) -> None:
        self._registry = registry
        self._feed = feed
        self._bound: Mapping[str, Carrier] = {}
        self._vehicles: Mapping[str, RegisteredVehicle] = {}
        self._feeds: Mapping[str, str] = {}
        self.fleet: Mapping[str, RegisteredVehicle] = {}
        self.carried: Set[str] = frozenset()
        self.elsewhere: Mapping[str, str] = {}
        self.read()

    def read(self) -> bool:
        """Read the register again; returns whether it changed.

        ``fleet``: its vehicles by id; ``carried``: devices that stand for one, bound to it or called like it;
        ``elsewhere``: feed by device and by vehicle of the other fleets.
        """  # fmt: skip
        bound, vehicles = self._registry.bound(), self._registry.vehicles()
        if (bound, vehicles) == (self._bound, self._vehicles):
            return False
        self._bound, self._vehicles = bound, vehicles
        known = {id_: one.feed for id_, one in vehicles.items()}
        self._feeds = feeds_of(self._bound, known)
        self.fleet = {id_: one for id_, one in vehicles.items() if one.feed == self._feed}
        self.carried = frozenset(device for device, feed in self._feeds.items() if feed == self._feed)
        ridden = {carrier.vehicle: carrier.feed for carrier in self._bound.values()}
        self.elsewhere = {
            id_: feed
            for id_, feed in {**ridden, **known, **self._feeds}.items()
            if feed != self._feed and id_ not in self.fleet
        }
        return True

    def name(self, device: str) -> tuple[str, str]:
        """The vehicle a device of ``carried`` stands for, and the vehicle's ward."""
        id_ = self._bound[device].vehicle if device in self._bound else device
        return id_, self.place_of(id_)

    def place_of(self, vehicle: str) -> str:
        """The ward of a vehicle, "" when the register does not say."""
        return self.fleet[vehicle].place if vehicle in self.fleet else ""

    def knows_no_sender(self, device: str) -> bool:
        """Whether nobody has said who sends for ``device``; also one bound since the register was read."""
        if device in self._bound:
            return self._bound[device].sender in (ANYBODY, ANY_KEY)
        return device not in self.fleet

    def stands_for(self, device: str, vehicle: str, *, anywhere: bool) -> bool:
        """Whether ``device`` stands for ``vehicle``, in this fleet or (``anywhere``) in any."""
        known = device in self._feeds if anywhere else device in self.carried
        return known and self.name(device)[0] == vehicle
