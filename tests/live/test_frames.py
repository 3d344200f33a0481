"""Vehicle frames: reading returns the told vehicles, slots never change owner, older never replaces newer."""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from said import vehicle

import live.frames
from domain.fleets.vehicle import Position, VehicleState, state_of
from live.frame_bytes import HEADER, Frame, FrameReader
from live.frames import GONE, VehicleColumns
from live.streams import VehicleStream
from present.wire import FRAME_GRID

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def truck(id_: str, age_s: int = 0, **changes: object) -> Position:
    moving = {"speed_kmh": 12.0, "course_deg": 90.0} | changes
    return Position.of(vehicle(id_, at=NOW - timedelta(seconds=age_s), **moving))


def whole(columns: VehicleColumns) -> Frame:
    """All that is known, as a page reads it that knows nothing."""
    columns.tell(range(len(columns)))
    return FrameReader().read(columns.full(seq=7, now=NOW))


def test_a_full_frame_carries_every_column() -> None:
    columns = VehicleColumns()
    columns.put([truck("LA-001"), truck("LA-002", 100, latitude=10.6, longitude=106.5, course_deg=None)])
    frame = whole(columns)
    assert (frame.full, frame.seq, frame.now_ms) == (True, 7, NOW.timestamp() * 1000)
    assert frame.slot.tolist() == [0, 1]
    assert frame.at_s.tolist() == [int(NOW.timestamp()), int(NOW.timestamp()) - 100]
    assert (frame.lon.tolist(), frame.lat.tolist()) == ([106.4, 106.5], [10.5, 10.6])
    assert frame.course.tolist() == [64, 255]
    assert frame.state.tolist() == [VehicleState.MOVING, VehicleState.AGEING]


def test_a_vehicle_that_moved_costs_six_bytes_and_one_that_stands_five_zeros() -> None:
    columns = VehicleColumns()
    columns.tell(columns.put([truck("LA-001"), truck("LA-002")]))
    moved = columns.put([truck("LA-001", latitude=10.50003, longitude=106.39995, course_deg=95.0), truck("LA-002")])
    data = columns.delta(moved, seq=1, now=NOW)
    assert len(data) == HEADER.size + 2 * 6
    assert data[HEADER.size :] == bytes([0, 0, 0, 0, 9, 0, 6, 0, 4, 0, 1, 1])


def test_a_delta_carries_only_the_slots_asked_for_and_says_what_changed() -> None:
    columns, reader = VehicleColumns(), FrameReader()
    columns.tell(columns.put(truck(f"LA-{n:03d}") for n in range(5)))
    reader.read(columns.full(seq=0, now=NOW))
    columns.put([truck("LA-001", latitude=10.6), truck("LA-003", course_deg=None)])
    frame = reader.read(columns.delta([1, 3], seq=1, now=NOW))
    assert not frame.full
    assert (frame.slot.tolist(), frame.lat.tolist(), frame.course.tolist()) == ([1, 3], [10.6, 10.5], [64, 255])


def test_a_page_that_joins_gets_what_the_others_were_told_and_then_the_same_frame() -> None:
    columns, early, late = VehicleColumns(), FrameReader(), FrameReader()
    columns.tell(columns.put([truck("A"), truck("B")]))
    early.read(columns.full(seq=0, now=NOW))
    waiting = columns.put([truck("A", latitude=10.6), truck("C")])
    assert late.read(columns.full(seq=0, now=NOW)).lat[0] == 10.5, "nobody was told yet"
    delta = columns.delta(waiting, seq=1, now=NOW)
    for reader in (early, late):
        assert reader.read(delta).lat.tolist() == [10.6, 10.5]


def test_a_vehicle_that_was_gone_comes_back_where_it_is() -> None:
    columns, reader = VehicleColumns(), FrameReader()
    columns.tell(columns.put([truck("A"), truck("B")]))
    reader.read(columns.full(seq=0, now=NOW))
    gone = reader.read(columns.delta(columns.keep({"A"}), seq=1, now=NOW))
    assert (gone.slot.tolist(), gone.state.tolist()) == ([1], [GONE])
    back = reader.read(columns.delta(columns.put([truck("B", latitude=10.7)]), seq=2, now=NOW))
    assert (back.lat.tolist(), back.state.tolist(), back.course.tolist()) == ([10.7], [VehicleState.MOVING], [64])


