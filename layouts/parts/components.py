"""Building blocks of every screen: card, line, list, table, legend, empty state; CSS classes, no inline styles."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from domain.instant import from_ms, is_stale
from domain.places.place import PROVINCE
from domain.text import Language
from present import formats
from present.card_parts import Course, Figure, Line, Marked, StatedFacts
from present.cards import AgeCell, CardVM, RowVM, TextCell
from present.text import words


def part(name: str, text: str, tag: type[Component] = html.Span) -> Component:
    """A text of a card that the live channel updates."""
    return tag(text, className=f"ioc-{name}", **{"data-part": name})


def age(
    as_of_ms: int | None, stale_after_s: int, now_ms: int, language: Language, *, is_part: bool = False
) -> Component:
    """A number's age, which the browser keeps counting; "—" when unknown."""
    text = formats.UNKNOWN if as_of_ms is None else formats.age_of_ms(now_ms - as_of_ms, language)
    late = as_of_ms is not None and is_stale(from_ms(as_of_ms), timedelta(seconds=stale_after_s), from_ms(now_ms))
    attributes: dict[str, str] = {"data-stale-after": str(stale_after_s)}
    if as_of_ms is not None:
        attributes["data-as-of"] = str(as_of_ms)
    if is_part:
        attributes["data-part"] = "age"
    return html.Time(text, className="ioc-age ioc-age--stale" if late else "ioc-age", **attributes)


def bullet(fill: float | None, mark: float | None) -> Component:
    """A bar: ``fill`` and the target's tick ``mark`` are 0..1; the browser draws it from the attributes."""
    return html.Div(
        className="ioc-bullet" if fill is not None else "ioc-bullet ioc-bullet--none",
        **{"data-part": "bullet", "data-fill": _number(fill), "data-mark": _number(mark)},
    )


def spark(vm: Line) -> Component:
    """A sparkline over the normal band; the browser draws it from the attributes."""
    drawn = {"data-points": vm.spark, "data-band": vm.band, "data-breaks": vm.breaks}
    drawn |= {"data-span": vm.span, "data-range": vm.range}
    return html.Div(className="ioc-spark", **{"data-part": "spark"}, **drawn)


def value_and_unit(vm: Figure, tag: type[Component] = html.Span) -> Component:
    """The figure and its unit."""
    return tag([part("value", vm.value, html.Strong), part("unit", vm.unit, html.Small)], className="ioc-figure")


def facts(vm: StatedFacts) -> Component:
    """Parts of the share, coverage n/N, the province's own figure, and the source."""
    told = [part("context", vm.context), part("coverage", vm.coverage)]
    return html.P([*told, part("stated", vm.stated), part("source", vm.source)], className="ioc-facts")


def course(vm: Course) -> Component:
    """Target, and change since the period before."""
    return html.P([part("target", vm.target), part("delta", vm.delta)], className="ioc-facts ioc-facts--course")


def card(
    vm: CardVM, name: Component, now_ms: int, language: Language, shape: str = "", place: str = PROVINCE
) -> Component:
    """A KPI at ``place`` as a card or a ``line``: both have the same parts, CSS arranges them."""
    return html.Article(
        [
            html.H3(name, className="ioc-name"),
            html.Span([part("word", vm.word), part("glyph", vm.glyph)], className="ioc-signal"),
            value_and_unit(vm),
            spark(vm),
            bullet(vm.fill, vm.mark),
            facts(vm),
            course(vm),
            age(vm.as_of_ms, vm.stale_after_s, now_ms, language, is_part=True),
        ],
        className=f"ioc-card ioc-card--{vm.status}" + (f" ioc-card--as-{shape}" if shape else ""),
        **card_attributes(vm, place),
    )


def card_attributes(vm: Marked, place: str = PROVINCE) -> dict[str, str]:
    """Attributes by which the live channel finds a card and CSS marks it."""
    attributes = {"data-kpi": vm.key, "data-simulated": "true" if vm.simulated else "false"}
    if isinstance(vm, CardVM):
        attributes |= {"data-place": place, "data-kind": vm.kind}
    return attributes


