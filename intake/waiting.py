"""The feed of trackers that stand for no vehicle: their messages are kept until people bind them (decision 0020)."""

from datetime import timedelta

from data_sources._trackers import tracked
from domain.feed import Feed
from domain.fleet import WAITING, WAITING_NAMES
from domain.owner import Owner
from domain.reporter import Listed
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
