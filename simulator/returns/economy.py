"""The digital economy: OCOP grows from the 168 products published for H1 2024, stamps from the millions of 10/2024."""

from domain.places.place import PROVINCE
from simulator.chance import between, unit
from simulator.communes import allocate, communes
from simulator.monthly import Figures, Return, months_since

# Published for H1 2024: products, those of four stars, and those on each platform.
PRODUCTS, FOUR_STAR, POST, NONGSAN, LONGANTRADE = 168, 40, 85, 42, 15
_STAMPS_OCTOBER_2024 = 2_400_000


def trade(year: int, month: int, seed: int) -> Figures:
    """OCOP products and trained producers by commune; two products more a month, more of them listed each month."""
    since = max(0, months_since(year, month, 2024, 6))
    total = PRODUCTS + 2 * since
    products = allocate(total, {c.code: c.population * (0.2 + unit(seed, c.code, "ocop")) for c in communes()})
    four_star = allocate(round(total * FOUR_STAR / PRODUCTS), products)
    listed = allocate(round(total * min(0.95, 0.60 + 0.01 * since)), products)
    # Whatever is on a platform is listed, so each is a part of the listed ones.
    post, nongsan, longantrade = (allocate(round(total * n / PRODUCTS), listed) for n in (POST, NONGSAN, LONGANTRADE))
    found = {}
    for c in communes():
        producers = max(12, c.population // 400)
        trained = min(0.95, between(0.30, 0.60, seed, c.code, "payment") + 0.01 * since)
        selling = min(0.90, between(0.20, 0.50, seed, c.code, "selling") + 0.01 * since)
        found[c.code] = {
            "ocop_products": products[c.code],
            "ocop_three_star": products[c.code] - four_star[c.code],
            "ocop_four_star": four_star[c.code],
            "ocop_listed": listed[c.code],
            "ocop_post": post[c.code],
            "ocop_nongsan": nongsan[c.code],
            "ocop_longantrade": longantrade[c.code],
            "producers": producers,
            "producers_trained_payment": round(producers * trained),
            "producers_trained_selling": round(producers * selling),
        }
    return found


def traceability(year: int, month: int, seed: int) -> Figures:
    """Stamps since the system began; each month as many are added as chance says."""
    since = max(0, months_since(year, month, 2024, 10))
    issued = _STAMPS_OCTOBER_2024 + sum(round(between(45_000, 75_000, seed, n, "stamps")) for n in range(since))
    return {
        PROVINCE: {
            "stamps_issued": issued,
            "stamps_activated": round(issued * 0.84),
            "stamp_scans": round(issued * 0.16),
            "stamp_producers": 310 + 4 * since,
        }
    }


def techport(year: int, month: int, seed: int) -> Figures:
    """Offers, demands and deals of the exchange; nothing was ever published of them."""
    since = max(0, months_since(year, month, 2024, 1))
    return {
        PROVINCE: {
            "tech_suppliers": 60 + since,
            "tech_supplies": 180 + 3 * since,
            "tech_demands": 40 + since,
            "tech_deals": since // 2,
            "tech_visits": round(between(4_000, 6_500, seed, year, month, "visits")),
        }
    }


def waste_sorting(year: int, month: int, seed: int) -> Figures:
    """Households that sort, of the nine in ten that a commune counts."""
    since = max(0, months_since(year, month, 2024, 12))
    found = {}
    for c in communes():
        counted = c.households * 9 // 10
        share = min(0.97, between(0.35, 0.75, seed, c.code, "sorting") + 0.004 * since)
        found[c.code] = {"sorting_counted": counted, "sorting_households": round(counted * share)}
    return found


RETURNS = (
    Return("trade", trade),
    Return("traceability", traceability),
    Return("techport", techport),
    Return("waste_sorting", waste_sorting),
)
