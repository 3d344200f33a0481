"""What residents read of a collection: its state today, how late it is, when its truck is expected."""

from datetime import datetime, timedelta

from domain.text import Language, Text
from domain.waste.run import STREET_EARLY, Span
from present import formats
from rounds.lookup.street_now import Progress, StreetNow

# A truck foretold, or seen, this long before the planned hour is early: residents are told, and the hour stays.
EARLY, LONG_BEFORE = timedelta(minutes=10), timedelta(minutes=30)

_NO_LIVE = Text("chưa biết xe đã qua hay chưa", "not known whether the truck has passed")
_NOT_YET = Text("chưa đến giờ", "not yet")
# Bags are to stand outside by now: beside "not yet" that would be read as a contradiction.
_SOON = Text("sắp đến giờ", "soon")
_UNSEEN = Text("chưa thấy xe đến", "no truck seen yet")
_WITHIN = Text(f"đang trong giờ thu gom, {_UNSEEN.vi}", f"within its hours, {_UNSEEN.en}")
_HERE = Text("xe đang ở đường này", "the truck is on this street")
_HERE_EARLY = Text("xe đến sớm, đang ở đường này", "the truck came early and is on this street")


def state_words(state: StreetNow | None, begins: datetime | None, now: datetime, language: Language) -> str:
    """Words for the state: on time, n minutes late, passed at, only driven through, not heard, not yet, not seen.

    ``begins`` is the planned hour: from then on "not yet" would be false, although no truck was seen.
    """
    if state is None:
        return (_not_yet(begins, now) if begins is not None and now < begins else _NO_LIVE).to(language)
    planned = state.begins or begins
    if state.progress is Progress.NOT_YET and state.there and planned is not None and now < planned:
        return _HERE_EARLY.to(language)
    at = formats.moment(state.at, now, language) if state.at else ""
    said = {
        Progress.NOT_YET: _HERE if state.there else _not_yet(planned, now),
        Progress.ON_TIME: Text("đúng giờ", "on time"),
        Progress.LATE: _late_words(state),
        Progress.PASSED: _passed_words(state, begins, at),
        Progress.DRIVEN: _driven_words(at),
        Progress.NO_DATA: _unheard_words(state, begins, at, now),
        Progress.MISSED: Text("không ghi nhận xe đến trong ca này", "no truck was seen in this shift"),
    }[state.progress]
    if is_early(state, begins):
        said = Text("có thể đến sớm", "may come early")
    if state.expected:
        when = _expected_words(state.expected, now)
        said = Text(f"{said.vi}, dự kiến {when.vi}", f"{said.en}, expected {when.en}")
    if state.unheard:
        said = Text(f"lượt trước {_NO_LIVE.vi}; lượt này {said.vi}", f"pass before: {_NO_LIVE.en}; this one: {said.en}")
    return _in_part(state, said, planned, now, language).to(language)


def is_early(state: StreetNow | None, begins: datetime | None) -> bool:
    """Whether the truck is expected too long before the planned hour of what it comes for."""
    if state is None or state.progress is not Progress.ON_TIME or state.at is None:
        return False
    planned = state.begins or begins
    return planned is not None and state.at < planned - EARLY


def long_before(state: StreetNow, begins: datetime | None) -> bool:
    """Whether a truck was there so long before the planned hour that another may be meant."""
    return state.at is not None and begins is not None and state.at < begins - LONG_BEFORE


def _not_yet(begins: datetime | None, now: datetime) -> Text:
    if begins is None or now < begins - STREET_EARLY:
        return _NOT_YET
    return _SOON if now < begins else _WITHIN


def _unheard_words(state: StreetNow, begins: datetime | None, at: str, now: datetime) -> Text:
    """That its truck is not heard: before its hour that says no more than that nobody can foretell it."""
    if not at:
        return _NO_LIVE
    planned, late = state.begins or begins, ("", "")
    if state.late_s:
        minutes = _minutes(state)
        late = f", khi đó trễ khoảng {minutes} phút", f", about {minutes} min late then"
    if planned is not None and now < planned:
        soon = _not_yet(planned, now)
        return Text(
            f"{soon.vi}; xe mất tín hiệu từ {at}{late[0]}", f"{soon.en}; its truck was last heard at {at}{late[1]}"
        )
    return Text(f"{_NO_LIVE.vi}: mất tín hiệu từ {at}{late[0]}", f"{_NO_LIVE.en}: last heard at {at}{late[1]}")


def _expected_words(expected: Span, now: datetime) -> Text:
    """The interval of a forecast; of one that has begun its end."""
    begins, ends = (formats.moment(at, now, "vi") for at in expected)
    if expected[0] <= now:
        return Text(f"trước {ends}", f"by {ends}")
    return Text(f"từ {begins} đến {ends}", f"between {begins} and {ends}")


def _in_part(state: StreetNow, said: Text, planned: datetime | None, now: datetime, language: Language) -> Text:
    """With when a part of the street was passed: "no truck seen yet" would be false of the whole."""
    if state.part_at is None:
        return said
    at = formats.moment(state.part_at, now, language)
    if state.progress is Progress.DRIVEN:
        vi, en = f"đã thu một phần lúc {at}", f"collected in part at {at}"
        return Text(f"{vi}; phần còn lại: {said.vi}", f"{en}; the rest: {said.en}")
    if state.there:
        return Text(f"đã qua một phần, {_HERE.vi}", f"partly passed, {_HERE.en}")
    rest = said
    if state.progress is Progress.NOT_YET:
        rest = _UNSEEN if planned is not None and planned <= now else Text("chưa tới", "not yet")
    return Text(f"đã qua một phần lúc {at}; phần còn lại: {rest.vi}", f"partly passed at {at}; the rest: {rest.en}")


def _passed_words(state: StreetNow, begins: datetime | None, at: str) -> Text:
    if not at:
        return Text("đã qua", "passed")
    if long_before(state, begins):
        return Text(f"xe đã qua lúc {at}, sớm hơn giờ kế hoạch", f"passed at {at}, before the planned time")
    return Text(f"đã qua lúc {at}", f"passed at {at}")


def _driven_words(at: str) -> Text:
    """A truck that drives through has not taken any bags: "passed" would be read as collected."""
    vi, en = (f" lúc {at}", f" at {at}") if at else ("", "")
    return Text(f"xe chạy qua{vi}, chưa thấy thu", f"driven through{en}, not seen collecting")


def _minutes(state: StreetNow) -> int:
    return max(5, round(state.late_s / 300) * 5)


_PAST = ("quá giờ", "past its time")


def _late_words(state: StreetNow) -> Text:
    """Lateness in steps of five minutes, as forecasts are not more exact; without a forecast how long its hour is past,
    and that nobody saw the truck: it may have come unseen. Of several passes its own hour is told: the window shown
    ends with the last.
    """
    if state.at is not None:
        minutes = _minutes(state)
        return Text(f"trễ khoảng {minutes} phút", f"about {minutes} min late")
    hours, minutes = divmod(state.late_s // 300 * 5, 60)
    over = (
        Text(f"{hours} giờ", f"{hours} h")
        if hours > 1
        else Text(f"{minutes + 60 * hours} phút", f"{minutes + 60 * hours} min")
    )
    vi, en = (f"quá giờ hơn {over.vi}", f"more than {over.en} past its time") if hours or minutes else _PAST
    if state.begins is not None:
        own = formats.clock(state.begins)
        vi, en = f"lượt {own} {vi}", f"the pass of {own} {en}"
    return Text(f"{vi}, {_UNSEEN.vi}", f"{en}, {_UNSEEN.en}")
