"""Retention: every table declared, small transactions, one runner, "as it was" still true."""

import random
from datetime import datetime, timedelta

import pytest
from collecting import stored_fixes
from said import kpi_result, record
from sqlalchemy import Engine, event, func, select
from standing_clock import Clock

from domain.access.principal import Actor, Principal
from domain.audit import KEPT
from domain.feeds.part import Part
from domain.fleets.driver import DRIVEN_KEPT, Driver
from domain.instant import to_ms
from domain.kpis.kpi import KpiResult, Status
from domain.observation import Kind, Rejection
from domain.places.place import IN_FORCE
from domain.reason import Reason
from settings import Settings
from store.database import insert_new, writing
from store.drivers import Drivers
from store.intake import IntakeStore
from store.keeping.retaining import LEASE, STEP_ROWS, LeaseLost, Retainer, retention_runs_of
from store.keeping.retention import FOR_EVER, RULES, rules
from store.records import RejectedItem
from store.results import Results
from store.schema import whole
from store.tables.feeds import rejections
from store.tables.fleet import fixes
from store.tables.observations import observations
from store.tables.results import kpi_results
from store.tables.retention import raw, retention_runs
from tests.store.test_intake import T0, Writer, fix, observation, refusal

KEY, PLACE = "services_on_time", "27694"
BY_KEY = {rule.key: rule for rule in RULES}


@pytest.fixture
def clock() -> Clock:
    return Clock(T0)


@pytest.fixture
def retainer(engine: Engine, clock: Clock) -> Retainer:
    one = Retainer(engine, "one", clock, frozenset({("waste_trucks", "weighed_kg")}))
    assert one.acquire()
    return one


@pytest.fixture
def write(engine: Engine) -> Writer:
    return Writer(IntakeStore(engine))


def count(engine: Engine, table: object) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def result(at: datetime, value: float, status: Status = Status.NORMAL, computed: datetime | None = None) -> KpiResult:
    return kpi_result(
        key=KEY, territory=IN_FORCE, place=PLACE, computed_at=computed or at, value=value, numerator=None,
        denominator=None, reporting=1, expected=1, as_of=at, status=status, since=at, kinds={Kind.MEASURED: 1},
        sources=("x",),
    )  # fmt: skip


def put_results(engine: Engine, given: list[KpiResult]) -> None:
    """Into the history as the evaluator does minute by minute, without its looking each one up."""
    from store import rows

    record(engine, given[-1:])
    with writing(engine) as connection:
        insert_new(connection, kpi_results, [rows.result_row(one, IN_FORCE) for one in given])


def test_every_table_says_how_long_its_rows_are_kept() -> None:
    declared = {rule.table.name for rule in RULES} | set(FOR_EVER)
    assert declared == set(whole().tables)
    assert not {rule.table.name for rule in RULES} & set(FOR_EVER)


