"""The writing side's composition root: door, listener, puller, collector, evaluator, assessor, keys, trying a file."""

import argparse
import asyncio
import errno
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import uvicorn
from redis.asyncio import Redis
from sqlalchemy import Engine

import data_sources
import kpi
from centre import memory
from centre.serving import Server
from domain.discovery import discover
from domain.feed import Feed, Format, Payload
from domain.fleet import WAITING
from domain.instant import VIETNAM
from domain.key_role import Role
from domain.kpi import Kpi
from domain.observation import Rejection
from domain.scrub import Secrets
from intake import assessing, organisation_command, unclaimed, vehicle_command, waiting
from intake.assessing import Assessor
from intake.case_secret import case_secrets
from intake.collector import Collector, Parts
from intake.decoding import decode
from intake.evaluator.process import Evaluator
from intake.evaluator.process import Parts as EvaluatorParts
from intake.fleets import Fleets
from intake.front_door import create_front_door, utc_now
from intake.keys import KeyRing
from intake.leased import Lease, serve
from intake.listening import Listener, Topics, broker_at
from intake.plan_desk import PlanDesk
from intake.pull_addresses import sources
from intake.pull_holding import Holding
from intake.pull_http import http_client
from intake.pulling import Parts as PullParts
from intake.rereading import NobodyReads, rehearse, report, reread, show_progress
from intake.retaining import retain
from intake.scrubbing import Scrubber
from intake.sharing import Sharing
from intake.telling import Telling
from settings import Settings
from store.cases import Cases
from store.database import migrate, open_database
from store.drivers import Drivers
from store.facilities import Facilities
from store.intake import IntakeStore
from store.live_state import LiveState
from store.map_layers import MapLayers
from store.plan import Plan
from store.pulls import Pulls
from store.raw_archive import RawArchive
from store.raw_stream import RawStream, StreamUnreachable
from store.registry import Registry
from store.rereads import Reread, Rereads
from store.retaining import Retainer
from store.retention import rules
from store.revisions import Corrections
from store.valkey_server import connect

LOCAL_KEY = "local"
_SHOWN = 20
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_BACKLOG = 2048


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        settings = Settings.from_env()
        takes_in = given.command in ("door", "listen", "pull")
        secrets = case_secrets(settings.case_key, settings.case_key_file) if takes_in else None
    except ValueError as error:
        print(f"Cấu hình sai / wrong setting: {error}", file=sys.stderr)
        return 2
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr
    )
    if secrets is not None and given.command == "door":
        return run_door(settings, secrets)
    if given.command == "collect":
        return run_collector(settings)
    if given.command == "evaluate":
        return run_evaluator(settings)
    if given.command == "assess":
        return run_assessor(settings)
    if secrets is not None and given.command == "listen":
        return run_listener(settings, secrets)
    if given.command == "pull" and given.anew is not None:
        return run_anew(settings, given.anew)
    if secrets is not None and given.command == "pull":
        return run_puller(settings, secrets)
    if given.command == "reread":
        return run_reread(settings, given.of_feed, given.since, given.until, rehearsing=given.rehearse)
    if given.command == "organisations":
        return run_organisations(settings, given.action, given.file, given.source)
    if given.command == "vehicles":
        return run_vehicles(settings, given.action, given.file, given.source)
    if given.command == "key":
        return run_key(settings, given.action, given.name, given.role)
    if given.feed and given.file and given.dry_run:
        return dry_run(given.feed, given.file, given.format)
    parser.print_help(sys.stderr)
    return 2


