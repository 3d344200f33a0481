"""Lists of cases on their area's screen: named, late by themselves, and honest when nobody has told anything."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from screen_figures import AREAS, FEEDS, NOW
from screen_fixtures import FakeReading, empty, normal, services

from callbacks.pages import drawn, screens
from domain import subject
from domain.case import CaseEvent, case_key
from domain.observation import Kind
from domain.places.place import PROVINCE
from paint.said import as_json

SCREENS = screens()
LISTED = [(area, key, kind) for area in AREAS.values() for key in area.feeds for kind in FEEDS[key].listed]


def page(reading: FakeReading, path: str, language: str = "vi") -> str:
    async def told() -> str:
        shown = (await drawn(services(reading), SCREENS, path, {"lang": language}, NOW)).page
        return json.dumps(shown, default=as_json, ensure_ascii=False)

    return asyncio.run(told())


def event(feed: str, kind: Any, name: str, due: str = "", **more: Any) -> CaseEvent:
    attributes = {kind.title: name} | ({kind.due: due} if kind.due and due else {})
    return replace(
        CaseEvent(
            feed=feed, case_type=kind.key, case=case_key(b"0123456789abcdef", name), event=kind.events[0],
            of=subject.place("27694", "2025-07"), at=NOW, received_at=NOW, kind=Kind.DECLARED, source="xã",
            place="27694", attributes=attributes,
        ),
        **more,
    )  # fmt: skip


@pytest.mark.parametrize(("area", "feed", "kind"), LISTED, ids=lambda one: getattr(one, "key", one))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_listed_case_stands_on_its_areas_screen(area, feed, kind, language):
    reading = normal()
    reading.cases = [event(feed, kind, "Việc thử nghiệm")]
    shown = page(reading, area.path, language)
    assert "Việc thử nghiệm" in shown
    assert kind.says[kind.events[0]].to(language) in shown


@pytest.mark.parametrize(("area", "feed", "kind"), LISTED, ids=lambda one: getattr(one, "key", one))
def test_without_a_case_it_says_whom_it_waits_for(area, feed, kind):
    shown = page(empty(), area.path)
    assert kind.names.vi in shown
    assert "Chưa có mục nào." in shown
    assert FEEDS[feed].owner.office.vi in shown


def test_what_is_late_says_so_by_itself_and_what_ended_does_not():
    area, feed, kind = next(one for one in LISTED if one[2].due)
    reading = normal()
    reading.cases = [
        event(feed, kind, "Trễ", "2026-11-20"),
        event(feed, kind, "Đúng hạn", "2026-12-20"),
        event(feed, kind, "Xong", "2026-11-01", event=kind.ends[0]),
    ]
    shown = page(reading, area.path)
    assert shown.count("chậm 1 ngày làm việc") == 1, "the 20th was a Friday and now is Monday"
    assert shown.count("còn 18 ngày làm việc") == 1, "the 20th is a Sunday, and the 24th of November a holiday"
    assert "2 đang mở · 1 chậm" in shown
    assert shown.count('"data-state": "late"') == 1
    assert shown.count('"data-state": "ended"') == 1


def test_simulated_cases_call_for_the_banner():
    area, feed, kind = LISTED[0]
    reading = empty()
    reading.cases = [replace(event(feed, kind, "Mô phỏng"), kind=Kind.SIMULATED)]
    assert '"data-simulated": "true"' in page(reading, area.path)


def test_what_ended_is_folded_and_counted():
    area, feed, kind = next(one for one in LISTED if one[2].key == "outage")
    reading = normal()
    reading.cases = [event(feed, kind, "Trạm còn hỏng"), event(feed, kind, "Trạm đã sửa", event=kind.ends[0])]
    shown = page(reading, area.path)
    assert shown.index("Trạm còn hỏng") < shown.index("Đã kết thúc trong 14 ngày qua (1)") < shown.index("Trạm đã sửa")
    assert "1 đang mở" in shown


def test_what_is_known_beside_the_title_is_read_with_its_name():
    area, feed, kind = next(one for one in LISTED if one[2].key == "outage")
    told = event(feed, kind, "Trạm 7")
    reading = normal()
    reading.cases = [replace(told, attributes={**told.attributes, "carrier": "VNPT", "cause": "mất điện lưới"})]
    assert "nhà mạng VNPT · nguyên nhân mất điện lưới" in page(reading, area.path)
    assert "carrier VNPT" in page(reading, area.path, "en")


def test_a_column_of_places_stands_only_where_a_case_has_one():
    area, feed, kind = next(one for one in LISTED if one[2].key == "agreement")
    reading = normal()
    reading.cases = [event(feed, kind, "FPT", place=PROVINCE)]
    assert '"Nơi"' not in page(reading, area.path)
    reading.cases = [*reading.cases, event(feed, kind, "VNG")]
    assert '"Nơi"' in page(reading, area.path)
