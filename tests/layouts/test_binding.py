"""The waiting devices of /data: listed, searched, bound to a vehicle, refused in words."""

from dataclasses import replace
from typing import Any

import pytest
from screen_figures import FEEDS, NOW
from screen_fixtures import normal, services

import callbacks.data
from callbacks.parts.load import load
from domain.access.principal import NOBODY
from layouts.data import new_vehicle_of, pending
from tests.layouts.test_screens import SCREENS, plain, text

WAITS = ("address:10.0.0.7", "862019041234567")


async def bound(given: Any, vehicle: str, fleet: str = "", waits: tuple[str, str] = WAITS) -> str:
    """The notice after somebody bound a waiting device."""
    notice, _mark = await callbacks.data.bind_device(given, *waits, vehicle, fleet, {}, NOBODY)
    return text(plain(notice))


async def test_binding_a_device_can_be_undone() -> None:
    reading = normal()
    given = services(reading)
    assert "LA-031" in await bound(given, "LA-031")
    assert reading.waiting == []
    await callbacks.data.unbind_device(given, "862019041234567", {}, NOBODY)
    assert [d.device for d in reading.waiting] == ["862019041234567"]


async def test_a_vehicle_of_no_known_fleet_is_not_made_by_a_slip_of_the_keys() -> None:
    reading = normal()
    for fleet in ("", "services", "a fleet of nobody"):
        assert "Sổ xe chưa có LA-0311" in await bound(services(reading), "LA-0311", fleet)
    assert [d.device for d in reading.waiting] == ["862019041234567"]
    given = services(reading)
    assert "LA-0311" in await bound(given, "LA-0311", "waste_trucks")
    assert list(given.registry.registered) == ["LA-0311"], "it is in the register now"


async def test_the_fleets_offered_for_a_new_vehicle_bind_what_was_asked() -> None:
    given = services(normal())
    (notice,), _mark = await callbacks.data.bind_device(given, *WAITS, "LA-0311", "", {}, NOBODY)
    buttons = {one.children: one.id["item"] for one in notice.children if isinstance(getattr(one, "id", ""), dict)}
    asked = new_vehicle_of(buttons[FEEDS["waste_trucks"].names.vi])
    assert asked == (*WAITS, "LA-0311", "waste_trucks")
    assert "Đã gắn" in await bound(given, "LA-0311", asked[-1])
    assert new_vehicle_of("made up") == ("", "", "", "made up"), "what no button says binds nothing"


@pytest.mark.parametrize("vehicle", ["Z" * 65, "LA-\u202e031", "LA\u200b-031", "L\u0410-031", "LA\x00-031"])
async def test_an_id_that_looks_like_another_or_is_endless_is_refused_in_words(vehicle: str) -> None:
    reading = normal()
    assert "Chưa gắn: mã" in await bound(services(reading), vehicle, "waste_trucks")
    assert len(reading.waiting) == 1


async def test_a_device_that_does_not_wait_is_not_bound() -> None:
    reading = normal()
    for waits in (("address:10.0.0.8", WAITS[1]), (WAITS[0], "made-up")):
        assert "không còn chờ" in await bound(services(reading), "LA-031", waits=waits)
    assert len(reading.waiting) == 1


async def test_waiting_devices_are_searched_and_a_conflict_is_told() -> None:
    reading = normal()
    reading.waiting.append(replace(reading.waiting[0], device="LA-010", sender="key:Traccar", claims="LA-010"))
    for search, shown in (("", {"862019041234567", "LA-010"}), ("LA", {"LA-010"}), ("none", set())):
        data = await load(services(reading), SCREENS["/data"], "vi", {"device": search}, NOW)
        drawn = text(plain(pending(data)))
        assert {one for one in ("862019041234567", "LA-010") if one in drawn} == shown
        assert ("khoá Traccar" in drawn) == ("đang gắn với xe LA-010" in drawn) == ("LA-010" in shown)
        assert ("địa chỉ 10.0.0.7" in drawn) == ("862019041234567" in shown)
