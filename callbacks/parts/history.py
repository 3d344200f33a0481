"""The cookie by which a browser says when it was last here."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from present.wire import AWAY_S, VISIT
from queries.changes import visited_at


def last_visit(cookies: Mapping[str, str], now: datetime) -> str:
    """When a browser last looked, by its cookie: what was seen before it went away, as assets/scripts/29-last-visit.js
    says.
    """
    last, _, seen = cookies.get(VISIT, "").partition(".")
    at = visited_at(seen, now)
    return seen if at is not None and now - at > timedelta(seconds=AWAY_S) else last