def test_an_older_position_never_replaces_a_newer_one() -> None:
    columns = VehicleColumns()
    assert columns.put([truck("LA-001", 10)]) == [0]
    assert columns.put([truck("LA-001", 11, latitude=11.0)]) == []
    assert whole(columns).lat[0] == pytest.approx(10.5)


def test_a_whole_snapshot_may_correct_the_newest_position_backwards() -> None:
    columns = VehicleColumns()
    columns.put([truck("LA-001", 10)])
    assert columns.put([truck("LA-001", 20, latitude=11.0)], authoritative=True) == [0]


def test_a_slot_is_kept_for_its_vehicle_when_it_goes_and_comes_back() -> None:
    columns = VehicleColumns()
    columns.put([truck("A"), truck("B"), truck("C")])
    assert columns.keep({"A", "C"}) == [1]
    assert whole(columns).state.tolist() == [1, GONE, 1]
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
    assert whole(columns).state.tolist() == [1, 1, 1]


def test_columns_grow_and_keep_what_they_hold() -> None:
    columns = VehicleColumns(capacity=2)
    columns.put(truck(f"T{n}", course_deg=n) for n in range(9))
    frame = whole(columns)
    assert frame.slot.tolist() == list(range(9))
    assert frame.course.tolist() == [round(n * 256 / 360) for n in range(9)]


def test_north_from_the_left_is_north_not_unknown() -> None:
    columns = VehicleColumns()
    columns.put([truck("A", course_deg=359.9), truck("B", course_deg=358.6), truck("C", course_deg=360.0)])
    assert 255 not in whole(columns).course.tolist()


@given(st.lists(st.tuples(st.integers(0, 3600), st.none() | st.floats(0, 120, width=32)), min_size=1, max_size=50))
def test_states_of_columns_equal_the_domain_rule(trucks: list[tuple[int, float | None]]) -> None:
    columns = VehicleColumns()
    columns.put(truck(str(n), age, speed_kmh=speed) for n, (age, speed) in enumerate(trucks))
    expected = [state_of(NOW - timedelta(seconds=age), speed, NOW) for age, speed in trucks]
    assert whole(columns).state.tolist() == expected


def told(columns: VehicleColumns) -> bytes:
    columns.tell(columns.put([truck("LA-001"), truck("LA-002")]))
    return columns.full(seq=3, now=NOW)


def headed(n: int, columns: bytes, kind: int = 2) -> bytes:
    return HEADER.pack(kind, 1, 0, 1, 0.0, n) + columns


DAMAGED = {
    "nothing": b"",
    "half a header": b"\x02" * 10,
    "another type": headed(0, b"", kind=1),
    "no columns": headed(3, b""),
    "cut short": told(VehicleColumns())[:-1],
    "more behind it": told(VehicleColumns()) + b"\0",
    "an endless number": headed(1, b"\xff" * 5 + b"\x01" * 6),
    "a slot below zero": headed(1, b"\1\0\0\0\0\0"),
}


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_what_is_not_a_frame_is_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"frame"):
        FrameReader().read(damaged)


def test_a_frame_whose_predecessor_was_lost_is_refused_until_a_full_one_comes() -> None:
    columns, reader = VehicleColumns(), FrameReader()
    first = told(columns)
    frames = [
        columns.delta(columns.put([truck("LA-001", latitude=10.5 + n / 100)]), seq=3 + n, now=NOW) for n in (1, 2)
    ]
    with pytest.raises(ValueError, match="frame 4 does not follow None"):
        reader.read(frames[0])
    reader.read(first)
    with pytest.raises(ValueError, match="frame 5 does not follow 3"):
        reader.read(frames[1])
    assert reader.read(columns.full(seq=5, now=NOW)).lat[0] == 10.52


def test_an_empty_frame_is_a_frame() -> None:
    frame = FrameReader().read(VehicleColumns().full(seq=0, now=NOW))
    assert frame.full
    assert len(frame.slot) == 0


walked = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 12), st.integers(-3, 4_000), st.floats(-180, 180), st.floats(-90, 90),
            st.none() | st.floats(-720, 720), st.booleans(),
        ),
        max_size=14,
    ),
    max_size=9,
)  # fmt: skip


