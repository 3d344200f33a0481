"""The residents' page of a street, in words: next collection, today's state, later days, exceptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.instant import day_start, service_day
from domain.public_text import PublicText, public
from domain.text import Language, Text
from domain.waste.plan import Action, Kerb, PlanException, VehicleClass
from domain.waste.run import Span
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
# Longer before a collection its day and hour say more than a count of hours.
COUNTED_DOWN = timedelta(hours=12)
# A truck foretold, or seen, this long before the planned hour is early: residents are told, and the hour stays.
EARLY, LONG_BEFORE = timedelta(minutes=10), timedelta(minutes=30)

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
NO_LIVE = Text("chưa biết xe đã qua hay chưa", "not known whether the truck has passed")
NOT_YET = Text("chưa đến giờ", "not yet")
WITHIN = Text("đang trong giờ thu gom, chưa thấy xe đến", "within its hours, no truck seen yet")
HERE_EARLY = Text("xe đến sớm, đang ở đường này", "the truck came early and is on this street")


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupView:
    """One collection in words; ``state`` is "" unless it is today's, ``tone`` is the state's CSS class.

    ``out_by`` is when bags must stand outside; once that is over it is "" and ``out_now``, unless a part was passed.
    ``left`` is how long until the truck is expected or planned, "" when that is unknown, over or half a day away.
    ``partly``: a part of it was passed.
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
    early: bool = False
    partly: bool = False
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
    if state is not None and state.progress in _OVER and not _long_before(state, pickup.begins):
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


_SEEN_THERE, _AWAITED, _NOBODY_KNOWS = range(3)


def _passage_comes(state: StreetNow | None, passage: Passage, now: datetime) -> tuple[datetime, int] | None:
    """The same of one passage; None of one that is over or has no hour."""
    if state is not None and state.progress in (*_OVER, Progress.MISSED):
        return None
    unknown = state is None or state.progress is Progress.NO_DATA
    if state is not None and state.progress in _STILL_OPEN and state.at:
        return state.at, _AWAITED
    if _here_early(state, passage.begins, now):
        return now, _SEEN_THERE
    if passage.begins is None or (unknown and (passage.ends or passage.begins) < now):
        return None
    if passage.begins > now:
        return passage.begins, _AWAITED
    seen = state is not None and state.part_at is not None
    return passage.begins, _NOBODY_KNOWS if unknown else _SEEN_THERE if seen else _AWAITED


def _here_early(state: StreetNow | None, begins: datetime | None, now: datetime) -> bool:
    """Whether a truck is in the street before its planned hour: there is no time left until then."""
    part_at = state.part_at if state is not None and state.progress is Progress.NOT_YET else None
    return part_at is not None and begins is not None and part_at <= now < begins


def _long_before(state: StreetNow, begins: datetime | None) -> bool:
    return state.at is not None and begins is not None and state.at < begins - LONG_BEFORE


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
    here_early = _here_early(state, pickup.begins, now)
    needed_by = now if here_early else _needed_by(pickup, state)
    is_over = needed_by is not None and needed_by <= now
    return PickupView(
        day=day_words(shown_day(pickup), now, language),
        window=_window(pickup) or Text("kế hoạch không ghi giờ", "the plan gives no time").to(language),
        whole_route=pickup.whole_route and pickup.begins is not None,
        out_by="" if is_over else _out_by(pickup, needed_by, now, language),
        out_now=is_over and (here_early or state is None or state.part_at is None),
        kerb=", ".join(KERBS[kerb].to(language) for kerb in pickup.kerbs),
        vehicle=VEHICLES[pickup.vehicle_class].to(language) if pickup.vehicle_class else "",
        because="; ".join(change_words(pickup, exception, language) for exception in pickup.because),
        left=left_words(pickup, state, now, language),
        state=state_words(state, pickup.begins, now, language) if is_today else "",
        tone=_tone(state, pickup.begins, now) if is_today else "",
        early=is_today and is_early(state, pickup.begins),
        partly=is_today and state is not None and state.part_at is not None,
        stretches=tuple(_stretch(n, p, language) for n, p in enumerate(pickup.passages, 1))
        if len(pickup.passages) > 1
        else (),
    )


