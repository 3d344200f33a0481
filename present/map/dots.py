"""A schematic map of dots: a dot a place at its seat; places without a seat stand round that of their successor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, pi, sin, sqrt

from present.map.cartogram import Plane, Point

_RADIUS_KM, _APART_KM, _MARGIN_KM = 1.15, 2.5, 5.0
_TURN = pi * (3 - sqrt(5))
"""The golden angle: dots round a seat stay apart however many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDot:
    """A dot: ``said`` is what it tells, ``full`` fills it, ``ringed`` marks a divided unit, ``label`` stands in it."""

    key: str
    seat: str
    said: str
    full: bool
    ringed: bool = False
    label: str = ""


def dots_svg(dots: Sequence[MapDot], seats: Mapping[str, Point], radius_km: float = _RADIUS_KM) -> str:
    """The drawing, north up; dots of one seat stand in a spiral round it. "" without any seat.

    ``seats`` are longitude and latitude by code. A dot whose seat is unknown is left out.
    """
    placed = [one for one in dots if one.seat in seats]
    if not placed:
        return ""
    plane = Plane.about(list(seats.values()))
    before: dict[str, int] = {}
    drawn, xs, ys = [], [], []
    for one in placed:
        number = before[one.seat] = before.get(one.seat, -1) + 1
        east, north = plane.km(seats[one.seat])
        away = _APART_KM * sqrt(number)
        x, y = east + away * cos(_TURN * number), -north + away * sin(_TURN * number)
        xs.append(x)
        ys.append(y)
        drawn.append(_dot(one, x, y, radius_km))
    left, top = min(xs) - _MARGIN_KM, min(ys) - _MARGIN_KM
    view = f"{left:.1f} {top:.1f} {max(xs) - left + _MARGIN_KM:.1f} {max(ys) - top + _MARGIN_KM:.1f}"
    return f'<svg class="ioc-dots" viewBox="{view}" aria-hidden="true">{"".join(drawn)}</svg>'


def _dot(one: MapDot, x: float, y: float, radius_km: float) -> str:
    look = "ioc-dots__full" if one.full else "ioc-dots__hollow"
    ring = (
        f'<circle class="ioc-dots__ring" cx="{x:.2f}" cy="{y:.2f}" r="{radius_km * 1.45:.2f}"/>' if one.ringed else ""
    )
    text = f'<text class="ioc-dots__label" x="{x:.2f}" y="{y:.2f}">{escape(one.label)}</text>' if one.label else ""
    dot = f'<circle class="{look}" cx="{x:.2f}" cy="{y:.2f}" r="{radius_km:.2f}"/>'
    return f'<g data-dot="{escape(one.key)}"><title>{escape(one.said)}</title>{ring}{dot}{text}</g>'
