"""Health of the data on the wall: only what somebody should look at, one line when all is well."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.feeds.feed import Feed
from domain.feeds.reporter import Register
from domain.instant import is_stale, to_ms
from domain.kpis.health import FeedHealth
from domain.text import Language
from present import formats
from present.cards import AgeCell, RowVM, TextCell
from present.text import words

WELL = "well"
"""Id of the line that says that nothing is wrong."""

# Below this share refused items are slips of senders, listed on the page of data.
REFUSED_SHARE = 0.01


def health_rows(
    feeds: Mapping[str, Feed], health: Mapping[str, FeedHealth], language: Language, now: datetime
) -> list[RowVM]:
    """Name, what is wrong, age of the newest figure of each such feed; else the one line."""
    _ = words(language)
    feeds = {key: feed for key, feed in feeds.items() if feed.is_owed}
    silent = [feed for key, feed in feeds.items() if key not in health or health[key].last_at is None]
    known = [(feed, health[key]) for key, feed in feeds.items() if feed not in silent]
    wrong = [row for feed, one in known if (row := _wrong(feed, one, language, now))]
    if not wrong and not silent:
        return [_line(_("Cả {n} nguồn đang gửi đúng và đủ").format(n=len(feeds)))]
    well = len(known) - len(wrong)
    rest = [_line(_.ngettext("{n} nguồn khác: bình thường", well).format(n=well))] if well else []
    return [*wrong, *_waiting(silent, language), *rest]


def _waiting(silent: Sequence[Feed], language: Language) -> list[RowVM]:
    """Feeds that never sent: one by name, those of a centre that begins by number."""
    _ = words(language)
    if len(silent) > 1:
        return [_line(_("{n} nguồn đang chờ lần gửi đầu tiên").format(n=len(silent)), "waits")]
    said = _("đang chờ lần gửi đầu tiên")
    cells = [(TextCell(t=feed.names.to(language)), TextCell(t=said), TextCell(t=formats.UNKNOWN)) for feed in silent]
    return [RowVM(id=feed.key, tone="stale", cells=told) for feed, told in zip(silent, cells, strict=True)]


def _line(said: str, name: str = WELL) -> RowVM:
    return RowVM(id=name, tone="", cells=(TextCell(t=said), TextCell(t=""), TextCell(t="")))


def _wrong(feed: Feed, health: FeedHealth, language: Language, now: datetime) -> RowVM | None:
    _ = words(language)
    assert health.last_at is not None
    stale = is_stale(health.last_at, feed.stale_after, now)
    said = TextCell(t=_("ngừng gửi") if stale else " · ".join(_faults(feed, health, language)))
    if not said.t:
        return None
    age = AgeCell(as_of_ms=to_ms(health.last_at), stale_after_s=int(feed.stale_after.total_seconds()))
    cells = (TextCell(t=feed.names.to(language)), said, age)
    tone, simulated = "stale" if stale else "", bool(health.simulated_share)
    return RowVM(id=feed.key, tone=tone, simulated=simulated, cells=cells)


def _faults(feed: Feed, health: FeedHealth, language: Language) -> list[str]:
    _ = words(language)
    found = []
    # A parked truck and a route of tonight are no gap.
    if health.reporting < health.expected and not isinstance(feed.reporters, Register):
        found.append(f"{health.reporting}/{health.expected}")
    seen = health.accepted + health.rejected
    if seen and health.rejected / seen >= REFUSED_SHARE:
        found.append(_("{share} bị từ chối").format(share=formats.percent(health.rejected / seen, 1, language)))
    if health.behind:
        found.append(_("thu thập chậm"))
    return found
