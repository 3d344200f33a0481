"""House JSON: an array of observations and fixes, decoded item by item."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from data_sources import MAX_ITEMS, VALUES_MAX
from data_sources.messages import parse, said
from data_sources.messages.cases import event
from data_sources.messages.covered import covered
from data_sources.messages.parse import RefusalError
from data_sources.messages.two_values import two_values
from domain.case import CaseType
from domain.feeds.feed import Bearer, Decode, Decoded, Measure, Payload, by_key
from domain.observation import HISTORY, Fix, Kind, Observation, ObsStatus
from domain.period import Period, written_period
from domain.reason import Reason


def observations(measures: tuple[Measure, ...], cases: tuple[CaseType, ...] = ()) -> Decode:
    """A decoder of JSON arrays for a feed with these measures and cases.

    An item is an observation {feed, measure, place | organisation | entity, at and/or period, value, kind, source,
    territory, status, revision, author} or a fix {feed, measure: "position", entity, at, latitude, longitude,
    speed_kmh, course_deg, …}, with ``history`` true when it comes from an archive. ``at`` needs a time zone; ``period``
    is 2026-11-28, 2026-11, 2026-Q4 or 2026. Numbers are JSON numbers (text is refused); ``value`` null means "known to
    be missing". ``kind`` defaults to declared, for a fix to measured. An item with ``case`` is a case event
    (data_sources/messages/cases.py); attributes beyond the allowed ones are dropped, with one rejection per message.
    """
    known = by_key(measures)
    types = {one.key: one for one in cases}

    def decode(payload: Payload) -> Iterable[Decoded]:
        try:
            items = _items(payload)
        except RefusalError as refused:
            yield parse.rejection(payload, refused.reason, refused.detail, payload.body)
            return
        left_out: Counter[str] = Counter()
        found = list(_decoded(payload, items, known, types, left_out))
        refused_too = two_values(found)
        for number, (_, item) in enumerate(found):
            if number in refused_too:
                item = parse.rejection(payload, Reason.TWO_VALUES, refused_too[number], parse.written(items[number]))
            yield item
        if left_out:
            told = ", ".join(f"{name} × {count}" for name, count in sorted(left_out.items()))
            yield parse.rejection(payload, Reason.NOT_KEPT, told)

    return decode


def _decoded(
    payload: Payload,
    items: Iterable[object],
    known: Mapping[str, Measure],
    types: Mapping[str, CaseType],
    left_out: Counter[str],
) -> Iterable[tuple[str, Decoded]]:
    """Each item, after the name that it gives its measure ("" where there is none)."""
    instants: dict[str, datetime] = {}
    for item in items:
        case = item if isinstance(item, dict) and "case" in item else None
        try:
            if case is not None:
                yield "", event(payload, case, types, instants, left_out)
            else:
                yield _item(payload, item, known, instants)
        except RefusalError as refused:
            # Keep no text of a refused event: it may name a person.
            raw = b"" if case is not None else parse.written(item)
            yield "", parse.rejection(payload, refused.reason, refused.detail, raw)


def _items(payload: Payload) -> list[object]:
    if not payload.body.strip():
        raise RefusalError(Reason.EMPTY)
    items = parse.json_of(payload.body, VALUES_MAX)
    if not isinstance(items, list):
        raise RefusalError(Reason.WRONG_SHAPE, "cần một mảng JSON / a JSON array is needed")
    if not items:
        raise RefusalError(Reason.EMPTY)
    if len(items) > MAX_ITEMS:
        raise RefusalError(Reason.TOO_MANY_ITEMS, f"{len(items)} > {MAX_ITEMS}")
    return items


def _item(
    payload: Payload, item: object, known: Mapping[str, Measure], instants: dict[str, datetime]
) -> tuple[str, Observation | Fix]:
    if not isinstance(item, dict):
        raise RefusalError(Reason.WRONG_SHAPE, "mỗi mục là một đối tượng / each item is an object")
    said.own_feed(item, payload)
    name = said.text(item, "measure", required=True)
    measure = known.get(name)
    if measure is None:
        raise RefusalError(Reason.UNKNOWN_MEASURE, said.said(item["measure"]))
    if measure.key == "position":
        return name, _fix(payload, item, instants)
    value, status = _value(item, measure)
    entity, place, organisation = (said.text(item, key) for key in ("entity", "place", "organisation"))
    if not (entity if measure.bearer is Bearer.ENTITY else place or organisation):
        raise RefusalError(Reason.MISSING_FIELD, str(measure.bearer))
    if entity and (organisation or measure.bearer is Bearer.PLACE):
        whose = "organisation" if organisation else f"{measure.key} là của nơi / is of a place alone"
        raise RefusalError(Reason.WRONG_SHAPE, f"entity: {whose}")
    named = _period(item)
    told_at = said.instant(item.get("at"), payload, instants) if named is None or "at" in item else None
    at, period = covered(measure, told_at, named, payload.received_at)
    return name, Observation(
        feed=payload.feed,
        measure=measure.key,
        at=at,
        period=period,
        received_at=payload.received_at,
        value=value,
        kind=said.kind(item, Kind.DECLARED),
        source=said.source(item, payload),
        place=place,
        territory=said.territory(item) if place else "",
        entity=entity,
        organisation=organisation,
        status=status,
        revision=said.revision(item),
        author=said.text(item, "author"),
    )


def _fix(payload: Payload, item: Mapping[str, object], instants: dict[str, datetime]) -> Fix:
    device = said.text(item, "entity")
    if not device:
        raise RefusalError(Reason.MISSING_DEVICE, "entity")
    latitude, longitude = parse.coordinates(said.number(item, "latitude"), said.number(item, "longitude"))
    valid, history = item.get("valid", True), item.get("history", False)
    if not isinstance(valid, bool) or not isinstance(history, bool):
        raise RefusalError(Reason.WRONG_SHAPE, "valid, history: true | false")
    return Fix(
        feed=payload.feed,
        device=device,
        at=said.instant(item.get("at"), payload, instants),
        received_at=payload.received_at,
        latitude=latitude,
        longitude=longitude,
        kind=said.kind(item, Kind.MEASURED),
        source=said.source(item, payload),
        speed_kmh=parse.within(said.number(item, "speed_kmh"), 0, 500),
        course_deg=parse.course(said.number(item, "course_deg")),
        altitude_m=parse.within(said.number(item, "altitude_m"), -500, 20_000),
        accuracy_m=parse.within(said.number(item, "accuracy_m"), 0, 1e6),
        valid=valid,
        driver=parse.driver(item.get("driver")),
        flags=(HISTORY,) if history else (),
    )


def _value(item: Mapping[str, object], measure: Measure) -> tuple[float | None, ObsStatus]:
    if "value" not in item:
        raise RefusalError(Reason.MISSING_FIELD, "value")
    told = item.get("status", ObsStatus.NORMAL if item["value"] is not None else ObsStatus.MISSING)
    if told not in tuple(ObsStatus):
        raise RefusalError(Reason.BAD_CODE, f"status: {said.said(told)}")
    status = ObsStatus(str(told))
    if item["value"] is None:
        return None, ObsStatus.MISSING
    value = said.number(item, "value")
    if value is None or status is ObsStatus.MISSING:
        raise RefusalError(Reason.WRONG_SHAPE, "status M cần value null / status M needs a null value")
    if not measure.low <= value <= measure.high:
        raise RefusalError(
            Reason.OUT_OF_RANGE, f"{measure.key}: {value:g} ({measure.low:g}..{measure.high:g} {measure.unit})"
        )
    parse.whole(value, measure)
    return value, status


def _period(item: Mapping[str, object]) -> Period | None:
    told = said.text(item, "period")
    if not told:
        return None
    try:
        return written_period(told)
    except ValueError:
        raise RefusalError(Reason.BAD_PERIOD, f"period: {told[:40]}") from None
