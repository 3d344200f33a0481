"""Time conventions: aware UTC in code, Asia/Ho_Chi_Minh on screen, epoch milliseconds in storage."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# How far clocks of machines may differ.
CLOCKS_DIFFER = timedelta(minutes=2)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def require_utc(value: datetime, name: str) -> datetime:
    """Return ``value`` unchanged; raise ValueError unless it is aware and in UTC."""
    if value.utcoffset() != timedelta(0):
        raise ValueError(f"{name} must be aware UTC, got {value!r}")
    return value


def is_stale(at: datetime, after: timedelta, now: datetime) -> bool:
    """Whether something of ``at`` is older than ``after``, or of a time that has not come, as after a wrong clock."""
    return not -CLOCKS_DIFFER <= now - at <= after


@lru_cache(maxsize=4_096)  # as service_day: the pipeline converts a fix's two instants eleven times
def to_ms(value: datetime) -> int:
    """Epoch milliseconds of an aware datetime (floor)."""
    since = value - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def from_ms(value: int) -> datetime:
    """Aware UTC datetime of epoch milliseconds; raises ValueError outside years 1..9999."""
    return datetime.fromtimestamp(value / 1000, UTC)


def from_s(value: float) -> datetime:
    """Aware UTC datetime of epoch seconds, to the millisecond."""
    return datetime.fromtimestamp(round(float(value), 3), UTC)


@lru_cache(maxsize=4_096)  # fixes of one message or one second share few instants
def service_day(at: datetime) -> date:
    """The calendar day of ``at`` in Việt Nam; collection days use it."""
    return at.astimezone(VIETNAM).date()


def day_start(day: date) -> datetime:
    """First instant (UTC) of a service day."""
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM).astimezone(UTC)
