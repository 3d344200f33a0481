"""A dossier of an administrative procedure as the centre keeps it: codes, instants and facts, nobody's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.case import CaseType
from domain.text import Text

FACTS = ("has_fee", "paid", "asks_result", "e_result", "digitised", "reused", "shared", "verified")
"""What QĐ 766 counts of a dossier, each true or false; `Dossier.facts` has them in this order."""

DOSSIER = CaseType(
    key="one_stop_dossier",
    names=Text("Hồ sơ thủ tục hành chính", "Dossier of an administrative procedure"),
    events=("recorded",),
    attributes=("procedure", "field", "channel", "due", "ended", "refused", "supplements", "waits", *FACTS),
)


class Channel(StrEnum):
    """KenhThucHien: 1 or none, 2, 3."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


CHANNEL_WORDS = {
    Channel.COUNTER: Text("trực tiếp", "at the counter"),
    Channel.ONLINE: Text("trực tuyến", "online"),
    Channel.POST: Text("bưu chính công ích", "by public post"),
}


class DossierState(StrEnum):
    """Where a dossier stands at an instant by QĐ 766, 2.1.

    ``waiting``: the clock stands on its one supplement. ``unknown``: the office gave no due date.
    """

    ON_TIME = "on_time"
    OPEN = "open"
    WAITING = "waiting"
    LATE = "late"
    UNKNOWN = "unknown"


STATE_WORDS = {
    DossierState.ON_TIME: Text("xong đúng hạn", "ended on time"),
    DossierState.OPEN: Text("đang giải quyết", "open"),
    DossierState.WAITING: Text("chờ bổ sung", "waiting for a supplement"),
    DossierState.LATE: Text("◆ trễ hạn", "◆ late"),
    DossierState.UNKNOWN: Text("không ghi hạn", "no due date"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One dossier. ``due`` is the newest due date that the office gave, so a supplement has moved it already.

    ``supplements`` counts requests for supplements; ``waits``: the last one is not answered. ``office`` is the code of
    the organisation or commune that handles it.
    """

    case: str
    office: str
    procedure: str
    field: str
    channel: Channel
    received: datetime
    due: datetime | None
    ended: datetime | None
    refused: bool
    supplements: int
    waits: bool
    facts: Mapping[str, bool]

    def state(self, now: datetime) -> DossierState:
        """More than one request for supplements is late, whatever the dates say."""
        if self.supplements > 1:
            return DossierState.LATE
        if self.due is None:
            return DossierState.UNKNOWN
        if self.ended is not None:
            return DossierState.LATE if self.ended > self.due else DossierState.ON_TIME
        if self.waits:
            return DossierState.WAITING
        return DossierState.LATE if now > self.due else DossierState.OPEN
