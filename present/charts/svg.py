"""A chart as SVG that takes any size: letters keep the page's size, lines and dots keep their width.

Classes only: colours, widths and heights are in assets/styles/48-charts.css. Numbers inside the plot are thousandths.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import escape

from present.charts.chart import Axis, Chart, Dot, Limit, Line

FULL = 1000
# A label this near to an end of the plot goes inwards.
HIGH = 0.85
CLEAR = 0.42
"""Room that a label needs, as a share of the smallest plot."""
MIDDLE = 0.5
LINE = 1.3
"""Height of a line of letters, in font sizes."""
LETTERS = 0.64
"""Mean width of a letter or figure, in font sizes."""


def chart_svg(chart: Chart) -> str:
    """The drawing; "" for an empty chart, whose notes say why. The element around it tells readers what it shows."""
    if chart.x is None or chart.y is None:
        return ""
    plane = _Plane(chart.x, chart.y)
    shapes = "".join((*_band(chart, plane), *_grid(chart), *_lines(chart, plane), *_dots(chart, plane)))
    stretched = f'<svg viewBox="0 0 {FULL} {FULL}" preserveAspectRatio="none" width="100%" height="100%">{shapes}</svg>'
    labels = "".join((*_labels(chart), *_limit_labels(chart), *_end(chart)))
    look = "ioc-plot ioc-plot--simulated" if chart.simulated else "ioc-plot"
    # Around the plot there is room: on its left for the widest label, on its right for the newest figure, above it for
    # what is written over a distribution.
    left = _wide(mark.words for mark in chart.y.marks)
    right = _wide([chart.end.words] if chart.end else [])
    above = _above(chart)
    room = f"padding:{above:.1f}em {right:.1f}em 1.9em {left:.1f}em"
    plot = f'<svg class="{look}" aria-hidden="true">{stretched}{labels}</svg>'
    return f'<div class="ioc-plotbox" style="{room}">{plot}</div>'


class _Plane:
    """Where figures lie: thousandths of the plot, y from its top."""

    def __init__(self, x: Axis, y: Axis) -> None:
        self._x = x
        self._y = y

    def at(self, dot: Dot) -> str:
        return f"{_thousandths(self._x.share(dot.x))} {_thousandths(1 - self._y.share(dot.y))}"


def _band(chart: Chart, _plane: _Plane) -> Iterator[str]:
    """What is normal: across the plot, or from top to bottom of a distribution."""
    axis = _values(chart)
    if chart.band is None:
        return
    low, high = (axis.share(edge) for edge in chart.band)
    begin, length = _thousandths(1 - high if chart.upright else low), _thousandths(high - low)
    where = (
        f'y="{begin}" height="{length}" width="{FULL}"'
        if chart.upright
        else f'x="{begin}" width="{length}" height="{FULL}"'
    )
    yield f'<rect class="ioc-plot__band" {where}/>'


def _grid(chart: Chart) -> Iterator[str]:
    axis = _values(chart)
    yield _paths("grid", (_across(chart, axis.share(mark.at)) for mark in axis.marks))
    for limit in chart.limits:
        yield _paths(limit.kind, [_across(chart, axis.share(limit.at))])
    if chart.x is not None and chart.breaks:
        yield _paths("break", (f"M{_thousandths(chart.x.share(one.at))} 0V{FULL}" for one in chart.breaks))


def _lines(chart: Chart, plane: _Plane) -> Iterator[str]:
    by_kind: dict[str, list[Line]] = defaultdict(list)
    for line in chart.lines:
        by_kind[line.kind].append(line)
    for kind, lines in by_kind.items():
        yield _paths(kind, (_path(line.dots, plane) for line in lines if len(line.dots) > 1))


def _dots(chart: Chart, plane: _Plane) -> Iterator[str]:
    """Figures that no line holds, the months of a path, those out of bounds, and the newest."""
    lonely = [line.dots[0] for line in chart.lines if len(line.dots) == 1]
    if chart.kind == "path":
        lonely = [dot for line in chart.lines if line.kind == "actual" for dot in line.dots]
    by_tone: dict[str, list[Dot]] = defaultdict(list)
    for dot in (*chart.dots, *lonely):
        by_tone[dot.tone].append(dot)
    for tone, dots in by_tone.items():
        yield _paths(f"dots ioc-plot__dots--{tone}" if tone else "dots", (f"M{plane.at(dot)}h0" for dot in dots))
    newest = [line.dots[-1] for line in chart.lines if line.kind == "actual"][-1:]
    if chart.end is not None and newest:
        yield _paths("end", (f"M{plane.at(dot)}h0" for dot in newest))


def _labels(chart: Chart) -> Iterator[str]:
    """Three labels an axis; those at the ends of the lower one stay inside the plot."""
    if chart.x is None or chart.y is None:
        return
    for mark in chart.y.marks:
        y = _percent(1 - chart.y.share(mark.at))
        yield f'<text x="0" dx="-.5em" y="{y}" dy=".35em" class="ioc-plot__y">{escape(mark.words)}</text>'
    for number, mark in enumerate(chart.x.marks):
        place = ("start", "middle", "end")[number]
        yield (
            f'<text x="{_percent(chart.x.share(mark.at))}" y="100%" dy="1.3em" '
            f'class="ioc-plot__x ioc-plot__{place}">{escape(mark.words)}</text>'
        )


def _limit_labels(chart: Chart) -> Iterator[str]:
    """Beside each line what it is; above each other where values run from left to right."""
    axis = _values(chart)
    for number, limit in enumerate(chart.limits):
        share = axis.share(limit.at)
        if chart.upright:
            dy = "1.15em" if _below(chart, limit) else "-.35em"
            where = f'x="0" dx=".3em" y="{_percent(1 - share)}" dy="{dy}"'
            yield f'<text {where} class="ioc-plot__limit">{escape(limit.words)}</text>'
            continue
        left = share > MIDDLE
        dx, y = "-.3em" if left else ".3em", -LINE * number - 0.3
        where = f'x="{_percent(share)}" dx="{dx}" y="{y:.1f}em"'
        side = "end" if left else "start"
        yield f'<text {where} class="ioc-plot__limit ioc-plot__{side}">{escape(limit.words)}</text>'


def _above(chart: Chart) -> float:
    """Room above the plot, in font sizes: for limits of a distribution, or for a label over a line at the top."""
    if not chart.upright:
        return 0.3 + LINE * len(chart.limits)
    over = any(_values(chart).share(one.at) > HIGH and not _below(chart, one) for one in chart.limits)
    return 0.4 + LINE if over else 0.7


def _below(chart: Chart, limit: Limit) -> bool:
    """Whether the label goes below its line: where the left half of the lines leaves more room."""
    axis, x = _values(chart), chart.x
    share = axis.share(limit.at)
    if share < 1 - HIGH or x is None:
        return False
    near = [axis.share(dot.y) - share for line in chart.lines for dot in line.dots if x.share(dot.x) < MIDDLE]
    under = min((-one for one in near if one <= 0), default=1.0)
    over = min((one for one in near if one >= 0), default=1.0)
    if share > HIGH:
        return under > CLEAR
    return under > over


def _end(chart: Chart) -> Iterator[str]:
    if chart.end is not None and chart.y is not None:
        y = _percent(1 - chart.y.share(chart.end.at))
        yield f'<text x="100%" dx=".5em" y="{y}" dy=".35em" class="ioc-plot__last">{escape(chart.end.words)}</text>'


def _values(chart: Chart) -> Axis:
    axis = chart.y if chart.upright else chart.x
    assert axis is not None
    return axis


def _across(chart: Chart, share: float) -> str:
    return f"M0 {_thousandths(1 - share)}H{FULL}" if chart.upright else f"M{_thousandths(share)} 0V{FULL}"


def _path(dots: Iterable[Dot], plane: _Plane) -> str:
    return "M" + " ".join(plane.at(dot) for dot in dots)


def _paths(look: str, paths: Iterable[str]) -> str:
    drawn = "".join(paths)
    return f'<path class="ioc-plot__{look}" d="{drawn}"/>' if drawn else ""


def _wide(texts: Iterable[str]) -> float:
    """Room for the longest of ``texts``, in font sizes."""
    longest = max(map(len, texts), default=0)
    return longest * LETTERS + 0.9 if longest else 0.6


def _thousandths(share: float) -> int:
    return round(share * FULL)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"
