"""The collector's transaction: counts exactly, never twice, never without the lease."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from collecting import stored_fixes
from sqlalchemy import Engine, func, select

import store.intake
from domain.feeds.part import Part
from domain.fleets.tracker_day import TrackerDay
from domain.instant import service_day, to_ms
from domain.observation import Fix, Kind, Observation, ObsStatus, Rejection
from domain.reason import Reason
from store.intake import FIRST_CURSOR, Batch, IntakeStore, LostLease, Outcome, feed_counts, fix_key
from store.records import LatestFix, RejectedItem
from store.registry import Registry
from store.tables.feeds import rejections
from store.tables.fleet import fixes

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FEED = "waste_trucks"


def fix(seconds: int = 0, device: str = "LA-001", **other: object) -> Fix:
    at = T0 + timedelta(seconds=seconds)
    base = Fix(
        feed=FEED,
        device=device,
        at=at,
        received_at=at + timedelta(seconds=2),
        latitude=10.543,
        longitude=106.41,
        kind=Kind.MEASURED,
        source="phone",
    )
    return replace(base, **other)  # type: ignore[arg-type]


def observation(minutes: int = 0, value: float = 1.0, **other: object) -> Observation:
    at = T0 + timedelta(minutes=minutes)
    base = Observation(
        feed="coverage",
        measure="households",
        at=at,
        received_at=at + timedelta(seconds=1),
        value=value,
        kind=Kind.DECLARED,
        source="VNPT",
        place="27694",
        territory="2025-07",
        revision=1,
    )
    return replace(base, **other)  # type: ignore[arg-type]


def refusal(item: int = 0, raw: str = "{", device: str = "") -> RejectedItem:
    refused = Rejection(feed=FEED, reason=Reason.NOT_JSON, received_at=T0, detail="vị trí 0", source="phone", raw=raw)
    return RejectedItem(rejection=refused, stream_id="1-0", item=item, device=device)


@pytest.fixture
def intake(engine: Engine) -> IntakeStore:
    return IntakeStore(engine)


class Writer:
    """Writes batch after batch the way a collector does."""

    def __init__(self, intake: IntakeStore, feed: str = FEED) -> None:
        self.intake, self.feed, self.entry = intake, feed, 0

    def __call__(self, **parts: object) -> Outcome:
        self.entry += 1
        batch = Batch(**parts)  # type: ignore[arg-type]
        expected = self.intake.cursor(Part(self.feed))
        return self.intake.write(Part(self.feed), expected_cursor=expected, cursor=f"{self.entry}-0", batch=batch)


@pytest.fixture
def write(intake: IntakeStore) -> Writer:
    return Writer(intake)


def rows(engine: Engine, table: object) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def test_the_cursor_starts_before_everything_and_moves_with_each_batch(intake: IntakeStore, write: Writer) -> None:
    assert intake.cursor(Part(FEED)) == FIRST_CURSOR
    write(fixes=[fix()])
    assert intake.cursor(Part(FEED)) == "1-0"


def test_a_collector_that_lost_its_lease_writes_nothing(engine: Engine, intake: IntakeStore, write: Writer) -> None:
    write(fixes=[fix()])
    with pytest.raises(LostLease, match=FEED):
        intake.write(Part(FEED), expected_cursor=FIRST_CURSOR, cursor="9-0", batch=Batch(fixes=[fix(60)]))
    assert intake.cursor(Part(FEED)) == "1-0"
    assert rows(engine, fixes) == 1


def test_repeats_are_counted_within_a_batch_and_across_batches(engine: Engine, write: Writer) -> None:
    assert write(fixes=[fix(), fix(10), fix()]) == Outcome(accepted=2, duplicates=1, rejected=0)
    assert write(fixes=[fix(10), fix(20)]) == Outcome(accepted=1, duplicates=1, rejected=0)
    assert rows(engine, fixes) == 3
    counts = feed_counts(engine)[FEED]
    assert (counts.accepted, counts.duplicates, counts.rejected) == (3, 2, 0)


def test_the_same_instant_elsewhere_is_another_fix(write: Writer) -> None:
    assert write(fixes=[fix(), fix(latitude=10.544)]).accepted == 2


def test_a_held_fix_is_in_no_count_until_it_is_released(engine: Engine, write: Writer) -> None:
    jump = fix(10, latitude=11.0)
    assert write(fixes=[fix()], quarantined=[jump]) == Outcome(accepted=1, duplicates=0, rejected=0)
    assert stored_fixes(engine, "LA-001", T0, T0 + timedelta(hours=1)) == [fix()]
    assert write(fixes=[fix(20)], released=[jump]) == Outcome(accepted=2, duplicates=0, rejected=0)
    assert stored_fixes(engine, "LA-001", T0, T0 + timedelta(hours=1)) == [fix(), jump, fix(20)]
    assert write(released=[jump]).accepted == 0


def test_a_fix_comes_back_as_it_was_given(engine: Engine, write: Writer) -> None:
    full = fix(
        speed_kmh=31.5,
        course_deg=271.25,
        altitude_m=2.0,
        accuracy_m=5.5,
        valid=False,
        flags=("future_clock", "outside"),
        attributes={"batt": 81, "text": "Đường mẫu 01", "big": 2**70, "broken": "\ud800", "nothing": None},
    )
    write(fixes=[full])
    assert stored_fixes(engine, "LA-001", T0, T0 + timedelta(seconds=1)) == [full]


def test_times_around_are_those_counted_with_their_neighbours(intake: IntakeStore, write: Writer) -> None:
    unsure = fix(22, valid=False)
    write(
        fixes=[fix(s) for s in (-86_400, 0, 10, 20, 30, 40, 86_400)] + [unsure, fix(25, device="LA-002")],
        quarantined=[fix(27, latitude=11.0)],
    )
    ms, day = to_ms(T0), service_day(T0)

    def around(first: int, last: int) -> list[int]:
        found = intake.times_around("waste_trucks", "LA-001", day, ms + 1000 * first, ms + 1000 * last)
        return [(at_ms - ms) // 1000 for at_ms in found]

    assert around(22, 28) == [20, 30]
    assert around(15, 30) == [10, 20, 30, 40]
    assert around(-5, -5) == [0], "the day before is another day"
    assert around(45, 50) == [40]


def test_known_fixes_knows_quarantined_ones_too(intake: IntakeStore, write: Writer) -> None:
    write(fixes=[fix(s) for s in range(500)], quarantined=[fix(900)])
    asked = {fix_key(fix(s)) for s in (0, 499, 900, 901)}
    assert intake.known_fixes(asked | {fix_key(fix(s)) for s in range(300)}) == {
        fix_key(fix(s)) for s in (*range(300), 499, 900)
    }


def test_latest_and_suspect_survive_a_restart(intake: IntakeStore, write: Writer) -> None:
    first = LatestFix(fix=fix(flags=("outside",)), suspect=fix(10, latitude=11.0), latencies_s=(2.0, 25201.5))
    second = LatestFix(fix=fix(20))
    write(latest=[first])
    assert intake.latest_fixes(FEED, ["LA-001", "LA-002"]) == {"LA-001": first}
    write(latest=[second])
    assert intake.latest_fixes(FEED, ["LA-001", "LA-002"]) == {"LA-001": second}
    assert intake.latest_fixes("coverage", ["LA-001"]) == {}


def test_tracker_days_are_replaced_whole(intake: IntakeStore, write: Writer) -> None:
    day = TrackerDay(
        device="LA-001",
        day=date(2026, 11, 22),
        kind=Kind.SIMULATED,
        fixes=10,
        duplicates=1,
        out_of_order=2,
        late_120s=3,
        late_600s=2,
        late_3600s=1,
        online_s=270.5,
        first_at=T0,
        last_at=T0 + timedelta(minutes=9),
    )
    write(days=[day])
    write(days=[replace(day, fixes=11), replace(day, device="LA-002"), replace(day, day=date(2026, 11, 23))])
    assert intake.tracker_days("waste_trucks", day.day, ["LA-001", "LA-002", "LA-003"]) == {
        "LA-001": replace(day, fixes=11),
        "LA-002": replace(day, device="LA-002"),
    }
    assert intake.tracker_days("waste_trucks", date(2026, 11, 23), ["LA-002"]) == {}


def test_the_newest_observation_of_each_series_and_source(intake: IntakeStore) -> None:
    write = Writer(intake, "coverage")
    newest, corrected = observation(5, 7.0), observation(5, 8.0, revision=2)
    other_source = observation(1, 3.0, source="Viettel")
    outcome = write(observations=[newest, observation(0), other_source, corrected])
    assert outcome == Outcome(accepted=4, duplicates=0, rejected=0, corrected=1)
    assert sorted(intake.latest_observations("coverage"), key=lambda o: o.source) == [corrected, other_source]
    assert write(observations=[observation(2, 99.0)]).accepted == 1
    assert corrected in intake.latest_observations("coverage")


def test_a_missing_value_stays_missing(intake: IntakeStore) -> None:
    missing = replace(observation(), value=None, status=ObsStatus.MISSING)
    Writer(intake, "coverage")(observations=[missing])
    assert intake.latest_observations("coverage") == [missing]


def test_observations_as_of_an_instant(intake: IntakeStore) -> None:
    early, corrected, late = observation(0), observation(0, 2.0, revision=2), observation(60, 3.0)
    elsewhere = observation(90, 4.0, place="27712")
    Writer(intake, "coverage")(observations=[early, late, corrected, elsewhere])
    assert intake.observations_as_of("coverage", T0 + timedelta(minutes=59)) == [corrected]
    at_end = intake.observations_as_of("coverage", T0 + timedelta(minutes=90))
    assert sorted(at_end, key=lambda o: o.place) == [late, elsewhere]
    assert intake.observations_as_of("coverage", T0 - timedelta(minutes=1)) == []


def test_counters_and_newest_times_never_move_backwards(engine: Engine, write: Writer) -> None:
    write(fixes=[fix(100)], rejections=[refusal(), refusal(1)])
    write(fixes=[fix(50)], late=1)
    counts = feed_counts(engine)[FEED]
    assert (counts.accepted, counts.rejected, counts.late) == (2, 2, 1)
    assert counts.last_at == fix(100).at
    assert counts.last_received_at == fix(100).received_at


def test_a_feed_of_refusals_only_has_no_newest_time(engine: Engine, write: Writer) -> None:
    write(rejections=[refusal()])
    counts = feed_counts(engine)[FEED]
    assert counts.last_at is None
    assert counts.last_received_at == T0


async def test_refusals_keep_their_reason_and_a_bounded_raw_text(
    engine: Engine, write: Writer, reading: object
) -> None:
    write(rejections=[refusal(3, raw="Đ" * 5000 + "\0", device="LA-001")])
    with engine.connect() as connection:
        row = connection.execute(select(rejections)).one()
    assert (row.reason, row.stream_id, row.item, row.device, row.detail) == ("not_json", "1-0", 3, "LA-001", "vị trí 0")
    assert len(row.raw.encode()) <= 2048
    assert set(row.raw) == {"Đ"}


def test_a_nul_in_refused_text_does_not_stop_the_feed(write: Writer) -> None:
    assert write(rejections=[refusal(raw="a\0b\ud800", device="x\0")]).rejected == 1


def test_a_refused_message_is_kept_without_the_people_in_it(engine: Engine, write: Writer) -> None:
    raw = (
        '{"contact":"Nguyễn Văn Kín","phone":"0999 888 777","driverName":"Trần Lạ","ho_ten":"Lê Ẩn",'
        '"cccd":"079099988877","plate":"62C-012.34","lat":"x"}'
    )
    write(rejections=[refusal(raw=raw)])
    with engine.connect() as connection:
        kept = str(connection.execute(select(rejections.c.raw, rejections.c.detail)).one())
    secrets = ("Kín", "0999", "888", "Lạ", "Ẩn", "079099", "62C", "012.34")
    assert not [secret for secret in secrets if secret in kept]
    assert '"lat":"x"' in kept, "what was wrong with it stays"


def test_only_the_newest_refusals_are_kept(engine: Engine, write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.intake, "KEPT_REJECTIONS", 5)
    write(rejections=[refusal(n) for n in range(4)])
    write(rejections=[refusal(n) for n in range(4, 9)])
    with engine.connect() as connection:
        assert list(connection.scalars(select(rejections.c.item).order_by(rejections.c.id))) == [4, 5, 6, 7, 8]
    assert feed_counts(engine)[FEED].rejected == 9


def test_every_device_that_spoke_is_listed(engine: Engine, write: Writer) -> None:
    write(fixes=[fix(), fix(10), fix()], rejections=[refusal(device="LA-009")])
    write(fixes=[fix(20)], clock_offsets={"LA-001": 420})
    listed = {device.device: device for device in Registry(engine).devices()}
    assert set(listed) == {"LA-001", "LA-009"}
    seen = listed["LA-001"]
    assert (seen.fixes, seen.clock_offset_min, seen.source) == (4, 420, "phone")
    assert (seen.first_seen_at, seen.last_seen_at) == (fix().received_at, fix(20).received_at)
    assert (listed["LA-009"].fixes, listed["LA-009"].clock_offset_min) == (0, None)
    write(fixes=[fix(30)], clock_offsets={"LA-001": None})
    assert Registry(engine).devices()[0].clock_offset_min is None


def test_an_empty_batch_only_moves_the_cursor(engine: Engine, intake: IntakeStore, write: Writer) -> None:
    assert write() == Outcome(accepted=0, duplicates=0, rejected=0)
    assert intake.cursor(Part(FEED)) == "1-0"
    assert feed_counts(engine)[FEED].last_received_at is None


def test_feeds_are_written_side_by_side(engine: Engine, intake: IntakeStore) -> None:
    def write_feed(feed: str) -> int:
        write = Writer(intake, feed)
        return sum(write(observations=[observation(n, feed=feed)], rejections=[refusal()]).accepted for n in range(20))

    feeds = ["coverage", "services", "teams", "water"]
    with ThreadPoolExecutor(len(feeds)) as pool:
        assert list(pool.map(write_feed, feeds)) == [20] * 4
    assert [feed_counts(engine)[feed].accepted for feed in feeds] == [20] * 4
    assert rows(engine, rejections) == 80
