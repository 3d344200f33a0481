"""The stored plan: revisions stay, one is active, an import can be withdrawn."""

from dataclasses import replace
from datetime import timedelta

import pytest
from plan_fixtures import NOW, ROUTE, TET, done
from sqlalchemy import Engine

from domain.access.principal import CENTRE
from store.rounds.plan import Plan


@pytest.fixture
def plan(engine: Engine) -> Plan:
    return Plan(engine)


OTHER = replace(ROUTE, id="02", streets=(replace(ROUTE.streets[0], points=(), kerb=None, weekdays=frozenset({7})),))
LATER = replace(ROUTE, name="Trung tâm mới")


def test_a_plan_comes_back_as_it_went_in(plan: Plan):
    assert plan.routes() == []
    kept = plan.add(done(), [ROUTE, OTHER], [TET], valid={"01": True})
    assert kept.changed == 2
    assert [k.route for k in plan.routes()] == [ROUTE, OTHER]
    assert [(k.valid, k.active, k.imported) for k in plan.routes()] == [(True, True, "imp1"), (False, True, "imp1")]
    assert plan.exceptions() == [TET]
    assert plan.imports() == [replace(done(), changed=2)]
    assert plan.one_import("imp1") == replace(done(), changed=2)


def test_a_new_import_is_a_new_revision_and_the_old_one_stays(plan: Plan):
    plan.add(done(), [ROUTE, OTHER], valid={"01": True})
    again = plan.add(done("imp2", imported_at=NOW + timedelta(hours=1)), [LATER, OTHER], valid={})
    assert again.changed == 1
    assert [(k.route.id, k.route.revision, k.route.name) for k in plan.routes()] == [
        ("01", 2, "Trung tâm mới"),
        ("02", 2, "Trung tâm"),
    ]
    assert plan.route("01", 1).route == ROUTE  # type: ignore[union-attr]
    assert [k.active for k in plan.revisions("01")] == [False, True]
    assert [i.id for i in plan.imports()] == ["imp2", "imp1"]


def test_routes_a_file_does_not_name_stay(plan: Plan):
    plan.add(done(), [ROUTE, OTHER], valid={})
    plan.add(done("imp2"), [LATER], valid={})
    assert [(k.route.id, k.imported) for k in plan.routes()] == [("01", "imp2"), ("02", "imp1")]


def test_an_import_taken_back_gives_way_to_the_one_before_and_can_return(plan: Plan):
    plan.add(done(), [ROUTE], valid={})
    plan.add(done("imp2"), [LATER, OTHER], [TET], valid={})
    plan.withdraw("imp2", CENTRE, NOW)
    assert [(k.route.id, k.route.revision) for k in plan.routes()] == [("01", 1)]
    assert plan.exceptions() == []
    assert plan.one_import("imp2").withdrawn  # type: ignore[union-attr]
    plan.activate("imp2", CENTRE, NOW)
    assert [(k.route.id, k.route.revision) for k in plan.routes()] == [("01", 2), ("02", 1)]
    assert plan.exceptions() == [TET]
    plan.withdraw("imp1", CENTRE, NOW)
    assert [(k.route.id, k.route.revision) for k in plan.routes()] == [("01", 2), ("02", 1)]
    plan.withdraw("imp2", CENTRE, NOW)
    assert plan.routes() == []
    plan.activate("imp1", CENTRE, NOW)
    assert [k.route.revision for k in plan.routes()] == [1]


def test_what_is_not_there_is_not_made_up(plan: Plan):
    assert plan.route("01") is None
    assert plan.one_import("none") is None
    for change in (plan.activate, plan.withdraw):
        with pytest.raises(KeyError):
            change("none", CENTRE, NOW)


def test_a_failed_import_leaves_nothing(plan: Plan):
    broken = replace(ROUTE, streets=(*ROUTE.streets, replace(ROUTE.streets[0], begins_s="x")))  # type: ignore[arg-type]
    plan.add(done(), [ROUTE], valid={})
    with pytest.raises(Exception):  # noqa: B017 - whatever the driver says
        plan.add(done("imp2"), [replace(broken, name=object())], valid={})  # type: ignore[arg-type]
    assert [k.route for k in plan.routes()] == [ROUTE]
    assert [i.id for i in plan.imports()] == ["imp1"]
