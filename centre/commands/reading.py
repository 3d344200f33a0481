"""Read again what the archive holds, or try a file by hand."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from centre.commands.parts import feeds_of_the_tree, prepared, stream_of
from domain.feeds.feed import Feed, Format, Payload
from domain.fleets.fleet import WAITING
from domain.imports.told import FileTold
from domain.observation import Rejection
from intake.collector.rereading import NobodyReads, rehearse, report, reread, show_progress
from intake.door.front_door import utc_now
from intake.messages import waiting
from intake.messages.decoding import decode
from settings import Settings
from store.cases import Cases
from store.intake import IntakeStore
from store.keeping.raw_archive import RawArchive
from store.keeping.rereads import Reread, Rereads
from store.registry import Registry
from store.valkey.raw_stream import StreamUnreachable
from store.valkey.server import connect

_SHOWN = 20
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def run_reread(
    settings: Settings, feed_key: str, since: datetime | None, until: datetime | None, *, rehearsing: bool
) -> int:
    """Read a feed's archived messages again with today's decoder, and print the counts."""
    feeds = {**feeds_of_the_tree(), WAITING: waiting.FEED}
    if feed_key not in feeds:
        print(f"Không có nguồn {feed_key!r} / no such feed. {', '.join(feeds)}", file=sys.stderr)
        return 2
    engine, now = prepared(settings), utc_now()
    registry = Registry(engine)
    batches = RawArchive(engine).batches(feed_key, since or _BEGINNING, until or now)
    if rehearsing:
        known = registry.organisations.known
        print(report(rehearse(feeds[feed_key], batches, IntakeStore(engine), Cases(engine), known)))
        return 0

    async def read_again() -> Reread:
        redis = connect(settings.stream_url)
        try:
            stream = stream_of(settings, redis, registry)
            return await reread(feed_key, batches, stream, Rereads(engine), now, told=show_progress)
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
    """Decode one file without storing it; print accepted and refused items with reasons; 1 when none is usable."""
    feeds = feeds_of_the_tree()
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
    times = [item.at for item in items if not isinstance(item, Rejection | FileTold)]
    print(f"nhận / accepted: {len(times)}")
    print(f"từ chối / rejected: {len(refused)}")
    print(f"mới nhất / newest: {max(times).isoformat() if times else '-'}")
    if times:
        print(_verdict(feed, max(times), payload.received_at))
    for told in (item for item in items if isinstance(item, FileTold)):
        print(*told.lines, sep="\n")
    for number, item in refused[:_SHOWN]:
        print(f"  {number}: {item.reason.value.vi} / {item.reason.value.en}. {item.detail}")
    if len(refused) > _SHOWN:
        print(f"  … +{len(refused) - _SHOWN}")
    return 0 if times else 1


def _verdict(feed: Feed, newest: datetime, now: datetime) -> str:
    """Whether figures as of ``newest`` would count now, in words."""
    if now - newest <= feed.stale_after:
        return "còn mới / fresh"
    stale_from = newest + feed.stale_after
    return f"đã cũ từ {stale_from.isoformat()}: sẽ không được tính / stale since then: it would not count"
