"""Places, vehicles, bindings, waiting devices and source keys."""

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

import store.waiting
from domain.access.principal import CENTRE
from domain.fleets.fleet import Carrier
from domain.key_role import Holder, KeyRole
from domain.observation import Fix, Kind
from domain.places.place import IN_FORCE, PROVINCE
from domain.places.territory import TERRITORIES, Level
from store import territories
from store.database import writing
from store.intake import IntakeStore
from store.records import Binding, RegisteredVehicle
from store.registry import Registry, hash_key
from store.tables.keys import api_keys
from store.waiting import write_waiting

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def registry(engine: Engine) -> Registry:
    return Registry(engine)


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


def wait(engine: Engine, *given: tuple[str, str]) -> None:
    """Let devices nobody bound send one fix each, a minute apart: (device, sender)."""
    fix = Fix(
        feed="waiting", device="", at=T0, received_at=T0, latitude=10.5, longitude=106.4, kind=Kind.MEASURED, source=""
    )
    with writing(engine) as connection:
        for n, (device, sender) in enumerate(given):
            at = T0 + timedelta(minutes=n)
            write_waiting(connection, [(sender, replace(fix, device=device, at=at, received_at=at))])


def waits(registry: Registry, search: str = "") -> list[tuple[str, str, str]]:
    return [(one.device, one.sender, one.claims) for one in registry.pending_devices(200, search)]


HOME, AWAY = "address:10.0.0.7", "address:203.0.113.9"


def test_a_device_waits_until_people_bind_it_even_under_a_vehicles_name(engine: Engine, registry: Registry) -> None:
    registry.put_vehicles([RegisteredVehicle(id="LA-001", feed="waste_trucks", place="", in_service=True)], T0)
    wait(engine, ("LA-001", AWAY), ("phone", HOME))
    assert waits(registry) == [("phone", HOME, ""), ("LA-001", AWAY, "")]
    registry.bind("phone", "LA-001", feed="waste_trucks", by=CENTRE, now=T0, sender=HOME)
    assert waits(registry) == [("LA-001", AWAY, "")]
    registry.unbind("phone", by=CENTRE, now=T0)
    assert waits(registry) == [("phone", HOME, ""), ("LA-001", AWAY, "")]


def test_a_bound_device_hears_its_sender_alone_and_shows_any_other(engine: Engine, registry: Registry) -> None:
    wait(engine, ("phone", HOME), ("phone", AWAY))
    registry.bind("phone", "LA-001", feed="waste_trucks", by=CENTRE, now=T0, sender=HOME)
    assert registry.bound() == {"phone": Carrier("LA-001", "waste_trucks", HOME)}
    assert waits(registry) == [("phone", AWAY, "LA-001")], "a conflict is shown"
    assert registry.count_pending() == 1
    taken = IntakeStore(engine).latest_fixes("waste_trucks", ["phone"])["phone"]
    assert taken.fix.at == T0, "the fleet takes over what the bound sender sent, nothing of the other"


def test_a_binding_without_a_sender_keeps_the_first_that_speaks(registry: Registry) -> None:
    registry.bind("phone", "LA-001", feed="waste_trucks", by=CENTRE, now=T0)
    before = registry.version()
    registry.remember_senders({"phone": HOME, "made-up": AWAY})
    assert registry.version() > before
    registry.remember_senders({"phone": AWAY})
    assert registry.bound() == {"phone": Carrier("LA-001", "waste_trucks", HOME)}


def test_of_any_number_of_waiting_devices_the_newest_are_listed_and_all_are_counted(
    engine: Engine, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.waiting, "WAITING_AT_MOST", 250)
    wait(engine, *((f"made-up-{n}", AWAY) for n in range(300)))
    assert [device.device for device in registry.pending_devices(2)] == ["made-up-299", "made-up-298"]
    assert registry.count_pending() == 250, "the longest silent are gone"
    assert waits(registry, "UP-29_") == []
    assert len(waits(registry, "UP-29")) == registry.count_pending("UP-29") == 10
    wait(engine, ("made-up-299", AWAY))
    (one,) = registry.pending_devices(1, "made-up-299")
    assert (one.fixes, one.first_seen_at) == (2, T0 + timedelta(minutes=299))


def test_a_sources_word_makes_a_vehicle_once_and_never_against_peoples(registry: Registry) -> None:
    registry.bind("P-002", "LA-001", feed="waste_trucks", by=CENTRE, now=T0)
    registry.bind("P-003", "LA-001", feed="waste_trucks", by=CENTRE, now=T0)
    registry.unbind("P-003", by=CENTRE, now=T0 + timedelta(hours=1))
    assert len(registry.vouch({f"P-{n:03d}": "VNPT" for n in range(450)}, T0, feed="waste_trucks")) == 448
    assert not registry.vouch({"P-001": "Viettel"}, T0, feed="waste_trucks")
    assert not registry.vouch({}, T0, feed="waste_trucks")
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
    assert registry.find_key("old") == registry.holder_of(hash_key("old")) == Holder("VNPT", KeyRole.SOURCE)
    secret = registry.add_key("Ca tối", T0, KeyRole.DISPATCHER)
    assert registry.holder_of(hash_key(secret)) == Holder("Ca tối", KeyRole.DISPATCHER)
    assert [(key.name, key.role) for key in registry.source_keys()] == [("Ca tối", "dispatcher"), ("VNPT", "source")]
    registry.revoke_key("Ca tối", T0)
    assert registry.holder_of(hash_key(secret)) is None


def test_a_key_name_is_given_once(registry: Registry) -> None:
    first = registry.add_key("VNPT", T0)
    registry.revoke_key("VNPT", T0)
    with pytest.raises(ValueError, match=r"chọn tên khác / .* choose another: VNPT"):
        registry.add_key("VNPT", T0)
    with pytest.raises(ValueError, match="tên nguồn"):
        registry.add_key(" ", T0)
    assert registry.find_key(first) is None
