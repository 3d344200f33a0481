"""The residents' page of a street, in words: next collection, today's state, later days, exceptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.instant import day_start, service_day
from domain.public_text import PublicText, public
from domain.text import Language, Text
from domain.waste.plan import Action, Kerb, PlanException, VehicleClass
from pages.schedule_words import is_early, long_before, state_words
from pages.timetable import PlanInUse, ward_names
from present import formats
from rounds.lookup.pickups import Passage, Pickup, pickups
from rounds.lookup.street_directory import Street
from rounds.lookup.street_now import Progress, StreetNow, Today, of_pickup
from rounds.lookup.street_search import Ward

DAYS = 90
NEXT_SHOWN = 4
CHANGES_SHOWN = 12
_STILL_OPEN = (Progress.ON_TIME, Progress.LATE)
_OVER = (Progress.PASSED, Progress.DRIVEN)
_TOLD = (Progress.LATE, Progress.NO_DATA)
# Longer before a collection its day and hour say more than a count of hours.
COUNTED_DOWN = timedelta(hours=12)

KERBS = {
    Kerb.LEFT: Text("lề trái", "left kerb"),
    Kerb.RIGHT: Text("lề phải", "right kerb"),
    Kerb.BOTH: Text("hai bên đường", "both kerbs"),
    Kerb.ANY: Text("bên nào cũng được", "either kerb"),
}
VEHICLES = {
    VehicleClass.COMPACTOR: Text("xe ép rác", "compactor truck"),
    VehicleClass.TRUCK: Text("xe tải", "truck"),
    VehicleClass.THREE_WHEELER: Text("xe ba gác", "three-wheeler"),
    VehicleClass.HANDCART: Text("xe đẩy tay", "handcart"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupView:
    """One collection in words; ``state`` is "" unless it is today's, ``tone`` is the state's CSS class.

    ``out_by`` is when bags must stand outside; then it is "" and ``out_now``, while a truck may still come.
    ``left`` is how long until the truck is expected or planned, "" when that is unknown, over or half a day away.
    ``told``: its state says more than its hour; of others that come later the hour is enough.
    """

    day: str
    window: str
    whole_route: bool
    out_by: str
    out_now: bool
    kerb: str
    vehicle: str
    because: str
    left: str = ""
    state: str = ""
    tone: str = ""
    told: bool = False
    stretches: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetView:
    """Everything the page shows about a street; no field can hold a vehicle, a person or a position.

    ``today`` are the collections of today that are over, ``earlier`` says them in one line; ``at`` is the clock time.
    """

    address: str
    at: str
    name: PublicText
    wards: str
    alias: str
    simulated: bool
    next: PickupView | None
    today: tuple[PickupView, ...]
    earlier: str
    later: tuple[PickupView, ...]
    changes: tuple[str, ...]


def street_view(
    street: Street, known: PlanInUse, today: Today, wards: Sequence[Ward], now: datetime, language: Language
) -> StreetView:
    """A street as of ``now``; a run missing from ``today`` was never judged and shows "no live data"."""
    first = service_day(now)
    found = pickups(street, known.routes, known.exceptions, first - timedelta(days=1), DAYS + 1)
    held = [pickup for pickup in found if not pickup.dropped]
    states = {(p.day, p.key): of_pickup(today, p) for p in held if p.day == first}
    ahead = [p for p in held if _ahead(p, states.get((p.day, p.key)), now)]
    ahead.sort(key=lambda p: _comes(p, today if p.day == first else {}, now))
    past = [p for p in held if p.day == first and p not in ahead]

    def view(pickup: Pickup) -> PickupView:
        return _pickup_view(pickup, states.get((pickup.day, pickup.key)), pickup.day == first, now, language)

    return StreetView(
        address=street.address,
        at=formats.clock(now),
        name=street.name,
        wards=", ".join(ward_names(street.wards)),
        alias=_alias(street, wards, language),
        simulated=street.simulated,
        next=view(ahead[0]) if ahead else None,
        today=tuple(map(view, past)),
        earlier=_earlier(past, states, language),
        later=tuple(map(view, ahead[1 : 1 + NEXT_SHOWN])),
        changes=tuple(
            dict.fromkeys(
                change_words(pickup, exception, language)
                for pickup in found
                if pickup.day >= first
                for exception in pickup.because
            )
        )[:CHANGES_SHOWN],
    )


def day_words(day: date, now: datetime, language: Language) -> str:
    """The day in words: "Hôm nay, Thứ Hai 23/11/2026"."""
    said = formats.weekday(day_start(day) + timedelta(hours=12), language)
    said = said[:1].upper() + said[1:]
    distance = (day - service_day(now)).days
    # A shift that began before midnight is still to come to some streets after it.
    near = {-1: Text("Hôm qua", "Yesterday"), 0: Text("Hôm nay", "Today"), 1: Text("Ngày mai", "Tomorrow")}.get(
        distance
    )
    return f"{near.to(language)}, {said}" if near else said


def shown_day(pickup: Pickup) -> date:
    """The calendar day on which the truck comes: a night shift's service day may be the day before."""
    return service_day(pickup.begins) if pickup.begins else pickup.day


