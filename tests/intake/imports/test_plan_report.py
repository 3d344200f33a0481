"""What a plan's file holds, in words."""

from dataclasses import replace

from plan_fixtures import HUNG_VUONG, ROUTE

from domain.waste.plan_draft import PlanDraft
from intake.imports.plan_import import CheckedPlan
from intake.imports.plan_report import facts_of


def test_entries_are_counted_as_people_write_numbers() -> None:
    streets = tuple(replace(HUNG_VUONG, order=n) for n in range(1, 1_953))
    draft = PlanDraft(routes=(replace(ROUTE, streets=streets),))
    (said,) = facts_of(CheckedPlan(draft=draft, valid={ROUTE.id: True}))
    assert "1 tuyến hợp lệ; 1.952 mục" in said.vi
    assert "1 valid; 1,952 entries" in said.en
