"""Health of the data on the wall: what is wrong, and one line when nothing is."""

from dataclasses import replace
from datetime import timedelta

from screen_figures import FEEDS, NOW
from screen_fixtures import normal

from present.cards import TextCell
from present.health import WELL, health_rows

OWED = [key for key, feed in FEEDS.items() if feed.is_owed]
HEALTH = {one.feed: replace(one, reporting=one.expected, rejected=0, behind=()) for one in normal().health}


def said(health, language="vi"):
    rows = health_rows(FEEDS, health, language, NOW)
    return {row.id: [cell.t for cell in row.cells if isinstance(cell, TextCell)] for row in rows}


def test_all_well_is_one_line() -> None:
    assert said(HEALTH) == {WELL: [f"Cả {len(OWED)} nguồn đang gửi đúng và đủ", "", ""]}
    assert said(HEALTH, "en") == {WELL: [f"All {len(OWED)} feeds send in full", "", ""]}


def test_what_is_wrong_is_named_and_the_rest_counted() -> None:
    health = {**HEALTH, "services": replace(HEALTH["services"], reporting=58, expected=60)}
    told = said(health)
    assert told["services"] == [FEEDS["services"].names.vi, "58/60"]
    assert told[WELL][0] == f"{len(OWED) - 1} nguồn khác: bình thường"
    assert len(told) == 2


def test_a_feed_that_stopped_or_never_sent_says_so_and_nothing_else() -> None:
    late = replace(HEALTH["services"], last_at=NOW - 2 * FEEDS["services"].stale_after, reporting=0)
    never = {key: one for key, one in HEALTH.items() if key != "coverage"}
    rows = {row.id: row for row in health_rows(FEEDS, {**never, "services": late}, "vi", NOW)}
    assert said({**never, "services": late})["services"][1] == "ngừng gửi"
    assert said(never)["coverage"][1:] == ["đang chờ lần gửi đầu tiên", "—"]
    assert rows["services"].tone == rows["coverage"].tone == "stale"


def test_parked_vehicles_are_no_gap_and_many_refusals_are_a_fault() -> None:
    trucks = replace(HEALTH["waste_trucks"], reporting=3, expected=31, last_at=NOW - timedelta(seconds=5))
    assert "waste_trucks" not in said({**HEALTH, "waste_trucks": trucks})
    refused = replace(trucks, accepted=95, rejected=5)
    assert said({**HEALTH, "waste_trucks": refused})["waste_trucks"][1] == "5,0% bị từ chối"


def test_a_centre_that_begins_waits_in_one_line() -> None:
    assert said({}) == {"waits": [f"{len(OWED)} nguồn đang chờ lần gửi đầu tiên", "", ""]}


def test_what_nobody_owes_is_never_late() -> None:
    (press,) = FEEDS.keys() - set(OWED)
    old = replace(HEALTH["services"], feed=press, last_at=NOW - 3 * FEEDS[press].stale_after, reporting=0, expected=0)
    assert list(said({**HEALTH, press: old})) == [WELL]
