"""The rules of the alarm list: stopped feeds, silent reporters and vehicles, KPIs beyond a limit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.collation import collation_key
from domain.feeds.feed import Feed, plan_fleet
from domain.feeds.reporter import EveryCommune, Register
from domain.fleets.vehicle import SILENT_AFTER, SILENT_ALARM, Vehicle
from domain.instant import is_stale
from domain.kpis.alarm import Alarm, Priority
from domain.kpis.health import FeedHealth
from domain.kpis.kpi import Better, Kpi, KpiResult, Missing, Status
from domain.numbers import number, with_unit
from domain.places.place import PROVINCE
from domain.text import Language, Text
from evaluation.inputs.fleet import Duty

# More silent vehicles than this become one alarm.
NAMED_VEHICLES = 3
NAMED_REPORTERS = 5
# So do more figures of one feed of which nothing can be said: a start-up, a network that is down.
NAMED_FIGURES = 3
_NAMED_PLACES = 3
# Somebody watches feeds that send at least this often, and acts at once.
_LIVE_FEED = timedelta(hours=1)


PRIORITY_OF = {
    Status.CRITICAL: Priority.CRITICAL,
    Status.WARNING: Priority.HIGH,
    Status.ADVISORY: Priority.ADVISORY,
}
_ORDER = list(Priority)


def every_alarm(
    *,
    results: Iterable[KpiResult],
    kpis: Mapping[str, Kpi],
    vehicles: Iterable[Vehicle],
    on_duty: Mapping[str, Mapping[str, Duty]],
    health: Mapping[str, FeedHealth],
    feeds: Mapping[str, Feed],
    place_names: Mapping[str, str],
    now: datetime,
) -> list[Alarm]:
    """Everything abnormal at ``now``, most urgent first and newest first among equals.

    ``results`` are of one territory, province and places; ``on_duty`` is by fleet feed, from
    evaluation.inputs.fleet.on_duty; ``place_names`` is by code. A stopped feed is one alarm; the consequences of its
    silence raise no others.
    """
    stale = {key for key, feed in feeds.items() if _is_stale(feed, health.get(key), now)}
    found = [_stale_feed(feeds[key], health[key], key not in on_duty or bool(on_duty[key])) for key in stale]
    found += [
        _silent_reporters(feeds[key], known, place_names)
        for key, known in health.items()
        if key in feeds and key not in stale and known.last_at is not None and _is_named(feeds[key], known)
    ]
    last: dict[str, datetime] = {}
    for vehicle in vehicles:
        last[vehicle.id] = max(vehicle.at, last.get(vehicle.id, vehicle.at))
    for feed, duties in on_duty.items():
        if feed not in stale:
            found += _silent_vehicles(feed, last, duties, place_names, now)
    by_key: dict[str, list[KpiResult]] = {}
    for result in results:
        by_key.setdefault(result.key, []).append(result)
    blind: dict[tuple[str, Text, str], list[tuple[Kpi, KpiResult]]] = {}
    for key, group in by_key.items():
        if key in kpis and kpis[key].feed not in stale:
            follows = _silence_of(kpis[key], feeds)
            found += [replace(one, kpi=key, follows=follows) for one in _kpi_alarms(kpis[key], group, place_names)]
            if (without := _without_value(group)) is not None:
                blind.setdefault((kpis[key].feed, _why(without), follows), []).append((kpis[key], without))
    for (feed, why, follows), told in blind.items():
        found += _no_value(feeds[feed], why, follows, told)
    return sorted(found, key=_urgency)


def _urgency(item: Alarm) -> tuple[int, float, str]:
    return _ORDER.index(item.priority), -item.since.timestamp() if item.since else 0.0, item.id


def _silence_of(kpi: Kpi, feeds: Mapping[str, Feed]) -> str:
    """The feed whose silence alone can put ``kpi`` out of bounds, "" for none; runs are judged by the plan's fleet."""
    if not kpi.falls_with_silence:
        return ""
    return plan_fleet(feeds.values()) if feeds[kpi.feed].is_routed else kpi.feed


