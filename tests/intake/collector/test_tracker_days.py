"""A day added up as its fixes come, in any order and in any batches, is the day of all its fixes."""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instant import to_ms
from domain.observation import Fix, Kind
from intake.collector.tracker_days import tracker_day, with_fixes

T0 = datetime(2026, 11, 23, 1, tzinfo=UTC)


def made(second: int, late_s: int = 1, kind: Kind = Kind.MEASURED, device: str = "A") -> Fix:
    at = T0 + timedelta(seconds=second)
    return Fix(
        feed="waste_trucks",
        device=device,
        at=at,
        received_at=at + timedelta(seconds=late_s),
        latitude=10.5,
        longitude=106.4,
        kind=kind,
        source="test",
    )


def around(kept: list[Fix], new: list[Fix]) -> list[int]:
    """What store.intake.IntakeStore.times_around answers."""
    times = sorted(to_ms(fix.at) for fix in kept)
    first, last = bisect_left(times, to_ms(new[0].at)), bisect_right(times, to_ms(new[-1].at))
    return times[max(0, first - 1) : last + 1]


fixes = st.builds(
    made, st.integers(0, 3_000), st.sampled_from([0, 121, 601, 3_601]), st.sampled_from([Kind.MEASURED, Kind.SIMULATED])
)


@given(st.lists(st.lists(fixes, min_size=1, max_size=6), min_size=1, max_size=6))
def test_batches_in_any_order_give_the_day_of_all(batches: list[list[Fix]]) -> None:
    kept = list(batches[0])
    day = tracker_day(kept)
    for batch in batches[1:]:
        new = sorted(batch, key=lambda fix: fix.at)
        day = with_fixes(day, new, around(kept, new))
        kept += new
    assert day == tracker_day(kept)
    gaps = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(sorted(kept, key=lambda f: f.at))]
    assert day.online_s == pytest.approx(sum(min(gap, 90) for gap in gaps), abs=1e-3)


def test_a_fix_of_another_device_or_day_is_refused() -> None:
    day = tracker_day([made(0)])
    for wrong in (made(10, device="B"), made(86_400)):
        with pytest.raises(ValueError, match="is no"):
            with_fixes(day, [wrong], (to_ms(T0),))
