"""Changes that a leader sees, and above all differences that must not count as changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from said import status_event
from screen_figures import FEEDS, KPIS, result

from domain.kpis.change import FeedChange, KpiChange, WorstChange
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import Better, KpiResult, Status, Target
from domain.kpis.ranking import rank_moves, worst, worst_moves
from domain.places.place import IN_FORCE, PROVINCE
from evaluation.changes import Moment, changes

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
SINCE = NOW - timedelta(hours=20)
KEY = "services_on_time"
FEED = FEEDS["services"]
COMMUNES = [f"{27000 + i}" for i in range(12)]


def at(value: float | None, as_of: datetime, place: str = PROVINCE, **given: object) -> KpiResult:
    return replace(result(KPIS[KEY], place, value), as_of=as_of, **given)  # type: ignore[arg-type]


def said(before: Iterable[KpiResult], after: Iterable[KpiResult], *events: StatusEvent, sets: tuple[str, ...] = ()):
    moments = (Moment(t, {(r.key, r.place): r for r in rs}) for t, rs in ((SINCE, before), (NOW, after)))
    return changes({KEY: KPIS[KEY]}, FEEDS, *moments, events, sets)


def event(before: Status, after: Status, hours_ago: float) -> StatusEvent:
    when = NOW - timedelta(hours=hours_ago)
    return status_event(at=when, key=KEY, territory=IN_FORCE, place=PROVINCE, before=before, after=after, value=90.0)


def test_a_level_that_moved_says_from_what_to_what_and_when() -> None:
    was, now = at(98.0, SINCE), at(93.0, NOW, status=Status.WARNING)
    (found,) = said([was], [now], event(Status.NORMAL, Status.WARNING, 3))
    assert isinstance(found, KpiChange)
    assert found.levels == (Status.NORMAL, Status.WARNING)
    assert found.at == NOW - timedelta(hours=3)


def test_a_target_reached_or_lost_is_one_change_each() -> None:
    kpi = replace(KPIS[KEY], target=Target(value=95.0, due=None, source="test"))

    def targets(before: float, after: float) -> list[bool | None]:
        moments = (Moment(t, {(KEY, PROVINCE): at(v, t)}) for t, v in ((SINCE, before), (NOW, after)))
        return [c.target for c in changes({KEY: kpi}, FEEDS, *moments, ()) if isinstance(c, KpiChange)]

    assert targets(94.0, 95.0) == [True]
    assert targets(95.0, 94.9) == [False]
    assert targets(96.0, 99.0) == targets(90.0, 94.0) == []


def test_trouble_that_came_and_went_is_told_once() -> None:
    same = at(98.2, SINCE), at(98.2, NOW)
    (found,) = said(
        same[:1], same[1:], event(Status.NORMAL, Status.CRITICAL, 5), event(Status.CRITICAL, Status.NORMAL, 4)
    )
    assert found.passed is Status.CRITICAL
    assert found.levels is None


def test_a_place_set_counts_unless_it_is_the_whole_province() -> None:
    def both(expected: int) -> list[str]:
        was = [at(98.0, SINCE, place=p) for p in (PROVINCE, "tanan")]
        now = [replace(r, as_of=NOW, value=93.0, status=Status.WARNING) for r in was]
        now[1] = replace(now[1], expected=expected)
        return [c.place for c in said(was, now, sets=("tanan",)) if isinstance(c, KpiChange)]

    assert both(3) == [PROVINCE, "tanan"]
    assert both(60) == [PROVINCE]


def test_events_before_the_last_visit_are_not_told_again() -> None:
    assert said([at(98.2, SINCE)], [at(98.2, NOW)], event(Status.NORMAL, Status.CRITICAL, 30)) == []


def test_what_is_not_a_change() -> None:
    was = at(98.2, SINCE)
    for now in (
        at(98.2, NOW, reporting=41),  # another n of N
        at(98.2, NOW),  # a newer as_of
        replace(was, computed_at=NOW),  # recomputed for the same as_of
        at(98.2 + 1e-9, SINCE),  # the last bit of a float
        at(98.6, NOW),  # within its level and on its side of the target
        at(98.2, SINCE, status=Status.STALE),  # silence is the feed's news
        at(None, NOW, status=Status.NO_DATA),
    ):
        assert said([was], [now]) == [], now


def test_a_figure_unknown_or_too_old_before_is_no_change_unless_it_is_in_trouble() -> None:
    old = at(60.0, SINCE - FEED.stale_after - timedelta(hours=1))
    known = at(98.2, SINCE, place="27000")  # keeps the feed itself alive
    assert said([known], [known, at(98.2, NOW)]) == []
    assert said([old, known], [at(98.2, NOW), known]) == []
    (found,) = said(
        [old, known], [at(70.0, NOW, status=Status.CRITICAL), known], event(Status.STALE, Status.CRITICAL, 1)
    )
    assert found.levels == (Status.STALE, Status.CRITICAL)
    assert found.before is None


def parts(values: dict[str, float], as_of: datetime) -> list[KpiResult]:
    return [at(value, as_of, place=code) for code, value in values.items()]


def test_another_value_of_the_same_instant_is_called_a_correction() -> None:
    yesterday = NOW - timedelta(hours=26)
    was = [at(98.2, yesterday), *parts({"27000": 99.0, "27001": 97.0}, yesterday)]
    now = [at(97.6, yesterday), *parts({"27000": 99.0, "27001": 95.8}, yesterday)]
    (found,) = said(was, now)
    assert found.corrected
    assert found.levels is None


def test_a_commune_that_reports_something_newer_is_news_and_no_correction() -> None:
    was = [at(98.2, SINCE), at(97.0, SINCE - timedelta(hours=5), place="27001")]
    now = [at(97.9, SINCE), at(95.8, SINCE - timedelta(hours=1), place="27001")]
    assert said(was, now) == []


def test_a_commune_that_grew_too_old_is_no_correction() -> None:
    assert said([at(98.2, SINCE, reporting=60)], [at(97.9, SINCE, reporting=59)]) == []


def test_a_feed_that_stopped_and_one_that_came_back() -> None:
    fresh, old = at(98.0, SINCE), at(98.0, SINCE - FEED.stale_after * 2)
    long_ago = replace(fresh, as_of=NOW - FEED.stale_after - timedelta(hours=1), status=Status.STALE)
    heard = Moment(long_ago.as_of, {(KEY, PROVINCE): long_ago})
    (silent,) = changes({KEY: KPIS[KEY]}, FEEDS, heard, Moment(NOW, {(KEY, PROVINCE): long_ago}), ())
    assert silent == FeedChange(feed="services", silent=True, last_at=long_ago.as_of)
    (back,) = said([old], [at(98.0, NOW)])
    assert back == FeedChange(feed="services", silent=False, last_at=NOW)
    (first,) = said([], [at(98.0, NOW)])
    assert first.first
    assert said([], []) == []


def test_communes_that_came_among_the_worst_and_left() -> None:
    values = {code: 90.0 + i for i, code in enumerate(COMMUNES)}
    moved = values | {COMMUNES[0]: 101.5, COMMUNES[9]: 80.0}
    found = said(parts(values, SINCE), parts(moved, NOW))
    assert found == [WorstChange(key=KEY, entered=(COMMUNES[9],), left=(COMMUNES[0],))]


def test_nobody_enters_the_worst_because_another_fell_silent() -> None:
    values = {code: 90.0 + i for i, code in enumerate(COMMUNES)}
    fewer = {code: value for code, value in values.items() if code != COMMUNES[0]}
    assert said(parts(values, SINCE), parts(fewer, NOW)) == []


def test_among_few_communes_no_one_is_among_the_worst() -> None:
    few = dict.fromkeys(COMMUNES[:3], 90.0)
    assert said(parts(few, SINCE), parts(few | {COMMUNES[1]: 50.0}, NOW)) == []


def test_a_tie_too_wide_is_nobodys_bad_rank() -> None:
    assert worst(dict.fromkeys(COMMUNES, 100.0), Better.HIGHER) == set()
    assert worst(dict.fromkeys(COMMUNES, 100.0) | {"x": 1.0}, Better.HIGHER) == {"x"}
    assert worst_moves({"a": 1.0}, {}, Better.LOWER) == (set(), set())


def test_rank_moves_count_those_with_a_figure_both_times() -> None:
    before = {"a": 3.0, "b": 2.0, "c": 1.0, "silent": 9.0}
    now = {"a": 1.0, "b": 2.0, "c": 3.0, "new": 5.0}
    assert rank_moves(now, before, Better.HIGHER) == {"a": -2, "b": 0, "c": 2, "new": None}
    assert rank_moves({"a": 2.0, "b": 2.0}, {"a": 3.0, "b": 2.0}, Better.HIGHER) == {"a": 0, "b": 1}
