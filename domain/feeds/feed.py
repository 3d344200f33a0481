"""The declaration of a feed: its measures, interval, owner, and how to decode its payloads."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum

from domain.case import CaseType
from domain.feeds.owner import Owner
from domain.feeds.payload import Format, Payload
from domain.feeds.reporter import Listed, Register, Reporters
from domain.feeds.scrub import Scrub, unscrubbed
from domain.feeds.way_in import Decode, Decoded, Fetched, Shipped, WayIn, Wire, decoders
from domain.period import Span
from domain.places.crosswalk import Weight
from domain.text import Text, folded

__all__ = ["Bearer", "Decode", "Decoded", "Feed", "Format", "Measure", "Payload"]

VEHICLES = Register("vehicle")
ROUTES = Register("route")
# Units with fractions. Any other unit (hộ, hồ sơ, xe, 0/1) counts whole things.
_MEASURED_UNITS = frozenset({"%", "s", "giờ", "m", "km", "kg", "t", "điểm", "đồng"})


class Bearer(StrEnum):
    """Whether a measure describes places or entities."""

    PLACE = "place"
    ENTITY = "entity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An observed property (OGC SensorThings): key, unit, legal range, and the names people read.

    ``span`` is the period a value covers when its sender names only an instant (a day, a month to date). ``cadence``
    and ``stale_after`` override the feed's. ``weight`` is the census figure that divides a count over the parts of a
    divided commune; None = not a count, so values of communes cannot be added. ``amount``: each value is a separate
    amount (a weighing), not a level. Dropping some would falsify the history, so none is rolled up
    (store/keeping/retention.py). ``gives`` names what the centre computes of it; that ages as the measure does.
    ``formerly``: keys and names of an earlier release; every way in reads them as this measure.
    ``part_of`` names the measure that it can never exceed; ``sum_of`` those that together should make it (a file whose
    figures do not is told so, and nothing is corrected).
    """

    key: str
    names: Text
    unit: str
    bearer: Bearer = Bearer.PLACE
    low: float = 0.0
    high: float = 1e12
    weight: Weight | None = "population"
    amount: bool = False
    span: Span = Span.INSTANT
    cadence: timedelta | None = None
    stale_after: timedelta | None = None
    gives: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    part_of: str = ""
    sum_of: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it counts whole things; then 88.9 is an error, such as a percentage sent for a count."""
        return self.unit not in _MEASURED_UNITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The contract of data_sources: one file, one FEED. Its decoders are pure and never raise.

    ``cadence`` is the expected interval of new data, ``stale_after`` the age from which its numbers leave the
    aggregates (by the data's own time, not by arrival). ``reporters`` must report to it: the N of "n of N".
    ``drives_plan``: its vehicles drive the collection plan, so their days are judged (intake/assessor/assessing.py).
    ``published``: others printed its figures. They stand beside the centre's own, and no KPI may need them.
    ``scrub`` removes what may never be stored before a message is stored; when it fails, the message is rejected.
    Raises ValueError for a wrong declaration.
    """

    key: str
    names: Text
    owner: Owner
    reporters: Reporters
    cadence: timedelta
    stale_after: timedelta
    measures: tuple[Measure, ...]
    ways_in: tuple[WayIn, ...] = field(repr=False)
    scrub: Scrub = field(default=unscrubbed, repr=False)
    legal_basis: str = ""
    drives_plan: bool = False
    published: bool = False
    cases: tuple[CaseType, ...] = ()
    decoders: Mapping[str, Decode] = field(init=False, repr=False)
    _behind: Mapping[str, Measure] = field(init=False, repr=False, compare=False)
    """By name: the measure itself, or the one of which it is computed."""

    def __post_init__(self) -> None:
        _check_former(self.measures)
        object.__setattr__(self, "decoders", decoders(self.ways_in))
        # The first that gives a name is behind it.
        behind = {name: m for m in reversed(self.measures) for name in (m.key, *m.gives)}
        object.__setattr__(self, "_behind", behind)
        known = {measure.key for measure in self.measures}
        named = {name for measure in self.measures for name in (measure.part_of, *measure.sum_of) if name}
        if unknown := sorted(named - known):
            raise ValueError(f"{self.key}: no such measure: {', '.join(unknown)}")
        spans = {measure.key: measure.span for measure in self.measures}
        if apart := [one.key for one in self.measures if one.part_of and spans[one.part_of] is not one.span]:
            raise ValueError(f"{self.key}: of another span than the measure they are part of: {', '.join(apart)}")

    @property
    def is_tracked(self) -> bool:
        """Whether its reporters are the vehicles of the register: their trackers feed it."""
        return self.reporters == VEHICLES

    @property
    def is_routed(self) -> bool:
        """Whether its reporters are the routes of the collection plan, which the centre judges itself."""
        return self.reporters == ROUTES

    @property
    def is_collected(self) -> bool:
        """Whether the centre itself produces part of the inputs of the feed's KPIs."""
        return self.is_tracked or self.is_routed

    @property
    def wires(self) -> tuple[Wire, ...]:
        """Its own formats, each served at POST /ingest/<key>."""
        return tuple(way for way in self.ways_in if isinstance(way, Wire))

    @property
    def fetched(self) -> tuple[Fetched, ...]:
        """Its ways in that the centre fetches itself."""
        return tuple(way for way in self.ways_in if isinstance(way, Fetched))

    @property
    def shipped(self) -> tuple[Shipped, ...]:
        """Its messages that come with the release."""
        return tuple(way for way in self.ways_in if isinstance(way, Shipped))

    @property
    def is_owed(self) -> bool:
        """Whether anybody has to report to it; a feed that nobody owes is never late."""
        return self.reporters != Listed(())

    @property
    def listed(self) -> tuple[CaseType, ...]:
        """Its cases that people see by name."""
        return tuple(kind for kind in self.cases if kind.title)

    def measure(self, key: str) -> Measure | None:
        """The measure with this key, or None."""
        return next((m for m in self.measures if m.key == key), None)

    def stale_after_of(self, measure: str) -> timedelta:
        """The age from which figures of this measure no longer count."""
        found = self._behind.get(measure)
        return (found.stale_after if found else None) or self.stale_after

    def cadence_of(self, measure: str) -> timedelta:
        """The expected interval of new figures of this measure."""
        found = self._behind.get(measure)
        return (found.cadence if found else None) or self.cadence

    def stale_after_for(self, needs: Iterable[str]) -> timedelta:
        """The age from which a figure computed from these measures no longer counts: their smallest limit.

        Ignores measures of other feeds ("feed/measure").
        """
        return min((self.stale_after_of(name) for name in needs if "/" not in name), default=self.stale_after)

    def cadence_for(self, needs: Iterable[str]) -> timedelta:
        """How often a figure computed from these measures changes: their shortest interval."""
        return min((self.cadence_of(name) for name in needs if "/" not in name), default=self.cadence)

    def decode(self, payload: Payload) -> Iterable[Decoded]:
        """Read one payload by its format; KeyError when the feed does not speak that format."""
        return self.decoders[payload.format](payload)


