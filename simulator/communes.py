"""Simulated returns of the sixty communes from a seed; they add up to the province's published figures. Pure."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate

from domain.instant import VIETNAM, day_start, service_day
from simulator.chance import between, pick, unit
from simulator.streets import SEED

# Published: 88,9 % of households with fibre and 99,9 % of people under 4G (2024), about 1.000 teams, 188 IT Xanh
# planned (one per commune of October 2024), 27.200 training turns by 29/6/2025, 413.500 installs by 21/10/2024.
FIBRE_SHARE, POPULATION_4G_SHARE = 0.889, 0.999
TEAMS, HAMLETS = 1_004, 1_036
HAMLETS_WITHOUT_FIBRE = 24
TRAINING_TURNS, INSTALLS = (date(2025, 6, 29), 27_200), (date(2024, 10, 21), 413_500)

SERVICES_SILENT = frozenset({"27727", "28165"})
"""Communes that send no service figures, so that the wall shows a coverage of 58 of 60."""

SERVICE_EVERY_S = 1_800
_WORK_FROM_H, _WORK_TO_H = 7.5, 17.0
_DOSSIERS_A_PERSON_A_MONTH = 0.035


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of 2025-07 with its 2019 census weights and the units of October 2024 whose main successor it is."""

    code: str
    households: int
    population: int
    units: tuple[str, ...]

    @property
    def old_communes(self) -> int:
        """How many units of October 2024 it was formed from."""
        return len(self.units)


@cache
def communes() -> tuple[Commune, ...]:
    """The sixty communes in code order, from the table shipped beside this module."""
    text = (files("simulator") / "communes.csv").read_text(encoding="utf-8")
    return tuple(
        Commune(row["code"], int(row["households"]), int(row["population"]), tuple(row["units"].split()))
        for row in csv.DictReader(text.splitlines())
    )


