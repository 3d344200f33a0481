"""The house's own JSON: an array of observations and fixes, read item by item."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import orjson

from data_sources import MAX_ITEMS
from data_sources import _parse as parse
from data_sources._covered import covered
from data_sources._parse import RefusalError
from domain.feed import Decode, Decoded, Level, Measure, Payload
from domain.observation import Fix, Kind, Observation, ObsStatus
from domain.period import Period, written_period
from domain.place import IN_FORCE
from domain.reason import Reason

_REVISION_MAX = 1_000_000


def observations(measures: tuple[Measure, ...]) -> Decode:
    """A decoder of JSON arrays for a feed with these measures.

    An item is an observation {feed, measure, place | organisation | entity, at and/or period, value, kind, source,
    territory, status, revision, author} or a fix {feed, measure: "position", entity, at, latitude, longitude,
    speed_kmh, course_deg, …}. ``at`` carries its time zone; ``period`` is written 2026-11-28, 2026-11, 2026-Q4 or 2026.
    Numbers are JSON numbers (text is refused), ``value`` null says "known to be missing". ``kind`` defaults to the
    weakest claim, declared; of a fix, measured.
    """
    known = {m.key: m for m in measures}

    def decode(payload: Payload) -> Iterable[Decoded]:
        try:
            items = _items(payload)
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, refused.detail, payload.body)
            return
        instants: dict[str, datetime] = {}
        for item in items:
            try:
                yield _item(payload, item, known, instants)
            except RefusalError as refused:
                yield parse.rejection(payload, refused.reason, refused.detail, parse.written(item))

    return decode


def _items(payload: Payload) -> list[object]:
    try:
        items = orjson.loads(payload.body)
    except orjson.JSONDecodeError as error:
        raise RefusalError(Reason.EMPTY if not payload.body.strip() else Reason.NOT_JSON, str(error)) from None
    if not isinstance(items, list):
        raise RefusalError(Reason.WRONG_SHAPE, "cần một mảng JSON / a JSON array is needed")
    if not items:
        raise RefusalError(Reason.EMPTY)
    if len(items) > MAX_ITEMS:
        raise RefusalError(Reason.TOO_MANY_ITEMS, f"{len(items)} > {MAX_ITEMS}")
    return items


def _item(
    payload: Payload, item: object, known: Mapping[str, Measure], instants: dict[str, datetime]
) -> Observation | Fix:
    if not isinstance(item, dict):
        raise RefusalError(Reason.WRONG_SHAPE, "mỗi mục là một đối tượng / each item is an object")
    if item.get("feed", payload.feed) != payload.feed:
        raise RefusalError(Reason.UNKNOWN_FEED, _said(item.get("feed")))
    measure = known.get(_text(item, "measure", required=True))
    if measure is None:
        raise RefusalError(Reason.UNKNOWN_MEASURE, _said(item["measure"]))
    if measure.key == "position":
        return _fix(payload, item, instants)
    value, status = _value(item, measure)
    entity, place, organisation = (_text(item, key) for key in ("entity", "place", "organisation"))
    if not (entity if measure.level is Level.ENTITY else place or organisation):
        raise RefusalError(Reason.MISSING_FIELD, str(measure.level))
    if entity and (organisation or measure.level is Level.PLACE):
        whose = "organisation" if organisation else f"{measure.key} là của nơi / is of a place alone"
        raise RefusalError(Reason.WRONG_SHAPE, f"entity: {whose}")
    named = _period(item)
    told_at = _instant(item.get("at"), payload, instants) if named is None or "at" in item else None
    at, period = covered(measure, told_at, named, payload.received_at)
    return Observation(
        feed=payload.feed,
        measure=measure.key,
        at=at,
        period=period,
        received_at=payload.received_at,
        value=value,
        kind=_kind(item, Kind.DECLARED),
        source=_source(item, payload),
        place=place,
        territory=(_text(item, "territory") or IN_FORCE) if place else "",
        entity=entity,
        organisation=organisation,
        status=status,
        revision=_revision(item),
        author=_text(item, "author"),
    )


def _fix(payload: Payload, item: Mapping[str, object], instants: dict[str, datetime]) -> Fix:
    device = _text(item, "entity")
    if not device:
        raise RefusalError(Reason.MISSING_DEVICE, "entity")
    latitude, longitude = parse.coordinates(_number(item, "latitude"), _number(item, "longitude"))
    valid = item.get("valid", True)
    if not isinstance(valid, bool):
        raise RefusalError(Reason.WRONG_SHAPE, "valid")
    return Fix(
        feed=payload.feed,
        device=device,
        at=_instant(item.get("at"), payload, instants),
        received_at=payload.received_at,
        latitude=latitude,
        longitude=longitude,
        kind=_kind(item, Kind.MEASURED),
        source=_source(item, payload),
        speed_kmh=parse.within(_number(item, "speed_kmh"), 0, 500),
        course_deg=parse.course(_number(item, "course_deg")),
        altitude_m=parse.within(_number(item, "altitude_m"), -500, 20_000),
        accuracy_m=parse.within(_number(item, "accuracy_m"), 0, 1e6),
        valid=valid,
        driver=parse.driver(item.get("driver")),
    )


def _value(item: Mapping[str, object], measure: Measure) -> tuple[float | None, ObsStatus]:
    if "value" not in item:
        raise RefusalError(Reason.MISSING_FIELD, "value")
    said = item.get("status", ObsStatus.NORMAL if item["value"] is not None else ObsStatus.MISSING)
    if said not in tuple(ObsStatus):
        raise RefusalError(Reason.BAD_CODE, f"status: {_said(said)}")
    status = ObsStatus(str(said))
    if item["value"] is None:
        return None, ObsStatus.MISSING
    value = _number(item, "value")
    if value is None or status is ObsStatus.MISSING:
        raise RefusalError(Reason.WRONG_SHAPE, "status M cần value null / status M needs a null value")
    if not measure.low <= value <= measure.high:
        raise RefusalError(
            Reason.OUT_OF_RANGE, f"{measure.key}: {value:g} ({measure.low:g}..{measure.high:g} {measure.unit})"
        )
    parse.whole(value, measure)
    return value, status


def _period(item: Mapping[str, object]) -> Period | None:
    said = _text(item, "period")
    if not said:
        return None
    try:
        return written_period(said)
    except ValueError:
        raise RefusalError(Reason.BAD_PERIOD, f"period: {said[:40]}") from None


def _instant(value: object, payload: Payload, instants: dict[str, datetime]) -> datetime:
    """``at`` as UTC; equal texts of one message are read once."""
    if value is None:
        raise RefusalError(Reason.MISSING_FIELD, "at")
    if not isinstance(value, str):
        raise RefusalError(Reason.BAD_TIME, f"at: {_said(value)}")
    at = instants.get(value)
    if at is None:
        at = parse.instant_of_text(value, zoneless_is="refused")
        if at > payload.received_at + parse.MAX_FUTURE:
            raise RefusalError(Reason.FUTURE_TIME, f"at: {value[:40]}")
        instants[value] = at
    return at


def _number(item: Mapping[str, object], key: str) -> float | None:
    value = item.get(key)
    if value is None:
        return None
    number = parse.json_number(value)
    if number is None:
        raise RefusalError(Reason.BAD_NUMBER, f"{key}: {_said(value)}")
    return number


def _text(item: Mapping[str, object], key: str, *, required: bool = False) -> str:
    value = item.get(key)
    if value is None and not required:
        return ""
    if value is None:
        raise RefusalError(Reason.MISSING_FIELD, key)
    if not isinstance(value, str):
        raise RefusalError(Reason.WRONG_SHAPE, f"{key} phải là chuỗi / must be text")
    return parse.clean(value, 100)


def _source(item: Mapping[str, object], payload: Payload) -> str:
    source = _text(item, "source") or payload.source
    if not source:
        raise RefusalError(Reason.MISSING_FIELD, "source")
    return source


def _kind(item: Mapping[str, object], default: Kind) -> Kind:
    said = item.get("kind", default)
    if said not in tuple(Kind):
        raise RefusalError(Reason.BAD_CODE, f"kind: {_said(said)}")
    return Kind(str(said))


def _revision(item: Mapping[str, object]) -> int:
    if "revision" not in item:
        return 0
    said = item["revision"]
    if not isinstance(said, int) or isinstance(said, bool) or not 1 <= said <= _REVISION_MAX:
        raise RefusalError(Reason.BAD_NUMBER, f"revision: {_said(said)}")
    return said


def _said(value: object) -> str:
    return parse.clean(str(value), 60)
