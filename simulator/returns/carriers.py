"""The carriers: claims that overlap, stations, and outages; stations on air are those without an open outage."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.instant import day_start, service_day
from simulator.chance import between, pick, unit
from simulator.communes import allocate, communes, coverage
from simulator.live_figures import Beat, Tale, Told
from simulator.monthly import Figures, Return

# The press told 3,890 stations, 245 of them 5G, for Tây Ninh in 2025; Long An has three in five of its people.
STATIONS, STATIONS_5G = 2_430, 150
_FIBRE = {"viettel": 0.46, "vnpt": 0.41, "mobifone": 0.16}
_REACH_4G = {"viettel": 0.9992, "vnpt": 0.998, "mobifone": 0.985}
_REACH_5G = {"viettel": 0.9, "vnpt": 0.6, "mobifone": 0.25}
_OF_STATIONS = {"viettel": 0.46, "vnpt": 0.34, "mobifone": 0.2}
_OUTAGES_A_DAY = 5
_LONGEST = timedelta(hours=9)
_CAUSES = ("mất điện lưới", "đứt cáp quang", "hỏng thiết bị nguồn", "quá nhiệt")


def claims(year: int, month: int, seed: int) -> Figures:
    """Each carrier's claims; in every commune the largest of 4G is what the telecoms declare of all together."""
    declared = coverage(year, month, seed)
    stations, with_5g = _stations(seed), _with_5g(seed)
    found: dict[str, dict[str, int]] = {}
    for c in communes():
        best = list(_REACH_4G)[pick(3, seed, c.code, "best")]
        covered, fibre = declared[c.code]["population_4g"], declared[c.code]["fibre_households"]
        found[c.code] = {"homes": c.households, "people": c.population, "stations": stations[c.code]}
        found[c.code] |= {f"fibre_{name}": round(fibre * share) for name, share in _FIBRE.items()}
        found[c.code] |= {
            f"people_4g_{name}": covered if name == best else round(covered * share)
            for name, share in _REACH_4G.items()
        }
        reach = min(0.95, 0.12 * with_5g[c.code]) if with_5g[c.code] else 0.0
        found[c.code] |= {f"people_5g_{name}": round(c.population * reach * s) for name, s in _REACH_5G.items()}
        found[c.code] |= _listed(stations[c.code], min(with_5g[c.code], stations[c.code]))
        found[c.code] |= {"stations_5g": min(with_5g[c.code], stations[c.code]), "has_5g": int(with_5g[c.code] > 0)}
    return found


def _listed(stations: int, with_5g: int) -> dict[str, int]:
    """A commune's stations split between the carriers' lists; all but a few have 4G."""
    shared, newest = allocate(stations, _OF_STATIONS), allocate(with_5g, _OF_STATIONS)
    found = {f"stations_{name}": shared[name] for name in _OF_STATIONS}
    found |= {f"stations_4g_{name}": shared[name] - shared[name] // 30 for name in _OF_STATIONS}
    return found | {f"stations_5g_{name}": min(newest[name], shared[name]) for name in _OF_STATIONS}


def on_air(at: datetime, seed: int) -> Figures:
    """Stations without an open outage."""
    down: dict[str, int] = {}
    for failed, restored, code, _ in _outages(at - _LONGEST, at, seed):
        down[code] = down.get(code, 0) + (failed <= at < restored)
    return {code: {"stations_up": count - down.get(code, 0)} for code, count in _stations(seed).items()}


def outages(since: datetime, until: datetime, seed: int) -> Iterator[Told]:
    """What failed, why, and when it came back."""
    for failed, restored, code, name in _outages(since - _LONGEST, until, seed):
        carrier = ("Viettel", "VNPT", "MobiFone")[pick(3, seed, name, "carrier")]
        made = ("4G", "4G", "5G")[pick(3, seed, name, "technology")]
        of = (
            ("what", name),
            ("carrier", carrier),
            ("technology", made),
            ("cause", _CAUSES[pick(4, seed, name, "cause")]),
        )
        found = failed + (restored - failed) / 3
        for event, at in (("failed", failed), ("found", found), ("restored", restored)):
            if since <= at < until:
                yield Told(
                    case_type="outage", case=f"{name}-{failed:%Y%m%d}", event=event, at=at, place=code, attributes=of
                )


def _outages(since: datetime, until: datetime, seed: int) -> Iterator[tuple[datetime, datetime, str, str]]:
    """Outages that began in [since, until): when, until when, where, and what."""
    day: date = service_day(since)
    while day_start(day) < until:
        for n in range(_OUTAGES_A_DAY):
            key = (seed, day.isoformat(), n, "outage")
            commune = communes()[pick(60, *key, "where")]
            failed = day_start(day) + timedelta(seconds=pick(86_400, *key, "when"))
            lasts = timedelta(minutes=int(between(20, 20 + _LONGEST.total_seconds() / 60 * unit(*key, "long"), *key)))
            name = f"Trạm {commune.code}-{pick(90, *key, 'station') + 10}"
            if since <= failed < until:
                yield failed, failed + min(lasts, _LONGEST), commune.code, name
        day += timedelta(days=1)


def _stations(seed: int) -> dict[str, int]:
    """Stations by commune, of all carriers."""
    return allocate(STATIONS, {c.code: c.population * between(0.8, 1.2, seed, c.code, "stations") for c in communes()})


def _with_5g(seed: int) -> dict[str, int]:
    """Stations with 5G by commune; in half of the communes there is none."""
    return allocate(STATIONS_5G, {c.code: c.population * (unit(seed, c.code, "5g") > 0.5) for c in communes()})


RETURNS = (Return("carriers", claims),)
BEATS = (Beat("carriers", timedelta(hours=1), on_air),)
TALES = (Tale("carriers", timedelta(days=3), outages),)
