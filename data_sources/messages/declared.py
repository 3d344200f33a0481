"""What offices declare: by a program or in a workbook, most of it once a month."""

from datetime import timedelta

from data_sources.messages.observations import observations
from data_sources.workbooks.table import tables
from domain.feeds.feed import Measure
from domain.feeds.way_in import Files, HouseJson

MONTHLY = timedelta(days=31)
MONTHLY_UNTIL = timedelta(days=45)
"""A monthly report counts until half a month after the next one is due."""


def declared(measures: tuple[Measure, ...]) -> tuple[HouseJson, Files]:
    """The ways in of figures that people declare."""
    return HouseJson(observations(measures)), Files(tables(measures))