def change_words(pickup: Pickup, exception: PlanException, language: Language) -> str:
    """An exception in words."""
    day = formats.weekday(day_start(exception.day) + timedelta(hours=12), language)
    day = day[:1].upper() + day[1:]
    note = f" ({public(exception.note)})" if exception.note else ""
    if exception.action is Action.MOVE and exception.moved_to is not None:
        to = formats.weekday(day_start(exception.moved_to) + timedelta(hours=12), language)
        return day + Text(": dời sang ", ": moved to ").to(language) + to + note
    if exception.action is Action.WINDOW:
        return day + ": " + _shift_words(exception.shift_s, language) + note
    if exception.action is Action.EXTRA:
        return day + Text(": thêm một chuyến, ", ": an extra collection, ").to(language) + _window(pickup) + note
    return day + Text(": nghỉ thu gom", ": no collection").to(language) + note


def _shift_words(shift_s: int, language: Language) -> str:
    length = formats.age(timedelta(seconds=abs(shift_s)), language)
    word = Text("đến sớm hơn", "earlier by") if shift_s < 0 else Text("đến muộn hơn", "later by")
    return f"{word.to(language)} {length}"


def _ahead(pickup: Pickup, state: StreetNow | None, now: datetime) -> bool:
    if state is not None and state.progress in _OVER and not long_before(state, pickup.begins):
        return False
    # What is not yet, although its window is over, is being collected: the truck is on the street.
    return pickup.over_at > now or (state is not None and state.progress in (*_STILL_OPEN, Progress.NOT_YET))


def _comes(pickup: Pickup, today: Today, now: datetime) -> tuple[datetime, int, datetime]:
    """When its truck comes next; of those that are due now first who is seen there, last of whom nobody knows.

    A run that came by hours ago and comes again in the evening is not the next while another's truck turns in.
    """
    planned = pickup.begins or day_start(pickup.day)
    found = (_passage_comes(today.get((pickup.route, pickup.number, p.order)), p, now) for p in pickup.passages)
    at, rank = min(filter(None, found), default=(planned, _NOBODY_KNOWS))
    return max(at, now), rank, at


_THERE, _BEGUN, _AWAITED, _NOBODY_KNOWS = range(4)


def _passage_comes(state: StreetNow | None, passage: Passage, now: datetime) -> tuple[datetime, int] | None:
    """The same of one passage; None of one that is over or has no hour."""
    if state is not None and state.progress in (*_OVER, Progress.MISSED):
        return None
    unknown = state is None or state.progress is Progress.NO_DATA
    if state is not None and state.progress in _STILL_OPEN and state.at:
        return state.at, _AWAITED
    if state is not None and state.there:
        return now, _THERE
    if passage.begins is None or (unknown and (passage.ends or passage.begins) < now):
        return None
    if passage.begins > now:
        return passage.begins, _AWAITED
    seen = state is not None and state.part_at is not None
    return passage.begins, _NOBODY_KNOWS if unknown else _BEGUN if seen else _AWAITED


def _earlier(past: Sequence[Pickup], states: Mapping[tuple[date, str], StreetNow | None], language: Language) -> str:
    found = (states[p.day, p.key] for p in past)
    seen = sum(state is not None and state.progress is Progress.PASSED for state in found)
    vi = f"đã ghi nhận xe thu {seen} lần" if seen else "chưa ghi nhận xe thu lần nào"
    en = f"the truck was seen collecting {_times(seen)}" if seen else "no truck was seen collecting yet"
    return Text(f"Hôm nay trước đó có {len(past)} lần, {vi}", f"Earlier today {_times(len(past))}, {en}").to(language)


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"


def _pickup_view(
    pickup: Pickup, state: StreetNow | None, is_today: bool, now: datetime, language: Language
) -> PickupView:
    there = state is not None and state.there
    needed_by = now if there else _needed_by(pickup, state)
    is_over = needed_by is not None and needed_by <= now
    return PickupView(
        day=day_words(shown_day(pickup), now, language),
        window=_window(pickup) or Text("kế hoạch không ghi giờ", "the plan gives no time").to(language),
        whole_route=pickup.whole_route and pickup.begins is not None,
        out_by="" if is_over else _out_by(pickup, needed_by, now, language),
        out_now=is_over and _still_comes(state),
        kerb=", ".join(KERBS[kerb].to(language) for kerb in pickup.kerbs),
        vehicle=VEHICLES[pickup.vehicle_class].to(language) if pickup.vehicle_class else "",
        because="; ".join(change_words(pickup, exception, language) for exception in pickup.because),
        left=left_words(pickup, state, now, language),
        state=state_words(state, pickup.begins, now, language) if is_today else "",
        tone=_tone(state, pickup.begins, now) if is_today else "",
        told=is_today and _off_plan(pickup, state, now),
        stretches=tuple(_stretch(n, p, language) for n, p in enumerate(pickup.passages, 1))
        if len(pickup.passages) > 1
        else (),
    )


