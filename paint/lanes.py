"""Draws runs on a time scale and shares of streets, from the same attributes as assets/scripts/27-lanes.js."""

from collections.abc import Iterator, Mapping
from html import escape
from math import ceil

HOUR_MS, ZONE_MS = 3_600_000, 7 * 3_600_000
# A bar narrower than LEAST would be invisible; a tick right of LAST_NAMED has no room for its hour.
LEAST, LAST_NAMED = 0.0015, 0.97
_TILES = {"unknown": "M0 6L6 0", "gap": "M0 6L6 0", "passed": "M3 0V6"}
PATTERNS = (
    '<svg width="0" height="0" aria-hidden="true" class="ioc-patterns">'
    + "".join(
        f'<pattern id="ioc-lane-{kind}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" class="ioc-pattern ioc-pattern--{kind}"></rect>'
        f'<path d="{path}" class="ioc-stroke ioc-stroke--{kind}"></path></pattern>'
        for kind, path in _TILES.items()
    )
    + "</svg>"
)
"""Fill patterns, once per page; bars refer to them by id."""


def lane(attributes: Mapping[str, str]) -> str:
    """SVG of hours, bars (``data-bars``: "row kind from to", epoch ms) and now, from ``data-from`` to ``data-to``."""
    begins, ends = int(attributes["data-from"]), int(attributes["data-to"])

    def at(ms: float) -> float:
        return (ms - begins) / (ends - begins)

    bars = (one.split(" ") for one in attributes.get("data-bars", "").split("|") if one)
    drawn = [_bar(at(int(a)), at(int(b)) - at(int(a)), row, kind) for row, kind, a, b in bars]
    now = at(int(attributes["data-now"]))
    seen = "visible" if 0 <= now <= 1 else "hidden"
    line = (
        f'<line y1="0" y2="100%" class="ioc-lane__now" visibility="{seen}" x1="{_percent(now)}" x2="{_percent(now)}"/>'
    )
    hours = "".join(_hours(begins, ends, int(attributes["data-ticks"]), named=attributes.get("data-part") == "scale"))
    return f'<svg aria-hidden="true">{hours}{"".join(drawn)}{line}</svg>'


def shares(attributes: Mapping[str, str]) -> str:
    """One bar per "kind share" of ``data-shares``, side by side."""
    drawn, x = [], 0.0
    for one in filter(None, attributes.get("data-shares", "").split("|")):
        kind, share = one.split(" ")
        drawn.append(_bar(x, float(share), "share", kind))
        x += float(share)
    return f'<svg aria-hidden="true">{"".join(drawn)}</svg>'


def _hours(begins: int, ends: int, most: int, *, named: bool) -> Iterator[str]:
    step = max(1, ceil((ends - begins) / HOUR_MS / most)) * HOUR_MS
    for ms in range(ceil((begins + ZONE_MS) / step) * step - ZONE_MS, ends, step):
        at = (ms - begins) / (ends - begins)
        x = _percent(at)
        yield f'<line x1="{x}" x2="{x}" y1="0" y2="100%" class="ioc-lane__hour"/>'
        if named and at <= LAST_NAMED:
            yield f'<text x="{x}" dx="3" y="75%">{(ms + ZONE_MS) // HOUR_MS % 24:02d}h</text>'


def _bar(x: float, wide: float, row: str, kind: str) -> str:
    look = escape(f"ioc-bar-{row} ioc-fill--{kind}")
    return f'<rect x="{_percent(x)}" width="{_percent(max(wide, LEAST))}" class="{look}"/>'


def _percent(share: float) -> str:
    return f"{100 * share:.3f}%"
