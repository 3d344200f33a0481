"""Axes of values: round steps, and never finer than the figure itself."""

import pytest

from present.charts.axes import value_axis


def labels(values: list[float], decimals: int, whole: float | None = None) -> list[str]:
    return [mark.words for mark in value_axis(values, "vi", decimals, whole).marks]


@pytest.mark.parametrize(
    ("values", "decimals", "expected"),
    [
        ([3, 3], 0, ["3", "4", "5"]),
        ([1689, 3400], 0, ["0", "2.000", "4.000"]),
        ([24.8, 25.2], 1, ["24,8", "25", "25,2"]),
    ],
)
def test_an_axis_has_at_most_the_decimals_of_its_figure(values, decimals, expected):
    assert labels(values, decimals) == expected


def test_an_axis_of_a_share_ends_at_the_whole():
    assert labels([100, 100], 0, 100) == ["98", "99", "100"]
