"""What the simulator tells over days and months: the same for the same seed, marked, readable, never of the future."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import orjson
import pytest

import data_sources
from domain.case import CaseEvent
from domain.discovery import discover
from domain.feeds.feed import Feed, Format, Payload
from domain.feeds.scrub import Secrets
from domain.instant import day_start, service_day
from domain.observation import Kind, Observation
from simulator import agenda, communes, trucks
from simulator.trackers import messages

pytestmark = pytest.mark.long  # weeks and months are told whole
DAY = date(2026, 11, 23)
START = day_start(DAY)
NOW = START + timedelta(hours=14, minutes=5)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FEEDS: dict[str, Feed] = discover(data_sources, "FEED", Feed)
RETURNED = (*agenda.monthly(), "scores_766", "citizens")
MONTHLY = {item["measure"] for feed in agenda.monthly() for item in agenda.month_figures(feed, 2026, 10)}
MONTHLY |= {measure.key for feed in ("scores_766", "citizens") for measure in FEEDS[feed].measures}
SECRETS = Secrets(b"a key of the test, 32 bytes long")


def decoded(items: agenda.Batch, received_at: datetime) -> list[Observation | CaseEvent]:
    """The items as the centre's own scrubs and decoders read them; anything refused fails the test."""
    found: list[Observation | CaseEvent] = []
    for key in {item["feed"] for item in items}:
        own = [item for item in items if item["feed"] == key]
        for first in range(0, len(own), 5_000):
            body = orjson.dumps(own[first : first + 5_000])
            payload = Payload(feed=key, format=Format.OBSERVATIONS, body=body, received_at=received_at)
            for read in FEEDS[key].decode(FEEDS[key].scrub(payload, SECRETS).payload):
                assert isinstance(read, Observation | CaseEvent), read
                found.append(read)
    return found


def observed(items: agenda.Batch, received_at: datetime) -> list[Observation]:
    """The figures among them."""
    return [read for read in decoded(items, received_at) if isinstance(read, Observation)]


def everything_told(now: datetime) -> agenda.Batch:
    """A start at ``now`` with two hours after it, and the hours around the next turn of the month."""
    past = agenda.newest(now) + [item for call in agenda.history(now) for item in call]
    turn = day_start(date(2026, 12, 1))
    present = agenda.news(now, now + timedelta(hours=2))
    return past + agenda.roster(service_day(now)) + present + agenda.news(turn - HOUR, turn + HOUR)


def test_two_communes_never_report_services_and_the_others_do_every_half_hour() -> None:
    reports = communes.service_reports(NOW - timedelta(minutes=30), NOW)
    assert len(reports) == len({commune.code for _, commune in reports}) == 58
    codes = {item["place"] for item in everything_told(NOW) if item["feed"] == "services"}
    assert not codes & communes.SERVICES_SILENT
    assert len(codes) == 58 + 1


def test_everything_told_is_marked_simulated_and_readable_by_the_centre() -> None:
    items = everything_told(NOW)
    assert {(item["kind"], item["source"]) for item in items} == {("simulated", "Mô phỏng")}
    read = decoded(items, NOW + timedelta(days=10))
    assert len(read) == len(items)
    assert {one.kind for one in read} == {Kind.SIMULATED}
    found = [one for one in read if isinstance(one, Observation)]
    identities = Counter((o.feed, o.measure, o.place, o.entity, o.at, o.period, o.revision) for o in found)
    assert max(identities.values()) == 1


def test_nothing_is_told_from_the_future() -> None:
    past = agenda.newest(NOW) + [item for call in agenda.history(NOW) for item in call]
    assert all(o.at <= NOW for o in observed(past + agenda.roster(DAY), NOW))
    turn = day_start(date(2026, 12, 1))
    for since in (NOW, NOW + 3 * HOUR, turn - HOUR, turn, turn + 14 * HOUR):
        until = since + 2 * HOUR
        for told in observed(agenda.news(since, until), until):
            assert told.at < until
            assert told.at >= since or told.measure in MONTHLY


