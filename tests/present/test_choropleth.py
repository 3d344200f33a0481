"""The classes of a coloured map, in words."""

import pytest
from screen_figures import KPIS, result

from present.choropleth import choropleth

GAP = KPIS["coverage_4g_gap"]


@pytest.mark.parametrize(
    ("values", "first"), [((0, 0, 0, 4, 5, 6, 20, 48, 60), "0"), ((9, 10, 20, 30, 40, 50), "≤ 10")]
)
def test_a_class_of_none_says_zero_because_nothing_is_less(values: tuple[int, ...], first: str) -> None:
    results = {str(at): result(GAP, str(at), float(value)) for at, value in enumerate(values)}
    words = [label for label in choropleth(GAP, results, "vi").labels if label]
    assert words[0] == first
    assert words[-1].startswith("> ")


@pytest.mark.parametrize(
    ("key", "values", "classes"),
    [
        ("platform_uptime", (100.0, 99.9, 99.8, 99.0, 98.9), (0, 0, 2, 2, 3)),
        ("waste_off_plan", (4.0, 5.0, 6.0, 15.0, 16.0), (0, 0, 2, 2, 3)),
    ],
)
def test_a_place_at_a_limit_has_not_passed_it(key: str, values: tuple[float, ...], classes: tuple[int, ...]) -> None:
    kpi = KPIS[key]
    results = {str(at): result(kpi, str(at), value) for at, value in enumerate(values)}
    assert tuple(choropleth(kpi, results, "vi").by_place.values()) == classes