def run_door(settings: Settings, secrets: Secrets) -> int:
    """Run the front door until stopped; 2 when its port is taken."""
    try:
        listening = _listen(settings.host, settings.ingest_port)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        print(
            f"Cổng {settings.ingest_port} đang bị dùng; hãy đặt IOC_INGEST_PORT khác. / "
            f"Port {settings.ingest_port} is taken; set another IOC_INGEST_PORT."
            if taken
            else f"Không mở được {settings.host}:{settings.ingest_port} / cannot listen there: {error}",
            file=sys.stderr,
        )
        return 2
    memory.settle()
    engine = _prepared(settings)
    registry = Registry(engine)
    ensure_local_key(settings, registry, utc_now())
    desk = PlanDesk(Plan(engine), MapLayers(engine, settings.maps_dir), Facilities(engine))
    stream, keys = _stream(settings, connect(settings.stream_url), registry), KeyRing(registry.key_holders)
    feeds = _feeds()
    app = create_front_door(
        stream,
        keys,
        feeds,
        fleets=_fleets(feeds, registry),
        plan=desk,
        drivers=Drivers(engine),
        secrets=secrets,
        registered=registry.organisations.known,
        telling=Telling(Corrections(engine).stood),
    )
    config = uvicorn.Config(
        app, http="httptools", access_log=False, log_level=settings.log_level, ws="none", server_header=False
    )
    Server(config).run(sockets=[listening])
    return 0


def run_collector(settings: Settings) -> int:
    """Run the collector until stopped."""
    memory.settle()
    asyncio.run(_collect(settings, _prepared(settings)))
    return 0


def run_evaluator(settings: Settings) -> int:
    """Run the evaluator of KPIs until stopped."""
    memory.settle()
    asyncio.run(_evaluate(settings, _prepared(settings)))
    return 0


def run_assessor(settings: Settings) -> int:
    """Run the assessor of collection runs, and retention beside it, until stopped; 2 when a setting is wrong."""
    try:
        kept = rules(settings.keep_days, settings.keep_raw_bytes)
    except ValueError as error:
        print(f"Cấu hình sai / wrong setting: {error}", file=sys.stderr)
        return 2
    memory.settle()
    engine = _prepared(settings)
    amounts = frozenset((feed.key, one.key) for feed in _feeds().values() for one in feed.measures if one.amount)
    retainer = Retainer(engine, _owner(), utc_now, amounts)
    asyncio.run(_until_stopped(_all([_assess(settings, engine), retain(retainer, kept)])))
    return 0


def run_listener(settings: Settings, secrets: Secrets) -> int:
    """Run the MQTT listener until stopped; 2 when no broker is set."""
    try:
        broker = broker_at(settings.mqtt_url)
    except ValueError as error:
        print(f"Cấu hình sai / wrong setting: {error}", file=sys.stderr)
        return 2

    registry = Registry(_prepared(settings))

    async def listen() -> None:
        redis, feeds = connect(settings.stream_url), _feeds()
        listener = Listener(
            broker,
            _stream(settings, redis, registry),
            Topics(feeds),
            fleets=_fleets(feeds, registry),
            scrubbed=Scrubber(feeds, secrets),
            clock=utc_now,
        )
        await _until_stopped(listener.run())
        await redis.aclose()

    asyncio.run(listen())
    return 0


def run_puller(settings: Settings, secrets: Secrets) -> int:
    """Fetch all configured sources until stopped; 2 when there is none, or an address is wrong."""
    if not settings.pulls:
        print("Chưa có địa chỉ để lấy: đặt IOC_PULL_<FEED>_URL / nothing to fetch: set it", file=sys.stderr)
        return 2
    feeds, http = _feeds(), http_client()
    try:
        found = sources(feeds, settings.pulls, http, utc_now)
    except ValueError as error:
        print(f"Cấu hình sai / wrong setting: {error}", file=sys.stderr)
        return 2
    # These libraries log each request with its address, which may hold a key.
    for library in ("httpx", "httpcore"):
        logging.getLogger(library).setLevel(logging.WARNING)
    registry = Registry(_prepared(settings))

    async def pull() -> None:
        redis = connect(settings.stream_url)
        parts = PullParts(
            feeds=feeds,
            fleets=_fleets(feeds, registry),
            stream=_stream(settings, redis, registry),
            pulls=Pulls(redis),
            scrubbed=Scrubber(feeds, secrets),
            secrets=secrets,
            registered=registry.organisations.known,
            clock=utc_now,
        )
        async with http:
            holding = [Holding(key, listed, parts, _owner()).run() for key, listed in found.items()]
            await _until_stopped(_all(holding))
        await redis.aclose()

    asyncio.run(pull())
    return 0