def test_the_past_is_a_month_of_services_and_a_year_of_months() -> None:
    calls = [agenda.newest(NOW), *agenda.history(NOW)]
    for feed in RETURNED:
        told = [i for call in calls for i in call if i["feed"] == feed and i.get("measure") in MONTHLY]
        ends = {o.at for o in observed(told, NOW)}
        assert len(ends) == 12
        assert max(ends) == day_start(date(2026, 11, 1)) - timedelta(seconds=1)
    days = {service_day(o.at) for o in observed([i for call in calls for i in call if i["feed"] == "services"], NOW)}
    assert days == {DAY - timedelta(days=back) for back in range(32)}


def test_the_newest_figures_come_first_and_the_others_latest_first() -> None:
    """A feed that began with an old month would count as current and stale."""

    def dated(items: agenda.Batch, key: str) -> datetime:
        own = [i for i in items if i["feed"] == key and (key == "services" or i.get("measure") in MONTHLY)]
        return max(o.at for o in observed(own, NOW))

    newest = {key: dated(agenda.newest(NOW), key) for key in ("services", *RETURNED)}
    before = dict(newest)
    for call in agenda.history(NOW):
        assert len(call) <= agenda.MAX_ITEMS
        for key in {item["feed"] for item in call}:
            at = dated(call, key)
            assert at < before[key]
            before[key] = at
    assert all(before[key] < newest[key] for key in newest)


def test_the_same_seed_tells_the_same_bytes() -> None:
    tomorrow = NOW + timedelta(days=1)
    assert orjson.dumps(agenda.news(NOW, tomorrow)) == orjson.dumps(agenda.news(NOW, tomorrow))
    window = (NOW, NOW + timedelta(minutes=10))
    again = [repr(m) for t in trucks.fleet() for m in messages(t, *window)]
    trucks.day_plan.cache_clear()
    assert [repr(m) for t in trucks.fleet() for m in messages(t, *window)] == again


def test_news_do_not_depend_on_how_the_time_is_cut() -> None:
    end = NOW + timedelta(hours=12)
    cuts = [NOW + timedelta(seconds=s) for s in (0, 1, 1.5, 7_000, 36_000, 43_200)]
    pieces = [item for a, b in pairwise(cuts) for item in agenda.news(a, b)]
    assert sorted(map(orjson.dumps, pieces)) == sorted(map(orjson.dumps, agenda.news(NOW, end)))


def test_a_new_month_brings_its_figures_once() -> None:
    turn = day_start(date(2026, 12, 1))
    told = observed(agenda.news(turn - timedelta(minutes=1), turn + timedelta(minutes=1)), turn + timedelta(hours=1))
    monthly = [o for o in told if o.measure in MONTHLY]
    told_of = {(o.feed, o.measure, o.place, o.period) for o in monthly}
    assert len(monthly) == len(told_of)
    for feed in ("coverage", "teams"):
        places = {(o.measure, o.place) for o in monthly if o.feed == feed}
        assert len(places) == 60 * len({measure for measure, _ in places}), "each commune tells each figure"
    assert sum(o.feed in ("scores_766", "citizens") for o in monthly) == 61 * 2 * 7 + 2 + 25
    assert {o.at for o in monthly} == {turn - timedelta(seconds=1)}
    assert not [i for i in agenda.news(turn + timedelta(minutes=1), turn + timedelta(days=1)) if i["feed"] == "teams"]


def test_the_roster_says_hours_and_trackers_of_the_whole_day() -> None:
    rows = {(o.entity, o.measure): o.value for o in observed(agenda.roster(DAY), NOW)}
    assert (rows["LA-001", "duty_from_s"], rows["LA-001", "duty_to_s"]) == (0, 86_400)
    assert rows["LA-009", "duty_from_s"] == 5 * 3_600 + 900
    assert rows["LA-024", "duty_from_s"] == 10 * 3_600
    assert rows["LA-030", "tracker_fitted"] == 0
    assert rows["LA-008", "tracker_fitted"] == 1
    assert {v for (_, measure), v in rows.items() if measure == "in_service"} == {1}
