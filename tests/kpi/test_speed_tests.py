"""Speed tests as i-Speed's export tells them by commune: from the file to the share, and nothing of too few tests."""

from datetime import UTC, datetime, timedelta

import pytest
from evaluating import evaluated

from data_sources.speed_tests import FEED
from domain.feeds.feed import Format, Payload
from domain.observation import Observation, Rejection
from domain.reason import Reason
from intake.messages.decoding import decode
from kpi.speed_tests import KPIS

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
HEADS = "Xã, phường;Lượt đo băng rộng di động;Lượt đo băng rộng di động từ 40 Mbit/s"


def shares(*rows: str) -> tuple[dict[str, float | None], list[Reason]]:
    """The share of fast mobile tests by place, and why rows were refused."""
    table = "\n".join((HEADS, *rows)).encode("utf-8-sig")
    payload = Payload(
        feed=FEED.key, format=Format.FILE, body=table, name="i-speed-2026-10.csv", received_at=NOW, source="i-Speed"
    )
    found = decode(FEED, payload)
    told = [
        (one.measure, one.place, one.place, int(NOW.timestamp() * 1000), one.value, one.kind.value, one.source)
        for one in found
        if isinstance(one, Observation)
    ]
    (mobile,) = (one for one in KPIS if one.key == "speed_mobile_fast")
    places = sorted({one[1] for one in told})
    made = evaluated([mobile], told, places, stale_after=timedelta(days=45), now=NOW).results
    return {one.of.code: one.value for one in made}, [one.reason for one in found if isinstance(one, Rejection)]


def test_the_share_of_the_province_is_of_tests_and_not_of_communes() -> None:
    found, refused = shares("Phường Long An;1000;900", "Xã Bến Lức;100;10")
    assert refused == []
    assert found["80"] == pytest.approx(910 / 1_100 * 100)


def test_few_tests_and_more_fast_ones_than_tests_say_nothing() -> None:
    found, refused = shares("Phường Long An;16;13", "Xã Bến Lức;10;11")
    assert found["80"] is None
    assert refused == [Reason.PART_EXCEEDS_WHOLE, Reason.PART_EXCEEDS_WHOLE]
