"""A real day of vehicles against its timetable: stops matched, on time, and estimates that beat plan + delay."""

from pathlib import Path

import pytest

from bench import eta
from bench.rig.capmetro import SET

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def figures() -> dict[str, tuple[float, float]]:
    return {figure.name: (figure.value, figure.ratio or 0.0) for figure in eta.measure()}


def test_a_real_day_of_stop_events_and_estimates(realdata: Path, figures: dict[str, tuple[float, float]]) -> None:
    if not (realdata / SET).is_dir():
        pytest.skip(f"BỎ QUA: không có {SET} / absent: {SET} (IOC_REALDATA)")
    assert figures["stop_events_matched"][0] == pytest.approx(42_004, rel=0.01)
    assert figures["stop_events_on_time_share"][0] == pytest.approx(0.684, rel=0.01)
    ratios = {name: ratio for name, (_, ratio) in figures.items() if name in eta.LIMITS_S}
    assert len(ratios) == 4
    assert max(ratios.values()) < 0.9, ratios
