"""The platform: the data centre's load, rooms that answer, databases, and agreements with a next step."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from domain.instant import VIETNAM
from domain.places.place import PROVINCE
from simulator.chance import between, unit
from simulator.communes import Commune, communes
from simulator.live_figures import Beat, Tale, Told
from simulator.monthly import Figures, Return, months_since

PROBE = timedelta(minutes=5)
_SILENT_SHARE = 0.03
# Partners that an article names; what was agreed and when is made up, as everything here.
_AGREEMENTS = (
    ("FPT", "FPT: nền tảng chính quyền số", "nghiệm thu trợ lý ảo", "2026-12-20"),
    ("VNG", "VNG: kênh Zalo của 60 xã, phường", "mở kênh cho 12 xã còn lại", "2026-11-20"),
    ("VNPT", "VNPT: hội nghị truyền hình đến xã", "nâng cấp 20 điểm cầu", "2027-01-31"),
    ("VIETTEL", "Viettel: phủ sóng 5G khu công nghiệp", "xây 40 trạm", "2027-03-31"),
)


def load(at: datetime, seed: int) -> Figures:
    """The data centre's load: higher in office hours; up but for some minutes of the month."""
    local = at.astimezone(VIETNAM)
    busy = 18.0 if local.weekday() < 5 and 8 <= local.hour < 17 else 0.0
    beat = int(at.timestamp())
    begun = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    watched = int((at - begun).total_seconds() // 60)
    down = int(between(2, 14, seed, local.year, local.month, "down"))
    return {
        PROVINCE: {
            "cpu_used": round(38 + busy + between(-3, 3, seed, beat, "cpu"), 1),
            "ram_used": round(61 + busy / 3 + between(-1, 1, seed, beat, "ram"), 1),
            "storage_gb": 240_000,
            "storage_used_gb": 148_000 + 900 * max(0, months_since(local.year, local.month, 2026, 1)),
            "minutes_watched": watched,
            "minutes_up": watched - min(down, watched // 2),
        }
    }


def rooms(at: datetime, seed: int) -> Figures:
    """Which rooms answer: about one in thirty is silent for an hour at a time."""
    hour = int(at.timestamp()) // 3_600
    found = {}
    for c in communes():
        silent = unit(seed, c.code, hour, "room") < _SILENT_SHARE
        found[c.code] = {"video_reachable": _rooms_of(c) - int(silent)}
    return found


def listed_rooms(_year: int, _month: int, _seed: int) -> Figures:
    """Every commune has a room; those formed of many have two."""
    return {c.code: {"video_room": 1, "video_rooms": _rooms_of(c)} for c in communes()}


def level(_year: int, _month: int, _seed: int) -> Figures:
    """The level that was published."""
    return {PROVINCE: {"security_level": 3}}


def _rooms_of(commune: Commune) -> int:
    return 2 if commune.old_communes > 3 else 1


def shared_data(year: int, month: int, _seed: int) -> Figures:
    """Databases and data sets; the counts of databases are those that the press told of Tây Ninh in 2025."""
    since = max(0, months_since(year, month, 2025, 10))
    return {
        PROVINCE: {
            "national_databases": 16,
            "national_connected": min(16, 13 + since // 6),
            "sector_databases": 112,
            "sector_in_use": min(112, 69 + 2 * since),
            "open_datasets": 36 + 2 * since,
            "agreements_signed": 5,
            "agreements_running": len(_AGREEMENTS),
        }
    }


def decisions(since: datetime, until: datetime, _seed: int) -> Iterator[Told]:
    """The decision on the data centre's level, with the day when it expires, and its yearly audit."""
    of = (("decision", "Quyết định mẫu về cấp độ 3"), ("level", 3.0), ("expires", "2027-03-31"))
    events = (("approved", datetime(2025, 4, 1, 2, tzinfo=UTC)), ("audited", datetime(2026, 4, 14, 2, tzinfo=UTC)))
    for event, at in events:
        if since <= at < until:
            yield Told(case_type="level_file", case="level-3", event=event, at=at, attributes=of)


def agreements(since: datetime, until: datetime, _seed: int) -> Iterator[Told]:
    """Each agreement, signed and then one step done; one of them is late."""
    for n, (partner, subject, following, due) in enumerate(_AGREEMENTS):
        of = (("partner", partner), ("subject", subject), ("next", following), ("due", due))
        for event, at in (
            ("signed", datetime(2025, 2 + n, 12, 2, tzinfo=UTC)),
            ("step_done", datetime(2026, 6 + n, 3, 2, tzinfo=UTC)),
        ):
            if since <= at < until:
                yield Told(case_type="agreement", case=partner, event=event, at=at, attributes=of)


RETURNS = (Return("shared_data", shared_data), Return("video_rooms", listed_rooms), Return("data_centre", level))
BEATS = (Beat("data_centre", PROBE, load), Beat("video_rooms", PROBE, rooms))
TALES = (
    Tale("data_centre", timedelta(days=1_000), decisions),
    Tale("shared_data", timedelta(days=1_000), agreements),
)
