"""Case events in house JSON: {feed, case, case_type, event, at, organisation | place, kind, source, …}."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from data_sources.messages import parse, said
from data_sources.messages.parse import RefusalError
from domain import subject
from domain.case import CASE_KEY, CaseEvent, CaseType
from domain.feeds.feed import Payload
from domain.observation import Kind
from domain.reason import Reason

_TEXT_MAX = 100


def event(
    payload: Payload,
    item: Mapping[str, object],
    types: Mapping[str, CaseType],
    instants: dict[str, datetime],
    left_out: Counter[str],
) -> CaseEvent:
    """One event of a case, under its keyed hash; counts the names of dropped attributes in ``left_out``.

    Raises RefusalError; its detail never repeats the item's case id or attribute values.
    """
    said.own_feed(item, payload)
    key = said.text(item, "case_type", required=True)
    if key not in types:
        raise RefusalError(Reason.BAD_CODE, f"case_type: {key}")
    happened = said.text(item, "event", required=True)
    if happened not in types[key].events:
        raise RefusalError(Reason.BAD_CODE, f"event: {happened}")
    case = said.text(item, "case", required=True).lower()
    if not CASE_KEY.fullmatch(case):
        raise RefusalError(Reason.NOT_A_HASH)
    organisation, place = said.text(item, "organisation"), said.text(item, "place")
    if not (organisation or place):
        raise RefusalError(Reason.MISSING_FIELD, "organisation, place")
    of = subject.organisation(organisation) if organisation else subject.place(place, said.territory(item))
    return CaseEvent(
        feed=payload.feed,
        case_type=key,
        case=case,
        event=happened,
        of=of,
        at=said.instant(item.get("at"), payload, instants),
        received_at=payload.received_at,
        kind=said.kind(item, Kind.MEASURED),
        source=said.source(item, payload),
        place=place,
        attributes=_attributes(item, types[key], left_out),
    )


def _attributes(item: Mapping[str, object], kind: CaseType, left_out: Counter[str]) -> dict[str, str | float | bool]:
    given = item.get("attributes", {})
    if not isinstance(given, dict):
        raise RefusalError(Reason.WRONG_SHAPE, "attributes")
    kept: dict[str, str | float | bool] = {}
    for name, value in given.items():
        number = parse.json_number(value)
        if name not in kind.attributes:
            left_out[parse.clean(str(name), 40)] += 1
        elif isinstance(value, bool):
            kept[name] = value
        elif isinstance(value, str):
            kept[name] = parse.clean(value, _TEXT_MAX)
        elif number is not None:
            kept[name] = number
        elif value is not None:
            raise RefusalError(Reason.WRONG_SHAPE, f"attributes.{name}")
    return kept
