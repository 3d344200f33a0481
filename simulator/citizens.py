"""Simulated monthly figures of the digital citizen, for the whole province; near what was published. Pure."""

from collections.abc import Callable
from typing import Any

from domain.places.place import PROVINCE
from domain.services.citizen import CALLS
from simulator.chance import between
from simulator.communes import communes, month_end

# Published: VNeID of more than 98 % of adults (6/2025). The other shares are made up.
_ADULTS_SHARE = 0.74
_OF_ADULTS = {"adults_online": 0.46, "adults_cashless": 0.62, "adults_vneid": 0.982, "adults_signing": 0.31}
_FIRMS, _FIRMS_ONLINE = 19_400, 0.71
_OFFICIALS, _OFFICIALS_SIGNING = 13_900, 0.8
_VISITS, _VISITS_BY_CARD = 214_000, 0.86
_ELIGIBLE, _FULL = 1_180, 1_141
_CALLS_MOST = 40_000


def citizen_items(year: int, month: int, seed: int, item: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """A month of the province; ``item`` makes one of (feed, measure, at, value, place)."""

    def near(value: float, *key: object) -> int:
        return round(value * between(0.985, 1.0, seed, year, month, *key))

    adults = round(sum(one.population for one in communes()) * _ADULTS_SHARE)
    values = {"adults": adults, **{key: near(adults * share, key) for key, share in _OF_ADULTS.items()}}
    values |= {"firms": _FIRMS, "firms_online": near(_FIRMS * _FIRMS_ONLINE, "firms")}
    values |= {"officials": _OFFICIALS, "officials_signing": near(_OFFICIALS * _OFFICIALS_SIGNING, "officials")}
    values |= {"insured_visits": _VISITS, "cccd_visits": near(_VISITS * _VISITS_BY_CARD, "visits")}
    values |= {"procedures_eligible": _ELIGIBLE, "procedures_full": _FULL}
    values |= {"app_users": near(118_000, "users"), "contest_entrants": near(9_300, "contests")}
    values |= {
        f"calls_{key}": round(_CALLS_MOST * between(0.02, 1.0, seed, key) * between(0.9, 1.1, seed, year, month, key))
        for key in CALLS
    }
    return [
        item("citizens", measure, month_end(year, month), value, place=PROVINCE) for measure, value in values.items()
    ]
