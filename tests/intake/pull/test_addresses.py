"""Settings become sources, and a wrong one is named without its secret."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from pull_parts import FEEDS
from standing_clock import Clock

from data_sources import services, waste_trucks
from domain.feeds.way_in import Pull
from intake.pull.addresses import sources
from intake.pull.http import HttpSource
from settings import PullSetting, Settings


def given(**env: str) -> Mapping[str, PullSetting]:
    return Settings.from_env({name.replace("_X", ""): value for name, value in env.items()}).pulls


async def test_settings_become_sources_by_their_scheme(http: httpx.AsyncClient, clock: Clock) -> None:
    told = given(
        IOC_PULL_SERVICES_URL=" https://a.example/x?b=1,2  postgresql+psycopg://who:pw@db/mc sqlite:////srv/mc.db",
        IOC_PULL_SERVICES_HEADER="Authorization: Bearer abc def",
        IOC_PULL_WASTE_TRUCKS_URL="http://a/vp http://b/vp",
        IOC_PULL_COVERAGE_URL=" ",
    )
    found = sources(FEEDS, told, http, clock)
    assert [(one.pull.key, one.host) for one in found["services"]] == [
        ("pull", "a.example"),
        ("pull-sql", "db"),
        ("pull-sql", "mc.db"),
    ]
    first = found["services"][0]
    assert isinstance(first, HttpSource)
    assert first.header == ("Authorization", "Bearer abc def")
    trackers = [one.pull for one in found["waste_trucks"]]
    assert [(one.format, one.every.total_seconds()) for one in trackers] == [("gtfs-rt", 20.0)] * 2
    assert "abc" not in repr(told and Settings.from_env({"IOC_PULL_SERVICES_URL": "http://abc"}))


@pytest.mark.parametrize(
    "env",
    [
        {"IOC_PULL_NOBODY_URL": "http://secret/"},
        {"IOC_PULL_COVERAGE_URL": "http://secret/"},
        {"IOC_PULL_SERVICES_URL": "ftp://secret/"},
        {"IOC_PULL_SERVICES_URL": "secret"},
        {"IOC_PULL_SERVICES_URL": "file:///secret"},
        {"IOC_PULL_SERVICES_URL": "http://"},
        {"IOC_PULL_SERVICES_URL": "http://host:secret/"},
        {"IOC_PULL_SERVICES_URL": "mysql://who:secret@host/db"},
        {"IOC_PULL_SERVICES_URL": "postgresql://who:secret@host:port/db"},
        {"IOC_PULL_SERVICES_URL": "postgresql://who:secret@host"},
        {"IOC_PULL_SERVICES_URL": "sqlite://"},
        {"IOC_PULL_WASTE_TRUCKS_URL": "postgresql://who:secret@host/db"},
        {"IOC_PULL_SERVICES_URL": "http://a/ http://b/", "IOC_PULL_SERVICES_HEADER": "X-Key: secret"},
        {"IOC_PULL_SERVICES_URL": "http://a/", "IOC_PULL_SERVICES_HEADER": "secret"},
        {"IOC_PULL_SERVICES_URL": "http://a/", "IOC_PULL_SERVICES_HEADER": "X: secret\r\nHost: b"},
        {"IOC_PULL_SERVICES_HEADER": "X-Key: secret"},
        {"IOC_GTFS_RT_URL": "http://secret/vp"},
    ],
)
async def test_a_wrong_setting_is_named_and_not_repeated(
    env: dict[str, str], http: httpx.AsyncClient, clock: Clock
) -> None:
    with pytest.raises(ValueError, match="IOC_") as wrong:
        sources(FEEDS, Settings.from_env(env).pulls, http, clock)
    assert "secret" not in str(wrong.value)


def test_a_feed_cannot_fetch_what_it_does_not_read() -> None:
    with pytest.raises(ValueError, match="no way in decodes it: soap"):
        replace(services.FEED, ways_in=(*services.FEED.ways_in[:2], Pull(every=timedelta(hours=1), format="soap")))
    with pytest.raises(ValueError, match="one Pull and one PullSql"):
        replace(services.FEED, ways_in=(*services.FEED.ways_in, Pull(every=timedelta(hours=1))))
    with pytest.raises(ValueError, match="shortest interval"):
        Pull(every=timedelta(seconds=1))
    assert waste_trucks.FEED.fetched[0].format in waste_trucks.FEED.decoders
