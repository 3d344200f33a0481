"""One question has one answer: what is critical in a ward is so on the wall, and a figure is the same anywhere."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
import screen_fixtures as made
from screen_figures import KPIS, result

from domain.kpis.kpi import Status
from domain.places.place import PROVINCE
from tests.layouts.test_screens import SCREENS, marked, nodes, render, text

WARD = "27694"
PUBLIC = ("/kiosk",)
"""Rounds its figures by a rule of its own (`PublicRule`)."""


def critical_rows(page: Any) -> list[str]:
    """What the rows and list items that carry the mark of critical alarms say."""
    shown = [node for node in nodes(page) if node["type"] in ("Tr", "Li")]
    return [text(one) for one in shown if "--critical" in str(one["props"].get("className"))]


@pytest.mark.parametrize(("key", "path"), [("waste_vehicles_supplying", "/waste"), ("services_on_time", "/services")])
def test_what_is_critical_in_a_ward_is_critical_on_the_wall_and_on_its_page(key: str, path: str) -> None:
    kpi = KPIS[key]
    changed = {
        PROVINCE: result(kpi, PROVINCE, 98.0),
        WARD: result(kpi, WARD, 60.0, status=Status.CRITICAL),
    }
    others = [one for one in made.quiet().results if one.key != key or one.place not in changed]
    reading = replace(made.quiet(), results=[*others, *changed.values()])
    for screen in ("/", path):
        said = critical_rows(render(screen, reading))
        assert any(kpi.names.vi in row and "60" in row for row in said), (screen, said)
    calm = replace(made.quiet(), results=[*others, changed[PROVINCE], result(kpi, WARD, 98.0)])
    assert critical_rows(render("/", calm)) == [], "the same page without it has none"


def test_a_figure_is_told_with_one_value_on_every_screen() -> None:
    told: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in SCREENS:
        if path in PUBLIC:
            continue
        for card in marked(render(path, made.normal), "data-kpi"):
            of = card["props"]["data-kpi"], card["props"].get("data-place", PROVINCE)
            for part in nodes(card):
                if part["props"].get("data-part") == "value":
                    told[of][text(part)].add(path)
    apart = {of: dict(values) for of, values in told.items() if len(values) > 1}
    assert apart == {}
    several = [of for of, values in told.items() if any(len(paths) > 1 for paths in values.values())]
    assert len(several) > 10, "the wall's figures stand on their areas' screens too"
