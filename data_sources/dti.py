"""The province's DTI as the ministry publishes it each year: rank, score and the main indices."""

from datetime import timedelta

from data_sources.messages.declared import declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.period import Span
from domain.services.dti import PILLARS
from domain.text import Text

MEASURES = (
    Measure(
        key="dti_rank", names=Text("Hạng DTI", "DTI rank"), unit="hạng", low=1, high=63, span=Span.YEAR, weight=None
    ),
    Measure(key="dti_score", names=Text("Điểm DTI", "DTI score"), unit="điểm", high=1, span=Span.YEAR, weight=None),
    *(
        Measure(key=f"dti_{key}", names=names, unit="điểm", high=1, span=Span.YEAR, weight=None)
        for key, names in PILLARS.items()
    ),
)

FEED = Feed(
    key="dti",
    names=Text("Chỉ số chuyển đổi số (DTI)", "Digital transformation index (DTI)"),
    owner=Owner(
        office=Text("Sở Khoa học và Công nghệ", "Department of Science and Technology"),
        role=Text("đầu mối DTI", "contact for DTI"),
    ),
    reporters=Province(),
    cadence=timedelta(days=366),
    # Published in October of the year after; the index of a year stands until the next one is late.
    stale_after=timedelta(days=2 * 366),
    measures=MEASURES,
    ways_in=declared(MEASURES),
    legal_basis="Quyết định 922/QĐ-BTTTT (2022); Quyết định 405/QĐ-BKHCN (2025)",
)