def _is_stale(feed: Feed, health: FeedHealth | None, now: datetime) -> bool:
    """Whether the feed stopped; a feed that never sent is awaited, not stale."""
    return health is not None and health.last_at is not None and is_stale(health.last_at, feed.stale_after, now)


def _stale_feed(feed: Feed, health: FeedHealth, anyone_waits: bool) -> Alarm:
    assert health.last_at is not None
    urgent = feed.cadence <= _LIVE_FEED and anyone_waits
    return Alarm(
        id=f"feed:{feed.key}",
        priority=Priority.HIGH if urgent else Priority.ADVISORY,
        what=Text(f"Nguồn ngừng gửi: {feed.names.vi}", f"Feed has stopped: {feed.names.en}"),
        where=feed.owner.office,
        since=health.last_at,
        response=Text(
            f"Gọi {feed.owner.reach.vi}; kiểm tra đường truyền. Số liệu cũ không còn được tính.",
            f"Call the {feed.owner.reach.en}; check the connection. Its old figures no longer count.",
        ),
        feed=feed.key,
        silence=True,
    )


def _is_named(feed: Feed, health: FeedHealth) -> bool:
    """Whether this alarm names silent reporters; vehicles and routes have their own alarms."""
    return bool(health.silent) and not isinstance(feed.reporters, Register)


def _silent_reporters(feed: Feed, health: FeedHealth, place_names: Mapping[str, str]) -> Alarm:
    """One alarm per feed; it separates reporters that never reported from late ones."""
    silent = sorted(health.silent, key=lambda one: collation_key(place_names.get(one.code, one.code)))
    count = max(health.expected - health.reporting, len(silent))
    names = ", ".join(place_names.get(one.code, one.code) for one in silent[:NAMED_REPORTERS])
    more = Text(", … xem trang Dữ liệu", ", … see the Data page") if count > NAMED_REPORTERS else Text("", "")
    never = sum(one.since is None for one in silent)
    told = Text(f"{never} chưa từng gửi" if never else "", f"{never} never reported" if never else "")
    who = Text("xã", "communes") if feed.reporters == EveryCommune() else Text("đơn vị", "reporters")
    return Alarm(
        id=f"reporters:{feed.key}",
        priority=Priority.ADVISORY,
        what=Text(
            f"{count} {who.vi} chưa gửi số liệu {feed.names.vi}: {names}{more.vi}",
            f"{count} {who.en} have not reported {feed.names.en}: {names}{more.en}",
        ),
        where=told,
        since=min((one.since for one in silent if one.since), default=None),
        response=feed.owner.call,
        feed=feed.key,
        places=tuple(one.code for one in silent[:NAMED_REPORTERS]),
        silence=True,
    )


def _silent_vehicles(
    feed: str,
    last: Mapping[str, datetime],
    on_duty: Mapping[str, Duty],
    place_names: Mapping[str, str],
    now: datetime,
) -> list[Alarm]:
    # Silence counts from the start of duty; a parked truck or one without a tracker is not awaited.
    silent = {id_: max(last.get(id_, duty.since), duty.since) for id_, duty in on_duty.items() if duty.fitted}
    silent = {id_: since for id_, since in silent.items() if now - since > SILENT_AFTER}
    if len(silent) > NAMED_VEHICLES:
        return [_many_silent(feed, silent)]
    return [_one_silent(feed, id_, since, id_ in last, on_duty[id_], place_names) for id_, since in silent.items()]


_LOST = Text("mất nguồn điện hoặc ra khỏi vùng phủ sóng", "power lost, or out of network")
_DEAD = Text("thiết bị mất nguồn hoặc hỏng", "no power, or the device is broken")