def run_anew(settings: Settings, feed_key: str) -> int:
    """Have a feed fetched again from its beginning; figures that are stored already count as repeats."""
    feed = _feeds().get(feed_key)
    if feed is None or not feed.fetched:
        print(f"Không có nguồn để lấy / no feed that is fetched: {feed_key!r}", file=sys.stderr)
        return 2

    async def begin_anew() -> None:
        redis = connect(settings.stream_url)
        try:
            await Pulls(redis).begin_anew(feed_key)
        finally:
            await redis.aclose()

    try:
        asyncio.run(begin_anew())
    except StreamUnreachable as stopped:
        print(stopped, file=sys.stderr)
        return 1
    return 0


def run_organisations(settings: Settings, action: str, file: Path | None, source: str) -> int:
    """Import the register of organisations, or list it."""
    register = Registry(_prepared(settings)).organisations
    if action == "list":
        return organisation_command.list_all(register)
    if file is None or not source.strip():
        print("Cần tệp và --source / the file and --source are needed", file=sys.stderr)
        return 2
    return organisation_command.import_file(register, file, source.strip(), utc_now())


def run_vehicles(settings: Settings, action: str, file: Path | None, source: str) -> int:
    """Import the register of vehicles of all fleets, or list it."""
    registry, feeds = Registry(_prepared(settings)), _feeds()
    if action == "list":
        return vehicle_command.list_all(registry, feeds)
    if file is None or not source.strip():
        print("Cần tệp và --source / the file and --source are needed", file=sys.stderr)
        return 2
    return vehicle_command.import_file(registry, feeds, file, source.strip(), utc_now())


def run_key(settings: Settings, action: str, name: str | None, role: Role = Role.SOURCE) -> int:
    """Add, list or revoke source keys."""
    registry = Registry(_prepared(settings))
    if action == "list":
        for key in registry.source_keys():
            state = f"thu hồi / revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "đang dùng / in use"
            print(f"{key.name}\t{key.role}\t{key.created_at:%Y-%m-%d}\t{state}")
        return 0
    if not name:
        print("Cần tên nguồn / the source's name is needed", file=sys.stderr)
        return 2
    if action == "add":
        try:
            print(registry.add_key(name, utc_now(), role))
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
        return 0
    if registry.revoke_key(name, utc_now()):
        return 0
    print(f"Không có khoá đang dùng tên {name!r} / no key in use of that name", file=sys.stderr)
    return 2


def run_reread(
    settings: Settings, feed_key: str, since: datetime | None, until: datetime | None, *, rehearsing: bool
) -> int:
    """Read a feed's archived messages again with today's decoder, and print the counts."""
    feeds = {**_feeds(), WAITING: waiting.FEED}
    if feed_key not in feeds:
        print(f"Không có nguồn {feed_key!r} / no such feed. {', '.join(feeds)}", file=sys.stderr)
        return 2
    engine, now = _prepared(settings), utc_now()
    batches = RawArchive(engine).batches(feed_key, since or _BEGINNING, until or now)
    if rehearsing:
        registered = Registry(engine).organisations.known
        print(report(rehearse(feeds[feed_key], batches, IntakeStore(engine), Cases(engine), registered)))
        return 0

    async def read_again() -> Reread:
        redis = connect(settings.stream_url)
        try:
            return await reread(feed_key, batches, _stream(settings, redis), Rereads(engine), now, told=show_progress)
        finally:
            await redis.aclose()

    try:
        print(report(asyncio.run(read_again())))
    except (NobodyReads, StreamUnreachable) as stopped:
        print(
            f"Bộ thu thập chưa chạy; các bản tin đã gửi sẽ được đọc khi bộ thu thập chạy lại. / The collector does not "
            f"run; it will read the sent messages when it does. ({stopped})",
            file=sys.stderr,
        )
        return 1
    return 0