def allocate(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Split ``total`` in proportion to ``weights`` into whole numbers that add up to it (largest remainders)."""
    scale = total / sum(weights.values())
    shares = {key: int(weight * scale) for key, weight in weights.items()}
    short = total - sum(shares.values())
    for key in sorted(weights, key=lambda k: (weights[k] * scale - shares[k], k), reverse=True)[:short]:
        shares[key] += 1
    return shares


def month_end(year: int, month: int) -> datetime:
    """The instant (UTC) a month's figures belong to: one second before the next month begins in Việt Nam."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return day_start(following) - timedelta(seconds=1)


def months_before(now: datetime, count: int) -> list[tuple[int, int]]:
    """The last ``count`` whole months before ``now`` as (year, month), oldest first."""
    today = service_day(now)
    first = today.year * 12 + today.month - 1 - count
    return [(n // 12, n % 12 + 1) for n in range(first, first + count)]


def coverage(year: int, month: int, seed: int = SEED) -> dict[str, dict[str, int]]:
    """Measures of feed ``coverage`` by commune. Fibre rises slowly to the published share and stays there."""
    all_communes = communes()
    households = sum(c.households for c in all_communes)
    population = sum(c.population for c in all_communes)
    missing = 0.015 * 0.7 ** max(0, (year - 2025) * 12 + month - 9)
    fibre = allocate(
        round((FIBRE_SHARE - missing) * households),
        {c.code: c.households * between(0.80, 0.97, seed, c.code, "fibre") for c in all_communes},
    )
    # The gap sits in few communes: the square makes large draws dominate.
    without_4g = allocate(
        round((1 - POPULATION_4G_SHARE) * population),
        {c.code: c.population * unit(seed, c.code, "4g") ** 6 for c in all_communes},
    )
    hamlets = _hamlets(all_communes)
    remote = {c.code: hamlets[c.code] * unit(seed, c.code, "hamlets without fibre") ** 4 for c in all_communes}
    without_fibre = allocate(HAMLETS_WITHOUT_FIBRE, remote)
    return {
        c.code: {
            "households": c.households,
            "fibre_households": fibre[c.code],
            "population": c.population,
            "population_4g": c.population - without_4g[c.code],
            "has_fibre": 1,
            "hamlets_here": hamlets[c.code],
            "hamlets_fibre": hamlets[c.code] - without_fibre[c.code],
        }
        for c in all_communes
    }


def _hamlets(all_communes: Sequence[Commune]) -> Mapping[str, int]:
    """How many hamlets and quarters each commune has: nobody published them by commune."""
    return allocate(HAMLETS, {c.code: c.population**0.7 * c.old_communes for c in all_communes})


def teams(year: int, month: int, seed: int = SEED) -> dict[str, dict[str, int]]:
    """Measures of feed ``teams`` by commune; training turns are cumulative, the others as at the month's end."""
    all_communes = communes()
    hamlets = _hamlets(all_communes)
    missing = allocate(HAMLETS - TEAMS, {c.code: hamlets[c.code] * unit(seed, c.code, "no team") for c in all_communes})
    until = service_day(month_end(year, month))
    usual_turns = {c.code: hamlets[c.code] * between(0.5, 1.5, seed, c.code, "turns") for c in all_communes}
    turns = allocate(TRAINING_TURNS[1] + round((until - TRAINING_TURNS[0]).days * 11.5), usual_turns)
    published = allocate(TRAINING_TURNS[1], usual_turns)
    found = {}
    for c in all_communes:
        established = hamlets[c.code] - missing[c.code]
        usual = between(0.78, 0.97, seed, c.code, "active")
        active = round(established * min(1.0, usual + between(-0.04, 0.04, seed, c.code, "active", year, month)))
        found[c.code] = {
            "teams_established": established,
            "teams_active": active,
            "hamlets": hamlets[c.code],
            "hamlets_with_team": established,
            "it_xanh_planned": c.old_communes,
            "it_xanh_launched": c.old_communes - lacks_it_xanh(c, seed),
            "training_turns": turns[c.code],
            **_audiences(c, turns[c.code], published[c.code], seed),
        }
    return found


def _audiences(commune: Commune, turns: int, published: int, seed: int) -> dict[str, int]:
    """The published turns are of officials and teams alone; a fifth of those since then is of somebody else."""
    others = max(0, turns - published) // 5
    officials = round((turns - others) * between(0.25, 0.4, seed, commune.code, "officials"))
    return {"turns_officials": officials, "turns_teams": turns - others - officials, "turns_others": others}


def lacks_it_xanh(commune: Commune, seed: int = SEED) -> bool:
    """Whether the last of its units has no IT Xanh team yet."""
    return unit(seed, commune.code, "it xanh") < 0.15


def services(commune: Commune, at: datetime, seed: int = SEED) -> dict[str, int]:
    """Measures of feed ``services`` at ``at``: the month's dossiers so far, which only grow within a month."""
    day = service_day(at)
    key = (seed, commune.code, day.year, day.month)
    received = commune.population * _DOSSIERS_A_PERSON_A_MONTH * between(0.85, 1.15, *key, "volume")
    received = int(received * _month_done(at))
    due = int(received * between(0.93, 0.99, *key, "due"))
    with_fee = int(received * between(0.35, 0.50, seed, commune.code, "fee"))
    return {
        "dossiers_due": due,
        "dossiers_on_time": int(due * _share(0.955, 0.999, 0.006, commune, key, "on time", seed)),
        "dossiers_received": received,
        "dossiers_online": int(received * _share(0.70, 0.97, 0.03, commune, key, "online", seed)),
        "dossiers_with_fee": with_fee,
        "dossiers_paid_online": int(with_fee * _share(0.48, 0.90, 0.04, commune, key, "cashless", seed)),
    }


def installs(at: datetime) -> int:
    """Installs of the province's app at ``at``: the published count plus about sixty a day since."""
    return INSTALLS[1] + int((at - day_start(INSTALLS[0])) / timedelta(days=1) * 62)


def service_reports(since: datetime, until: datetime, seed: int = SEED) -> list[tuple[datetime, Commune]]:
    """Times and communes of service reports in [since, until): each commune every half-hour, at its own minute."""
    found = []
    for commune in communes():
        if commune.code in SERVICES_SILENT:
            continue
        phase = pick(SERVICE_EVERY_S, seed, commune.code, "reports")
        beat = -(-(int(since.timestamp()) - phase) // SERVICE_EVERY_S)
        while (at := datetime.fromtimestamp(beat * SERVICE_EVERY_S + phase, tz=since.tzinfo)) < until:
            if at >= since:
                found.append((at, commune))
            beat += 1
    return sorted(found, key=lambda report: (report[0], report[1].code))


def _share(
    low: float, high: float, sway: float, commune: Commune, month: tuple[object, ...], name: str, seed: int
) -> float:
    """A commune's usual share, varying a little from month to month; never above 1."""
    return min(1.0, between(low, high, seed, commune.code, name) + between(-sway, sway, *month, name))


def _month_done(at: datetime) -> float:
    """The part (0..1) of the month's office hours that has passed at ``at``; evenings and Sundays add nothing."""
    local = at.astimezone(VIETNAM)
    done = _busy_until(local.year, local.month)
    hour = local.hour + local.minute / 60 + local.second / 3_600
    today = min(max((hour - _WORK_FROM_H) / (_WORK_TO_H - _WORK_FROM_H), 0.0), 1.0)
    return (done[local.day - 1] + today * (done[local.day] - done[local.day - 1])) / done[-1]


@cache
def _busy_until(year: int, month: int) -> tuple[float, ...]:
    """Busy days of a month up to the end of each day, from 0: Saturdays count half, Sundays nothing."""
    first = date(year, month, 1)
    following = (first + timedelta(days=32)).replace(day=1)
    days = (first + timedelta(days=i) for i in range((following - first).days))
    return tuple(accumulate(((1, 1, 1, 1, 1, 0.5, 0)[day.weekday()] for day in days), initial=0.0))
