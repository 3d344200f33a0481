"""Carry results from the territory version in force into an older one, for screens and the API."""

import asyncio
from collections.abc import Mapping
from functools import cache

from domain.feeds.feed import Feed
from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE
from evaluation.reproject import Reprojection, districts_of
from queries.ask import Question
from queries.keyed import Results, keyed
from store import territories


def reprojection(kpis: Mapping[str, Kpi], feeds: Mapping[str, Feed], version: str) -> Reprojection:
    """The reprojection from the version in force into ``version``; KeyError for an unknown version."""
    walk = territories.crosswalk(IN_FORCE, version)
    return Reprojection(kpis, feeds, walk, districts_of(territories.places(version)))


async def carried(asked: Question, results: Results) -> Results:
    """``results`` of the version in force, those of the page's KPIs carried into its version."""
    if asked.territory == IN_FORCE:
        return results
    carry = reprojection(asked.sources.kpis, asked.sources.feeds, asked.territory).results
    shown = [result for result in results.values() if result.key in asked.kpis]
    return keyed(await asyncio.to_thread(carry, shown))


@cache
def divided(version: str) -> frozenset[str]:
    """Communes of ``version`` that a reform divided: their land lies in several communes of today."""
    return frozenset(territories.crosswalk(version, IN_FORCE).split_codes())
