"""The alarm list in words: causes first, each with what comes of it, whom to call and where to read on."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urlencode

from domain.area import Area
from domain.feeds.feed import Feed
from domain.instant import service_day
from domain.kpis.alarm import Alarm, AlarmGroup, Priority, by_cause
from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE
from domain.text import Language
from present import formats
from present.cards import AlarmVM, TextCell
from present.text import words

ALARM_GLYPHS = {Priority.CRITICAL: "◆", Priority.HIGH: "▲", Priority.ADVISORY: "●"}
URGENT = (Priority.CRITICAL, Priority.HIGH)
"""Somebody must act now: maps mark these alarms, and the wall's focus slot shows the first of them."""
DATA_PAGE = "/data"
ALARMS_PAGE = "/canh-bao"
"""Where people take alarms and put them off."""


def alarm_rows(
    found: Iterable[Alarm],
    kpis: Mapping[str, Kpi],
    feeds: Mapping[str, Feed],
    areas: Iterable[Area],
    language: Language,
    now: datetime,
    territory: str = IN_FORCE,
) -> list[AlarmVM]:
    """A row a cause, most urgent first, what somebody put off last; links keep language and ``territory``."""
    by_feed = {feed: area for area in areas for feed in area.feeds}
    kept = {"lang": "en"} if language == "en" else {}
    kept |= {} if territory == IN_FORCE else {"territory": territory}
    return [
        _row(cause, kpis, feeds, language, now, href=_address(cause.alarm, by_feed, kept, now))
        for cause in sorted(by_cause(found), key=lambda cause: is_put_off(cause, now))
    ]


def alarm_marks(found: Iterable[Alarm], now: datetime) -> list[tuple[tuple[float, float], Priority]]:
    """Where a map marks the urgent causes (longitude, latitude), with their tone; 50-map-panel.js does the same."""
    told = ((cause.alarm, _tone(cause, now)) for cause in by_cause(found))
    return [(at, tone) for alarm, tone in told if tone in URGENT for at in alarm.at]


def is_put_off(cause: AlarmGroup, now: datetime) -> bool:
    """Whether somebody put it off, and that still holds."""
    did = cause.handled(now)
    return did is not None and did.until is not None


def _row(
    cause: AlarmGroup,
    kpis: Mapping[str, Kpi],
    feeds: Mapping[str, Feed],
    language: Language,
    now: datetime,
    *,
    href: str,
) -> AlarmVM:
    alarm = cause.alarm
    shown = next((one.kpi for one in (alarm, *cause.effects) if one.kpi), "")
    since = since_words(alarm.since, now, language)
    meta = " · ".join(filter(None, (handled_words(cause, now, language), alarm.where.to(language), since)))
    priority = _tone(cause, now)
    told = (
        ALARM_GLYPHS[priority],
        alarm.what.to(language),
        meta,
        alarm.response.to(language),
        effects_words(cause, kpis, language),
    )
    return AlarmVM(
        id=alarm.id,
        tone=priority,
        cells=tuple(TextCell(t=t) for t in told),
        href=href,
        kpi=shown,
        who=_who(alarm, kpis, feeds, language),
        at=alarm.at,
    )


def _tone(cause: AlarmGroup, now: datetime) -> Priority:
    """What is put off asks nobody for anything: no colour, no mark on the map, never in the focus slot."""
    return Priority.ADVISORY if is_put_off(cause, now) else cause.priority


def since_words(since: datetime | None, now: datetime, language: Language) -> str:
    """từ 14:03, "" when it was never otherwise."""
    return words(language)("từ {when}").format(when=formats.moment(since, now, language)) if since else ""


def handled_words(cause: AlarmGroup, now: datetime, language: Language) -> str:
    """Lan nhận lúc 14:05, or Lan hoãn đến 15:40: chờ phụ tùng; "" when nobody has it."""
    did, _ = cause.handled(now), words(language)
    if did is None:
        return ""
    if did.until is None:
        return _("{who} nhận lúc {when}").format(who=did.by, when=formats.moment(did.at, now, language))
    until = formats.moment(did.until, now, language)
    return _("{who} tạm hoãn đến {when}: {why}").format(who=did.by, when=until, why=did.why)


def effects_words(cause: AlarmGroup, kpis: Mapping[str, Kpi], language: Language) -> str:
    """What comes of the cause, by the names on the wall; "" for nothing."""
    names = dict.fromkeys(kpis[one.kpi].short.to(language) for one in cause.effects if one.kpi in kpis)
    return words(language)("Kéo theo: {what}").format(what=", ".join(names)) if names else ""


def _who(alarm: Alarm, kpis: Mapping[str, Kpi], feeds: Mapping[str, Feed], language: Language) -> str:
    """The office, with the role to ask for and its phone number when known; "" where the alarm says it itself."""
    feed = feeds.get(alarm.feed)
    if feed is None or alarm.where == feed.owner.office or alarm.response == feed.owner.call:
        return ""
    office = kpis[alarm.kpi].owner if alarm.kpi in kpis else feed.owner.office
    return f"{office.to(language)} ({feed.owner.reach.to(language)})"


def _address(alarm: Alarm, areas: Mapping[str, Area], kept: Mapping[str, str], now: datetime) -> str:
    """The page that says more: the vehicle's day, the area of the figure, the list of feeds."""
    area = areas.get(alarm.feed)
    asked = dict(kept)
    if alarm.vehicle and area is not None and area.fleet == alarm.feed:
        asked |= {"vehicle": alarm.vehicle, "day": service_day(now).isoformat()}
    path = area.path if area is not None and (alarm.kpi or alarm.vehicle) else DATA_PAGE
    return f"{path}?{urlencode(asked)}" if asked else path
