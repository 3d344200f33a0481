"""Partials of partitions merge to what one pass over all contributors gives; a silent partition lowers n, never N."""

import numpy as np
from fuzzing import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.result_columns import NEVER
from evaluation.columns import grouping
from evaluation.partials import Parts, added, counted, merged

contributor = st.tuples(
    st.sampled_from(["A", "B", "C", ""]), st.integers(0, 10**6), st.integers(0, 10**9), st.integers(0, 3),
    st.integers(0, 2), st.booleans(), st.booleans(),
)  # fmt: skip


@given(st.lists(contributor, min_size=1, max_size=40))
@settings(max_examples=examples(80))
def test_merged_partitions_are_the_whole(given_):
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
    both = merged(one, other)
    for name in ("numerator", "denominator", "count", "oldest_ms", "newest_ms", "kinds"):
        assert np.array_equal(getattr(both, name), getattr(whole, name)), name
    assert both.sources == whole.sources
    silent = merged(one, of(np.zeros_like(chosen)))
    assert np.array_equal(silent.count, one.count), "who is silent lowers n"
    assert counted(np.ones(len(places), np.bool_), groups, province_only=False)[-1] == len(places), "and never N"
    assert silent.newest_ms[0, -1] == (one.newest_ms[0, -1] if (chosen & first).any() else NEVER)
