"""Public kiosk: a playlist of large cards without navigation or interaction; it receives public view-models only."""

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpis.kpi import Audience
from domain.places.place import PROVINCE
from domain.text import Text
from layouts.parts.components import age, bullet, card_attributes, part, value_and_unit
from layouts.parts.screen import Screen, ScreenData
from layouts.parts.shell import clock, simulated_banner
from present.cards import PublicCardVM
from present.public_cards import dwell_s, public_cards
from present.text import words
from queries.results import RESULTS


def layout(data: ScreenData) -> Component:
    """Slides in declared order. The first one shows; the browser turns them."""
    _ = words(data.language)
    shown = [vm for vm in public_figures(data) if not vm.stale]
    slides = [_slide(vm, data, first=i == 0) for i, vm in enumerate(shown)] or [_neutral(data)]
    head = html.Header(
        [html.Strong("Long An số", className="ioc-kiosk__brand"), simulated_banner(_), clock(data, seconds=False)]
    )
    marks = [html.I(**({"data-on": ""} if i == 0 else {})) for i in range(len(shown))]
    dots = html.Div(marks, className="ioc-kiosk__dots", **{"aria-hidden": "true"})
    return html.Div([head, *slides, dots], className="ioc-kiosk", **{"data-kiosk": "public"})


def public_figures(data: ScreenData) -> list[PublicCardVM]:
    """The cards that the KPIs' public rules allow now."""
    province = {key: result for (key, place), result in data.get(RESULTS).items() if place == PROVINCE}
    return public_cards(data.kpis, data.feeds, province, data.language, data.now)


def _slide(vm: PublicCardVM, data: ScreenData, *, first: bool) -> Component:
    _ = words(data.language)
    on = {"data-on": ""} if first else {}
    said = html.Footer(
        [
            html.Span([_("Nguồn") + ": ", part("source", vm.source)]),
            part("coverage", vm.coverage),
            html.Span(
                [
                    # Without scripts the age is a clock time, beside which these words make no sense: CSS hides them.
                    html.Span(_("Số liệu cách đây") + " ", className="ioc-ago"),
                    age(vm.as_of_ms, vm.stale_after_s, to_ms(data.now), data.language, is_part=True),
                ]
            ),
        ]
    )
    body = html.Article(
        [
            part("headline", vm.headline, html.H1),
            value_and_unit(vm, html.P),
            bullet(vm.fill, vm.mark),
            part("context", vm.context, html.P),
            said,
        ],
        className="ioc-public",
        **card_attributes(vm),
        **{"data-public": ""},
    )
    return html.Section(
        body, className="ioc-slide", **{"data-slide": vm.key, "data-dwell": str(dwell_s(vm.headline)), **on}
    )


def _neutral(data: ScreenData) -> Component:
    _ = words(data.language)
    body = html.Article(
        [
            html.H1(_("Số liệu đang được cập nhật")),
            html.P(
                _("Màn hình này hiện số liệu công khai của tỉnh ngay khi nguồn gửi đủ."), className="ioc-kiosk__wait"
            ),
        ],
        className="ioc-public",
    )
    return html.Section(body, className="ioc-slide", **{"data-slide": "neutral", "data-dwell": "30", "data-on": ""})


SCREEN = Screen(
    key="kiosk",
    path="/kiosk",
    title=Text("Màn hình công cộng", "Public screen"),
    order=90,
    layout=layout,
    nav=False,
    audience=Audience.PUBLIC,
    needs=(RESULTS,),
)
