"""A chart as a plotly figure, for who opens it: the same axes, lines, dots and limits as the drawing."""

from datetime import datetime
from typing import Any

from plotly import graph_objects as go

from domain.instant import VIETNAM, from_ms
from present.charts.chart import Axis, Chart, Dot

# The page's tokens (assets/styles/00-tokens.css), which plotly cannot read; a test compares them.
TEXT, FAINT, GRID, BAND, DATA, SELECT = "#e9eef3", "#a3b0bc", "#2a323b", "#2c3540", "#8ea4b8", "#7cc4ff"
TONES = {"critical": "#ff967b", "warning": "#f0b429", "advisory": "#7cc4ff"}
DASHES = {"actual": "solid", "needed": "dash", "forecast": "dot"}
FONT = "Be Vietnam Pro, sans-serif"


def figure(chart: Chart, names: dict[str, str]) -> dict[str, Any]:
    """Plotly's JSON of ``chart``; ``names`` says what its lines are, by kind. Raises ValueError for an empty chart."""
    if chart.x is None or chart.y is None:
        raise ValueError(f"nothing to draw of {chart.key}")
    drawn = go.Figure(layout=_layout(chart))
    for line in chart.lines:
        mode = "lines+markers" if chart.kind == "path" or len(line.dots) == 1 else "lines"
        drawn.add_scatter(
            **_points(chart, line.dots),
            mode=mode,
            name=names[line.kind],
            line={"color": DATA, "dash": DASHES[line.kind]},
        )
    if chart.dots:
        drawn.add_scatter(**_points(chart, chart.dots), mode="markers", name=names["actual"])
    _mark(drawn, chart)
    return dict(drawn.to_plotly_json())


def _layout(chart: Chart) -> dict[str, Any]:
    assert chart.x is not None
    assert chart.y is not None
    plain = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False}
    return {
        **plain,
        "font": {"family": FONT, "color": TEXT, "size": 14},
        "margin": {"l": 8, "r": 40, "t": 16, "b": 8},
        "hovermode": "closest",
        "uirevision": chart.key,  # what somebody zoomed to stays when newer figures come
        "xaxis": _axis(chart.x, times=chart.upright, grid=not chart.upright),
        "yaxis": _axis(chart.y, times=False, grid=chart.upright),
    }


def _axis(axis: Axis, *, times: bool, grid: bool) -> dict[str, Any]:
    at = [_instant(mark.at) if times else mark.at for mark in axis.marks]
    ends = [_instant(axis.low), _instant(axis.high)] if times else [axis.low, axis.high]
    return {
        "range": ends,
        "tickvals": at,
        "ticktext": [mark.words for mark in axis.marks],
        "showgrid": grid,
        "gridcolor": GRID,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 6,
        "tickcolor": "rgba(0,0,0,0)",
        "automargin": True,
        "fixedrange": not times,
    }


def _points(chart: Chart, dots: tuple[Dot, ...]) -> dict[str, Any]:
    return {
        "x": [_instant(dot.x) if chart.upright else dot.x for dot in dots],
        "y": [dot.y for dot in dots],
        "text": [dot.words for dot in dots],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"color": [TONES.get(dot.tone, DATA) for dot in dots], "size": 9},
    }


def _mark(drawn: go.Figure, chart: Chart) -> None:
    """What is normal, limits, and reforms of territory."""
    rectangle, line = (drawn.add_hrect, drawn.add_hline) if chart.upright else (drawn.add_vrect, drawn.add_vline)
    low, high = ("y0", "y1") if chart.upright else ("x0", "x1")
    if chart.band:
        rectangle(**{low: chart.band[0], high: chart.band[1]}, fillcolor=BAND, opacity=0.5, line_width=0, layer="below")
    for limit in chart.limits:
        color = SELECT if limit.kind == "target" else FAINT
        line(
            **{"y" if chart.upright else "x": limit.at},
            line={"color": color, "dash": "dash", "width": 1.5},
            annotation={"text": limit.words, "font": {"color": FAINT}},
        )
    for one in chart.breaks:
        drawn.add_shape(
            type="line",
            x0=_instant(one.at),
            x1=_instant(one.at),
            y0=0,
            y1=1,
            yref="paper",
            line={"color": FAINT, "dash": "dot"},
        )


def _instant(at_ms: float) -> str:
    """An instant by the clock of Việt Nam, as plotly writes it."""
    at: datetime = from_ms(round(at_ms)).astimezone(VIETNAM)
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}"
