"""Converts domain values to table rows and back; only this module knows how values are stored."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import RowMapping

from domain.fleets.driver import unnamed
from domain.fleets.tracker_day import TrackerDay
from domain.instant import from_ms, to_ms
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import KpiResult, Status
from domain.kpis.result_columns import stated_document, stated_from, subject
from domain.observation import Fix, Kind, Observation, ObsStatus, Rejection
from domain.period import Period, Span, written_period
from domain.reason import reason_of
from domain.subject import SubjectKind
from store.records import LatestFix, RejectedItem

Row = Mapping[str, Any] | RowMapping

# Enum members by value: a dict is three times as fast as calling the enum.
_SPANS, _SUBJECTS = {one.value: one for one in Span}, {one.value: one for one in SubjectKind}
_KINDS, _STATUSES = {one.value: one for one in Kind}, {one.value: one for one in ObsStatus}

RAW_LIMIT_BYTES = 2048
DETAIL_LIMIT_BYTES = 500
DEVICE_LIMIT_BYTES = 100
_POSITION = (
    *("device", "feed", "at_ms", "received_ms", "latitude", "longitude", "speed_kmh", "course_deg", "altitude_m"),
    *("accuracy_m", "valid", "kind", "source", "flags", "attributes"),
)


def observation_row(item: Observation) -> dict[str, object]:
    """Row of ``observations`` and, with the batch, of ``observations_latest``."""
    kind, subject, territory = item.of
    return {
        "feed": item.feed,
        "measure": item.measure,
        "subject_kind": kind.value,
        "subject": subject,
        "territory": territory,
        "place": item.place,
        "place_territory": item.territory,
        "source": item.source,
        "span": item.period.span.value,
        "period": item.period.code,
        "at_ms": to_ms(item.at),
        "revision": item.revision,
        "received_ms": to_ms(item.received_at),
        "value": item.value,
        "kind": item.kind.value,
        "status": item.status.value,
        "author": item.author,
    }


def observation_of(row: Row) -> Observation:
    """The observation of a row."""
    kind = _SUBJECTS[row["subject_kind"]]
    return Observation(
        feed=row["feed"],
        measure=row["measure"],
        territory=row["place_territory"],
        place=row["place"],
        entity=row["subject"] if kind is SubjectKind.ENTITY else "",
        organisation=row["subject"] if kind is SubjectKind.ORGANISATION else "",
        period=Period(_SPANS[row["span"]], written_period(row["period"]).start if row["period"] else None),
        source=row["source"],
        at=from_ms(row["at_ms"]),
        revision=row["revision"],
        received_at=from_ms(row["received_ms"]),
        value=row["value"],
        kind=_KINDS[row["kind"]],
        status=_STATUSES[row["status"]],
        author=row["author"],
    )


def fix_row(fix: Fix, *, quarantined: bool) -> tuple[object, ...]:
    """Row of ``fixes``, the only table that stores the fix's driver code."""
    return (
        fix.device,
        to_ms(fix.at),
        fix.latitude,
        fix.longitude,
        fix.feed,
        to_ms(fix.received_at),
        fix.speed_kmh,
        fix.course_deg,
        fix.altitude_m,
        fix.accuracy_m,
        fix.valid,
        quarantined,
        fix.kind.value,
        fix.source,
        ",".join(fix.flags),
        _attributes_out(fix.attributes),
        fix.driver or None,
    )


def fix_of(row: Row) -> Fix:
    """The fix of a row of ``fixes`` or ``fixes_latest``."""
    return Fix(
        feed=row["feed"],
        device=row["device"],
        at=from_ms(row["at_ms"]),
        received_at=from_ms(row["received_ms"]),
        latitude=row["latitude"],
        longitude=row["longitude"],
        kind=Kind(row["kind"]),
        source=row["source"],
        speed_kmh=row["speed_kmh"],
        course_deg=row["course_deg"],
        altitude_m=row["altitude_m"],
        accuracy_m=row["accuracy_m"],
        valid=bool(row["valid"]),
        flags=tuple(row["flags"].split(",")) if row["flags"] else (),
        attributes=json.loads(row["attributes"]) if row["attributes"] else {},
    )


def latest_row(latest: LatestFix) -> tuple[object, ...]:
    """Row of ``fixes_latest``; it contains the suspect as JSON, because both are read and replaced together."""
    suspect = None if latest.suspect is None else _json(position_row(latest.suspect))
    return (*_position(latest.fix), suspect, _json(latest.latencies_s))


def position_row(fix: Fix) -> dict[str, object]:
    """The columns of a fix that ``fixes_latest`` and ``waiting`` share, by name."""
    return dict(zip(_POSITION, _position(fix), strict=True))


def latest_of(row: Row) -> LatestFix:
    """The newest fix of a row of ``fixes_latest``."""
    return LatestFix(
        fix=fix_of(row),
        suspect=None if row["suspect"] is None else fix_of(orjson.loads(row["suspect"])),
        latencies_s=tuple(orjson.loads(row["recent_latencies"])),
    )


def day_row(day: TrackerDay, feed: str) -> tuple[object, ...]:
    """Row of ``tracker_days``."""
    return (
        day.day.isoformat(),
        day.device,
        feed,
        day.kind.value,
        day.fixes,
        day.duplicates,
        day.out_of_order,
        day.late_120s,
        day.late_600s,
        day.late_3600s,
        day.online_s,
        to_ms(day.first_at),
        to_ms(day.last_at),
        day.history,
    )


