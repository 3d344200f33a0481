"""Monthly returns of the simulated world: parts never exceed their wholes, and published figures come out exactly."""

import pytest

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed
from domain.teams.training import AUDIENCES
from simulator import agenda, communes
from simulator.returns.economy import traceability, trade
from simulator.streets import SEED

FEEDS = discover(data_sources, "FEED", Feed)
MONTHS = [(2024, 6), (2025, 7), (2026, 10), (2030, 12)]


@pytest.mark.parametrize("feed", list(agenda.monthly()))
@pytest.mark.parametrize(("year", "month"), MONTHS)
def test_a_return_tells_measures_of_its_feed_within_their_range_and_their_whole(feed, year, month):
    measures = {one.key: one for one in FEEDS[feed].measures}
    figures = agenda.monthly()[feed].figures(year, month, SEED)
    assert figures
    for values in figures.values():
        for key, value in values.items():
            assert measures[key].low <= value <= measures[key].high
            assert not measures[key].whole or value == int(value)
            assert not measures[key].part_of or value <= values[measures[key].part_of], key


def test_ocop_of_the_first_half_of_2024_is_what_was_published():
    rows = trade(2024, 6, SEED).values()
    kinds = ("products", "three_star", "four_star", "post", "nongsan", "longantrade")
    total = {kind: sum(row[f"ocop_{kind}"] for row in rows) for kind in kinds}
    assert list(total.values()) == [168, 128, 40, 85, 42, 15]


def test_stamps_are_millions_in_october_2024_and_only_grow():
    issued = [traceability(2024 + (9 + n) // 12, (9 + n) % 12 + 1, SEED)["80"]["stamps_issued"] for n in range(30)]
    assert issued[0] >= 2_000_000
    assert issued == sorted(issued)


@pytest.mark.parametrize(("year", "month"), [(2026, 10), (2026, 11), (2027, 2), (2030, 12)])
def test_published_shares_come_out_when_weighted_by_households_and_people(year: int, month: int) -> None:
    rows = communes.coverage(year, month).values()
    assert round(100 * sum(r["fibre_households"] for r in rows) / sum(r["households"] for r in rows), 1) == 88.9
    assert round(100 * sum(r["population_4g"] for r in rows) / sum(r["population"] for r in rows), 1) == 99.9
    assert all(0 < r["fibre_households"] <= r["households"] for r in rows)
    assert all(0 < r["population_4g"] <= r["population"] for r in rows)
    shares = [r["fibre_households"] / r["households"] for r in rows]
    assert max(shares) - min(shares) > 0.1


def test_teams_add_up_to_what_is_published() -> None:
    rows = communes.teams(2026, 10).values()
    total = {key: sum(r[key] for r in rows) for key in next(iter(rows))}
    assert total["teams_established"] == 1_004
    assert total["it_xanh_planned"] == 188
    assert total["training_turns"] >= 27_200
    assert total["training_turns"] == sum(total[f"turns_{audience}"] for audience in AUDIENCES)
    assert sum(r["turns_others"] for r in communes.teams(2025, 5).values()) == 0, "the article counts two audiences"
    assert all(r["teams_active"] <= r["teams_established"] <= r["hamlets"] for r in rows)
    assert all(r["it_xanh_launched"] <= r["it_xanh_planned"] for r in rows)
    assert sum(r["training_turns"] for r in communes.teams(2025, 6).values()) == pytest.approx(27_200, abs=50)
