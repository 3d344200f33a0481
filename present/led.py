"""Messages for LED boards: one a page, at most five lines of twenty characters, never cut."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from textwrap import wrap

from domain.instant import day_start, from_ms, service_day, to_ms
from domain.public_text import public
from domain.text import Language, Text
from domain.waste.plan import Action, PlanException
from present import formats
from present.cards import PublicCardVM
from present.public_cards import dwell_s
from rounds.lookup.coming import Coming

LINES, CHARACTERS = 5, 20
# From here on a change of the plan is told.
TOLD_AHEAD = timedelta(days=10)
# What begins before 04:00 is of the night before: by "tomorrow, 00:04, bags out by 23:59" people would be a day late.
NIGHT, NIGHT_AHEAD = timedelta(hours=4), timedelta(hours=12)
SIMULATED = Text("MÔ PHỎNG", "SIMULATED")
# As street signs write them, where the whole word does not fit.
_SHORT = {"Đường ": "Đ. ", "Phường ": "P. ", "Thị trấn ": "TT. "}


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``role`` is its CSS class: what, time, span (two times), where, todo, or note."""

    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedMessage:
    """One page. ``until_ms``: from then on it is no longer true (epoch), None = its lines say what time they are of."""

    key: str
    lines: tuple[Line, ...]
    until_ms: int | None = None
    tag: str = ""

    @property
    def tagged(self) -> int:
        """Index of the line that carries the tag: the hour, which leaves room, else the last."""
        return next((at for at, line in enumerate(self.lines) if line.role == "time"), len(self.lines) - 1)

    @property
    def dwell_s(self) -> int:
        """Seconds that it stays."""
        return dwell_s(" ".join(line.text for line in self.lines))


def fitted(key: str, said: Iterable[Line], *, until_ms: int | None = None, tag: str = "") -> LedMessage | None:
    """A message of the lines ``said``, folded at words; None when a board cannot show it whole."""
    lines = tuple(Line(line.role, part) for line in said if line.text for part in _lines(line))
    fits = len(lines) <= LINES and all(len(line.text) <= CHARACTERS for line in lines)
    return LedMessage(key=key, lines=lines, until_ms=until_ms, tag=tag) if fits else None


def of_collection(one: Coming, wards: Sequence[str], now: datetime, language: Language) -> LedMessage | None:
    """What, when, which street and ward, and by when to put bags out."""
    days = (service_day(one.begins) - service_day(now)).days
    what = {
        0: Text("Lịch xe rác hôm nay", "Bin truck today"), 1: Text("Lịch xe rác ngày mai", "Bin truck tomorrow"),
    }.get(days)  # fmt: skip
    if days == 1 and one.begins < day_start(service_day(one.begins)) + NIGHT and one.begins - now < NIGHT_AHEAD:
        what = Text("Lịch xe rác đêm nay", "Bin truck tonight")
    if what is None:
        return None
    if one.between:
        what = Text("Xe rác dự kiến đến", "Bin truck expected")
    street = one.street
    by = formats.clock(one.out_by)
    todo = Text(f"để rác trước {by}", f"bags out by {by}")
    return fitted(
        f"waste-{to_ms(one.begins)}-{street}",
        (
            Line("what", what.to(language)),
            _hour(one),
            Line("where", street[:1].upper() + street[1:]),
            Line("where", wards[0] if len(wards) == 1 else ""),
            Line("todo", todo.to(language)),
        ),
        until_ms=to_ms(one.out_by),
        tag=SIMULATED.to(language) if one.simulated else "",
    )


def _hour(one: Coming) -> Line:
    """The interval in which its truck is expected, else the plan's hour."""
    if one.between is None:
        return Line("time", formats.clock(one.begins))
    return Line("span", "–".join(map(formats.clock, one.between)))


def of_change(exception: PlanException, now: datetime, language: Language) -> LedMessage | None:
    """A changed day of the plan, from ten days before; None before that, afterwards, or when it does not fit."""
    ends = day_start(exception.day + timedelta(days=1))
    if not now < ends <= now + TOLD_AHEAD:
        return None
    what = {
        Action.CANCEL: Text("Nghỉ thu gom rác", "No bin truck"),
        Action.MOVE: Text("Đổi ngày thu gom rác", "Bin day moved"),
        Action.WINDOW: Text("Đổi giờ thu gom rác", "Bin hours changed"),
        Action.EXTRA: Text("Thêm chuyến xe rác", "Extra bin truck"),
    }[exception.action]
    to = ""
    if exception.moved_to is not None:
        to = Text("sang ", "to ").to(language) + _day(exception.moved_to, language)
    where = Text("mọi tuyến", "all routes") if not exception.route else Text("một số tuyến", "some routes")
    return fitted(
        f"change-{exception.day}-{exception.action}-{exception.route}",
        (
            Line("what", what.to(language)),
            Line("where", _day(exception.day, language)),
            Line("where", to),
            Line("note", public(exception.note)),
            Line("todo", where.to(language)),
        ),
        until_ms=to_ms(ends),
    )


def of_figure(vm: PublicCardVM, language: Language) -> LedMessage | None:
    """A figure as its sentence and its day; None when it is stale or its sentence does not fit."""
    if vm.stale or vm.as_of_ms is None:
        return None
    day = formats.day(from_ms(vm.as_of_ms), language)
    return fitted(
        f"figure-{vm.key}",
        (Line("sentence", vm.headline), Line("note", Text(f"số liệu {day}", f"as of {day}").to(language))),
        tag=SIMULATED.to(language) if vm.simulated else "",
    )


def of_address(host: str, language: Language) -> LedMessage | None:
    """Where residents look their street up."""
    what = Text("Tra giờ xe rác tại:", "Your street's bins:")
    return fitted("ask", (Line("what", what.to(language)), Line("where", host), Line("where", "/lich-thu-gom")))


def neutral(language: Language) -> LedMessage:
    """What stands when nothing can be said."""
    what = Text("Số liệu đang được cập nhật", "Figures are being updated").to(language)
    name = Text("Tỉnh Long An", "Long An province").to(language)
    return LedMessage(
        key="neutral",
        lines=(Line("what", name), *(Line("where", part) for part in _folded(what))),
    )


def _lines(line: Line) -> list[str]:
    folded = _folded(line.text)
    return _with_company(folded) if line.role == "sentence" else folded


def _folded(text: str) -> list[str]:
    """``text`` on lines of twenty characters, with the short forms of signs when the whole ones need a second line."""
    if len(text) > CHARACTERS:
        for whole, short in _SHORT.items():
            text = text.replace(whole, short)
    return wrap(text, CHARACTERS, break_long_words=False, break_on_hyphens=False)


def _with_company(lines: list[str]) -> list[str]:
    """The lines of a sentence; no word stands alone in the last one, nor in the one it came from."""
    if len(lines) > 1 and " " not in lines[-1]:
        before, _, last = lines[-2].rpartition(" ")
        if " " in before and len(last) + 1 + len(lines[-1]) <= CHARACTERS:
            return [*lines[:-2], before, f"{last} {lines[-1]}"]
    return lines


def _day(day: date, language: Language) -> str:
    return formats.weekday(day_start(day) + timedelta(hours=12), language)
