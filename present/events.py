"""Status changes as sentences for the shift; a burst of equal changes becomes one line."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from domain.collation import collation_key
from domain.instant import to_ms
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import Kpi, Status
from domain.numbers import number, with_unit
from domain.places.place import PROVINCE
from domain.text import Language, Text
from present import formats
from present.cards import GLYPHS, STATUS_WORDS, TONES, RowVM, TextCell

SHOWN = 12
# More than _FEW places that reach the same status of a KPI within _WITHIN share one line: a start-up, monthly returns.
_FEW, _WITHIN = 3, timedelta(minutes=10)
_NAMED = 3
_KNOWN = (Status.NORMAL, Status.ADVISORY, Status.WARNING, Status.CRITICAL)
_WITHOUT_LEVEL = {
    Status.NORMAL: Text("trở lại bình thường", "normal again"),
    Status.STALE: Text("không có số liệu mới", "no new figures"),
    Status.NO_DATA: Text("chưa đủ số liệu để tính", "not enough data to say"),
    Status.NOT_APPLICABLE: Text("hiện không áp dụng", "not applicable now"),
}
NameOf = Callable[[str], str]
"""The name of the place with a code."""


def event_rows(
    events: Iterable[StatusEvent], kpis: Mapping[str, Kpi], name_of: NameOf, language: Language, now: datetime
) -> list[RowVM]:
    """The newest ``SHOWN`` rows of ``events`` (newest first): time, glyph, sentence.

    What places came to together with the province is part of its row.
    """
    told = [event for event in events if event.key in kpis and notable(event)]
    within = {event: cause for event in told if (cause := _cause(event, told)) is not None}
    rows = _grouped([event for event in told if event not in within], kpis)
    return [_row(alike, within, kpis, name_of, language, now) for alike in islice(rows, SHOWN)]


def notable(event: StatusEvent) -> bool:
    """Whether the shift should see it: trouble that begins or ends in the province, or begins in a commune.

    A feed's first figure is no news, and sixty communes that recover or fall silent at once would bury the rest.
    """
    if event.place != PROVINCE:
        return event.after in TONES and event.after is not Status.STALE
    return event.after in TONES or event.before in TONES


def _cause(event: StatusEvent, told: Sequence[StatusEvent]) -> StatusEvent | None:
    """The province's change to the same level of the same KPI about that time; None for the province's own."""
    if event.place == PROVINCE:
        return None
    alike = (one for one in told if one.place == PROVINCE and (one.key, one.after) == (event.key, event.after))
    return next((one for one in alike if abs(one.at - event.at) <= _WITHIN), None)


def _grouped(events: Sequence[StatusEvent], kpis: Mapping[str, Kpi]) -> Iterator[list[StatusEvent]]:
    """Events one by one, newest first; those alike within ``_WITHIN`` of the newest at once.

    Alike are places that came to the same level of one KPI, and figures of the province of one feed that did.
    """
    bursts: dict[tuple[str, str, Status], list[list[StatusEvent]]] = {}
    mine: list[list[StatusEvent]] = []
    for event in events:
        whole = event.place == PROVINCE
        alike = ("feed", kpis[event.key].feed, event.after) if whole else ("kpi", event.key, event.after)
        known = bursts.setdefault(alike, [])
        if not known or known[-1][0].at - event.at > _WITHIN:
            known.append([])
        known[-1].append(event)
        mine.append(known[-1])
    for event, burst in zip(events, mine, strict=True):
        if len(burst) <= _FEW:
            yield [event]
        elif burst[0] is event:
            yield burst


def _row(
    alike: Sequence[StatusEvent],
    within: Mapping[StatusEvent, StatusEvent],
    kpis: Mapping[str, Kpi],
    name_of: NameOf,
    language: Language,
    now: datetime,
) -> RowVM:
    newest = alike[0]
    kpi = kpis[newest.key]
    if len(alike) == 1:
        places = _some({name_of(event.place) for event, cause in within.items() if cause is newest})
        said = ": ".join(filter(None, (_of_one(newest, kpi, name_of, language), places)))
    elif newest.place == PROVINCE:
        said = _of_feed(alike, kpis, language)
    else:
        said = _of_many(alike, kpi, name_of, language)
    texts = (formats.moment(newest.at, now, language), GLYPHS.get(newest.after, ""), said)
    return RowVM(
        id=f"{newest.key}:{newest.place}:{to_ms(newest.at)}",
        tone=TONES.get(newest.after, ""),
        cells=tuple(TextCell(t=t) for t in texts),
    )


def _of_one(event: StatusEvent, kpi: Kpi, name_of: NameOf, language: Language) -> str:
    """The figure, its value then, what level it came to; the province's leaves out the place."""
    name = kpi.short.to(language)
    value = with_unit(number(event.value, kpi.decimals, language), kpi.unit.to(language))
    apart = ": " if name[-1:].isdigit() else " "  # "Điểm 766: 86,87 điểm"
    told = name if event.value is None or event.after not in _KNOWN else f"{name}{apart}{value}"
    said = f"{told}, {_level(event.after).to(language)}"
    return said if event.place == PROVINCE else f"{name_of(event.place)}: {said}"


def _of_many(alike: Sequence[StatusEvent], kpi: Kpi, name_of: NameOf, language: Language) -> str:
    names = {name_of(event.place) for event in alike}
    level, name = _level(alike[0].after).to(language), kpi.short.to(language)
    said = Text(f"{len(names)} nơi có {name} {level}", f"{len(names)} places: {name}, {level}").to(language)
    return f"{said}: {_some(names)}"


def _some(names: Collection[str]) -> str:
    """The first of ``names``, the others counted."""
    more = f" +{len(names) - _NAMED}" if len(names) > _NAMED else ""
    return ", ".join(sorted(names, key=collation_key)[:_NAMED]) + more


def _of_feed(alike: Sequence[StatusEvent], kpis: Mapping[str, Kpi], language: Language) -> str:
    """Figures of one feed that changed together: trouble of its data, or the end of it."""
    names = list(dict.fromkeys(kpis[event.key].short.to(language) for event in alike))
    more = f" +{len(names) - _NAMED}" if len(names) > _NAMED else ""
    level = _level(alike[0].after)
    said = Text(f"{len(names)} chỉ số {level.vi}", f"{len(names)} figures: {level.en}").to(language)
    return f"{said}: {', '.join(names[:_NAMED])}{more}"


def _level(status: Status) -> Text:
    said = STATUS_WORDS[status]
    return _WITHOUT_LEVEL.get(status, Text(f"ở mức {said.vi}", said.en))
