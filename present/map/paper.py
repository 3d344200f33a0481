"""One KPI by place as a self-contained SVG for paper and mail: colours, legend, age and credits."""

from collections.abc import Mapping
from html import escape

from domain.kpis.kpi import Kpi, KpiResult
from domain.text import Language
from present import formats
from present.choropleth import choropleth
from present.map.ground import Ground
from present.map.palette import Palette
from present.map.svg import NAME_SIZES, Drawing, province_svg
from present.text import words

_BOX, _STEP, _SIZE = 22.0, 34.0, 18.0


def paper_svg(ground: Ground, kpi: Kpi, results: Mapping[str, KpiResult], palette: Palette, language: Language) -> str:
    """The map of ``kpi``; ``results`` by place code of the ground's territory. Stale or absent places are hatched."""
    _ = words(language)
    classes = choropleth(kpi, results, language)
    heading = f"{kpi.names.to(language)} ({kpi.unit.to(language)})"
    svg = province_svg(ground, language, heading, sizes=NAME_SIZES[:1])
    for code in ground.shapes:
        told = classes.by_place.get(code)
        svg = svg.replace(f'data-place="{escape(code)}"', f'data-place="{escape(code)}" data-class="{told}"', 1)
    left, top, width, height = Drawing(ground.province).view
    named: list[tuple[int | None, str]] = [(i, label) for i, label in enumerate(classes.labels) if label]
    same = _("số liệu gần bằng nhau, không chia lớp")
    labels = [*(named or [(1, same)]), (None, _("không có số liệu mới"))]
    lines = [_line(left, top + height + _STEP * (i + 2), kind, label) for i, (kind, label) in enumerate(labels)]
    newest = max((r.as_of for r in results.values() if r.as_of is not None), default=None)
    said = [_("{n}/{total} xã, phường có số liệu").format(n=len(classes.by_place), total=len(ground.shapes))]
    if newest is not None:
        said.append(
            _("số liệu đến {day} {clock}").format(day=formats.day(newest, language), clock=formats.clock(newest))
        )
    said += [
        *sorted({source for r in results.values() for source in r.sources}),
        *ground.credits(language, streets=False),
    ]
    below = top + height + _STEP * (len(labels) + 2)
    texts = [
        f'<text class="ioc-title" x="{left + 10:.1f}" y="{top + height + _STEP:.1f}">{escape(heading)}</text>',
        *lines,
        f'<text class="ioc-small" x="{left + 10:.1f}" y="{below:.1f}">{escape(" · ".join(said))}</text>',
    ]
    view = f'viewBox="{left:.1f} {top:.1f} {width:.1f} {height + _STEP * (len(labels) + 3):.1f}"'
    before = " ".join(f"{n:.1f}" for n in (left, top, width, height))
    svg = svg.replace(f'viewBox="{before}"', view, 1)
    return svg.replace("</title>", f"</title>{_style(palette)}", 1).replace("</svg>", f"{''.join(texts)}</svg>")


def _line(left: float, y: float, kind: int | None, label: str) -> str:
    box = f'<rect x="{left + 10:.1f}" y="{y - _BOX + 5:.1f}" width="{_BOX}" height="{_BOX}"/>'
    text = f'<text class="ioc-small" x="{left + 20 + _BOX:.1f}" y="{y:.1f}">{escape(label)}</text>'
    return f'<g class="ioc-place" data-class="{kind}">{box}{text}</g>'


def _style(palette: Palette) -> str:
    fills = "".join(
        f'.ioc-place[data-class="{i}"] path,.ioc-place[data-class="{i}"] rect{{fill:{colour}}}'
        for i, colour in enumerate(palette.classes)
    )
    hatch = f".ioc-place path,.ioc-place rect{{fill:url(#ioc-hatch);stroke:{palette.border}}}"
    return (
        f"<style>svg{{background:{palette.ground}}}text{{font-family:'Be Vietnam Pro',sans-serif;fill:{palette.label};"
        f"text-anchor:middle}}.ioc-title,.ioc-small{{text-anchor:start;font-size:{_SIZE}px}}"
        f".ioc-title{{font-weight:600}}{hatch}.ioc-hatch{{stroke:{palette.district}}}"
        f".ioc-district{{fill:none;stroke:{palette.district}}}{fills}</style>"
    )
