"""Crosswalks over a small made-up land: exact, estimated and unknown shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.places.crosswalk import Crosswalk, Parcel, Portion


def part(old: str, new: str, population: int | None, households: int | None) -> Parcel:
    return Parcel(codes={"old": old, "new": new}, population=population, households=households)


LAND = (
    part("A", "X", 300, 100),
    part("B", "X", 100, 100),
    # C was divided and counted, D was divided and nobody published how.
    part("C", "X", 25, 10),
    part("C", "Y", 75, 10),
    part("D", "Y", 50, 20),
    part("D", "Z", None, None),
    part("E", "Z", 10, 5),
)
FORWARD = Crosswalk.of_parts(LAND, "old", "new")
BACK = Crosswalk.of_parts(LAND, "new", "old")


def test_a_whole_commune_carries_over_exactly() -> None:
    assert FORWARD.targets_of("A") == (Portion("A", "X", 1.0, 1.0, whole=True),)
    assert FORWARD.carry({"A": 7}) == {"X": 7}


def test_a_counted_split_follows_the_weight_asked_for() -> None:
    assert FORWARD.carry({"C": 100}) == {"X": 25, "Y": 75}
    assert FORWARD.carry({"C": 100}, "households") == {"X": 50, "Y": 50}
    assert [share.known for share in FORWARD.targets_of("C")] == [True, True]


def test_an_unpublished_split_counts_in_its_main_successor_and_says_so() -> None:
    main, other = FORWARD.targets_of("D")
    assert (main.target, main.population, other.target, other.population) == ("Y", 1.0, "Z", 0.0)
    assert (main.whole, other.whole, main.known, other.known) == (False, False, False, False)
    assert FORWARD.carry({"D": 9}) == {"Y": 9}, "a place that nothing is carried to is absent, never zero"


def test_merged_communes_divide_by_their_weight_on_the_way_back() -> None:
    assert BACK.carry({"X": 425}) == {"A": 300, "B": 100, "C": 25}
    assert not any(share.whole for share in BACK.targets_of("X"))
    assert BACK.split_codes() == ("X", "Y", "Z")


def test_who_came_from_where() -> None:
    assert [share.origin for share in FORWARD.origins_of("Z")] == ["D", "E"]
    assert FORWARD.split_codes() == ("C", "D")
    assert FORWARD.targets_of("?") == FORWARD.origins_of("?") == ()


def test_nothing_carries_to_nothing_and_a_stranger_is_refused() -> None:
    assert FORWARD.carry({}) == {}
    assert FORWARD.carry({"A": 0.0}) == {"X": 0.0}, "a count of zero is known"
    with pytest.raises(KeyError):
        FORWARD.carry({"A": 1, "80": 5})


def test_a_version_that_no_part_names_is_refused() -> None:
    with pytest.raises(KeyError):
        Crosswalk.of_parts(LAND, "old", "1999-01")


@given(st.dictionaries(st.sampled_from("ABCDE"), st.floats(0, 1e9)), st.sampled_from(["population", "households"]))
def test_a_total_survives_there_and_back(values: dict[str, float], weight: str) -> None:
    carried = FORWARD.carry(values, weight)  # type: ignore[arg-type]
    assert sum(carried.values()) == pytest.approx(sum(values.values()))
    assert sum(BACK.carry(carried, weight).values()) == pytest.approx(sum(values.values()))  # type: ignore[arg-type]
