"""Every quirk of trackers seen in the field, by name, in every format that can have it.

Quirks of a single format are in its decoder's tests; quirks judged by device also in
tests/intake/messages/test_fix_quality.py.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson
import pytest
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from data_sources.waste_trucks import FEED
from domain.feeds.feed import Payload
from domain.fleets.vehicle import VehicleState, state_of
from domain.observation import Fix, Kind, Rejection
from domain.reason import Reason
from intake.messages.fix_quality import DeviceState, Verdict, judge, refusal

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
LATITUDE, LONGITUDE = 10.5431, 106.4102
WEEKS = timedelta(weeks=1024)
Sending = Callable[..., Any]


def read(form: str, body: bytes, query: str = "", content_type: str = "application/json") -> Fix | Rejection:
    payload = Payload(
        feed="waste_trucks",
        format=form,
        body=body,
        received_at=NOW,
        query=query,
        content_type=content_type,
        name="owntracks/xe/1",
    )
    (item,) = FEED.decode(payload)
    assert isinstance(item, Fix | Rejection)
    return item


class Said(NamedTuple):
    """A position; speed and heading are the same number."""

    at: datetime = NOW
    latitude: float = LATITUDE
    longitude: float = LONGITUDE
    speed: float = 5

    @property
    def at_s(self) -> int:
        return int(self.at.timestamp())


def osmand(said: Said) -> Fix | Rejection:
    at = {"id": "1", "lat": said.latitude, "lon": said.longitude, "timestamp": said.at_s}
    return read("osmand", b"", urlencode(at | {"speed": said.speed, "bearing": said.speed}), "")


def osmand_json(said: Said) -> Fix | Rejection:
    coords = {"latitude": said.latitude, "longitude": said.longitude, "speed": said.speed, "heading": said.speed}
    return read("osmand", orjson.dumps({"device_id": "1", "location": {"timestamp": said.at, "coords": coords}}))


def traccar(said: Said) -> Fix | Rejection:
    position = {"latitude": said.latitude, "longitude": said.longitude, "speed": said.speed, "course": said.speed}
    return read("traccar", orjson.dumps({"position": position | {"fixTime": said.at}, "device": {"uniqueId": "1"}}))


def owntracks(said: Said) -> Fix | Rejection:
    at = {"tst": said.at_s, "lat": said.latitude, "lon": said.longitude}
    return read("owntracks", orjson.dumps({"_type": "location", "vel": said.speed, "cog": said.speed} | at))


def ngsi_ld(said: Said) -> Fix | Rejection:
    point = {"type": "Point", "coordinates": [said.longitude, said.latitude]}
    where = {"type": "GeoProperty", "value": point, "observedAt": said.at}
    vehicle = {"id": "1", "type": "Vehicle", "location": where, "speed": said.speed, "bearing": said.speed}
    return read("ngsi-ld", orjson.dumps({"data": [vehicle]}))


def ufms(said: Said) -> Fix | Rejection:
    point = {"vehicle": "1", "datetime": said.at_s, "x": said.longitude, "y": said.latitude}
    moving = {"speed": said.speed, "heading": said.speed}
    return read("ufms", orjson.dumps({"msgType": 102, "msgBusWayPoint": point | moving}))


def gtfs_rt(said: Said) -> Fix | Rejection:
    pb = pytest.importorskip("google.transit.gtfs_realtime_pb2")
    position = {"latitude": said.latitude, "longitude": said.longitude, "speed": said.speed, "bearing": said.speed}
    vehicle = {"vehicle": {"id": "1"}, "position": position, "timestamp": said.at_s}
    message = pb.FeedMessage(header={"gtfs_realtime_version": "2.0"}, entity=[{"id": "1", "vehicle": vehicle}])
    return read("gtfs-rt", message.SerializeToString())


def house(said: Said) -> Fix | Rejection:
    at = {"entity": "1", "at": said.at, "latitude": said.latitude, "longitude": said.longitude}
    moving = {"speed_kmh": said.speed, "course_deg": said.speed}
    return read("observations", orjson.dumps([{"measure": "position", "source": "t"} | at | moving]))


FORMS = (osmand, osmand_json, traccar, owntracks, ngsi_ld, ufms, gtfs_rt, house)


@pytest.fixture(params=FORMS, ids=lambda form: form.__name__)
def sent(request: pytest.FixtureRequest) -> Sending:
    """What a position becomes that is sent in one of the formats."""
    return lambda **said: request.param(Said(**said))


def fix_of(item: Fix | Rejection) -> Fix:
    assert isinstance(item, Fix), item
    return item


def drive(*fixes: Fix) -> list[Verdict]:
    verdicts, state = [], DeviceState()
    for fix in fixes:
        verdicts.append(judge(fix, state))
        state = verdicts[-1].state
    return verdicts


def near(seconds: int, north_deg: float = 0.0, *, device_ahead: timedelta = timedelta(0)) -> Fix:
    at = NOW + timedelta(seconds=seconds)
    return Fix(
        feed="waste_trucks",
        device="1",
        at=at + device_ahead,
        received_at=at,
        latitude=LATITUDE + north_deg,
        longitude=LONGITUDE,
        kind=Kind.MEASURED,
        source="t",
    )


def test_duplicates_the_same_message_twice_is_one_fix_and_moves_nothing(sent: Sending) -> None:
    one, two = fix_of(sent()), fix_of(sent())
    assert (one.device, one.at, one.latitude, one.longitude) == (two.device, two.at, two.latitude, two.longitude)
    first, again = drive(one, two)
    assert first.moved
    assert not again.moved
    assert again.state == first.state


def test_out_of_order_a_late_fix_is_stored_flagged_and_never_moves_the_marker(sent: Sending) -> None:
    _, late = drive(fix_of(sent()), fix_of(sent(at=NOW - timedelta(hours=6))))
    assert late.accepted is not None
    assert "late" in late.accepted.flags
    assert not late.moved


def test_stale_last_position_status_comes_from_the_age_of_the_fix_not_from_its_presence(sent: Sending) -> None:
    (old,) = drive(fix_of(sent(at=NOW - timedelta(days=8))))
    assert old.accepted is not None
    assert state_of(old.accepted.at, old.accepted.speed_kmh, NOW) is VehicleState.SILENT


def test_zero_coordinates_are_refused(sent: Sending) -> None:
    item = sent(latitude=0, longitude=0)
    refused = item if isinstance(item, Rejection) else refusal(item)
    assert refused is not None
    assert refused.reason is Reason.ZERO_COORDINATES


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("osmand", {"device_id": "1", "location": {"coords": {"latitude": None, "longitude": 106.4}}}),
        ("traccar", {"position": {"longitude": 106.4, "fixTime": NOW}, "device": {"uniqueId": "1"}}),
        ("owntracks", {"_type": "location", "tst": int(NOW.timestamp()), "lat": None, "lon": 106.4}),
        ("ngsi-ld", {"data": [{"id": "1", "type": "Vehicle", "location": None}]}),
        ("observations", [{"measure": "position", "entity": "1", "at": NOW, "source": "t"}]),
    ],
)
def test_null_coordinates_are_missing_and_not_zero(form: str, body: object) -> None:
    refused = read(form, orjson.dumps(body))
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.NO_COORDINATES


def test_frozen_point_repeated_exactly_never_bears_itself_out() -> None:
    """GT02A: one old point 5 km away again and again; twice in a row it must not pass for a second witness."""
    *_, frozen, again, good = drive(near(0), near(30, 0.0005), near(35, 0.045), near(40, 0.045), near(60, 0.001))
    assert frozen.held is not None
    assert again.held is not None
    assert again.accepted is None
    assert not again.moved
    assert good.moved
    assert good.state.newest == near(60, 0.001)
    assert [v.refused.reason for v in (again, good) if v.refused] == [Reason.IMPOSSIBLE_JUMP] * 2


def test_a_truck_that_really_stands_far_away_is_believed_once_it_could_have_driven_there() -> None:
    *_, there = drive(near(0), near(5, 0.045), near(20, 0.045), near(300, 0.045))
    assert there.accepted is not None
    assert there.moved


def test_jumping_point_faster_than_130_kmh_to_both_neighbours_is_dropped() -> None:
    _, jump, back = drive(near(0), near(5, 0.045), near(10, 0.0003))
    assert jump.held is not None
    assert back.refused is not None
    assert back.refused.reason is Reason.IMPOSSIBLE_JUMP


def test_future_clock_beyond_two_minutes_gets_the_receive_time_and_a_flag(sent: Sending) -> None:
    (verdict,) = drive(fix_of(sent(at=NOW + timedelta(hours=1))))
    assert verdict.accepted is not None
    assert (verdict.accepted.at, verdict.accepted.flags) == (NOW, ("future_clock",))


def test_future_clock_beyond_a_day_is_refused(sent: Sending) -> None:
    item = sent(at=NOW + timedelta(days=2))
    refused = item if isinstance(item, Rejection) else refusal(item)
    assert refused is not None
    assert refused.reason is Reason.FUTURE_TIME


def test_gps_week_rollover_1024_weeks_behind_is_stored_flagged_and_moves_nothing(sent: Sending) -> None:
    _, verdict = drive(fix_of(sent()), fix_of(sent(at=NOW - WEEKS)))
    assert verdict.accepted is not None
    assert verdict.accepted.flags == ("week_rollover", "late")
    assert not verdict.moved


def test_gps_week_rollover_1024_weeks_ahead_is_refused_by_name() -> None:
    refused = refusal(near(0, device_ahead=WEEKS))
    assert refused is not None
    assert refused.reason is Reason.FUTURE_TIME
    assert "GPS" in refused.detail
    other = refusal(near(0, device_ahead=timedelta(days=400)))
    assert other is not None
    assert "GPS" not in other.detail


def test_local_time_sent_as_utc_is_suspected_and_never_mended_in_silence() -> None:
    fixes = [near(30 * n, 0.0003 * n, device_ahead=timedelta(hours=7)) for n in range(6)]
    *_, last = drive(*fixes)
    assert last.state.clock_offset_min == 420
    assert last.accepted is not None
    assert last.accepted.flags == ("future_clock",)


def test_bad_crc_frames_that_traccar_lets_through_are_judged_by_structure_and_ranges() -> None:
    sane = fix_of(traccar(Said()))
    assert sane.speed_kmh == pytest.approx(9.26)
    insane = fix_of(traccar(Said(speed=9_999)))
    assert (insane.speed_kmh, insane.course_deg) == (None, None)
    refused = traccar(Said(latitude=95))
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.BAD_COORDINATES


@settings(max_examples=examples(60))
@given(st.integers(min_value=1, max_value=2), st.floats(min_value=-0.00015, max_value=0.00015))
def test_gps_drift_when_parked_is_no_jump(seconds: int, north_deg: float) -> None:
    _, drift = drive(near(0), near(seconds, north_deg))
    assert drift.held is None
    assert drift.refused is None


def test_speed_and_heading_of_minus_one_are_unknown(sent: Sending) -> None:
    fix = fix_of(sent(speed=-1))
    assert (fix.speed_kmh, fix.course_deg) == (None, None)
    assert state_of(fix.at, fix.speed_kmh, NOW) is VehicleState.UNKNOWN


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("osmand", {"device_id": "1", "location": {"mock": True, "coords": {"latitude": 10.5, "longitude": 106.4}}}),
        (
            "traccar",
            {
                "position": {"latitude": 10.5, "longitude": 106.4, "fixTime": NOW, "attributes": {"mock": True}},
                "device": {"uniqueId": "1"},
            },
        ),
    ],
)
def test_mocked_positions_are_flagged_and_count_as_simulated(form: str, body: object) -> None:
    fix = fix_of(read(form, orjson.dumps(body)))
    assert "mock" in fix.flags
    assert fix.kind is Kind.SIMULATED


@pytest.mark.parametrize("key", ["sat", "sats"])
def test_no_satellites_is_no_fix_whatever_else_is_said(key: str) -> None:
    position = {"latitude": LATITUDE, "longitude": LONGITUDE, "fixTime": NOW, "valid": True, "attributes": {key: 0}}
    by_traccar = fix_of(read("traccar", orjson.dumps({"position": position, "device": {"uniqueId": "1"}})))
    by_osmand = fix_of(read("osmand", b"", f"id=1&lat={LATITUDE}&lon={LONGITUDE}&{key}=0", ""))
    for fix in (by_traccar, by_osmand):
        assert not fix.valid
        (verdict,) = drive(fix)
        assert verdict.accepted is not None
        assert not verdict.moved


def test_an_outdated_position_of_traccar_is_a_repeat_not_news() -> None:
    position = {"latitude": LATITUDE, "longitude": LONGITUDE, "fixTime": NOW, "serverTime": NOW + timedelta(minutes=5)}
    said = {"position": position, "device": {"uniqueId": "1"}}
    news = fix_of(read("traccar", orjson.dumps(said)))
    copy = fix_of(read("traccar", orjson.dumps(said | {"position": position | {"outdated": True}})))
    _, again = drive(news, copy)
    assert copy.flags == ("outdated",)
    assert not again.moved


def test_seconds_milliseconds_and_text_are_told_apart() -> None:
    seconds = int(NOW.timestamp())
    for said in (seconds, seconds * 1000, "2026-03-02T01:30:00Z", "2026-03-02 01:30:00"):
        assert (
            fix_of(read("osmand", b"", urlencode({"id": 1, "lat": 10.5, "lon": 106.4, "timestamp": said}), "")).at
            == NOW
        )


@pytest.mark.parametrize("form", ["osmand", "osmand_json", "traccar", "ufms", "house"])
def test_the_driver_travels_with_the_fix_and_not_among_its_attributes(form: str) -> None:
    at = {"latitude": LATITUDE, "longitude": LONGITUDE}
    extras = {"driverUniqueId": "TX-07", "batt": 3}
    location = {"timestamp": NOW, "coords": at, "extras": extras}
    position = at | {"fixTime": NOW, "attributes": extras}
    point = {"vehicle": "1", "datetime": int(NOW.timestamp()), "x": LONGITUDE, "y": LATITUDE, "driver": "TX-07"}
    told = {
        "osmand": lambda: read("osmand", b"", urlencode({"id": 1, "lat": LATITUDE, "lon": LONGITUDE} | extras), ""),
        "osmand_json": lambda: read("osmand", orjson.dumps({"device_id": "1", "location": location})),
        "traccar": lambda: read("traccar", orjson.dumps({"device": {"uniqueId": "1"}, "position": position})),
        "ufms": lambda: read("ufms", orjson.dumps({"msgType": 102, "msgBusWayPoint": point})),
        "house": lambda: read(
            "observations",
            orjson.dumps([{"measure": "position", "source": "t", "entity": "1", "at": NOW, "driver": "TX-07"} | at]),
        ),
    }
    fix = told[form]()
    assert isinstance(fix, Fix)
    assert fix.driver == "TX-07"
    assert "TX-07" not in str(fix.attributes)


def test_a_driver_who_is_no_code_is_not_told(sent: Sending) -> None:
    assert sent().driver == ""
    for said in ({"name": "x"}, True, None, 1.5):
        body = {"measure": "position", "source": "t", "entity": "1", "at": NOW, "driver": said}
        fix = read("observations", orjson.dumps([body | {"latitude": LATITUDE, "longitude": LONGITUDE}]))
        assert isinstance(fix, Fix)
        assert fix.driver == ""
