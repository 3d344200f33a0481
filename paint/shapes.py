"""Draws sparklines and bullets from the same attributes, and in the same shapes, as assets/scripts/25-shapes.js."""

from collections.abc import Mapping
from html import escape


def spark(attributes: Mapping[str, str]) -> str:
    """SVG of 100 × 28: the normal band, the course, a dot at its end, a line at each territorial reform."""
    points = attributes.get("data-points", "")
    top, bottom = (float(n) for n in (attributes.get("data-band") or "0 0").split(" "))
    last = points.rsplit(" ", 1)[-1].replace(",", " ")
    breaks = [one.split(" ", 1)[0] for one in attributes.get("data-breaks", "").split("|") if one]
    still = 'vector-effect="non-scaling-stroke"'
    lines = "".join(f'<line x1="{escape(x)}" x2="{escape(x)}" y1="0" y2="28" {still}></line>' for x in breaks)
    return (
        '<svg viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect x="0" width="100" y="{top:g}" height="{bottom - top:g}"></rect>'
        f'<polyline {still} points="{escape(points)}"></polyline>'
        f'<path {still} d="{escape(f"M{last}h0") if last else ""}"></path>{lines}</svg>'
    )


def bullet(attributes: Mapping[str, str]) -> str:
    """A bar as long as the share, a tick at the target."""
    fill, mark = attributes.get("data-fill", ""), attributes.get("data-mark", "")
    tick = f'<i style="left:{100 * float(mark):g}%"></i>' if mark else "<i hidden></i>"
    return f'<b style="width:{f"{100 * float(fill):g}%" if fill else "0"}"></b>{tick}'
