"""Citizens' feedback (1022) as the centre keeps it: place, field and instants; who reported never enters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.case import CaseType
from domain.observation import Kind
from domain.services.working_time import Clock, Pause, UnknownYearError, WorkingCalendar
from domain.text import Text

ANSWER_DAYS, REFUSE_DAYS = 15, 2
"""Working days to answer and to refuse: QĐ 766/QĐ-TTg, 5.2."""

FEEDBACK = CaseType(
    key="feedback",
    names=Text("Phản ánh, kiến nghị", "Citizens' feedback"),
    events=("recorded",),
    attributes=(
        "field",
        "channel",
        "contacted",
        "asked",
        "came",
        "answered",
        "refused",
        "published",
        "liked",
        "repeated",
    ),
)  # fmt: skip

FIELDS = {
    "traffic": Text("Giao thông", "Traffic"),
    "environment": Text("Môi trường, rác thải", "Environment, waste"),
    "security": Text("An ninh, trật tự", "Public order"),
    "construction": Text("Xây dựng, đất đai", "Construction, land"),
    "utilities": Text("Điện, nước, viễn thông", "Power, water, telecoms"),
    "procedures": Text("Thủ tục hành chính", "Administrative procedures"),
    "health": Text("Y tế", "Health"),
    "education": Text("Giáo dục", "Education"),
    "other": Text("Khác", "Other"),
}
CHANNELS = ("phone", "app", "web", "zalo", "portal", "counter")


def due_of(
    received: datetime, asked: datetime | None, came: datetime | None, calendar: WorkingCalendar, now: datetime,
    *, refused: bool,
) -> datetime | None:  # fmt: skip
    """Until when it is to be answered or refused; None in a year the calendar does not know.

    A request for a supplement stops the clock until the supplement comes.
    """
    try:
        due = calendar.due_after_days(received, REFUSE_DAYS if refused else ANSWER_DAYS)
        return Clock(due, [Pause(asked, came)] if asked else []).due_with_stops(calendar, now)
    except UnknownYearError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackCounts:
    """Feedback at one place: open now, and what a period counts. ``oldest`` is the oldest open item's receipt.

    ``counts`` has open, open_s (seconds since receipt, summed), overdue, due_soon, waiting; of the period settled,
    on_time, rated, liked, unrated, repeated, contacted and contact_s (seconds until first contact, summed).
    """

    place: str
    told: datetime
    kind: Kind
    oldest: datetime | None
    counts: Mapping[str, int]
