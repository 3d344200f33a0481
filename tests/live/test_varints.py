"""Numbers of a frame's columns: whatever was packed is read again, and nothing is read beyond the bytes there are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.varints import packed, unpacked

NUMBERS = st.lists(st.integers(-(2**31), 2**31 - 1), max_size=60)


@given(NUMBERS, st.binary(max_size=3), st.binary(max_size=3))
def test_what_is_packed_is_read_again_and_no_more(numbers: list[int], before: bytes, after: bytes) -> None:
    data = before + packed(np.array(numbers, np.int64)) + after
    read, at = unpacked(data, len(before), len(numbers))
    assert read.tolist() == numbers
    assert data[at:] == after


@pytest.mark.parametrize(
    ("number", "size"), [(0, 1), (-64, 1), (63, 1), (64, 2), (-8192, 2), (8192, 3), (18_000_000, 4), (-(2**31), 5)]
)
def test_small_numbers_take_few_bytes(number: int, size: int) -> None:
    assert len(packed(np.array([number]))) == size
    assert len(packed(np.array([number, 0]))) == size + 1


@given(NUMBERS.filter(bool))
def test_a_column_that_is_cut_short_is_refused(numbers: list[int]) -> None:
    with pytest.raises(ValueError, match="ends within a column"):
        unpacked(packed(np.array(numbers, np.int64))[:-1], 0, len(numbers))


def test_a_number_that_does_not_end_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bits"):
        unpacked(b"\xff" * 5 + b"\x01", 0, 1)
