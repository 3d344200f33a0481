"""Simulated dossiers of the communes' one-stop desks, by the portal's field names: a sample of one in twenty. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from domain.instant import VIETNAM, service_day
from simulator.chance import between, pick, unit
from simulator.communes import Commune, communes
from simulator.streets import SEED

PAST = timedelta(days=62)
"""How far back the newest records at the start reach: the month before and the days of this one."""
_A_PERSON_A_DAY = 0.035 / 22 / 20
_ALLOWED = (1, 1, 2, 3, 3, 5, 10, 15)
_PROCEDURES = ("1.001612", "2.000986", "1.004222", "1.000689", "2.000748", "1.003583", "2.001023", "1.001193")
_FIELDS = ("TP", "TP", "LD", "TN", "TP", "DD", "BT", "KD")
_ONLINE, _LATE, _ASKED, _TWICE, _FEE, _PAID, _RESULT = 0.86, 0.035, 0.05, 0.006, 0.4, 0.8, 0.9
_LONGEST_DAYS = 50


@dataclass(frozen=True, slots=True)
class Filed:
    """A dossier's whole life, known in advance. ``seed`` is the key of its other facts."""

    seed: tuple[object, ...]
    commune: str
    number: str
    received: datetime
    due: datetime
    ends: datetime
    asked: tuple[datetime, ...]
    moved: datetime | None

    @property
    def turns(self) -> tuple[datetime, ...]:
        """The instants at which its record changes."""
        return (self.received, *self.asked, *((self.asked[0] + timedelta(days=1),) if self.moved else ()), self.ends)


def changed(since: datetime, until: datetime, seed: int = SEED) -> list[dict[str, Any]]:
    """Records, as they stand just before ``until``, of dossiers that something happened to in [since, until)."""
    first = service_day(since) - timedelta(days=_LONGEST_DAYS)
    days = (service_day(until) - first).days + 1
    return [
        _record(one, until)
        for day in (first + timedelta(days=number) for number in range(days))
        for one in _of_day(day, seed)
        if any(since <= at < until for at in one.turns)
    ]


def again(since: datetime, until: datetime, seed: int = SEED) -> list[dict[str, Any]]:
    """The newest record once an hour: a one-stop system that is alive says so on days without work too."""
    if since.replace(minute=0, second=0, microsecond=0) == until.replace(minute=0, second=0, microsecond=0):
        return []
    return changed(until - timedelta(days=5), until, seed)[-1:]


@lru_cache(maxsize=_LONGEST_DAYS * 3)
def _of_day(day: date, seed: int) -> tuple[Filed, ...]:
    if day.weekday() >= 5:
        return ()
    return tuple(one for commune in communes() for one in _filed(commune, day, seed))


def _filed(commune: Commune, day: date, seed: int) -> Iterator[Filed]:
    expected = commune.population * _A_PERSON_A_DAY
    count = int(expected + unit(seed, commune.code, day, "dossiers"))
    for number in range(count):
        key = (seed, commune.code, day, number)
        received = _at(day, between(7.5, 16.9, *key, "hour"))
        allowed = _ALLOWED[pick(len(_ALLOWED), *key, "days")]
        due = _at(_weekdays_after(day, allowed), 17.0)
        chance = unit(*key, "asked")
        asked: tuple[datetime, ...] = (received + timedelta(hours=2),) if chance < _ASKED else ()
        moved = due + timedelta(days=2) if asked else None
        if chance < _TWICE:
            asked += (received + timedelta(hours=26),)
        late = unit(*key, "late") < _LATE
        span = (moved or due) - received
        ends = (
            (moved or due) + timedelta(hours=between(2, 90, *key, "by"))
            if late
            else received + span * between(0.2, 0.99, *key, "within")
        )
        yield Filed(key, commune.code, f"000.00.80.H53-{day:%y%m%d}-{commune.code}{number:02d}", received, due,
                    max(ends, received + timedelta(hours=30) if asked else received), asked, moved)  # fmt: skip


def _record(one: Filed, now: datetime) -> dict[str, Any]:
    def chance(what: str, share: float) -> bool:
        return unit(*one.seed, what) < share

    which = pick(len(_PROCEDURES), *one.seed, "procedure")
    ended, online, fee = one.ends < now, chance("online", _ONLINE), chance("fee", _FEE)
    asked = [at for at in one.asked if at < now]
    answered = one.moved is not None and one.asked[0] + timedelta(days=1) < now
    return {
        "MaHoSo": one.number,
        "MaTTHC": f"{_PROCEDURES[which]}.000.00.00.H53",
        "MaLinhVuc": f"{_FIELDS[which]}-{which + 1:02d}",
        "KenhThucHien": "2" if online else "1",
        "NgayTiepNhan": _written(one.received),
        "NgayHenTra": _written(one.due),
        "NgayKetThucXuLy": _written(one.ends) if ended else "",
        "DonViXuLy": one.commune,
        "TaiKhoanDuocXacThucVoiVNeID": "1" if online else "0",
        "DuocThanhToanTrucTuyen": "1" if fee and chance("paid", _PAID) else "0",
        "TaiLieuNop": [{"DuocSoHoa": "1" if chance("scanned", 0.78) else "0",
                        "DuocLayTuKhoDMQG": "1" if chance("shared", 0.4) else "0"}],
        "DanhSachLePhi": [{"Gia": "15000"}] if fee else [],
        "DanhSachHoSoBoSung": [
            {"NgayBoSung": _written(at), "NgayHenTraMoi": _written(one.moved) if answered and one.moved else ""}
            for at in asked
        ],
        "DanhSachGiayToKetQua": [
            {"MaGiayToKetQua": "KQ", "DuongDanTepTinKetQua": "/kq" if ended and chance("e_result", _RESULT) else ""}
        ],
        "kind": "simulated",
    }  # fmt: skip


def _at(day: date, hour: float) -> datetime:
    return datetime.combine(day, time(), VIETNAM) + timedelta(seconds=round(hour * 3_600))


def _written(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%Y%m%d%H%M%S}"


def _weekdays_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