def left_words(pickup: Pickup, state: StreetNow | None, now: datetime, language: Language) -> str:
    """Time left until the forecast, else until the plan's hour; "" once that is over or while it is half a day away."""
    foretold = state.at if state is not None and state.progress in _STILL_OPEN else None
    at = foretold or _planned(pickup, state)
    if at is None or (state is not None and state.there) or not timedelta(0) < at - now <= COUNTED_DOWN:
        return ""
    hours, minutes = divmod(max(1, int((at - now).total_seconds()) // 60), 60)
    vi = " ".join(filter(None, (f"{hours} giờ" if hours else "", f"{minutes} phút" if minutes else "")))
    en = " ".join(filter(None, (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")))
    if foretold:
        return Text(f"còn khoảng {vi}", f"in about {en}").to(language)
    return Text(f"theo lịch còn {vi}", f"in {en} by the plan").to(language)


def _tone(state: StreetNow | None, begins: datetime | None, now: datetime) -> Progress:
    if state is not None:
        return state.progress
    # No run was judged, but the plan's hour itself has not come.
    return Progress.NOT_YET if begins is not None and now < begins else Progress.NO_DATA


def _window(pickup: Pickup) -> str:
    if pickup.begins is None:
        return ""
    begins = formats.clock(pickup.begins)
    return f"{begins} – {formats.clock(pickup.ends)}" if pickup.ends else begins


def _needed_by(pickup: Pickup, state: StreetNow | None) -> datetime | None:
    """When bags must stand outside: by the plan of what is to come, or by the earliest that a truck is foretold."""
    foretold = state.expected[0] if state is not None and state.expected else None
    planned = _planned(pickup, state)
    if pickup.out_by is None or pickup.begins is None or planned is None:
        return None
    needed_by: datetime = min(filter(None, (planned - (pickup.begins - pickup.out_by), foretold)))
    # People read whole minutes: one that has begun is over.
    return needed_by.replace(second=0, microsecond=0)


def _planned(pickup: Pickup, state: StreetNow | None) -> datetime | None:
    """The planned hour of what is still to come: where a pass of the street is over, or nobody heard it, that of the
    rest.
    """
    of_rest = state is not None and (state.part_at or state.unheard)
    return state.begins if state is not None and state.begins and of_rest else pickup.begins


def _still_comes(state: StreetNow | None) -> bool:
    """Whether a truck may still come to somebody: of one that was passed in part only where it is known to."""
    if state is None or state.part_at is None:
        return True
    return state.there or state.progress is Progress.NOT_YET or (state.at is not None and state.progress in _STILL_OPEN)


def _off_plan(pickup: Pickup, state: StreetNow | None, now: datetime) -> bool:
    begun = pickup.begins is not None and pickup.begins <= now
    if state is None:
        return begun
    return (
        begun or state.part_at is not None or state.there or is_early(state, pickup.begins) or state.progress in _TOLD
    )


def _out_by(pickup: Pickup, needed_by: datetime | None, now: datetime, language: Language) -> str:
    """The time by which bags must stand outside, with "tonight" or "the evening before" where that applies."""
    if needed_by is None or pickup.begins is None:
        return ""
    said = formats.clock(needed_by)
    if (day := service_day(needed_by)) != shown_day(pickup):
        before = Text(" tối hôm trước", " the evening before")
        said += (Text(" tối nay", " tonight") if day == service_day(now) else before).to(language)
    return said


def _stretch(number: int, passage: Passage, language: Language) -> tuple[str, str, str]:
    """One of several passages as (from – to, or its number, kerb, time): which part it is the plan may not say."""
    start, end = public(passage.start), public(passage.end)
    where = " – ".join(filter(None, (start, end))) or Text(f"lượt {number}", f"pass {number}").to(language)
    kerb = KERBS[passage.kerb].to(language) if passage.kerb else ""
    return where, kerb, formats.clock(passage.begins) if passage.begins else ""


def _alias(street: Street, wards: Sequence[Ward], language: Language) -> str:
    """Where a typed former ward lies today, "" when the typed ward is in force."""
    for ward in wards:
        now = ward_names(ward.codes & street.wards)
        if now and ward.name not in now:
            return f"{ward.name}, " + Text("nay là ", "now ").to(language) + ", ".join(now)
    return ""
