"""The wall's focus slot: the worst KPI, large, with its owner; afterwards assets/scripts/35-focus.js updates it."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpis.kpi import Kpi, Status
from domain.places.place import PROVINCE
from layouts.parts.cards import card_vm, status_of
from layouts.parts.components import age, bullet, card_attributes, course, facts, part, spark, value_and_unit
from layouts.parts.screen import ScreenData
from present.cards import GLYPHS
from present.text import words
from queries.results import RESULTS

URGENT = (Status.CRITICAL, Status.WARNING)


def focus_slot(data: ScreenData, kpis: Sequence[Kpi]) -> Component:
    """The most urgent of ``kpis``, among equals the one that has lasted longest; hidden when none is urgent."""
    _ = words(data.language)
    found = urgent(data, kpis)
    others = " · ".join(f"{GLYPHS[status_of(data, k, PROVINCE)]} {k.short.to(data.language)}" for k in found[1:])
    return html.Section(
        [
            *([_card(data, (found or kpis)[0], shown=bool(found))] if kpis else []),
            html.P(
                [_("Cùng lúc: "), html.Span(others, **{"data-focus-others": ""})],
                className="ioc-note",
                hidden=not others,
            ),
        ],
        className="ioc-focus",
        hidden=not found,
        **{"data-focus": "", "aria-live": "polite", "aria-label": _("Cần chú ý nhất")},
    )


def urgent(data: ScreenData, kpis: Sequence[Kpi]) -> list[Kpi]:
    """KPIs that are critical or high: critical first, then the one that has lasted longest."""
    found = [kpi for kpi in kpis if status_of(data, kpi, PROVINCE) in URGENT]
    return sorted(
        found,
        key=lambda k: (URGENT.index(status_of(data, k, PROVINCE)), data.get(RESULTS)[k.key, PROVINCE].since, k.key),
    )


def _card(data: ScreenData, kpi: Kpi, *, shown: bool) -> Component:
    vm = card_vm(data, kpi)
    attributes = card_attributes(vm) if shown else {"data-kpi": "", "data-place": PROVINCE, "data-simulated": "false"}
    return html.Article(
        [
            part("name", vm.name, html.H2),
            html.Span(
                [part("glyph", vm.glyph), part("word", vm.word), part("since", vm.since)], className="ioc-signal"
            ),
            value_and_unit(vm),
            spark(vm),
            bullet(vm.fill, vm.mark),
            course(vm),
            facts(vm),
            part("owner", vm.owner, html.P),
            age(vm.as_of_ms, vm.stale_after_s, to_ms(data.now), data.language, is_part=True),
        ],
        className=f"ioc-card ioc-card--{vm.status} ioc-card--as-focus",
        **attributes,
    )
