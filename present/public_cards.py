"""The figures that public screens show, in the order of feeds and KPIs."""

from collections.abc import Mapping
from datetime import datetime

from domain.feeds.feed import Feed
from domain.kpis.kpi import Kpi, KpiResult
from domain.text import Language
from present.cards import PublicCardVM, public_card


def public_cards(
    kpis: Mapping[str, Kpi],
    feeds: Mapping[str, Feed],
    province: Mapping[str, KpiResult],
    language: Language,
    now: datetime,
) -> list[PublicCardVM]:
    """The cards that the KPIs' public rules allow now; ``province``: its newest results by KPI."""
    order = {key: i for i, key in enumerate(feeds)}
    shown = sorted((k for k in kpis.values() if k.public), key=lambda k: (order.get(k.feed, 99), k.order, k.key))
    found = (public_card(kpi, feeds[kpi.feed], province.get(kpi.key), language, now) for kpi in shown)
    return [vm for vm in found if vm is not None]


MIN_DWELL_S = 8
# Reading on a public screen: two seconds to find the line, one per word.
FIND_S, WORD_S = 2, 1


def dwell_s(text: str) -> int:
    """Seconds that a page with ``text`` stays: at least eight, longer for a long sentence."""
    return max(MIN_DWELL_S, FIND_S + WORD_S * len(text.split()))
