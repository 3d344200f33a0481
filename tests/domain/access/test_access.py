"""Who may what: no role is all, nothing is anybody's that nobody declared; passwords and locks as they are written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.access import account as accounts
from domain.access.account import Account, is_account_name, refused_password
from domain.access.lockout import ACCOUNT_MAX, ADDRESS_MAX, PAIR_MAX, WHOLE_MAX, Locked, SignInTries
from domain.access.needs import HELD, Need, need_of, needing, permits
from domain.access.principal import CENTRE, NOBODY, Actor, Principal, Role
from domain.key_role import ROLES, KeyRole

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
WRITING = {Need.BIND, Need.MAPS, Need.HAND_IN, Need.APPROVE, Need.DIRECT, Need.NOTICES, Need.PUBLISH, Need.ALARMS}
ONE = Account(name="lan", shown="Lan", roles=frozenset({Role.OPERATOR}), renewed_at=NOW - timedelta(days=10))


def person(*roles: Role) -> Principal:
    return Principal(actor=Actor.PERSON, name="lan", roles=frozenset(roles))


def test_every_need_says_who_holds_it() -> None:
    assert set(HELD) == set(Need)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.REPORTER])
def test_whoever_manages_or_audits_sees_no_data(role: Role) -> None:
    own = {Need.SCREENS, Need.ACCOUNTS, Need.LOG, Need.REPORT, Need.FIELD}
    assert {need for need in Need if permits(person(role), need)} - own == {Need.PUBLIC, Need.ENTRY, Need.SIGNED_IN}


def test_a_leader_and_a_reader_change_nothing() -> None:
    for principal in (person(Role.LEADER), Principal(actor=Actor.SOURCE, name="k", roles=ROLES[KeyRole.READER])):
        assert permits(principal, Need.LOOK)
        assert not [need for need in (*WRITING, Need.DRIVERS) if permits(principal, need)]


def test_only_a_dispatcher_sees_who_drives() -> None:
    assert [role for role in Role if permits(person(role), Need.DRIVERS)] == [Role.DISPATCHER]


@pytest.mark.parametrize("nobody", [NOBODY, CENTRE, Principal(actor=Actor.SOURCE, name="VNPT"), person()])
def test_without_a_role_only_what_is_public(nobody: Principal) -> None:
    found = {need for need in Need if permits(nobody, need)}
    also = {Actor.PERSON: {Need.SIGNED_IN}, Actor.NOBODY: {Need.TRACK}}.get(nobody.actor, set[Need]())
    assert found == {Need.PUBLIC, Need.ENTRY, *also}


def test_what_nobody_declared_is_told_apart() -> None:
    def undeclared() -> None: ...

    assert need_of(undeclared) is None
    assert need_of(needing(Need.BIND)(undeclared)) is Need.BIND


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Sáng nay trời 26 độ!", None),
        ("Ngắn 1a!", accounts.TOO_SHORT),
        ("Aa1!" + "x" * 200, accounts.TOO_SHORT),
        ("chỉ chữ thường 123", accounts.FEW_CLASSES),
        ("KHONG CHU THUONG 1", accounts.FEW_CLASSES),
        ("KhongCoChuSoNao!!", accounts.FEW_CLASSES),
        ("KhongCoKyTuKhac11", accounts.FEW_CLASSES),
        ("Truc-Lan-2026-abc!", accounts.HOLDS_NAME),
    ],
)
def test_a_password_is_long_mixed_and_not_the_name(password: str, why: object) -> None:
    assert refused_password(password, "lan") == why


@pytest.mark.parametrize("name", ["", "a", "Lan", "lan ", "lân", "-lan", "lan.", "a" * 33, "(demonstration)", "l:n"])
def test_an_account_s_name_looks_like_no_other(name: str) -> None:
    assert not is_account_name(name)
    assert is_account_name("tran.thi-lan_2")


def test_an_account_closes_after_45_days_unused_and_a_reset_opens_it() -> None:
    assert ONE.is_open(NOW)
    later = NOW + timedelta(days=36)
    assert not ONE.is_open(later)
    for changed in ({"seen_at": NOW}, {"renewed_at": NOW}):
        fields = {name: getattr(ONE, name) for name in ("name", "shown", "roles", "renewed_at")}
        assert Account(**{**fields, **changed}).is_open(later)


def test_strangers_lock_out_strangers_only() -> None:
    most = SignInTries(pair=PAIR_MAX, address=ADDRESS_MAX, account=ACCOUNT_MAX, whole=WHOLE_MAX)
    assert most.locked() is None
    assert SignInTries(pair=PAIR_MAX + 1, familiar=True).locked() is Locked.PAIR
    for tries, locked in (
        (SignInTries(address=ADDRESS_MAX + 1), Locked.ADDRESS),
        (SignInTries(account=10**6), Locked.ACCOUNT),
        (SignInTries(whole=WHOLE_MAX + 1), Locked.WHOLE),
    ):
        assert tries.locked() is locked
        at_home = replace(tries, pair=1, familiar=True)
        assert at_home.locked() is None, "the person's own desk stays open"
