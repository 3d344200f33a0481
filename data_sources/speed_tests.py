"""Speed tests as i-Speed collects them: how many residents ran, and how many were fast enough, monthly by commune."""

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL, declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.period import Span
from domain.text import Text

# What counts as fast enough, in Mbit/s of download; chosen by the centre.
FAST = {"fixed": 100, "mobile": 40}
_KINDS = {
    "fixed": Text("băng rộng cố định", "fixed broadband"),
    "mobile": Text("băng rộng di động", "mobile broadband"),
}


def _tests(key: str) -> tuple[Measure, ...]:
    """Counts, and no mean: means and medians of communes cannot be added up."""
    vi, en = _KINDS[key]
    return (
        Measure(
            key=f"{key}_tests", names=Text(f"Lượt đo {vi}", f"Tests of {en}"), unit="lượt", high=1e7, weight=None,
            span=Span.MONTH,
        ),
        Measure(
            key=f"{key}_fast",
            names=Text(f"Lượt đo {vi} từ {FAST[key]} Mbit/s", f"Tests of {en} of {FAST[key]} Mbit/s or more"),
            unit="lượt", high=1e7, weight=None, span=Span.MONTH, part_of=f"{key}_tests",
        ),
    )  # fmt: skip


MEASURES = tuple(measure for key in FAST for measure in _tests(key))

FEED = Feed(
    key="speed_tests",
    names=Text("Đo tốc độ Internet", "Internet speed tests"),
    owner=Owner(
        office=Text("Sở Khoa học và Công nghệ (i-Speed)", "Department of Science and Technology (i-Speed)"),
        role=Text("đầu mối đo kiểm chất lượng mạng", "contact for network quality"),
    ),
    reporters=EveryCommune(),
    cadence=MONTHLY,
    stale_after=MONTHLY_UNTIL,
    measures=MEASURES,
    ways_in=declared(MEASURES),
)