def dry_run(feed_key: str, file: Path, given_format: str | None) -> int:
    """Decode one file, keep nothing, print what would be accepted or refused and why; 1 when nothing is usable."""
    feeds = _feeds()
    if feed_key not in feeds:
        print(f"Không có nguồn {feed_key!r} / no such feed. {', '.join(feeds)}", file=sys.stderr)
        return 2
    feed = feeds[feed_key]
    form = given_format or (Format.OBSERVATIONS if file.suffix == ".json" else Format.FILE)
    if form not in feed.decoders:
        print(f"{feed_key}: không đọc dạng {form} / does not read {form}", file=sys.stderr)
        return 2
    try:
        body = file.read_bytes()
    except OSError as error:
        print(f"Không mở được {file} / cannot open: {error.strerror}", file=sys.stderr)
        return 2
    payload = Payload(feed=feed_key, format=form, body=body, received_at=utc_now(), source="dry-run", name=file.name)
    items = decode(feed, payload)
    refused = [(n, item) for n, item in enumerate(items) if isinstance(item, Rejection)]
    times = [item.at for item in items if not isinstance(item, Rejection)]
    print(f"nhận / accepted: {len(times)}")
    print(f"từ chối / rejected: {len(refused)}")
    print(f"mới nhất / newest: {max(times).isoformat() if times else '-'}")
    if times:
        print(_verdict(feed, max(times), payload.received_at))
    for number, item in refused[:_SHOWN]:
        print(f"  {number}: {item.reason.value.vi} / {item.reason.value.en}. {item.detail}")
    if len(refused) > _SHOWN:
        print(f"  … +{len(refused) - _SHOWN}")
    return 0 if times else 1


def _verdict(feed: Feed, newest: datetime, now: datetime) -> str:
    """Words that say whether figures as of ``newest`` would count now."""
    if now - newest <= feed.stale_after:
        return "còn mới / fresh"
    stale_from = newest + feed.stale_after
    return f"đã cũ từ {stale_from.isoformat()}: sẽ không được tính / stale since then: it would not count"


def ensure_local_key(settings: Settings, registry: Registry, now: datetime) -> None:
    """With the embedded Valkey, make sure local.key (mode 600) holds a valid key."""
    if settings.redis_url:
        return
    path = settings.local_key_file
    if path.exists() and registry.find_key(path.read_text().strip()) is not None:
        return
    # The file is the only copy of the secret: a lost file needs a new key under an unused name.
    taken = {known.name for known in registry.source_keys()}
    secret = registry.add_key(next(n for n in _local_names() if n not in taken), now)
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")


def _local_names() -> Iterator[str]:
    yield LOCAL_KEY
    for number in count(2):
        yield f"{LOCAL_KEY}-{number}"


async def _collect(settings: Settings, engine: Engine) -> None:
    redis = connect(settings.stream_url)
    parts = Parts(
        stream=_stream(settings, redis),
        live=LiveState(redis),
        engine=engine,
        feeds=_feeds(),
        clock=lambda: datetime.now(UTC),
        ticks=time.monotonic,
    )
    await _until_stopped(Collector(parts, _owner()).run())
    await redis.aclose()


async def _evaluate(settings: Settings, engine: Engine) -> None:
    redis = connect(settings.stream_url)
    parts = EvaluatorParts(
        stream=_stream(settings, redis),
        live=LiveState(redis),
        engine=engine,
        feeds=_feeds(),
        kpis=discover(kpi, "KPIS", Kpi),
        clock=utc_now,
    )
    await _until_stopped(Evaluator(parts, _owner()).run())
    await redis.aclose()