def day_of(row: Row) -> TrackerDay:
    """The tracker day of a row."""
    return TrackerDay(
        day=date.fromisoformat(row["day"]),
        device=row["device"],
        kind=Kind(row["kind"]),
        fixes=row["fixes"],
        duplicates=row["duplicates"],
        out_of_order=row["out_of_order"],
        late_120s=row["late_120s"],
        late_600s=row["late_600s"],
        late_3600s=row["late_3600s"],
        online_s=row["online_s"],
        first_at=from_ms(row["first_ms"]),
        last_at=from_ms(row["last_ms"]),
        history=row["history"],
    )


def rejection_row(item: RejectedItem) -> dict[str, object]:
    """Row of ``rejections``; a rejected item may contain anything, so its texts are cut and cleaned."""
    refused = item.rejection
    return {
        "feed": refused.feed,
        "reason": refused.reason.code,
        "received_ms": to_ms(refused.received_at),
        "detail": storable(unnamed(refused.detail), DETAIL_LIMIT_BYTES),
        "source": refused.source,
        "device": storable(item.device, DEVICE_LIMIT_BYTES),
        "raw": storable(unnamed(refused.raw), RAW_LIMIT_BYTES),
        "stream_id": item.stream_id,
        "item": item.item,
    }


def rejection_of(row: Row) -> RejectedItem:
    """The rejection of a row."""
    return RejectedItem(
        rejection=Rejection(
            feed=row["feed"],
            reason=reason_of(row["reason"]),
            received_at=from_ms(row["received_ms"]),
            detail=row["detail"],
            source=row["source"],
            raw=row["raw"],
        ),
        stream_id=row["stream_id"],
        item=row["item"],
        device=row["device"],
        id=row["id"],
    )


def result_row(result: KpiResult, territory: str) -> dict[str, object]:
    """Row of ``kpi_results``: ``territory`` is the version it was evaluated for."""
    return {
        "key": result.key,
        "territory": territory,
        "subject_kind": result.of.kind.value,
        "subject": result.of.code,
        "computed_ms": to_ms(result.computed_at),
        "value": result.value,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "reporting": result.reporting,
        "expected": result.expected,
        "as_of_ms": _ms_or_none(result.as_of),
        "status": result.status.value,
        "since_ms": to_ms(result.since),
        "kinds": _json({kind.value: count for kind, count in result.kinds.items()}),
        "sources": _json(result.sources),
        "stated": None if result.stated is None else _json(stated_document(result.stated)),
        "told": result.told,
        "asked": result.asked,
    }


def result_of(row: Row) -> KpiResult:
    """The KPI result of a row."""
    return KpiResult(
        key=row["key"],
        of=subject(SubjectKind(row["subject_kind"]), row["subject"], row["territory"]),
        computed_at=from_ms(row["computed_ms"]),
        value=row["value"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        reporting=row["reporting"],
        expected=row["expected"],
        as_of=instant_or_none(row["as_of_ms"]),
        status=Status(row["status"]),
        since=from_ms(row["since_ms"]),
        kinds={Kind(kind): count for kind, count in orjson.loads(row["kinds"]).items()},
        sources=tuple(orjson.loads(row["sources"])),
        stated=None if row["stated"] is None else stated_from(orjson.loads(row["stated"])),
        told=row["told"],
        asked=row["asked"],
    )


def event_row(event: StatusEvent) -> dict[str, object]:
    """Row of ``status_events``."""
    return {
        "at_ms": to_ms(event.at),
        "key": event.key,
        "territory": event.territory,
        "subject_kind": event.of.kind.value,
        "subject": event.of.code,
        "before": event.before.value,
        "after": event.after.value,
        "value": event.value,
    }


def event_of(row: Row) -> StatusEvent:
    """The status event of a row."""
    return StatusEvent(
        at=from_ms(row["at_ms"]),
        key=row["key"],
        of=subject(SubjectKind(row["subject_kind"]), row["subject"], row["territory"]),
        before=Status(row["before"]),
        after=Status(row["after"]),
        value=row["value"],
    )


def instant_or_none(value: int | None) -> datetime | None:
    """Instant of a nullable ``*_ms`` column."""
    return None if value is None else from_ms(value)


def _ms_or_none(value: datetime | None) -> int | None:
    return None if value is None else to_ms(value)


def _json(value: object) -> str:
    return orjson.dumps(value, default=dict).decode()


def _position(fix: Fix) -> tuple[object, ...]:
    """The columns of a fix in ``fixes_latest``, in the order of `_POSITION`."""
    return (
        fix.device,
        fix.feed,
        to_ms(fix.at),
        to_ms(fix.received_at),
        fix.latitude,
        fix.longitude,
        fix.speed_kmh,
        fix.course_deg,
        fix.altitude_m,
        fix.accuracy_m,
        fix.valid,
        fix.kind.value,
        fix.source,
        ",".join(fix.flags),
        _attributes_out(fix.attributes),
    )


def _attributes_out(attributes: Mapping[str, object]) -> str:
    """A tracker's attributes as JSON; json accepts what orjson refuses (numbers over 64 bits, lone surrogates)."""
    if not attributes:
        return ""
    try:
        return orjson.dumps(attributes, default=dict).decode()
    except TypeError:
        return json.dumps(dict(attributes), default=str)


def storable(text: str, limit_bytes: int) -> str:
    """External text, cut to ``limit_bytes`` of UTF-8, without what databases refuse (NUL, lone surrogates)."""
    return text.replace("\0", "�").encode("utf-8", "replace")[:limit_bytes].decode("utf-8", "ignore")
