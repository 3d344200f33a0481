"""Makes the sources to fetch from feeds' declarations and the addresses in the settings."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import httpx
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from domain.feeds.feed import Feed
from domain.feeds.pull import address_setting
from domain.feeds.way_in import Pull, PullSql
from intake.pull.databases import DATABASES
from intake.pull.http import HttpSource
from intake.pull.source import Source
from intake.pull.sql import SqlSource
from settings import PullSetting


def sources(
    feeds: Mapping[str, Feed],
    settings: Mapping[str, PullSetting],
    http: httpx.AsyncClient,
    clock: Callable[[], datetime],
) -> dict[str, list[Source]]:
    """Sources by feed. Raises ValueError that names the setting and never contains an address."""
    return {key: list(_sources(feeds.get(key), key, setting, http, clock)) for key, setting in settings.items()}


def _sources(
    feed: Feed | None, key: str, setting: PullSetting, http: httpx.AsyncClient, clock: Callable[[], datetime]
) -> Iterator[Source]:
    name = address_setting(key)
    if feed is None or not feed.fetched:
        raise ValueError(f"{name}: không có nguồn để lấy / no feed {key!r} that is fetched")
    pulls = {type(way): way for way in feed.fetched}
    hosts = set()
    for address in setting.urls:
        scheme = address.partition("://")[0].lower()
        if scheme in ("http", "https") and isinstance(pull := pulls.get(Pull), Pull):
            url = _http(name, address)
            hosts.add(url.host)
            yield HttpSource(feed=key, pull=pull, url=url, http=http, clock=clock, header=setting.header)
        elif scheme.partition("+")[0] in DATABASES and isinstance(sql := pulls.get(PullSql), PullSql):
            yield SqlSource(feed=key, pull=sql, url=_database(name, address))
        else:
            ways = [*(["http(s)"] if Pull in pulls else []), *(DATABASES if PullSql in pulls else [])]
            raise ValueError(f"{name}: cần địa chỉ / must hold addresses: {', '.join(ways)}")
    if setting.header is not None and len(hosts) > 1:
        raise ValueError(f"{name}: có HEADER thì mọi địa chỉ phải cùng máy / with a HEADER, addresses of one host only")


def _http(name: str, address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, UnicodeError):
        raise ValueError(f"{name}: địa chỉ sai / not an address") from None
    if not url.host:
        raise ValueError(f"{name}: địa chỉ không có máy / an address has no host")
    return url


def _database(name: str, address: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise ValueError(f"{name}: địa chỉ sai / not an SQLAlchemy URL") from None
    if not url.database:
        raise ValueError(f"{name}: địa chỉ không có cơ sở dữ liệu / an address names no database")
    return url
