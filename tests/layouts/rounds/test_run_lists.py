"""The lists of streets to check: how much of a street is meant, and whether somebody collected it since."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import collection_day
import pytest
import screen_fixtures as made
from run_fixtures import stretch

from callbacks.parts.load import load
from domain.waste.run import Because, StreetResult, StreetState, Stretch
from layouts.rounds.run_lists import evidence, lists
from layouts.rounds.run_words import length
from layouts.waste import SCREEN

NOW, DAY = collection_day.NOW, collection_day.service_day()
FIRST = DAY.runs[0]


def _text(part: Any) -> str:
    if part is None or isinstance(part, str | int | float):
        return str(part or "")
    inside = part.children if isinstance(part.children, list | tuple) else [part.children]
    return " ".join(_text(one) for one in inside)


def _street(state: StreetState, passed_m: float, served_m: float = 0.0) -> StreetResult:
    """A street of which so much was driven through, and so much collected."""
    pieces = (
        stretch(StreetState.PASSED, Because.TOO_FAST, 0.0, passed_m),
        stretch(StreetState.SERVED, Because.COLLECTED, passed_m, passed_m + served_m),
    )
    return replace(FIRST.streets[0], state=state, due_m=passed_m + served_m, stretches=pieces)


async def _list(street: StreetResult) -> str:
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
    return _text(lists(data, [replace(FIRST, streets=(street,))]))


async def test_the_list_says_what_was_driven_through_and_collected_since() -> None:
    street = _street(StreetState.PASSED, 300)
    since = replace(street, stretches=tuple(replace(one, later_at=NOW) for one in street.stretches))
    for one, said in ((street, False), (since, True)):
        assert ("được thu sau đó, lúc 14:05" in await _list(one)) is said


async def test_of_a_street_of_which_somebody_collected_some_since_the_rest_is_told() -> None:
    pieces = [stretch(StreetState.PASSED, Because.TOO_FAST, at_m, at_m + 200) for at_m in (0.0, 200.0, 400.0)]
    pieces[1] = replace(pieces[1], later_at=NOW)
    street = replace(_street(StreetState.PASSED, 600), stretches=tuple(pieces))
    said = await _list(street)
    assert "600 m" in said
    assert "còn 400 m chưa được thu" in said
    assert "được thu sau đó" not in said
    assert "còn" not in await _list(_street(StreetState.PASSED, 600))


@pytest.mark.parametrize(
    ("state", "passed_m", "served_m", "of", "heading"),
    [
        (StreetState.PASSED, 511, 481, "trong 992 m phải thu", "1 đường · 511 m"),
        (StreetState.SERVED, 100, 850, "chỉ một đoạn của 950 m", "1 đường chỉ một đoạn · 100 m"),
        (StreetState.PASSED, 511, 0, "", "1 đường · 511 m"),
        (StreetState.PASSED, 511, 4, "", "1 đường · 511 m"),
    ],
)
async def test_a_length_that_is_not_the_streets_is_said_to_be_a_part_by_the_rule_of_the_heading(
    state: StreetState, passed_m: float, served_m: float, of: str, heading: str
) -> None:
    said = await _list(_street(state, passed_m, served_m))
    assert f"{passed_m:.0f} m" in said
    assert re.findall("trong .*? phải thu|chỉ một đoạn của .*?m", said) == ([of] if of else [])
    assert heading in said


async def test_neighbours_that_nobody_was_seen_on_have_one_line_of_evidence() -> None:
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)

    def missed(from_m: float, share: float = 0.0) -> Stretch:
        return replace(stretch(StreetState.MISSED, Because.NOT_DRIVEN, from_m, from_m + 300), share=share, fixes=0)

    def lines(*stretches: Stretch) -> list[str]:
        return [_text(one).partition(" · ")[0] for one in evidence(data, FIRST, stretches)]

    assert lines(missed(0), missed(300), missed(600)) == ["0 m–900 m"]
    assert lines(missed(0), missed(300, share=0.5), missed(600)) == ["0 m–300 m", "300 m–600 m", "600 m–900 m"]
    assert lines(missed(0), missed(600)) == ["0 m–300 m", "600 m–900 m"], "what lies between is in another state"
    silent = replace(missed(300), gap=(NOW, NOW))
    assert lines(missed(0), silent) == ["0 m–300 m", "300 m–600 m"]


async def test_a_silence_that_is_the_reason_is_told_once_and_apart_from_a_drive_through() -> None:
    data = await load(made.services(made.normal()), SCREEN, "vi", {}, NOW)
    gap = (NOW - timedelta(minutes=20), NOW - timedelta(minutes=14))
    through: dict[str, Any] = {"first_at": NOW - timedelta(minutes=41), "fixes": 2, "speed_kmh": 41.0, "gap": gap}
    hidden = stretch(StreetState.UNKNOWN, Because.TRACKER_GAP, 800.0, 999.6, **through)
    for one, said in (
        (
            hidden,
            "800 m–1,0 km · xe chạy qua lúc 13:24 · 41 km/h · 2 vị trí"
            " · mất tín hiệu 13:45–13:51 (6′), đủ lâu để xe có thể đã tới · LA-001",
        ),
        (
            replace(hidden, first_at=None, fixes=0, speed_kmh=None),
            "800 m–1,0 km · mất tín hiệu 13:45–13:51 (6′), đủ lâu",
        ),
        (
            replace(hidden, state=StreetState.SERVED, because=Because.COLLECTED, gap=None),
            "lúc 13:24 · 41 km/h · 2 vị trí · độ khớp",
        ),
    ):
        assert said in " ".join(_text(evidence(data, FIRST, [one])[0]).split())
    assert length(999.4, "vi") == "999 m"
    assert length(999.6, "vi") == "1,0 km"