def left_words(pickup: Pickup, state: StreetNow | None, now: datetime, language: Language) -> str:
    """Time left until the forecast, else until the plan's hour; "" once that is over or while it is half a day away."""
    foretold = state.at if state is not None and state.progress in _STILL_OPEN else None
    at = foretold or pickup.begins
    if at is None or _here_early(state, pickup.begins, now) or not timedelta(0) < at - now <= COUNTED_DOWN:
        return ""
    hours, minutes = divmod(max(1, int((at - now).total_seconds()) // 60), 60)
    vi = " ".join(filter(None, (f"{hours} giờ" if hours else "", f"{minutes} phút" if minutes else "")))
    en = " ".join(filter(None, (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "")))
    if foretold:
        return Text(f"còn khoảng {vi}", f"in about {en}").to(language)
    return Text(f"còn {vi}", f"in {en}").to(language)


def _tone(state: StreetNow | None, begins: datetime | None, now: datetime) -> Progress:
    if state is not None:
        return state.progress
    # No run was judged, but the plan's hour itself has not come.
    return Progress.NOT_YET if begins is not None and now < begins else Progress.NO_DATA


def state_words(state: StreetNow | None, begins: datetime | None, now: datetime, language: Language) -> str:
    """Words for the state: on time, n minutes late, passed at, only driven through, no data since, not yet, not seen.

    ``begins`` is the planned hour: from then on "not yet" would be false, although no truck was seen.
    """
    if state is None:
        return (NOT_YET if begins is not None and now < begins else NO_LIVE).to(language)
    if _here_early(state, begins, now):
        return HERE_EARLY.to(language)
    at = formats.moment(state.at, now, language) if state.at else ""
    said = {
        Progress.NOT_YET: NOT_YET if begins is None or now < begins else WITHIN,
        Progress.ON_TIME: Text("đúng giờ", "on time"),
        Progress.LATE: _late_words(state),
        Progress.PASSED: _passed_words(state, begins, at),
        Progress.DRIVEN: _driven_words(at),
        Progress.NO_DATA: Text(f"không có dữ liệu từ {at}", f"no data since {at}") if at else NO_LIVE,
        Progress.MISSED: Text("không ghi nhận xe đến trong ca này", "no truck was seen in this shift"),
    }[state.progress]
    if is_early(state, begins):
        said = Text("có thể đến sớm", "may come early")
    if state.expected:
        when = _expected_words(state.expected, now)
        said = Text(f"{said.vi}, dự kiến {when.vi}", f"{said.en}, expected {when.en}")
    return _in_part(state, said, now, language).to(language)


def is_early(state: StreetNow | None, begins: datetime | None) -> bool:
    """Whether the truck is expected too long before the planned hour of what it comes for."""
    if state is None or state.progress is not Progress.ON_TIME or state.at is None:
        return False
    planned = state.begins or begins
    return planned is not None and state.at < planned - EARLY


def _expected_words(expected: Span, now: datetime) -> Text:
    """The interval of a forecast; of one that has begun its end."""
    begins, ends = (formats.moment(at, now, "vi") for at in expected)
    if expected[0] <= now:
        return Text(f"trước {ends}", f"by {ends}")
    return Text(f"từ {begins} đến {ends}", f"between {begins} and {ends}")


def _in_part(state: StreetNow, said: Text, now: datetime, language: Language) -> Text:
    """With when a part of the street was passed: "no truck seen yet" would be false of the whole."""
    if state.part_at is None:
        return said
    at = formats.moment(state.part_at, now, language)
    if state.progress is Progress.DRIVEN:
        vi, en = f"đã thu một phần lúc {at}", f"collected in part at {at}"
        return Text(f"{vi}; phần còn lại: {said.vi}", f"{en}; the rest: {said.en}")
    rest = Text("chưa tới", "not yet") if state.progress is Progress.NOT_YET else said
    return Text(f"đã qua một phần lúc {at}; phần còn lại: {rest.vi}", f"partly passed at {at}; the rest: {rest.en}")


def _passed_words(state: StreetNow, begins: datetime | None, at: str) -> Text:
    if not at:
        return Text("đã qua", "passed")
    if _long_before(state, begins):
        return Text(f"xe đã qua lúc {at}, sớm hơn giờ kế hoạch", f"passed at {at}, before the planned time")
    return Text(f"đã qua lúc {at}", f"passed at {at}")


def _driven_words(at: str) -> Text:
    """A truck that drives through has not taken any bags: "passed" would be read as collected."""
    vi, en = (f" lúc {at}", f" at {at}") if at else ("", "")
    return Text(f"xe chạy qua{vi}, chưa thấy thu", f"driven through{en}, not seen collecting")


_PAST = ("quá giờ", "past its time")


def _late_words(state: StreetNow) -> Text:
    """Lateness in steps of five minutes, as forecasts are not more exact; without a forecast how long its hour is past,
    and that nobody saw the truck: it may have come unseen.
    """
    if state.at is not None:
        minutes = max(5, round(state.late_s / 300) * 5)
        return Text(f"trễ khoảng {minutes} phút", f"about {minutes} min late")
    hours, minutes = divmod(state.late_s // 300 * 5, 60)
    over = (
        Text(f"{hours} giờ", f"{hours} h")
        if hours > 1
        else Text(f"{minutes + 60 * hours} phút", f"{minutes + 60 * hours} min")
    )
    vi, en = (f"quá giờ hơn {over.vi}", f"more than {over.en} past its time") if hours or minutes else _PAST
    return Text(f"{vi}, chưa thấy xe đến", f"{en}, no truck seen yet")


def _window(pickup: Pickup) -> str:
    if pickup.begins is None:
        return ""
    begins = formats.clock(pickup.begins)
    return f"{begins} – {formats.clock(pickup.ends)}" if pickup.ends else begins


def _needed_by(pickup: Pickup, state: StreetNow | None) -> datetime | None:
    """When bags must stand outside: by the plan, or by the earliest that a truck is foretold."""
    foretold = state.expected[0] if state is not None and state.expected else None
    return min(filter(None, (pickup.out_by, foretold)), default=None) if pickup.out_by else None


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
