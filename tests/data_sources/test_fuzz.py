"""Ten thousand damaged payloads: no decoder raises, none returns nothing, every refusal has a reason."""

import re
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import orjson
from fuzzing import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed, Format, Payload
from domain.imports.told import FileTold
from domain.observation import Fix, Observation, Rejection
from domain.reason import Reason

FEEDS = discover(data_sources, "FEED", Feed)
RECEIVED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
PER_FORMAT = 1_250
fuzz = settings(
    max_examples=examples(PER_FORMAT),
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# One draw for a whole value: drawn leaf by leaf, ten thousand messages took minutes.
seeds = st.integers(0, 2**63 - 1).map(Random)
LETTERS = 'aZ0 ,;\t\n\0"\\ăệ１٣\u200b\ufeff\U0001f600'
NUMBERS = (0, -1, 1, 2**31, 2**63 - 1, -(2**63), 0.5, -0.0, 1e-320, 1e308, float("nan"), float("inf"), float("-inf"))


def any_text(rng: Random, longest: int = 20) -> str:
    return "".join(rng.choices(LETTERS, k=rng.randrange(longest + 1)))


def any_json(rng: Random, deep: int = 3) -> Any:
    shape = rng.random()
    if deep and shape < 0.2:
        return [any_json(rng, deep - 1) for _ in range(rng.randrange(5))]
    if deep and shape < 0.4:
        return {any_text(rng, 8): any_json(rng, deep - 1) for _ in range(rng.randrange(5))}
    leaves = (
        None,
        True,
        False,
        rng.choice(NUMBERS),
        rng.randrange(-(2**63), 2**63),
        rng.uniform(-400, 400),
        any_text(rng),
    )
    return rng.choice(leaves)


json_values = seeds.map(any_json)
words = st.sampled_from(
    ["", "0", "-1", "10.5", "106.4", "nan", "inf", "1e309", "1_0", "１０", "true", "\x00", "2026-03-02"]
)
instants = st.sampled_from(
    [
        "2026-03-02T01:29:00Z",
        "1772415000",
        "1772415000000",
        "9" * 30,
        "0001-01-01T00:00:00+14:00",
        "2026-13-01",
        5,
        None,
    ]
)


def check(feed: str, form: str, body: bytes, query: str = "", content_type: str = "", name: str = "") -> None:
    payload = Payload(
        feed=feed, format=form, body=body, received_at=RECEIVED, query=query, content_type=content_type, name=name
    )
    items = list(FEEDS[feed].decode(payload))
    assert items, "a payload is never silently nothing"
    for item in items:
        assert isinstance(item, Observation | Fix | Rejection | FileTold)
        assert item.received_at == RECEIVED
        if isinstance(item, Rejection):
            assert isinstance(item.reason, Reason)
            assert item.reason is not Reason.INTERNAL
            assert len(item.raw) <= 2_000
            assert "\0" not in item.raw + item.detail
        else:
            orjson.dumps([item.source, getattr(item, "device", ""), dict(getattr(item, "attributes", {}))])


@fuzz
@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "deviceid", "lat", "lon", "location", "timestamp", "speed", "bearing", "valid", "mock", "x"]
        ),
        words | st.text(max_size=30),
    ),
    st.binary(max_size=60),
    st.sampled_from(["", "application/json", "application/x-www-form-urlencoded"]),
)
def test_osmand(fields: dict[str, str], body: bytes, content_type: str) -> None:
    check("waste_trucks", "osmand", body, urlencode(fields, errors="replace"), content_type)


@fuzz
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "device_id": json_values,
            "device": st.fixed_dictionaries({}, optional={"uniqueId": json_values | st.just("861001")}),
            "position": st.fixed_dictionaries(
                {},
                optional={
                    "latitude": st.floats(-100, 100) | json_values,
                    "longitude": st.floats(-200, 200) | json_values,
                    "fixTime": instants | json_values,
                    "speed": json_values,
                    "attributes": json_values,
                },
            ),
            "location": st.fixed_dictionaries(
                {},
                optional={
                    "timestamp": instants | json_values,
                    "coords": st.fixed_dictionaries({}, optional={"latitude": st.floats(), "longitude": st.floats()}),
                    "battery": json_values,
                    "extras": json_values,
                },
            ),
        },
    )
    | json_values,
    st.sampled_from(["traccar", "osmand"]),
)
def test_traccar_and_the_json_form_of_osmand(message: Any, form: Format) -> None:
    check("waste_trucks", form, orjson.dumps(message), content_type="application/json")


@fuzz
@given(
    st.fixed_dictionaries(
        {"_type": st.sampled_from(["location", "lwt", "card"]) | json_values},
        optional={
            "tst": st.just(1_772_415_000) | json_values,
            "lat": st.floats(-100, 100) | json_values,
            "lon": st.floats(-200, 200) | json_values,
            "vel": json_values,
            "topic": st.just("owntracks/a/b") | json_values,
            "created_at": json_values,
            "tid": json_values,
        },
    )
    | json_values,
    st.text(max_size=12) | st.just("owntracks/a/b"),
    st.text(max_size=12) | st.just("u=a&d=b"),
)
def test_owntracks(message: Any, name: str, query: str) -> None:
    check("waste_trucks", "owntracks", orjson.dumps(message), query, name=name)


