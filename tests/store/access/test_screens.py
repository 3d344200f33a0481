"""Screens on both databases: only a token's hash, one end, and a copied token is told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from domain.access.enrolled import hash_token, new_code, read_code, shown_code
from domain.access.needs import Need, permits
from domain.access.principal import NOBODY, Actor, Principal
from domain.audit import Act
from store.access.screens import ELSEWHERE_EVERY_S, SEEN_EVERY, Screens, screen_principal
from store.audit import AuditLog

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
LAN = Principal(actor=Actor.PERSON, name="lan", address="10.20.0.5")


@pytest.fixture
def ticks() -> list[float]:
    return [0.0]


@pytest.fixture
def kept(engine: Engine, ticks: list[float]) -> Screens:
    found = Screens(engine, lambda: ticks[0])
    found.let_in("Sảnh tầng 1", "/waste", "10.20.0.9", hash_token("token"), LAN, NOW)
    return found


def test_a_screen_is_known_by_its_token_until_it_is_revoked(kept: Screens, engine: Engine) -> None:
    (screen,) = kept.everyone().values()
    assert kept.everyone()[hash_token("token")] == screen
    assert (screen.name, screen.path, screen.network, screen.created_by) == (
        "Sảnh tầng 1",
        "/waste",
        "10.20.0.9",
        "lan",
    )
    with engine.connect() as connection:
        assert "token" not in str(connection.execute(text("SELECT hash, id, name FROM screens")).all())
    assert kept.revoke(screen.id, LAN, NOW)
    assert kept.everyone() == {}
    assert not kept.revoke(screen.id, LAN, NOW)
    assert [entry.act for entry in AuditLog(engine).newest(5)] == [Act.SCREEN_REVOKED, Act.SCREEN_LET_IN]


def test_it_looks_and_changes_nothing(kept: Screens) -> None:
    (screen,) = kept.everyone().values()
    assert {need for need in Need if permits(screen_principal(screen, ""), need)} == {
        Need.PUBLIC, Need.ENTRY, Need.LOOK, Need.POSITIONS,
    }  # fmt: skip


def test_a_token_shown_elsewhere_is_told_once_a_place_and_fills_no_log(
    kept: Screens, engine: Engine, ticks: list[float]
) -> None:
    places = ("203.0.113.9", "203.0.113.9", *(f"192.0.2.{number}" for number in range(50)), "198.51.100.1")
    for network in places:
        if network == places[-1]:
            ticks[0] += ELSEWHERE_EVERY_S
        (screen,) = kept.everyone().values()
        kept.note_elsewhere(screen, network, NOBODY, NOW)
    (screen,) = kept.everyone().values()
    assert screen.elsewhere == "198.51.100.1"
    told = AuditLog(engine).newest(9, acts=(Act.SCREEN_ELSEWHERE,))
    assert [entry.after for entry in told] == ['{"network":"198.51.100.1"}', '{"network":"203.0.113.9"}']


def test_when_it_was_seen_is_written_now_and_then(kept: Screens) -> None:
    for later, seen in ((0, 0), (60, 0), (SEEN_EVERY.total_seconds(), SEEN_EVERY.total_seconds())):
        (screen,) = kept.everyone().values()
        kept.note_seen(screen, NOW + timedelta(seconds=later))
        (screen,) = kept.everyone().values()
        assert screen.seen_at == NOW + timedelta(seconds=seen)


def test_a_code_is_read_however_it_is_typed() -> None:
    code = new_code()
    assert len(code) == 8
    for typed in (code, shown_code(code), shown_code(code).lower(), f" {code[:4]} {code[4:]} "):
        assert read_code(typed) == code
