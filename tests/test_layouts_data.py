"""/data names who owes figures: never is told apart from late, and whom to call stands beside the feed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import data_sources
from domain.discovery import discover
from domain.feed import Feed, with_phones
from domain.health import FeedHealth, Silent
from domain.territory import Level
from layouts import data as page
from layouts._screen import ScreenData
from store import territories

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
FEEDS = with_phones(discover(data_sources, "FEED", Feed), {"services": "0272 3000 000"})
PLACES = {one.code: one for one in territories.places("2025-07") if one.level is Level.COMMUNE}
HEALTH = FeedHealth(
    feed="services", accepted=9, duplicates=0, rejected=0, late=0, corrected=0, last_received_at=NOW, last_at=NOW,
    reporting=58, expected=60, automatic_share=1.0, simulated_share=0.0,
    silent=(Silent("27694", None), Silent("27712", NOW - timedelta(days=3))),
)  # fmt: skip


def shown(health: FeedHealth) -> str:
    data = ScreenData(language="vi", now=NOW, feeds=FEEDS, health={"services": health}, places_now=PLACES)
    return str(page.feeds(data))


def test_the_silent_stand_by_name():
    found = shown(HEALTH)
    never, late = PLACES["27694"].name, PLACES["27712"].name
    assert f"'{never}'" in found or f"children='{never}'" in found, "alone in its cell, without a date"
    assert f"{late} (" in found
    assert "Chưa từng gửi" in found
    assert "0272 3000 000" in found
    assert "chưa có số điện thoại" in found, "of the other feeds"


def test_when_everybody_reported_there_is_no_such_list():
    assert "Chưa từng gửi" not in shown(replace(HEALTH, reporting=60, silent=()))


def test_more_than_are_named_are_counted():
    assert "+138" in shown(replace(HEALTH, expected=198))
