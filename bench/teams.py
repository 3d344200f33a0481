"""A thousand teams, a year of daily reports: what /teams asks of the store, and the whole page as a browser gets it."""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import orjson
from sqlalchemy import Engine, text

from bench.rig.centre import running
from bench.rig.figure import Figure, compared
from data_sources.team_work import FEED
from domain.case import CaseEvent
from domain.feeds.payload import Payload
from domain.feeds.scrub import Secrets
from domain.places.place import IN_FORCE, PROVINCE
from domain.teams.team import by_commune
from store import territories
from store.cases import write_events
from store.casework.teams import Teams
from store.database import migrate, open_database, writing

TEAMS, DAYS, BATCH = 1_000, 365, 2_000
SCREEN_MS = 500.0
NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
TODAY = date(2026, 11, 27)
FIGURES = ("teams_board_365k_ms", "teams_page_365k_ms")
PAGES = 15
_SECRETS = Secrets(b"a key of the bench, 32 bytes long")


def measure() -> Iterator[Figure]:
    """The slowest of nine boards and of warm pages after every report went the way of the collector."""
    yield _board()
    yield _page()


def _board() -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{Path(folder) / 'ioc.sqlite3'}")
        migrate(engine)
        _fill(engine)
        known = Teams(engine)
        slowest_s = max(_took_s(known) for _ in range(9))
        engine.dispose()
    said = f"{TEAMS} teams × {DAYS} days of reports, summed by commune; baseline: required"
    return compared("teams_board_365k_ms", "ms", 1_000 * slowest_s, SCREEN_MS, said)


def _page() -> Figure:
    """GET /teams from a running centre, each time with another address so that no kept page answers."""
    with running() as centre, httpx.Client(base_url=centre.web, timeout=60) as web:
        engine = open_database(centre.database_url)
        _fill(engine)
        engine.dispose()
        _shown(web, 0)  # warm: the first page brings templates and boundaries into memory
        took_s = sorted(_shown(web, number) for number in range(1, PAGES + 1))
    said = f"slowest of {PAGES} signed-in pages (median {1_000 * took_s[PAGES // 2]:.0f} ms); baseline: required"
    return compared("teams_page_365k_ms", "ms", 1_000 * took_s[-1], SCREEN_MS, said)


def _shown(web: httpx.Client, number: int) -> float:
    began_s = time.perf_counter()
    page = web.get("/teams", params={"n": str(number)})
    took_s = time.perf_counter() - began_s
    assert page.status_code == 200
    assert page.text.count("data-unit=") > 50, "the table of communes stands in the page"
    return took_s


def _took_s(known: Teams) -> float:
    began_s = time.perf_counter()
    board = known.board()
    found = by_commune(board.standings, TODAY)
    assert sum(one.reports for one in found) == TEAMS * DAYS
    return time.perf_counter() - began_s


def _fill(engine: Engine) -> None:
    """A day's reports of all teams after the other, by the way of the collector."""
    places = [place.code for place in territories.places(IN_FORCE) if place.code != PROVINCE]
    codes = [f"{places[n % len(places)]}-T{n // len(places) + 1:02d}" for n in range(TEAMS)]
    _write(engine, [{"team": code, "hamlet": f"Ấp {code[-2:]}"} for code in codes])
    records: list[dict[str, object]] = []
    for back in range(DAYS):
        day = TODAY - timedelta(days=back)
        records += [_report(code, day) for code in codes]
        if len(records) >= BATCH or back == DAYS - 1:
            _write(engine, records)
            records = []
    with writing(engine) as connection:
        connection.execute(text("ANALYZE"))


def _report(code: str, day: date) -> dict[str, object]:
    return {
        "id": f"{code}-{day}", "team": code, "at": f"{day}T19:00:00+07:00", "day": day.isoformat(), "sessions": 1,
        "guided": 12, "installs": 3, "households": 7,
    }  # fmt: skip


def _write(engine: Engine, records: list[dict[str, object]]) -> None:
    payload = Payload(feed=FEED.key, format="team_work", body=orjson.dumps(records), received_at=NOW, source="bench")
    events = [one for one in FEED.decode(FEED.scrub(payload, _SECRETS).payload) if isinstance(one, CaseEvent)]
    with writing(engine) as connection:
        new, _, _ = write_events(connection, events)
    assert new == len(records)
