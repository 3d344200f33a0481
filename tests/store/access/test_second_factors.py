"""Second factors on both databases: sealed, confirmed by a first code, and every code counts once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from domain.access.principal import CENTRE, Actor, Principal, Role
from domain.access.second_factor import code_at, step_at
from domain.audit import Act
from store.access.accounts import Accounts
from store.access.sealing import Sealing
from store.access.second_factors import OFFERED, SecondFactors
from store.audit import AuditLog

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
LAN = Principal(actor=Actor.PERSON, name="lan", address="10.20.0.5")
KEY = b"k" * 32


@dataclass
class Telephone:
    secret: bytes

    def code(self, steps: int = 0) -> str:
        return code_at(self.secret, step_at(NOW) + steps)


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    kept = Accounts(engine)
    kept.invite("lan", "", {Role.ADMINISTRATOR}, (), CENTRE, NOW)
    kept.invite("minh", "", {Role.OPERATOR}, (), CENTRE, NOW)
    return kept


@pytest.fixture
def factors(accounts: Accounts, engine: Engine) -> SecondFactors:
    return SecondFactors(engine, Sealing(KEY))


@pytest.fixture
def telephone(factors: SecondFactors) -> Telephone:
    offer = factors.offer("lan", NOW)
    secret = factors.offered("lan", offer, NOW)
    assert secret is not None
    return Telephone(secret)


def confirm(factors: SecondFactors, telephone: Telephone) -> list[str]:
    codes = factors.confirm("lan", telephone.secret, telephone.code(-1), LAN, NOW)
    assert codes is not None
    return codes


def test_a_code_counts_once_even_for_two_at_the_same_instant(factors: SecondFactors, telephone: Telephone) -> None:
    confirm(factors, telephone)
    assert not factors.is_right("lan", telephone.code(-1), LAN, NOW), "the code that confirmed it is used"
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: factors.is_right("lan", telephone.code(), LAN, NOW), range(4)))
    assert found.count(True) == 1
    assert not factors.is_right("lan", telephone.code(-1), LAN, NOW), "nor an earlier one"
    assert factors.is_right("lan", telephone.code(1), LAN, NOW)


def test_a_code_of_reserve_counts_once_and_is_logged(
    factors: SecondFactors, telephone: Telephone, engine: Engine
) -> None:
    codes = confirm(factors, telephone)
    assert factors.codes_left("lan") == len(codes) == 10
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: factors.is_right("lan", codes[3].upper(), LAN, NOW), range(4)))
    assert found.count(True) == 1
    assert factors.codes_left("lan") == 9
    assert not factors.is_right("minh", codes[4], LAN, NOW), "it is nobody else's"
    again = confirm(factors, telephone)
    assert not factors.is_right("lan", codes[4], LAN, NOW), "new codes end the old ones"
    assert factors.is_right("lan", again[4], LAN, NOW)
    acts = [entry.act for entry in AuditLog(engine).newest(9)]
    assert (acts.count(Act.RECOVERY_CODE_USED), acts.count(Act.SECOND_FACTOR_SET)) == (2, 2)


def test_nothing_stored_makes_a_code_without_the_key(
    factors: SecondFactors, telephone: Telephone, engine: Engine
) -> None:
    codes = confirm(factors, telephone)
    with engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM accounts")).all())
        stored += str(connection.execute(text("SELECT * FROM recovery_codes")).all())
        stored += str(connection.execute(text("SELECT * FROM audit_entries")).all())
    for secret in (telephone.secret.hex(), str(telephone.secret)[2:-1], *codes):
        assert secret not in stored
    other = SecondFactors(engine, Sealing(b"another key of accounts"))
    assert not other.is_right("lan", telephone.code(), LAN, NOW)
    assert not other.is_right("lan", codes[0], LAN, NOW)


def test_a_secret_is_confirmed_by_its_owner_soon_and_with_its_code(
    factors: SecondFactors, telephone: Telephone, accounts: Accounts
) -> None:
    offer = factors.offer("lan", NOW)
    assert factors.offered("minh", offer, NOW) is None
    assert factors.offered("lan", offer, NOW + OFFERED + timedelta(seconds=2)) is None
    for made_up in ("", "x", "đ", offer[:-4] + "AAA="):
        assert factors.offered("lan", made_up, NOW) is None
    assert factors.confirm("lan", telephone.secret, telephone.code(5), LAN, NOW) is None
    assert not accounts.everyone()["lan"].two_factors
    assert not factors.is_right("lan", telephone.code(), LAN, NOW), "nothing is set up"


def test_setting_up_and_removing_end_the_account_s_sessions(
    factors: SecondFactors, telephone: Telephone, accounts: Accounts
) -> None:
    before = accounts.everyone()["lan"].epoch
    confirm(factors, telephone)
    with_two = accounts.everyone()["lan"]
    assert (with_two.two_factors, with_two.epoch) == (True, before + 1)
    assert factors.remove("lan", CENTRE, NOW)
    assert not factors.remove("lan", CENTRE, NOW)
    without = accounts.everyone()["lan"]
    assert (without.two_factors, without.epoch) == (False, before + 2)
    assert (factors.codes_left("lan"), factors.is_right("lan", telephone.code(), LAN, NOW)) == (0, False)


def test_what_is_sealed_for_one_purpose_opens_for_no_other() -> None:
    sealing = Sealing(KEY)
    sealed = sealing.seal("offer", ("lan", 1), NOW)
    assert sealing.open("offer", sealed, NOW, OFFERED) == ["lan", 1]
    assert sealing.open("secret", sealed, NOW, OFFERED) is None
    assert sealing.open_stored("secret", sealed) is None
    assert Sealing(b"another key of this").open("offer", sealed, NOW, OFFERED) is None
    assert "k" * 8 not in repr(sealing)
