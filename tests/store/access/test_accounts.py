"""Accounts on both databases: hashes only, a history of ten, and every act in the audit log."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text

from domain.access.account import ADMINISTRATORS_PASSWORD_LASTS, HISTORY, OVERTAKEN, TOO_SHORT, USED_BEFORE
from domain.access.principal import CENTRE, Actor, Principal, Role
from domain.audit import Act
from store.access.accounts import FIRST, FRESH_S, Accounts, person
from store.audit import AuditLog

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)
LAN = Principal(actor=Actor.PERSON, name="lan", address="10.20.0.5")
GOOD = "Sáng nay trời 26 độ!"
# For what is not about the cost of a guess.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def kept(engine: Engine) -> Accounts:
    return Accounts(engine, hasher=CHEAP)


def test_the_first_start_makes_one_administrator_and_later_ones_none(kept: Accounts) -> None:
    given = kept.first(NOW)
    assert given is not None
    assert kept.is_right(FIRST, given)
    (only,) = kept.everyone().values()
    assert (only.roles, only.must_change) == ({Role.ADMINISTRATOR}, True)
    assert kept.first(NOW) is None


def test_no_password_is_stored(kept: Accounts, engine: Engine) -> None:
    given = kept.invite("lan", "Trần Thị Lan", {Role.OPERATOR}, (), CENTRE, NOW)
    assert kept.change("lan", GOOD, LAN, NOW) is None
    with engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM passwords")).all())
        stored += str(connection.execute(text("SELECT * FROM audit_entries")).all())
    assert stored.count("$argon2id$") == 2
    assert given not in stored
    assert GOOD not in stored


@pytest.mark.long
def test_a_guess_at_a_centres_passwords_costs_64_mebibytes_and_three_passes(engine: Engine) -> None:
    given = Accounts(engine).invite("lan", "", {Role.OPERATOR}, (), CENTRE, NOW)
    with engine.connect() as connection:
        stored = str(connection.execute(text("SELECT hash FROM passwords")).scalar_one())
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$"), "as in section 4 of RFC 9106"
    assert Accounts(engine).is_right("lan", given)
    assert not Accounts(engine).is_right("minh", given)


def test_an_invited_person_has_no_role_until_the_password_is_changed(kept: Accounts) -> None:
    kept.invite("lan", "Lan", {Role.OPERATOR, Role.REPORTER}, ("27694",), CENTRE, NOW)
    before = kept.everyone()["lan"]
    assert person(before, "", NOW).roles == frozenset()
    kept.change("lan", GOOD, LAN, NOW)
    after = kept.everyone()["lan"]
    assert (person(after, "", NOW).roles, person(after, "", NOW).units) == ({Role.OPERATOR, Role.REPORTER}, ("27694",))
    assert after.epoch > before.epoch, "sessions of the given password end"


def test_a_name_is_given_once_and_only_as_it_is_written(kept: Accounts) -> None:
    kept.invite("lan", "", {Role.OPERATOR}, (), CENTRE, NOW)
    for name in ("lan", "Lan", "(demonstration)"):
        with pytest.raises(ValueError, match="/"):
            kept.invite(name, "", {Role.OPERATOR}, (), CENTRE, NOW)


def test_a_wrong_password_and_an_unknown_name_are_wrong(kept: Accounts) -> None:
    given = kept.invite("lan", "", {Role.OPERATOR}, (), CENTRE, NOW)
    assert kept.is_right("lan", given)
    assert not kept.is_right("lan", given + " ")
    assert not kept.is_right("minh", given)
    assert not kept.is_right("", "")


def test_a_new_password_is_none_of_the_last_ten(kept: Accounts) -> None:
    kept.invite("lan", "", {Role.OPERATOR}, (), CENTRE, NOW)
    assert kept.change("lan", "ngắn", LAN, NOW) == TOO_SHORT
    for number in range(HISTORY):
        assert kept.change("lan", f"{GOOD} {number}", LAN, NOW) is None
    for number in (0, HISTORY - 1):
        assert kept.change("lan", f"{GOOD} {number}", LAN, NOW) == USED_BEFORE
    assert kept.change("lan", f"{GOOD} mới", LAN, NOW) is None
    assert kept.change("lan", f"{GOOD} 0", LAN, NOW) is None, "ten others lie between"


def test_a_reset_opens_a_closed_account_and_ends_its_sessions(kept: Accounts) -> None:
    old = kept.invite("lan", "", {Role.OPERATOR}, (), CENTRE, NOW)
    assert kept.disable("lan", CENTRE, NOW)
    closed = kept.everyone()["lan"]
    assert closed.disabled
    later = NOW + timedelta(days=90)
    new = kept.reset("lan", CENTRE, later)
    assert new is not None
    opened = kept.everyone()["lan"]
    assert opened.is_open(later)
    assert opened.epoch > closed.epoch > 1
    assert (kept.is_right("lan", old), kept.is_right("lan", new)) == (False, True)
    assert not kept.disable("minh", CENTRE, NOW)
    assert kept.reset("minh", CENTRE, NOW) is None


def test_other_roles_end_sessions_and_the_log_tells_both(kept: Accounts, engine: Engine) -> None:
    kept.invite("hoa", "Hoa", {Role.OPERATOR}, (), CENTRE, NOW)
    invited = kept.everyone()["hoa"]
    assert kept.assign("hoa", {Role.LEADER}, (), CENTRE, NOW)
    assert kept.everyone()["hoa"].epoch == invited.epoch, "who has not chosen a password yet keeps the link"
    kept.change("hoa", GOOD, LAN, NOW)
    before = kept.everyone()["hoa"]
    assert kept.assign("hoa", {Role.REPORTER}, ("27694", "27697"), CENTRE, NOW)
    after = kept.everyone()["hoa"]
    assert (after.roles, after.units, after.epoch) == ({Role.REPORTER}, ("27694", "27697"), before.epoch + 1)
    (told,) = AuditLog(engine).newest(1)
    assert (told.act, told.of) == (Act.ACCOUNT_CHANGED, "hoa")
    assert (told.before, told.after) == (
        '{"roles":"leader","units":""}', '{"roles":"reporter","units":"27694 27697"}',
    )  # fmt: skip
    assert not kept.assign("minh", {Role.LEADER}, (), CENTRE, NOW)


def test_an_administrator_chooses_a_new_password_every_two_months(kept: Accounts) -> None:
    kept.invite("sep", "", {Role.ADMINISTRATOR}, (), CENTRE, NOW)
    kept.invite("lan", "", {Role.OPERATOR}, (), CENTRE, NOW)
    for name in ("sep", "lan"):
        kept.change(name, GOOD, LAN, NOW)
    in_time, late = NOW + ADMINISTRATORS_PASSWORD_LASTS, NOW + ADMINISTRATORS_PASSWORD_LASTS + timedelta(seconds=1)
    told = kept.everyone()
    held = [person(told[name], "", at, two_factors=True).roles for name in ("sep", "lan") for at in (in_time, late)]
    assert held == [{Role.ADMINISTRATOR}, frozenset(), {Role.OPERATOR}, {Role.OPERATOR}]
    assert kept.change("sep", GOOD + "2", LAN, late) is None
    assert person(kept.everyone()["sep"], "", late, two_factors=True).roles == {Role.ADMINISTRATOR}


def test_a_password_is_the_same_however_its_marks_are_written(kept: Accounts) -> None:
    kept.invite("lan", "", {Role.OPERATOR}, (), CENTRE, NOW)
    apart = unicodedata.normalize("NFD", GOOD)
    assert apart != GOOD
    assert kept.change("lan", apart, LAN, NOW) is None
    assert (kept.is_right("lan", GOOD), kept.is_right("lan", apart)) == (True, True)


def test_of_two_who_change_a_password_at_once_the_second_is_told(kept: Accounts) -> None:
    kept.invite("lan", "", {Role.OPERATOR}, (), CENTRE, NOW)
    epoch = kept.everyone()["lan"].epoch
    assert kept.change("lan", GOOD, LAN, NOW, epoch=epoch) is None
    assert kept.change("lan", GOOD + "2", LAN, NOW, epoch=epoch) == OVERTAKEN
    assert kept.is_right("lan", GOOD)


def test_what_was_read_counts_for_seconds_and_own_changes_at_once(engine: Engine) -> None:
    clock = [0.0]
    here, elsewhere = Accounts(engine, lambda: clock[0], CHEAP), Accounts(engine, hasher=CHEAP)
    assert here.known() is None
    assert here.everyone() == {}
    elsewhere.invite("lan", "", {Role.OPERATOR}, (), CENTRE, NOW)
    assert here.known() == {}
    clock[0] += FRESH_S
    assert here.known() is None
    here.everyone()
    here.disable("lan", CENTRE, NOW)
    assert here.known() is None


def test_every_act_is_in_the_log(kept: Accounts, engine: Engine) -> None:
    kept.invite("lan", "Lan", {Role.OPERATOR}, (), CENTRE, NOW)
    kept.note_sign_in("lan", LAN, NOW)
    kept.change("lan", GOOD, LAN, NOW)
    kept.note_act(Act.SIGN_IN_REFUSED, "lan", LAN, NOW)
    kept.reset("lan", CENTRE, NOW)
    kept.disable("lan", CENTRE, NOW)
    entries = AuditLog(engine).newest(10)
    assert [entry.act for entry in reversed(entries)] == [
        Act.ACCOUNT_CREATED, Act.SIGNED_IN, Act.ACCOUNT_RENEWED, Act.SIGN_IN_REFUSED, Act.ACCOUNT_RESET,
        Act.ACCOUNT_DISABLED,
    ]  # fmt: skip
    assert {entry.of for entry in entries} == {"lan"}
    assert kept.everyone()["lan"].seen_at == NOW
