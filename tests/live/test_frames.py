"""Vehicle frames: decoding returns the encoded vehicles, slots never change owner, older never replaces newer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import live.frames
from domain.fleets.vehicle import Position, Vehicle, VehicleState, state_of
from domain.observation import Kind
from live.frames import GONE, HEADER, VehicleColumns, decode
from live.streams import VehicleStream

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def truck(id_: str, age_s: int = 0, **changes: object) -> Position:
    at = NOW - timedelta(seconds=age_s)
    given_ = {"latitude": 10.5, "longitude": 106.4, "speed_kmh": 12.0, "course_deg": 90.0} | changes
    vehicle = Vehicle(
        id=id_,
        device=id_,
        bound=True,
        at=at,
        received_at=at,
        kind=Kind.SIMULATED,
        source="test",
        **given_,  # type: ignore[arg-type]
    )
    return Position.of(vehicle)


def test_a_frame_carries_every_column_and_sixteen_bytes_a_vehicle() -> None:
    columns = VehicleColumns()
    columns.put([truck("LA-001"), truck("LA-002", 100, latitude=10.6, longitude=106.5, course_deg=None)])
    raw = columns.frame(None, seq=7, now=NOW)
    frame = decode(raw)
    assert len(raw) == HEADER.size + 2 * 16 == 24 + 32
    assert (frame.full, frame.seq, frame.now_ms) == (True, 7, NOW.timestamp() * 1000)
    assert frame.slot.tolist() == [0, 1]
    assert frame.at_s.tolist() == [int(NOW.timestamp()), int(NOW.timestamp()) - 100]
    assert frame.lon.tolist() == pytest.approx([106.4, 106.5], abs=1e-5)
    assert frame.lat.tolist() == pytest.approx([10.5, 10.6], abs=1e-5)
    assert frame.course.tolist() == [64, 255]
    assert frame.state.tolist() == [VehicleState.MOVING, VehicleState.AGEING]


def test_the_browsers_tests_read_a_frame_as_it_is_made_here() -> None:
    columns = VehicleColumns()
    columns.put([truck("LA-001"), truck("LA-002", 100, latitude=10.6, longitude=106.5, course_deg=None)])
    kept = (Path(__file__).parent.parent / "js" / "frame.hex").read_text("ascii").strip()
    assert columns.frame(None, seq=7, now=NOW).hex() == kept, "tests/js/frame.hex: put the new bytes there"


def test_a_delta_carries_only_the_slots_asked_for() -> None:
    columns = VehicleColumns()
    columns.put(truck(f"LA-{n:03d}") for n in range(5))
    frame = decode(columns.frame([3, 1], seq=1, now=NOW))
    assert not frame.full
    assert frame.slot.tolist() == [3, 1]


def test_an_older_position_never_replaces_a_newer_one() -> None:
    columns = VehicleColumns()
    assert columns.put([truck("LA-001", 10)]) == [0]
    assert columns.put([truck("LA-001", 11, latitude=11.0)]) == []
    assert decode(columns.frame(None, seq=1, now=NOW)).lat[0] == pytest.approx(10.5)


def test_a_whole_snapshot_may_correct_the_newest_position_backwards() -> None:
    columns = VehicleColumns()
    columns.put([truck("LA-001", 10)])
    assert columns.put([truck("LA-001", 20, latitude=11.0)], authoritative=True) == [0]


def test_a_slot_is_kept_for_its_vehicle_when_it_goes_and_comes_back() -> None:
    columns = VehicleColumns()
    columns.put([truck("A"), truck("B"), truck("C")])
    assert columns.keep({"A", "C"}) == [1]
    assert decode(columns.frame(None, seq=1, now=NOW)).state.tolist() == [1, GONE, 1]
    assert columns.put([truck("D"), truck("B", 50)]) == [3, 1]
    assert columns.ids == ["A", "B", "C", "D"]


def test_when_all_slots_are_given_out_the_one_empty_longest_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.frames, "MAX_SLOTS", 3)
    columns = VehicleColumns()
    columns.put([truck("A"), truck("B"), truck("C")])
    columns.keep({"A"})
    columns.put([truck("B"), truck("C")])
    columns.keep({"A", "B"})
    columns.keep({"A"})
    assert not columns.renamed
    assert columns.put([truck("D")]) == [2], "C went first"
    assert (columns.ids, columns.renamed, columns.without_slot) == (["A", "B", "D"], True, 0)
    assert columns.put([truck("B")]) == [1], "whoever comes back in time finds its own slot"
    assert columns.put([truck("A"), truck("C"), truck("D")]) == [0, 2], "C is left out, the others go on"
    assert columns.without_slot == 1
    assert decode(columns.frame(None, seq=1, now=NOW)).state.tolist() == [1, 1, 1]


def test_columns_grow_and_keep_what_they_hold() -> None:
    columns = VehicleColumns(capacity=2)
    columns.put(truck(f"T{n}", course_deg=n) for n in range(9))
    frame = decode(columns.frame(None, seq=1, now=NOW))
    assert frame.slot.tolist() == list(range(9))
    assert frame.course.tolist() == [round(n * 256 / 360) for n in range(9)]


def test_north_from_the_left_is_north_not_unknown() -> None:
    columns = VehicleColumns()
    columns.put([truck("A", course_deg=359.9), truck("B", course_deg=358.6), truck("C", course_deg=360.0)])
    assert 255 not in decode(columns.frame(None, seq=1, now=NOW)).course.tolist()


@given(st.lists(st.tuples(st.integers(0, 3600), st.none() | st.floats(0, 120, width=32)), min_size=1, max_size=50))
def test_states_of_columns_equal_the_domain_rule(trucks: list[tuple[int, float | None]]) -> None:
    columns = VehicleColumns()
    columns.put(truck(str(n), age, speed_kmh=speed) for n, (age, speed) in enumerate(trucks))
    expected = [state_of(NOW - timedelta(seconds=age), speed, NOW) for age, speed in trucks]
    assert decode(columns.frame(None, seq=1, now=NOW)).state.tolist() == expected


@pytest.mark.parametrize(
    "damaged", [b"", b"\x01" * 10, HEADER.pack(2, 1, 0, 1, 0.0, 0, 0), HEADER.pack(1, 1, 0, 1, 0.0, 3, 0)]
)
def test_what_is_not_a_frame_is_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"frame"):
        decode(damaged)


def test_an_empty_frame_is_a_frame() -> None:
    frame = decode(VehicleColumns().frame(None, seq=0, now=NOW))
    assert frame.full
    assert frame.slot.dtype == np.uint16
    assert len(frame.slot) == 0


def test_names_tell_the_fleet_of_each_vehicle_and_whoever_changes_it_is_told_whole() -> None:
    stream = VehicleStream(lambda: NOW)
    stream.changed(stream.columns.put([truck("LA-001", feed="waste_trucks"), truck("115-01", feed="ambulances")]))
    told = orjson.loads(stream.delta()[0].asgi["text"])
    assert (told["ids"], told["fleets"], told["of"]) == (["LA-001", "115-01"], ["waste_trucks", "ambulances"], [0, 1])
    stream.changed(stream.columns.put([truck("115-01", -1, feed="waste_trucks")]))
    told = orjson.loads(stream.delta()[0].asgi["text"])
    assert (told["full"], told["ids"], told["fleets"], told["of"]) == (
        True, ["LA-001", "115-01"], ["waste_trucks"], [0, 0],
    )  # fmt: skip
