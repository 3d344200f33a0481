"""Silent contributors lower n, never N, and leave the sum of the others unchanged."""

import numpy as np
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kpis.result_columns import NEVER
from evaluation.columns import grouping
from evaluation.partials import Parts, added, counted

contributor = st.tuples(
    st.sampled_from(["A", "B", "C", ""]), st.integers(0, 10**6), st.integers(0, 10**9), st.integers(0, 3),
    st.integers(0, 2), st.booleans(), st.booleans(),
)  # fmt: skip


@given(st.lists(contributor, min_size=1, max_size=40))
@settings(max_examples=examples(80))
def test_a_silent_part_lowers_n_and_never_the_register(given_):
    places, numbers, times, kinds, sources, fresh, part = (list(column) for column in zip(*given_, strict=True))
    groups = grouping(places, {"set": ["A", "B"]})
    values = np.array([numbers], np.float64)
    parts = Parts(
        numerator=values, denominator=values + 1, newest_ms=np.array([times]), kind=np.array([kinds]),
        sources=np.array([[sources]]), names=("x", "y", "z"),
    )  # fmt: skip
    chosen, first = np.array([fresh]), np.array([part])

    def of(mask):
        return added(parts, mask, groups, province_only=False, before=None)

    whole, one, other = of(chosen), of(chosen & first), of(chosen & ~first)
    for name in ("numerator", "denominator", "count", "kinds"):
        assert np.array_equal(getattr(one, name) + getattr(other, name), getattr(whole, name)), name
    assert np.array_equal(np.minimum(one.oldest_ms, other.oldest_ms), whole.oldest_ms)
    assert np.array_equal(np.maximum(one.newest_ms, other.newest_ms), whole.newest_ms)
    assert (one.count <= whole.count).all(), "who is silent lowers n"
    assert counted(np.ones(len(places), np.bool_), groups, province_only=False)[-1] == len(places), "and never N"
    assert one.newest_ms[0, -1] == (max(t for t, f, p in zip(times, fresh, part, strict=True) if f and p)
                                    if (chosen & first).any() else NEVER)  # fmt: skip