def _one_silent(feed: str, id_: str, since: datetime, known: bool, duty: Duty, place_names: Mapping[str, str]) -> Alarm:
    where = place_names.get(duty.place, "")
    why = _LOST if known else _DEAD
    return Alarm(
        id=SILENT_ALARM + id_,
        priority=Priority.HIGH,
        what=Text(f"Xe {id_} mất tín hiệu", f"Vehicle {id_} has lost its signal")
        if known
        else Text(f"Xe {id_} chưa từng gửi vị trí", f"Vehicle {id_} has never sent a position"),
        where=Text(where, where),
        since=since,
        response=Text(
            f"Có thể {why.vi}. Gọi tài xế: xe còn chạy thì báo sửa thiết bị, xe hỏng thì cử xe khác.",
            f"Likely cause: {why.en}. Call the driver: if the vehicle works, have its tracker repaired; "
            "if it does not, send another.",
        ),
        feed=feed,
        vehicle=id_,
        places=(duty.place,) if duty.place else (),
        silence=True,
    )


def _many_silent(feed: str, silent: Mapping[str, datetime]) -> Alarm:
    named = ", ".join(sorted(silent)[:NAMED_VEHICLES]) + " …"
    return Alarm(
        id=f"silent:many:{feed}",
        priority=Priority.HIGH,
        what=Text(f"{len(silent)} xe mất tín hiệu", f"{len(silent)} vehicles have lost their signal"),
        where=Text(named, named),
        since=max(silent.values()),
        response=Text(
            "Nhiều xe cùng lúc thường là lỗi mạng hoặc nhà cung cấp: gọi nhà cung cấp thiết bị trước.",
            "Many at once usually means a network or provider fault: call the tracker provider first.",
        ),
        feed=feed,
        silence=True,
    )


_WHO_IS_SILENT = Text(
    "Xem xe nào mất tín hiệu và vì sao; hỏi lại trước khi kết luận.",
    "See which vehicle lost its signal and why; ask before drawing conclusions.",
)


def _kpi_alarms(kpi: Kpi, results: Sequence[KpiResult], place_names: Mapping[str, str]) -> Iterator[Alarm]:
    """The province's own alarm, and places that are critical while the province is not."""
    province = next((result for result in results if result.place == PROVINCE), None)
    if province is None:
        return
    if province.status in PRIORITY_OF and province.value is not None:
        yield Alarm(
            id=f"kpi:{kpi.key}",
            priority=PRIORITY_OF[province.status],
            what=_beyond_limit(kpi, province.value, province.status),
            where=_named(_worst_places(kpi, results), place_names),
            since=province.since,
            response=kpi.response,
            feed=kpi.feed,
            places=_worst_places(kpi, results)[:_NAMED_PLACES],
        )
    local = [
        one for one in results if one.status is Status.CRITICAL and one.place != PROVINCE and one.value is not None
    ]
    if local and province.status is not Status.CRITICAL:
        worst = (max if kpi.better is Better.LOWER else min)(one.value for one in local if one.value is not None)
        yield Alarm(
            id=f"kpi:{kpi.key}:places",
            priority=Priority.CRITICAL,
            what=_beyond_limit(kpi, worst, Status.CRITICAL),
            where=_named(_worst_places(kpi, local), place_names),
            since=min(one.since for one in local),
            response=kpi.response,
            feed=kpi.feed,
            places=_worst_places(kpi, local)[:_NAMED_PLACES],
        )


_CONTRADICTION = Text(
    "Phần lớn hơn tổng, hoặc giá trị không thể có: gọi {who} đối chiếu rồi gửi lại.",
    "A part exceeds its whole, or a value cannot be: call the {who} to compare and send again.",
)


_TOO_FEW, _CONTRADICTS = Text("Chưa đủ số liệu", "Not enough data"), Text("Số liệu mâu thuẫn", "Contradicting figures")


def _without_value(results: Sequence[KpiResult]) -> KpiResult | None:
    """The province's result when nothing can be said although there were figures; None when all is well."""
    province = next((result for result in results if result.place == PROVINCE), None)
    if province is None or province.missing is Missing.SMALL:
        return None
    stopped = province.status is Status.NO_DATA and province.as_of is not None
    return province if stopped or province.status is Status.STALE else None