def test_settings_change_days_within_limits_and_name_what_is_wrong() -> None:
    settings = Settings.from_env({"IOC_KEEP": "fixes=60, raw=7", "IOC_KEEP_RAW_MB": "50"})
    chosen = {rule.key: rule for rule in rules(settings.keep_days, settings.keep_raw_bytes)}
    assert (chosen["fixes"].days, chosen["raw"].days, chosen["rejections"].days) == (60, 7, 30)
    assert chosen["raw"].limit_bytes == 50_000_000  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("fixes", "fixes"),
        ("fixes=0", "fixes"),
        ("fixes=-3", "fixes"),
        ("fixes=1,fixes=2", "twice"),
        ("nothing=3", "nothing"),
        ("who_drove=91", "who_drove"),
        ("run_audits=364", "run_audits"),
        ("raw=20,fixes=10", "raw"),
        ("kpi_results=900", "kpi_results_hourly"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(said: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        rules(Settings.from_env({"IOC_KEEP": said}).keep_days)


def test_positions_go_after_their_days_device_by_device_and_newer_ones_stay(
    engine: Engine, write: Writer, retainer: Retainer, clock: Clock
) -> None:
    write(fixes=[fix(s, device=device) for device in ("A", "B", "Ż") for s in (0, 60, 86_400)])
    clock.now = T0 + timedelta(days=90, seconds=61)
    assert sum(retainer.steps(BY_KEY["fixes"])) == 6
    assert sum(retainer.steps(BY_KEY["fixes"])) == 0
    kept = stored_fixes(engine, "B", T0, T0 + timedelta(days=9))
    assert [one.at for one in kept] == [T0 + timedelta(days=1)]
    run = next(one for one in retention_runs_of(engine, RULES) if one.key == "fixes")
    assert (run.removed, run.removed_ever, run.days, run.at) == (0, 6, 90, clock.now)
    assert run.until == clock.now - timedelta(days=90)


def test_who_drove_and_who_left_and_who_looked_are_forgotten_and_the_fixes_stay(
    engine: Engine, write: Writer, retainer: Retainer, clock: Clock
) -> None:
    drivers = Drivers(engine)
    stays = Driver(id="TX-07", name="Nguyễn Văn An")
    left = Driver(id="TX-08", name="Trần Thị Bình", active_to=T0.date())
    write(fixes=[fix(0, driver="TX-07"), fix(86_400, driver="TX-07")])
    drivers.put([stays, left], Principal(actor=Actor.SOURCE, name="x"), T0)
    drivers.note_read(Principal(actor=Actor.SOURCE, name="An"), "register", T0)
    period = (T0 - timedelta(days=1), T0 + timedelta(days=9))
    clock.now = T0 + DRIVEN_KEPT + timedelta(hours=1)
    everything(retainer, "who_drove", "drivers", "audit")
    assert [one.since for one in drivers.stints("LA-001", *period)] == [T0 + timedelta(days=1)]
    assert len(stored_fixes(engine, "LA-001", *period)) == 2
    assert drivers.register() == [stays, left], "the last day of work is not over for ninety days"
    clock.now += timedelta(days=1)
    everything(retainer, "who_drove", "drivers", "audit")
    assert drivers.register() == [stays], "who left is forgotten, who never left is not"
    assert len(drivers.reads(10)) == 1
    clock.now = T0 + KEPT + timedelta(days=1)
    everything(retainer, "audit")
    assert drivers.reads(10) == []


def everything(retainer: Retainer, *keys: str) -> int:
    return sum(sum(retainer.steps(BY_KEY[key])) for key in keys)


def test_no_transaction_removes_more_than_a_thousand_rows(
    engine: Engine, retainer: Retainer, clock: Clock, write: Writer
) -> None:
    write(fixes=[fix(s) for s in range(2 * STEP_ROWS + 7)])
    put_results(engine, [result(T0 + timedelta(seconds=20 * n), n) for n in range(4_000)])
    clock.now = T0 + timedelta(days=200)
    removed = [list(retainer.steps(BY_KEY[key])) for key in ("fixes", "kpi_results")]
    assert removed[0] == [STEP_ROWS, STEP_ROWS, 7]
    assert len(removed[1]) >= 3
    assert max(removed[1]) <= STEP_ROWS


def test_a_killed_run_goes_on_where_it_was(engine: Engine, write: Writer, retainer: Retainer, clock: Clock) -> None:
    write(fixes=[fix(s) for s in range(2 * STEP_ROWS + 5)])
    clock.now = T0 + timedelta(days=100)
    killed = retainer.steps(BY_KEY["fixes"])
    assert next(killed) == STEP_ROWS
    with engine.connect() as connection:
        row = connection.execute(select(retention_runs.c.removed, retention_runs.c.removed_ever)).one()
    assert row == (STEP_ROWS, STEP_ROWS), "what was done is told"
    other = Retainer(engine, "two", clock)
    assert not other.acquire(), "the killed one's lease still runs"
    clock.now += LEASE + timedelta(seconds=1)
    assert other.acquire()
    assert sum(other.steps(BY_KEY["fixes"])) == STEP_ROWS + 5
    (run,) = [one for one in retention_runs_of(engine, RULES) if one.key == "fixes"]
    assert run.removed_ever == 2 * STEP_ROWS + 5


def test_one_that_lost_its_lease_removes_nothing_more(
    engine: Engine, write: Writer, retainer: Retainer, clock: Clock
) -> None:
    write(fixes=[fix(s) for s in range(STEP_ROWS + 5)])
    clock.now = T0 + timedelta(days=100)
    slow = retainer.steps(BY_KEY["fixes"])
    next(slow)
    clock.now += LEASE + timedelta(seconds=1)
    other = Retainer(engine, "two", clock)
    assert other.acquire()
    with pytest.raises(LeaseLost):
        next(slow)
    assert count(engine, fixes) == 5
    retainer.release()
    assert not Retainer(engine, "three", clock).acquire(), "only one's own lease is given back"
    other.release()
    assert Retainer(engine, "three", clock).acquire()


def test_refused_messages_go_after_a_month_whatever_order_they_came_in(
    engine: Engine, write: Writer, retainer: Retainer, clock: Clock
) -> None:
    def refused(days: int) -> RejectedItem:
        at = T0 + timedelta(days=days)
        return RejectedItem(
            rejection=Rejection(feed="waste_trucks", reason=Reason.NOT_JSON, received_at=at), stream_id="1-0"
        )

    write(rejections=[refused(5), refused(0), refused(1)])
    clock.now = T0 + timedelta(days=32)
    assert everything(retainer, "rejections") == 2
    assert count(engine, rejections) == 1


def test_raw_messages_are_bounded_by_bytes_oldest_first_and_the_loss_is_told(
    engine: Engine, retainer: Retainer, clock: Clock
) -> None:
    with writing(engine) as connection:
        for minute in range(10):
            at = to_ms(T0 + timedelta(minutes=minute))
            connection.execute(
                raw.insert().values(
                    feed="x", since_ms=at, until_ms=at, entries=1, bytes=300, kept_bytes=100, body=b"." * 100
                )
            )
    clock.now = T0 + timedelta(hours=1)
    bounded = {rule.key: rule for rule in rules({}, 450)}["raw"]
    assert sum(retainer.steps(bounded)) == 6
    with engine.connect() as connection:
        assert connection.scalar(select(func.min(raw.c.until_ms))) == to_ms(T0 + timedelta(minutes=6))
    run = next(one for one in retention_runs_of(engine, [bounded]))
    assert (run.early, run.bytes, run.held_bytes, run.limit_bytes) == (True, 600, 400, 450)
    clock.now += timedelta(hours=1)
    assert sum(retainer.steps(bounded)) == 0
    assert not next(one for one in retention_runs_of(engine, [bounded])).early


def history(days: int, seed: int) -> list[KpiResult]:
    """Results about every minute or so, with long and short stretches of status, late corrections among them."""
    chance = random.Random(seed)
    found: list[KpiResult] = []
    at, status = T0, Status.NORMAL
    while at < T0 + timedelta(days=days):
        at += timedelta(seconds=chance.choice([60, 60, 60, 120, 600, 9_000]))
        if chance.random() < 0.02:
            status = chance.choice([Status.NORMAL, Status.ADVISORY, Status.CRITICAL])
        found.append(result(at, chance.random(), status))
        if chance.random() < 0.05:
            late = at + timedelta(minutes=chance.choice([0, 3, 600]), seconds=30)
            again = chance.choice([status, Status.ADVISORY])
            found.append(result(at, chance.random(), again, computed=late))
    return found


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_as_it_was_is_still_true_after_the_roll_up(engine: Engine, retainer: Retainer, clock: Clock, seed: int) -> None:
    given = history(4, seed)
    put_results(engine, given)
    results, chance = Results(engine), random.Random(seed + 100)
    instants = [T0 + timedelta(seconds=chance.randrange(5 * 86_400)) for _ in range(100)]
    hours = [T0 + timedelta(hours=h) - timedelta(milliseconds=1) for h in range(1, 110)]
    before = {at: results.at(at) for at in instants + hours}
    series = results.series(KEY, IN_FORCE, PLACE, since=T0, until=T0 + timedelta(days=9), limit=100_000)
    size = count(engine, kpi_results)
    clock.now = T0 + timedelta(days=40)
    assert everything(retainer, "kpi_results") == size - count(engine, kpi_results) > size / 2
    for at in instants:
        was, told = before[at], results.at(at)
        assert [one.status for one in told] == [one.status for one in was]
        assert all(one in given and one.as_of <= at for one in told), "nothing made up, nothing of later"
    for at in hours:
        assert results.at(at) == before[at], "the end of each hour is as it was, to the last digit"
    thinner = results.series(KEY, IN_FORCE, PLACE, since=T0, until=T0 + timedelta(days=9), limit=100_000)
    assert [one for one in series if one in thinner] == thinner, "what is left are points of before, in their order"
    assert everything(retainer, "kpi_results") == 0

    clock.now = T0 + timedelta(days=740)
    assert everything(retainer, "kpi_results_hourly") > 0
    for at in instants:
        assert [one.status for one in results.at(at)] == [one.status for one in before[at]]


def test_a_roll_up_done_bit_by_bit_leaves_what_one_at_once_leaves(
    engine: Engine, retainer: Retainer, clock: Clock
) -> None:
    put_results(engine, history(4, 9))
    for hour in range(31 * 24, 36 * 24, 7):
        clock.now = T0 + timedelta(hours=hour)
        everything(retainer, "kpi_results")
    clock.now = T0 + timedelta(days=36)
    everything(retainer, "kpi_results")
    step_by_step = kept(engine)
    with writing(engine) as connection:
        connection.execute(kpi_results.delete())
        connection.execute(retention_runs.delete())
    put_results(engine, history(4, 9))
    everything(retainer, "kpi_results")
    assert kept(engine) == step_by_step


def kept(engine: Engine) -> list[tuple[int, int]]:
    c = kpi_results.c
    with engine.connect() as connection:
        found = connection.execute(select(c.as_of_ms, c.computed_ms).order_by(c.as_of_ms, c.computed_ms))
        return [(row[0], row[1]) for row in found]


def test_results_about_no_instant_are_rolled_up_by_when_they_were_computed(
    engine: Engine, retainer: Retainer, clock: Clock
) -> None:
    from dataclasses import replace

    given = [replace(result(T0 + timedelta(minutes=n), 1), as_of=None, value=None) for n in range(120)]
    put_results(engine, given)
    clock.now = T0 + timedelta(days=40)
    everything(retainer, "kpi_results")
    minutes = [(computed - to_ms(T0)) // 60_000 for _, computed in kept(engine)]
    assert minutes == [0, 59, 119]


def test_measured_values_keep_the_last_of_each_hour_declared_ones_and_amounts_keep_all(
    engine: Engine, write: Writer, retainer: Retainer, clock: Clock
) -> None:
    measured = [observation(m, value=m, kind=Kind.MEASURED, measure="online") for m in range(0, 180, 5)]
    declared = [observation(m, value=m) for m in range(0, 180, 5)]
    weighed = [
        observation(m, value=m, kind=Kind.MEASURED, measure="weighed_kg", feed="waste_trucks") for m in range(0, 60, 20)
    ]
    corrected = [observation(115, value=7, kind=Kind.MEASURED, measure="online", revision=2)]
    write(observations=[*measured, *declared, *weighed, *corrected])
    intake = IntakeStore(engine)
    clock.now = T0 + timedelta(days=100)
    assert everything(retainer, "observations") == 33
    of = intake.observations_between
    assert [one.value for one in of("coverage", "online", T0, T0 + timedelta(days=1))] == [55, 7, 175]
    assert len(of("coverage", "households", T0, T0 + timedelta(days=1))) == len(declared)
    assert len(of("waste_trucks", "weighed_kg", T0, T0 + timedelta(days=1))) == 3
    with engine.connect() as connection:
        at = select(observations.c.revision).where(observations.c.at_ms == to_ms(T0 + timedelta(minutes=115)))
        online = at.where(observations.c.measure == "online").order_by(observations.c.revision)
        assert list(connection.scalars(online)) == [1, 2], "every revision of what stays"
    seen = [
        one for one in intake.observations_as_of("coverage", T0 + timedelta(minutes=118)) if one.measure == "online"
    ]
    assert [(one.value, one.at) for one in seen] == [(7, T0 + timedelta(minutes=115))]
    between = intake.observations_as_of("coverage", T0 + timedelta(minutes=100))
    assert [one.at for one in between if one.measure == "online"] == [T0 + timedelta(minutes=55)], "real, and so old"


def test_an_upload_about_a_day_whose_fixes_are_gone_does_not_shrink_that_day(
    engine: Engine, retainer: Retainer, clock: Clock
) -> None:
    from intake.collector.trackers import DeviceStates
    from store.intake import Batch

    store = IntakeStore(engine)
    trackers = DeviceStates(store, "waste_trucks", T0.date(), {"LA-001"})
    first = trackers.judge([("1-0", n, fix(60 * n)) for n in range(10)], clock.now)
    store.cursor(Part("waste_trucks"))
    store.write(
        Part("waste_trucks"), expected_cursor="0-0", cursor="1-0",
        batch=Batch(fixes=first.accepted, latest=first.latest, days=first.days),
    )  # fmt: skip
    clock.now = T0 + timedelta(days=91)
    assert everything(retainer, "fixes") == 10
    late = DeviceStates(store, "waste_trucks", clock.now.date(), {"LA-001"}).judge([("2-0", 0, fix(30))], clock.now)
    (day,) = late.days
    assert (day.fixes, day.first_at, day.last_at) == (11, T0, T0 + timedelta(minutes=9))
    assert day.online_s == first.days[0].online_s


def test_a_rule_that_fails_is_told_and_told_well_again(
    engine: Engine, retainer: Retainer, write: Writer, clock: Clock
) -> None:
    write(fixes=[fix(0)], rejections=[refusal()])
    clock.now = T0 + timedelta(days=100)
    retainer.failed(BY_KEY["fixes"], "OperationalError")
    runs = {one.key: one for one in retention_runs_of(engine, RULES)}
    assert runs["fixes"].problem == "OperationalError"
    assert runs["rejections"].at is None, "it never ran, and says so"
    everything(retainer, "fixes")
    assert next(one for one in retention_runs_of(engine, RULES) if one.key == "fixes").problem == ""


def test_steps_hold_the_lock_only_to_remove(engine: Engine, retainer: Retainer, write: Writer, clock: Clock) -> None:
    """Between two statements of a writing transaction nothing is looked for: it renews, removes, notes."""
    write(fixes=[fix(s) for s in range(50)])
    clock.now = T0 + timedelta(days=100)
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement.split()[0])

    event.listen(engine, "before_cursor_execute", note)
    next(retainer.steps(BY_KEY["fixes"]))
    event.remove(engine, "before_cursor_execute", note)
    assert said[-3:] == ["UPDATE", "DELETE", "INSERT"]
