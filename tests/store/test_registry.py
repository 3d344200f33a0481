"""Places, vehicles, bindings, waiting devices and source keys."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from domain.access.principal import CENTRE
from domain.feeds.part import Part
from domain.fleets.fleet import Carrier
from domain.key_role import Holder, Role
from domain.observation import Fix, Kind
from domain.places.place import IN_FORCE, PROVINCE
from domain.places.territory import TERRITORIES, Level
from store import territories
from store.database import writing
from store.intake import Batch, IntakeStore
from store.records import Binding, RegisteredVehicle
from store.registry import Registry, hash_key
from store.tables.keys import api_keys

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def registry(engine: Engine) -> Registry:
    return Registry(engine)


def hear(engine: Engine, *devices: str) -> None:
    """Let devices send one fix each, a minute apart."""
    given = [
        Fix(
            feed="waste_trucks",
            device=device,
            at=T0 + timedelta(minutes=n),
            received_at=T0 + timedelta(minutes=n),
            latitude=10.5,
            longitude=106.4,
            kind=Kind.MEASURED,
            source="",
        )
        for n, device in enumerate(devices)
    ]
    store = IntakeStore(engine)
    store.write(
        Part("waste_trucks"), expected_cursor=store.cursor(Part("waste_trucks")), cursor="1-0", batch=Batch(fixes=given)
    )


def test_the_seed_holds_the_sixty_communes_and_their_census(registry: Registry) -> None:
    registry.seed_places()
    registry.seed_places()
    places = {place.code: place for place in registry.places(IN_FORCE)}
    province = places.pop(PROVINCE)
    assert len(places) == 60
    assert (province.name, province.population, province.households) == ("Long An", 1_688_547, 478_494)
    assert sum(place.population or 0 for place in places.values()) == province.population
    assert sum(place.households or 0 for place in places.values()) == province.households
    assert places["27694"].name == "Phường Long An"
    assert (places["27694"].latitude, places["27694"].longitude) == (10.543, 106.41)
    assert province.latitude is None, "unknown is never zero"
    assert {place.name.split()[0] for place in places.values()} == {"Phường", "Xã"}
    assert registry.places("1999-01") == []


def test_the_seed_holds_every_territory_version_with_the_same_people(registry: Registry) -> None:
    registry.seed_places()
    for version in TERRITORIES:
        found = registry.places(version.version)
        assert tuple(found) == territories.places(version.version), "the register is the seed, nothing lost on the way"
        by_level = Counter(place.level for place in found)
        assert (by_level[Level.DISTRICT], by_level[Level.COMMUNE]) == (version.districts, version.communes)


def test_vehicles_are_registered_and_updated(registry: Registry) -> None:
    one = RegisteredVehicle(id="LA-001", feed="waste_trucks", place="27694", in_service=True)
    registry.put_vehicles([one, RegisteredVehicle(id="LA-002", feed="waste_trucks", place="", in_service=True)], T0)
    retired = RegisteredVehicle(id="LA-002", feed="waste_trucks", place="27712", in_service=False)
    registry.put_vehicles([retired], T0)
    registry.put_vehicles([], T0)
    assert registry.vehicles() == {"LA-001": one, "LA-002": retired}


def test_a_device_rides_on_one_vehicle_at_a_time(registry: Registry) -> None:
    later = T0 + timedelta(hours=1)
    registry.bind("phone", "LA-001", feed="waste_trucks", by=CENTRE, now=T0)
    registry.bind("phone", "LA-002", feed="waste_trucks", by=CENTRE, now=later)
    assert registry.bound() == {"phone": Carrier("LA-002", "waste_trucks")}
    ended = Binding(device="phone", vehicle="LA-001", feed="waste_trucks", since=T0, until=later, by="centre")
    assert registry.bindings_of("LA-001") == [ended]
    assert [binding.until for binding in registry.bindings_of("LA-002")] == [None]
    registry.unbind("phone", now=later, by=CENTRE)
    registry.unbind("phone", now=later, by=CENTRE)
    assert registry.bound() == {}


def test_binding_twice_in_one_instant_keeps_the_last_word(registry: Registry) -> None:
    registry.bind("phone", "LA-001", feed="waste_trucks", by=CENTRE, now=T0)
    registry.bind("phone", "LA-002", feed="waste_trucks", by=CENTRE, now=T0)
    assert registry.bound() == {"phone": Carrier("LA-002", "waste_trucks")}


def test_devices_wait_until_they_are_bound_or_named_like_a_vehicle(engine: Engine, registry: Registry) -> None:
    hear(engine, "LA-001", "phone", "tablet")
    registry.put_vehicles([RegisteredVehicle(id="LA-001", feed="waste_trucks", place="", in_service=True)], T0)
    assert [device.device for device in registry.pending_devices(200)] == ["tablet", "phone"]
    registry.bind("phone", "LA-001", feed="waste_trucks", by=CENTRE, now=T0)
    assert [device.device for device in registry.pending_devices(200)] == ["tablet"]
    registry.unbind("phone", now=T0, by=CENTRE)
    assert [device.device for device in registry.pending_devices(200)] == ["tablet", "phone"]
    assert len(registry.devices()) == 3
    assert [device.device for device in registry.carried_devices("waste_trucks")] == ["phone", "LA-001"]


def test_of_any_number_of_waiting_devices_the_newest_are_listed_and_all_are_counted(
    engine: Engine, registry: Registry
) -> None:
    hear(engine, *(f"made-up-{n}" for n in range(300)))
    assert [device.device for device in registry.pending_devices(2)] == ["made-up-299", "made-up-298"]
    assert registry.count_pending() == 300
    registry.bind("made-up-299", "LA-001", feed="waste_trucks", by=CENTRE, now=T0)
    assert registry.count_pending() == 299
    assert [device.device for device in registry.pending_devices(1)] == ["made-up-298"]


def test_a_sources_word_makes_a_vehicle_once_and_never_against_peoples(registry: Registry) -> None:
    registry.bind("P-002", "LA-001", feed="waste_trucks", by=CENTRE, now=T0)
    registry.bind("P-003", "LA-001", feed="waste_trucks", by=CENTRE, now=T0)
    registry.unbind("P-003", now=T0 + timedelta(hours=1), by=CENTRE)
    assert registry.vouch({f"P-{n:03d}": "VNPT" for n in range(450)}, T0, feed="waste_trucks") == 448
    assert registry.vouch({"P-001": "Viettel"}, T0, feed="waste_trucks") == 0
    assert registry.vouch({}, T0, feed="waste_trucks") == 0
    bound = registry.bound()
    assert (bound["P-001"].vehicle, bound["P-002"].vehicle) == ("P-001", "LA-001")
    assert "P-003" not in bound, "people took it off"
    (word,) = registry.bindings_of("P-001")
    assert (word.by, word.until) == ("VNPT", None)
    assert registry.carried_by("P-001", 0, 9) == [("P-001", 0, 9)], "no fix is told twice"


def test_a_key_opens_until_it_is_revoked_and_its_secret_is_kept_nowhere(engine: Engine, registry: Registry) -> None:
    secret = registry.add_key("VNPT", T0)
    assert len(secret) >= 43, "256 bits"
    assert registry.find_key(secret) == Holder("VNPT")
    assert registry.find_key(secret + "x") is None
    assert registry.key_holders() == {hashlib.sha256(secret.encode()).hexdigest(): Holder("VNPT")}
    with engine.connect() as connection:
        assert secret not in str(connection.execute(select(api_keys)).all())
    assert registry.revoke_key("VNPT", T0 + timedelta(days=1))
    assert not registry.revoke_key("VNPT", T0 + timedelta(days=2))
    assert not registry.revoke_key("Viettel", T0)
    assert registry.find_key(secret) is None
    assert registry.key_holders() == {}
    assert [(key.name, key.revoked_at) for key in registry.source_keys()] == [("VNPT", T0 + timedelta(days=1))]


def test_a_key_from_before_roles_sends_data_and_no_more(engine: Engine, registry: Registry) -> None:
    with writing(engine) as connection:
        connection.execute(api_keys.insert().values(name="VNPT", hash=hash_key("old"), created_ms=0))
    assert registry.find_key("old") == registry.holder_named("VNPT") == Holder("VNPT", Role.SOURCE)
    registry.add_key("Ca tối", T0, Role.DISPATCHER)
    assert registry.holder_named("Ca tối") == Holder("Ca tối", Role.DISPATCHER)
    assert [(key.name, key.role) for key in registry.source_keys()] == [("Ca tối", "dispatcher"), ("VNPT", "source")]
    registry.revoke_key("Ca tối", T0)
    assert registry.holder_named("Ca tối") is None


def test_a_key_name_is_given_once(registry: Registry) -> None:
    first = registry.add_key("VNPT", T0)
    registry.revoke_key("VNPT", T0)
    with pytest.raises(ValueError, match=r"chọn tên khác / .* choose another: VNPT"):
        registry.add_key("VNPT", T0)
    with pytest.raises(ValueError, match="tên nguồn"):
        registry.add_key(" ", T0)
    assert registry.find_key(first) is None
