"""Simulated feedback of line 1022 by commune, near the published volumes of neighbours. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from domain.instant import VIETNAM, service_day
from domain.services.feedback import FIELDS
from simulator.chance import between, pick, unit
from simulator.communes import communes
from simulator.streets import SEED

PAST = timedelta(days=62)
# Đồng Tháp published 442 to 774 items a month for 1,6 million people, four of five by telephone.
_A_DAY = 24.0
_CHANNELS = ("phone",) * 8 + ("zalo", "web")
_LONGEST_DAYS = 45
_LATE, _ASKED, _REFUSED, _RATED, _LIKED = 0.06, 0.04, 0.03, 0.35, 0.93

Life = dict[str, datetime]


def changed(since: datetime, until: datetime, seed: int = SEED) -> list[dict[str, Any]]:
    """Records, as they stand just before ``until``, of items that something happened to in [since, until)."""
    first = service_day(since) - timedelta(days=_LONGEST_DAYS)
    days = (service_day(until) - first).days + 1
    return [
        _record(key, life, until)
        for number in range(days)
        for key, life in _of_day(first + timedelta(days=number), seed)
        if any(since <= at < until for at in life.values())
    ]


@lru_cache(maxsize=_LONGEST_DAYS * 3)
def _of_day(day: date, seed: int) -> tuple[tuple[tuple[object, ...], Life], ...]:
    return tuple(_filed(day, seed))


def _filed(day: date, seed: int) -> Iterator[tuple[tuple[object, ...], Life]]:
    for number in range(int(_A_DAY + 8 * unit(seed, day, "feedback"))):
        key = (seed, day, number, "feedback")
        hour = between(7, 21, *key, "hour")
        received = datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(hours=hour)
        life = {"NgayTiepNhan": received, "NgayLienHe": received + timedelta(hours=between(0.2, 30, *key, "contact"))}
        chance = unit(*key, "fate")
        if chance < _REFUSED:
            life["NgayTuChoi"] = received + timedelta(hours=between(8, 40, *key, "refused"))
        else:
            days = between(20, 33, *key, "late") if unit(*key, "is late") < _LATE else between(0.4, 14, *key, "days")
            life["NgayTraLoi"] = received + timedelta(days=days)
            life["NgayCongKhai"] = life["NgayTraLoi"] + timedelta(hours=20)
        if chance > 1 - _ASKED:
            life["NgayYeuCauBoSung"] = received + timedelta(hours=6)
            life["NgayBoSung"] = received + timedelta(hours=54)
        yield key, life


def _record(key: tuple[object, ...], life: Life, now: datetime) -> dict[str, Any]:
    _, day, number, _ = key
    places, fields = communes(), list(FIELDS)
    known = {name: f"{at.astimezone(VIETNAM):%Y%m%d%H%M%S}" for name, at in life.items() if at < now}
    rated = "NgayTraLoi" in known and unit(*key, "rated") < _RATED
    return {
        "MaPhanAnh": f"PA-{day}-{number}",
        "DonViXuLy": places[pick(len(places), *key, "place")].code,
        "LinhVuc": fields[pick(len(fields), *key, "field")],
        "Kenh": _CHANNELS[pick(len(_CHANNELS), *key, "channel")],
        "HaiLong": ("1" if unit(*key, "liked") < _LIKED else "0") if rated else "",
        "LapLai": "0",
        "kind": "simulated",
        **known,
    }