def live_list(
    list_id: str, rows: Sequence[RowVM], now_ms: int, language: Language, heads: Sequence[str] = (), focused: str = ""
) -> Component:
    """A table whose rows the live channel replaces.

    ``heads`` are column names, () for a plain list; ``focused`` is the row that the focus slot tells, "" for none.
    """
    told = [row(vm, now_ms, language, focused=bool(focused) and vm.id == focused) for vm in rows]
    body = html.Tbody(told, **{"data-rows": list_id})
    head = [html.Thead(html.Tr([html.Th(text, scope="col") for text in heads]))] if heads else []
    return html.Table([*head, body], className=f"ioc-list ioc-list--{list_id}")


def row(vm: RowVM, now_ms: int, language: Language, *, focused: bool = False) -> Component:
    """One row of a live list; ``focused``: the focus slot tells it, too."""
    tone = f"ioc-row ioc-row--{vm.tone}" if vm.tone else "ioc-row"
    attributes = {"data-row": vm.id, "data-simulated": "true" if vm.simulated else "false"}
    if focused:
        attributes["data-focused"] = ""
    cells = [_cell(cell, now_ms, language) for cell in vm.cells]
    if vm.href:
        cells[1] = html.A(cells[1], href=vm.href)
    return html.Tr([html.Td(cell) for cell in cells], className=tone, **attributes)


def more(list_id: str, href: str = "") -> Component:
    """How many rows of a live list have no room, which the browser counts; ``href``: where all of them are told."""
    told = {"className": "ioc-more", "hidden": True, "data-more": list_id}
    return html.A(href=href, **told) if href else html.P(**told)


def _cell(cell: TextCell | AgeCell, now_ms: int, language: Language) -> Component | str:
    return cell.t if isinstance(cell, TextCell) else age(cell.as_of_ms, cell.stale_after_s, now_ms, language)


def table(heads: Sequence[str], rows: Iterable[Component], caption: str = "", kind: str = "") -> Component:
    """A table with scoped heads. The first column is text; the others are figures, unless CSS says otherwise."""
    named = [html.Caption(caption, className="ioc-hidden")] if caption else []
    return html.Div(
        html.Table(
            [*named, html.Thead(html.Tr([html.Th(text, scope="col") for text in heads])), html.Tbody(list(rows))],
            className=f"ioc-table ioc-table--{kind}" if kind else "ioc-table",
            **{"data-table": kind} if kind else {},
        ),
        className="ioc-scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption} if caption else {},
    )


def section(
    title: str | Component, children: list[Component], aside: str | Component = "", name: str = ""
) -> Component:
    """A titled part of a page."""
    head = [title, html.Span(aside, className="ioc-aside")] if aside else [title]
    return html.Section(
        [html.H2(head), *children], className=f"ioc-section ioc-section--{name}" if name else "ioc-section"
    )


def phone_fold(said: str | list[Component], children: list[Component], *, name: str = "", head: str = "") -> Component:
    """Folded behind the line ``said`` on a telephone, open where there is room and on paper; needs no script.

    What somebody opened stays open in a region that is drawn again when the fold has a ``name``. ``head`` is its
    heading where the line is not shown.
    """
    headed = [html.H3(head, className="ioc-phone-fold__head")] if head else []
    named = {"data-fold": name} if name else {}
    return html.Details([html.Summary(said), *headed, *children], className="ioc-phone-fold", **named)


def phone_table(
    heads: Sequence[str], rows: Sequence[Component], language: Language, *, caption: str, kind: str
) -> Component:
    """A `table`; on a telephone behind a line that counts its rows."""
    said = words(language).ngettext("Xem bảng ({n} dòng)", len(rows)).format(n=len(rows))
    return phone_fold(said, [table(heads, rows, caption, kind)], name=kind)


def empty(why: str, waits_for: str = "") -> Component:
    """An empty state: why nothing is shown and what it waits for."""
    lines = [html.P(why)] + ([html.P(waits_for, className="ioc-empty__wait")] if waits_for else [])
    return html.Div(lines, className="ioc-empty")


def legend(title: str, labels: Sequence[str], no_data: str) -> Component:
    """Legend of the map's classes, mildest first, and of hatching (no data)."""
    classes = [
        html.Span([html.I(className=f"ioc-swatch ioc-swatch--{i}", **{"aria-hidden": "true"}), text])
        for i, text in enumerate(labels)
    ]
    unknown = html.Span([html.I(className="ioc-swatch ioc-swatch--none", **{"aria-hidden": "true"}), no_data])
    return html.Div([html.B(title), *classes, unknown], className="ioc-legend")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
