"""The cookie that says when this browser was last here."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from present.wire import AWAY_S, VISIT
from queries.changes import visited_at


def last_visit(cookies: Mapping[str, str], now: datetime) -> str:
    """The browser's last visit in epoch ms, "" before the first; decided as in assets/scripts/29-last-visit.js.

    After AWAY_S without a look, the visit that was going on becomes the last one.
    """
    last, _, seen = cookies.get(VISIT, "").partition(".")
    at = visited_at(seen, now)
    return seen if at is not None and now - at > timedelta(seconds=AWAY_S) else last
