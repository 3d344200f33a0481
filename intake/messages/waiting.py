"""The feed of trackers that stand for no vehicle: their messages are kept until people bind them (decision 0020)."""

from datetime import timedelta

from data_sources.messages.trackers import tracked
from domain.feeds.feed import Feed
from domain.feeds.owner import Owner
from domain.feeds.reporter import Listed
from domain.fleets.fleet import WAITING, WAITING_NAMES
from domain.text import Text

FEED = Feed(
    key=WAITING,
    names=WAITING_NAMES,
    owner=Owner(office=Text("Trung tâm IOC", "IOC centre"), role=Text("trực vận hành", "operator on duty")),
    reporters=Listed(()),
    cadence=timedelta(days=1),
    stale_after=timedelta(days=2),
    measures=(),
    ways_in=(tracked(),),
)
