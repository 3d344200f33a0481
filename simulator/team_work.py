"""Simulated digital teams: a register that agrees with the communes' returns, and reports in the evening. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from domain.instant import VIETNAM, service_day
from domain.observation import Kind
from simulator import communes
from simulator.chance import between, pick, unit
from simulator.streets import SEED

PAST = timedelta(days=35)
_IT_XANH = date(2024, 10, 12)
_HAMLETS_OF_A_TEAM = ("Ấp", "Khu phố")
# How often a team that works reports on a day; teams that do not are silent for good.
_A_DAY, _SILENT = 0.22, 0.11


def register(seed: int = SEED) -> list[dict[str, Any]]:
    """Every hamlet's team, and the IT Xanh team of each of the 188 units, two in fifteen of them planned only."""
    found: list[dict[str, Any]] = [
        {"team": team, "hamlet": hamlet, "launched": "2022-06-01", "kind": Kind.SIMULATED.value}
        for team, hamlet in _hamlets(seed)
    ]
    for commune in communes.communes():
        for code in commune.units:
            missing = communes.lacks_it_xanh(commune, seed) and code == commune.units[-1]
            launched = None if missing else (_IT_XANH + timedelta(days=pick(20, seed, code, "x"))).isoformat()
            found.append({"team": f"{code}-X1", "launched": launched, "kind": Kind.SIMULATED.value})
    return found


def reported(since: datetime, until: datetime, seed: int = SEED) -> list[dict[str, Any]]:
    """Reports that phones sent in [since, until)."""
    found, day = [], service_day(since)
    while day <= service_day(until):
        found += [record for at, record in _of_day(day, seed) if since <= at < until]
        day += timedelta(days=1)
    return found


@lru_cache(maxsize=1)
def _hamlets(seed: int) -> tuple[tuple[str, str], ...]:
    established = communes.teams(2026, 10, seed)
    return tuple(
        (f"{c.code}-T{number:02d}", f"{_HAMLETS_OF_A_TEAM[unit(seed, c.code, 'ward') < 0.2]} {number}")
        for c in communes.communes()
        for number in range(1, established[c.code]["teams_established"] + 1)
    )


@lru_cache(maxsize=4)
def _of_day(day: date, seed: int) -> tuple[tuple[datetime, dict[str, Any]], ...]:
    return tuple(_reports(day, seed))


def _reports(day: date, seed: int) -> Iterator[tuple[datetime, dict[str, Any]]]:
    for team, _ in _hamlets(seed):
        key = (seed, team, day.isoformat(), "report")
        if unit(seed, team, "silent") < _SILENT or unit(*key) > _A_DAY:
            continue
        at = datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(hours=between(16, 21, *key, "hour"))
        guided = pick(18, *key, "guided") + 2
        yield at, {
            "id": f"{team}-{day}", "team": team, "at": at.isoformat(), "day": day.isoformat(), "sessions": 1,
            "guided": guided, "installs": guided // 3, "households": pick(9, *key, "households"),
            "kind": Kind.SIMULATED.value,
        }  # fmt: skip