def by_key(measures: Iterable[Measure]) -> dict[str, Measure]:
    """The measures by their keys and former names."""
    measures = tuple(measures)
    return {former: m for m in measures for former in m.formerly} | {m.key: m for m in measures}


def by_heading(measures: Iterable[Measure]) -> dict[str, Measure]:
    """The measures by what may head their column, `folded`: key, name in either language, former names."""
    return {folded(name): m for m in measures for name in (m.key, m.names.vi, m.names.en, *m.formerly)}


def _check_former(measures: Iterable[Measure]) -> None:
    """Raises ValueError for a former name that could mean two measures."""
    measures = tuple(measures)
    present = {folded(name) for m in measures for name in (m.key, *m.gives, m.names.vi, m.names.en)}
    for name, times in Counter(folded(former) for m in measures for former in m.formerly).items():
        if not name or name in present or times > 1:
            why = "is a present name" if name in present else f"is given {times} times" if name else "is empty"
            raise ValueError(f"former name {name!r} {why}")


def tracked(feeds: Iterable[Feed]) -> list[str]:
    """Keys of the fleets, in declared order."""
    return [feed.key for feed in feeds if feed.is_tracked]


def plan_fleet(feeds: Iterable[Feed]) -> str:
    """Key of the fleet that drives the collection plan, "" when there is none."""
    return next((feed.key for feed in feeds if feed.drives_plan), "")


def with_phones(feeds: Mapping[str, Feed], phones: Mapping[str, str]) -> dict[str, Feed]:
    """The feeds with their owners' phone numbers. Raises ValueError for an undeclared feed."""
    if unknown := sorted(phones.keys() - feeds.keys()):
        raise ValueError(f"không có nguồn / no such feed: {', '.join(unknown)}")
    return {key: replace(feed, owner=replace(feed.owner, phone=phones.get(key, ""))) for key, feed in feeds.items()}