def _why(result: KpiResult) -> Text:
    return _CONTRADICTS if result.missing is Missing.CONTRADICTION else _TOO_FEW


def _no_value(feed: Feed, why: Text, follows: str, told: Sequence[tuple[Kpi, KpiResult]]) -> list[Alarm]:
    """An alarm for each KPI of ``feed`` of which nothing can be said; more than a few at once are one.

    The advice fits the cause: who did not send, whose tracker was silent, who contradicts.
    """
    reach = feed.owner.reach
    response = feed.owner.call
    if why is _CONTRADICTS:
        response = Text(_CONTRADICTION.vi.format(who=reach.vi), _CONTRADICTION.en.format(who=reach.en))
    elif feed.is_collected:
        response = _WHO_IS_SILENT
    alarms = [
        Alarm(
            id=f"kpi:{kpi.key}",
            priority=Priority.ADVISORY,
            what=Text(f"{why.vi}: {kpi.names.vi}", f"{why.en}: {kpi.names.en}"),
            where=Text(
                f"{result.reporting}/{result.expected} {kpi.contributor.vi}",
                f"{result.reporting}/{result.expected} {kpi.contributor.en}",
            ),
            since=result.since,
            response=response,
            feed=kpi.feed,
            kpi=kpi.key,
            follows=follows,
        )
        for kpi, result in told
    ]
    if len(alarms) <= NAMED_FIGURES:
        return alarms
    first, rest = [kpi.short for kpi, _result in told[:NAMED_FIGURES]], len(told) - NAMED_FIGURES
    vi, en = (", ".join(named) + f" +{rest}" for named in zip(*first, strict=True))
    wheres = {alarm.where for alarm in alarms}
    return [
        replace(
            alarms[0],
            id=f"kpis:{feed.key}:{why.en}:{follows}",
            what=Text(f"{why.vi}: {len(told)} chỉ số ({vi})", f"{why.en}: {len(told)} figures ({en})"),
            where=alarms[0].where if len(wheres) == 1 else feed.names,
            since=min(result.since for _kpi, result in told),
            kpi="",
        )
    ]


def _beyond_limit(kpi: Kpi, value: float, status: Status) -> Text:
    limit = next((t.limit for t in kpi.thresholds if t.status is status), None)
    return Text(_limit_words(kpi, value, limit, "vi"), _limit_words(kpi, value, limit, "en"))


def _limit_words(kpi: Kpi, value: float, limit: float | None, language: Language) -> str:
    def shown(value: float) -> str:
        return with_unit(number(value, kpi.decimals, language), kpi.unit.to(language))

    said = f"{kpi.names.to(language)}: {shown(value)}"
    if limit is None:
        return said
    word = Text("ngưỡng", "limit").to(language)
    sign = "≥" if kpi.better is Better.HIGHER else "≤"
    return f"{said} ({word} {sign}\u00a0{shown(limit)})"  # no line break between the sign and its number


def _worst_places(kpi: Kpi, results: Sequence[KpiResult]) -> tuple[str, ...]:
    """Codes of the places that are abnormal themselves, worst value first."""
    poor = [
        (r.value, r.place) for r in results if r.status in PRIORITY_OF and r.place != PROVINCE and r.value is not None
    ]
    poor.sort(reverse=kpi.better is Better.LOWER)
    return tuple(place for _, place in poor)


def _named(places: Sequence[str], place_names: Mapping[str, str]) -> Text:
    """The first of ``places`` by name, the others counted."""
    names = [place_names.get(place, place) for place in places[:_NAMED_PLACES]]
    if not names:
        return Text("toàn tỉnh", "whole province")
    said = ", ".join(names) + (f" +{len(places) - len(names)}" if len(places) > len(names) else "")
    return Text(said, said)
