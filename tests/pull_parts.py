"""Everything that fetching needs, around a test's stream: no known organisation, no random pause."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain.feed import Feed
from domain.scrub import Secrets
from intake.fleets import Fleets
from intake.pulling import Parts
from intake.scrubbing import Scrubber
from store.pulls import Pulls
from store.raw_stream import RawStream


def pull_parts(redis: Any, feeds: Mapping[str, Feed], secrets: Secrets, clock: Callable[[], datetime]) -> Parts:
    return Parts(
        feeds=feeds,
        fleets=Fleets(feeds, ticks=lambda: 0.0),
        stream=RawStream(redis),
        pulls=Pulls(redis),
        scrubbed=Scrubber(feeds, secrets),
        secrets=secrets,
        registered=lambda _: False,
        clock=clock,
        chance=lambda: 0.0,
    )
