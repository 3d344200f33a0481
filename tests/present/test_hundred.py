"""A picture of a hundred says no more than its share."""

from base64 import b64decode

import pytest

from present.hundred import EMPTY, FILLED, of_hundred, picture


@pytest.mark.parametrize(
    ("share", "filled"), [(0, 0), (0.004, 0), (0.889, 89), (0.9949, 99), (0.9999, 99), (1, 100), (1.2, 100)]
)
def test_all_are_filled_only_when_the_share_is_whole(share: float, filled: int) -> None:
    assert of_hundred(share) == filled
    svg = b64decode(picture(share, houses=True).split(",", 1)[1]).decode()
    assert (svg.count(FILLED), svg.count(EMPTY)) == (filled, 100 - filled)
