"""What people did about alarms, on both databases: the newest act stands, each act is in the log."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
from sqlalchemy import Engine

from domain.access.principal import Actor, Principal
from domain.audit import Act
from domain.kpis.alarm import Handling, Priority
from store.audit import AuditLog
from store.casework.alarm_handlings import AlarmHandlings

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
LAN, MINH = (Principal(actor=Actor.PERSON, name=name) for name in ("lan", "minh"))
TAKEN = Handling(alarm="silent:LA-008", priority=Priority.HIGH, by="Trần Thị Lan", at=NOW)


def test_the_newest_act_stands_and_the_log_knows_each(engine: Engine) -> None:
    kept = AlarmHandlings(engine)
    assert kept.newest() == {}
    kept.handle(TAKEN, LAN)
    off = replace(TAKEN, by="Minh", at=NOW + timedelta(minutes=1), until=NOW + timedelta(hours=1), why="chờ phụ tùng")
    kept.handle(off, MINH)
    kept.handle(replace(TAKEN, alarm="evaluator"), LAN)
    assert kept.newest() == {"silent:LA-008": off, "evaluator": replace(TAKEN, alarm="evaluator")}
    kept.give_back("evaluator", LAN, NOW + timedelta(minutes=2))
    assert list(kept.newest()) == ["silent:LA-008"]
    log = AuditLog(engine).newest(9)
    acts = [Act.ALARM_GIVEN_BACK, Act.ALARM_TAKEN, Act.ALARM_PUT_OFF, Act.ALARM_TAKEN]
    assert [one.act for one in log] == acts, "newest first"
    *_, second, first = log
    assert (first.name, first.of, first.before) == ("lan", "silent:LA-008", "")
    assert orjson.loads(second.before)["done_by"] == "Trần Thị Lan"
    assert orjson.loads(second.after)["why"] == "chờ phụ tùng"


def test_what_nobody_has_cannot_be_given_back(engine: Engine) -> None:
    AlarmHandlings(engine).give_back("evaluator", LAN, NOW)
    assert AuditLog(engine).newest(9) == []