ngsi_values = json_values | st.fixed_dictionaries(
    {},
    optional={
        "type": json_values,
        "value": json_values | st.just({"type": "Point", "coordinates": [106.4, 10.5]}),
        "observedAt": instants | json_values,
        "unitCode": st.sampled_from(["KMH", "MTS"]) | json_values,
        "metadata": json_values,
        "https://uri.etsi.org/ngsi-ld/hasValue": json_values,
    },
)


@fuzz
@given(
    st.fixed_dictionaries(
        {
            "data": st.lists(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "id": st.just("urn:ngsi-ld:Vehicle:1") | json_values,
                        "@type": st.just(["https://x/Vehicle"]) | json_values,
                        "type": st.just("Vehicle") | json_values,
                        "location": ngsi_values,
                        "speed": ngsi_values,
                        "bearing": ngsi_values,
                        "observationDateTime": instants | ngsi_values,
                    },
                )
                | json_values,
                max_size=3,
            )
            | json_values
        },
        optional={"notifiedAt": instants | json_values},
    )
    | json_values
)
def test_ngsi_ld(message: Any) -> None:
    check("waste_trucks", "ngsi-ld", orjson.dumps(message))


black_box_points = st.fixed_dictionaries(
    {},
    optional={
        "vehicle": st.just("62C-123.45") | json_values,
        "datetime": st.just(1_772_415_000) | json_values,
        "x": st.floats() | json_values,
        "y": st.floats() | json_values,
        "speed": json_values,
        "ignition": json_values,
        "analog1": json_values,
    },
)


@fuzz
@given(
    st.fixed_dictionaries(
        {"msgType": st.sampled_from(["MsgType_BusWayPoint", "BusWayPoints", 100, 103, 400]) | json_values},
        optional={
            "msgBusWayPoint": black_box_points | json_values,
            "msgWayPoint": black_box_points | json_values,
            "msgBusWayPoints": st.lists(black_box_points, max_size=3) | json_values,
        },
    )
    | json_values
)
def test_the_black_box_as_json(message: Any) -> None:
    check("waste_trucks", "ufms", orjson.dumps(message))


def tag(number: int, wire: int) -> bytes:
    return varint(number << 3 | wire)


def varint(number: int) -> bytes:
    return bytes([number & 0x7F | 0x80]) + varint(number >> 7) if number > 0x7F else bytes([number])


def delimited(number: int, body: bytes) -> bytes:
    return tag(number, 2) + varint(len(body)) + body


def any_field(rng: Random, deep: int = 4) -> bytes:
    number = rng.choice((*range(21), 100, 102, 104))
    shape = rng.randrange(6 if deep else 4)
    if shape == 0:
        return rng.randbytes(rng.randrange(7))
    if shape == 1:
        return tag(number, 0) + varint(rng.getrandbits(rng.randrange(71)))
    if shape == 2:
        return tag(number, 1) + rng.randbytes(8)
    if shape == 3:
        return tag(number, 5) + rng.randbytes(4)
    return delimited(number, b"".join(any_field(rng, deep - 1) for _ in range(rng.randrange(7))))


@fuzz
@given(
    st.lists(seeds.map(any_field), max_size=8),
    st.sampled_from([b"", b"\x08\x64", b"\x08\x66", b"\x08\x68", b"\x0a\x00"]),
    st.sampled_from(["ufms", "gtfs-rt"]),
)
def test_protobuf(parts: list[bytes], head: bytes, form: str) -> None:
    check("waste_trucks", form, head + b"".join(parts), content_type="application/x-protobuf")


def test_every_format_of_the_feed_is_in_this_file() -> None:
    text = Path(__file__).read_text("utf-8")
    named = re.findall(r'"([a-z_-]+)"', text) + [form.lower() for form in re.findall(r"Format\.([A-Z]+)", text)]
    assert set(FEEDS["waste_trucks"].decoders) <= set(named)


@fuzz
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "feed": st.sampled_from(["coverage", "waste_trucks"]) | json_values,
                "measure": st.sampled_from(["households", "position", "in_service"]) | json_values,
                "place": st.just("27694") | json_values,
                "entity": st.just("LA-001") | json_values,
                "at": instants | json_values,
                "value": st.floats() | json_values,
                "latitude": st.floats() | json_values,
                "longitude": st.floats() | json_values,
                "source": json_values,
                "kind": json_values,
                "status": json_values,
                "revision": json_values,
            },
        )
        | json_values,
        max_size=4,
    )
    | json_values,
    st.sampled_from(["coverage", "waste_trucks"]),
)
def test_observations(items: Any, feed: str) -> None:
    check(feed, Format.OBSERVATIONS, orjson.dumps(items))


@fuzz
@given(
    st.lists(
        st.lists(words | st.text(max_size=12) | st.sampled_from(["place", "households", "at"]), max_size=5), max_size=6
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["2026-03.csv", "x.csv", "x.xlsx"]),
    st.binary(max_size=8),
)
def test_files(rows: list[list[str]], mark: str, encoding: str, name: str, tail: bytes) -> None:
    text = "place;households\n".replace(";", mark) + "\n".join(mark.join(row) for row in rows)
    check("coverage", Format.FILE, text.encode(encoding, "replace") + tail, name=name)
