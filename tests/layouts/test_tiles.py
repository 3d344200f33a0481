"""The grid of a wall of several screens, as its address asks for it."""

import pytest

from domain.text import Text
from layouts.parts.tiles import ONE, Tiles, tiles_of
from layouts.parts.wall_room import TILED_AREAS, pages


@pytest.mark.parametrize(
    ("given", "found"),
    [({}, ONE), ({"tiles": ""}, ONE), ({"tiles": "5x4"}, Tiles(5, 4)), ({"tiles": " 3X2 "}, Tiles(3, 2)),
     ({"tiles": "1×1"}, ONE)],
)  # fmt: skip
def test_an_address_names_columns_and_rows(given: dict[str, str], found: Tiles) -> None:
    assert tiles_of(given) == found


@pytest.mark.parametrize("given", ["6x1", "0x3", "3", "3x", "x3", "3x2x1", "-1x2", "a" * 500])
def test_what_is_no_grid_is_refused_with_what_was_given_and_what_can_be(given: str) -> None:
    said = tiles_of({"tiles": given})
    assert isinstance(said, Text)
    for words in said:
        assert f"“{given[:20]}”" in words
        assert "5x5" in words


def test_a_page_with_seams_has_room_for_fewer_areas() -> None:
    assert pages([False] * 4) == [[0, 1, 2, 3]]
    assert pages([False, False, False, True], TILED_AREAS) == [[0, 1, 3], [2]]