async def _assess(settings: Settings, engine: Engine) -> None:
    redis = connect(settings.stream_url)

    async def judge() -> None:
        # A new Assessor each time reads what another one has judged meanwhile from the database.
        await Assessor(engine, MapLayers(engine, settings.maps_dir)).run(utc_now)

    try:
        await serve(Lease(assessing.LEASE, _stream(settings, redis), _owner(), time.monotonic), judge)
    finally:
        await redis.aclose()


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` until it ends or the process gets SIGINT or SIGTERM."""
    running = asyncio.create_task(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    with suppress(asyncio.CancelledError):
        await running


async def _all(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(work)


def _stream(settings: Settings, redis: "Redis", registry: Registry | None = None) -> RawStream:
    registry = registry or Registry(open_database(settings.database_url))
    feeds = {**_feeds(), WAITING: waiting.FEED, unclaimed.KEY: unclaimed.UNCLAIMED}
    return RawStream(redis, settings.parts, Sharing(feeds, registry.organisations.known))


def _feeds() -> dict[str, Feed]:
    return discover(data_sources, "FEED", Feed)


def _fleets(feeds: Mapping[str, Feed], registry: Registry) -> Fleets:
    return Fleets(feeds, registry.fleets, registry.version, ticks=time.monotonic)


def _formats() -> list[str]:
    return sorted({form for feed in _feeds().values() for form in feed.decoders})


def _owner() -> str:
    """Name of this process as a holder of leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _prepared(settings: Settings) -> Engine:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url)
    migrate(engine)
    registry = Registry(engine)
    registry.seed_places()
    registry.organisations.seed(utc_now())
    return engine


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(_BACKLOG)
    return listening


def _instant(text: str) -> datetime:
    """An ISO instant or day; without an offset in Việt Nam's time."""
    said = datetime.fromisoformat(text)
    return (said if said.tzinfo else said.replace(tzinfo=VIETNAM)).astimezone(UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("door", help="cửa tiếp nhận / front door")
    commands.add_parser("collect", help="bộ thu thập / collector")
    commands.add_parser("evaluate", help="bộ tính chỉ số / evaluator of KPIs")
    commands.add_parser("assess", help="đánh giá các ca thu gom / judge collection runs")
    commands.add_parser("listen", help="nghe máy chủ MQTT (IOC_MQTT_URL) / listen at the MQTT broker")
    pull = commands.add_parser("pull", help="lấy dữ liệu theo địa chỉ (IOC_PULL_<FEED>_URL) / fetch from addresses")
    pull.add_argument("--anew", metavar="FEED", help="lấy lại từ đầu / fetch again from the beginning")
    for name, help_ in (
        ("organisations", "danh mục cơ quan / register of organisations"),
        ("vehicles", "sổ xe của các đội / register of vehicles of all fleets"),
    ):
        register = commands.add_parser(name, help=help_)
        register.add_argument("action", choices=("import", "list"))
        register.add_argument("file", nargs="?", type=Path)
        register.add_argument("--source", default="", help="ai ban hành danh mục / who issued the register")
    key = commands.add_parser("key", help="khoá của nguồn / keys of sources")
    key.add_argument("action", choices=("add", "list", "revoke"))
    key.add_argument("name", nargs="?")
    key.add_argument(
        "--role",
        type=Role,
        choices=tuple(Role),
        default=Role.SOURCE,
        help="source: gửi dữ liệu / sends data; dispatcher: cả dữ liệu tài xế / also drivers' data",
    )
    again = commands.add_parser("reread", help="đọc lại bản tin gốc đã lưu / read archived messages again")
    again.add_argument("of_feed", metavar="FEED", help="nguồn / feed")
    again.add_argument("--since", type=_instant, help="nhận từ lúc / received from, e.g. 2026-11-22T06:00+07:00")
    again.add_argument("--until", type=_instant, help="đến trước lúc / received before")
    again.add_argument(
        "--dry-run", dest="rehearse", action="store_true", help="chỉ đếm, không ghi / count only, write nothing"
    )
    parser.add_argument("--feed", help="nguồn / feed")
    parser.add_argument("--file", type=Path, help="tệp cần thử / file to try")
    parser.add_argument("--format", choices=_formats(), help="mặc định theo đuôi tệp / by suffix")
    parser.add_argument("--dry-run", action="store_true", help="chỉ đọc thử, không lưu / decode only, keep nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())