@pytest.mark.long
@given(walked, st.lists(st.integers(0, 8), max_size=3))
def test_every_page_shows_what_the_server_knows_whenever_it_joined(steps: list[Any], joins: list[int]) -> None:
    """Vehicles that come, leap to the other end of the world, turn, stand, go and come back."""
    stream, shown = VehicleStream(lambda: NOW), [Shown()]
    shown[0].take(stream.full())
    for n, step in enumerate(steps):
        present = [truck(str(id_), age, longitude=lon, latitude=lat, course_deg=course)
                   for id_, age, lon, lat, course, there in step if there]  # fmt: skip
        absent = {str(id_) for id_, *_, there in step if not there}
        stream.changed(stream.columns.put(present, authoritative=True))
        if n in joins:
            shown.append(Shown())
            shown[-1].take(stream.full())
        stream.changed(stream.columns.keep(set(stream.columns.ids) - absent))
        messages = stream.delta()
        for page in shown:
            page.take(messages)
    newest = Shown()
    newest.take(stream.full())
    assert all(page.vehicles == newest.vehicles for page in shown)
    assert newest.vehicles == {
        slot: row for slot, row in enumerate(known(stream.columns)) if row[-1] != GONE
    }  # fmt: skip


def known(columns: VehicleColumns) -> list[tuple[Any, ...]]:
    frame = whole(columns)
    return list(zip(frame.at_s, frame.lon, frame.lat, frame.course, frame.state, strict=True))


class Shown:
    """What a page shows: by slot at_s, lon, lat, course, state."""

    def __init__(self) -> None:
        self.vehicles: dict[int, tuple[Any, ...]] = {}
        self._reader = FrameReader()

    def take(self, messages: Iterable[Any]) -> None:
        for message in messages:
            if "bytes" not in message.asgi:
                continue
            frame = self._reader.read(message.asgi["bytes"])
            if frame.full:
                self.vehicles.clear()
            rows = zip(frame.at_s, frame.lon, frame.lat, frame.course, frame.state, strict=True)
            self.vehicles.update(zip(frame.slot.tolist(), rows, strict=True))
            self.vehicles = {slot: row for slot, row in self.vehicles.items() if row[-1] != GONE}


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_position_is_told_to_half_a_step_of_the_grid(longitude: float, latitude: float) -> None:
    columns = VehicleColumns()
    columns.put([truck("A", longitude=longitude, latitude=latitude)])
    frame = whole(columns)
    assert abs(frame.lon[0] - longitude) <= 0.5 / FRAME_GRID + 1e-9
    assert abs(frame.lat[0] - latitude) <= 0.5 / FRAME_GRID + 1e-9


def drive() -> list[dict[str, Any]]:
    """Frames of a drive of six vehicles, and what a page knows after each: tests/js reads the same."""
    chance, columns, reader = random.Random(7), VehicleColumns(), FrameReader()
    places = {f"LA-{n}": (106.4 + n / 50, 10.5 + n / 50, 60.0 * n) for n in range(5)}
    places["far"] = (-179.999_99, -85.05, 359.0)
    told: list[dict[str, Any]] = []
    for step in range(12):
        for id_, (lon, lat, course) in places.items():
            places[id_] = lon + chance.gauss(0, 2e-4), lat + chance.gauss(0, 2e-4), course + chance.gauss(0, 20)
        if step == 5:
            places["far"] = 179.999_99, 85.05, 1.0
        seen = [id_ for n, id_ in enumerate(places) if (n + step) % 3]
        changed = columns.put(
            truck(id_, age_s=-step if id_ == "LA-1" else 70 * (step % 2), longitude=places[id_][0],
                  latitude=places[id_][1], course_deg=None if (step, id_) == (6, "LA-2") else places[id_][2])
            for id_ in seen
        )  # fmt: skip
        changed += columns.keep(set(columns.ids) - {"LA-3"}) if step in (4, 5) else []
        if step in (0, 9):
            columns.tell(changed)
            data = columns.full(seq=step, now=NOW)
        else:
            data = columns.delta(sorted(set(changed)), seq=step, now=NOW)
        frame = reader.read(data)
        row: dict[str, Any] = {"frame": data.hex(), "full": frame.full, "seq": frame.seq, "now": frame.now_ms}
        row |= {name: getattr(frame, name).tolist() for name in ("slot", "at_s", "lon", "lat", "course", "state")}
        told.append(row)
    return told


def test_the_browsers_tests_read_frames_as_they_are_made_here() -> None:
    kept = Path(__file__).parent.parent / "js" / "frames.jsonl"
    made = "".join(orjson.dumps(row).decode() + "\n" for row in drive())
    assert made == kept.read_text("utf-8"), "tests/js/frames.jsonl: put the new lines there"


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
