"""Public kiosk: a playlist of large cards without navigation or interaction; it receives public view-models only."""

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.instant import to_ms
from domain.kpis.kpi import Audience
from domain.places.place import PROVINCE
from domain.text import Text
from layouts.parts.announcements import announcements
from layouts.parts.components import age, bullet, card_attributes, part, value_and_unit
from layouts.parts.screen import Screen, ScreenData
from layouts.parts.shell import clock, simulated_banner
from present.cards import PublicCardVM
from present.hundred import of_hundred, picture
from present.public_cards import dwell_s, public_cards
from present.text import words
from queries.announced import ANNOUNCED
from queries.results import RESULTS


def layout(data: ScreenData) -> Component:
    """Slides with and without statistics in turn. The first one shows; the browser turns them."""
    _ = words(data.language)
    figures = [_slide(vm, data) for vm in public_figures(data) if not vm.stale]
    slides = _in_turn(announcements(data), figures) or [_neutral(data)]
    slides[0] = _with(slides[0], {"data-on": ""})
    head = html.Header(
        [html.Strong("Long An số", className="ioc-kiosk__brand"), simulated_banner(_), clock(data, seconds=False)]
    )
    marks = [html.I(**({"data-on": ""} if i == 0 else {})) for i in range(len(slides))]
    dots = html.Div(marks, className="ioc-kiosk__dots", **{"aria-hidden": "true"})
    return html.Div([head, *slides, dots], className="ioc-kiosk", **{"data-kiosk": "public"})


def _in_turn(told: list[Component], figures: list[Component]) -> list[Component]:
    """Each figure after something told, which is repeated while figures are left.

    So half of the slides need no statistics.
    """
    if not told or not figures:
        return told or figures
    rounds = max(len(told), len(figures))
    turns: list[Component] = []
    for n in range(rounds):
        again = n // len(told)
        one = told[n % len(told)]
        turns.append(_with(one, {"data-slide": f"{_key(one)}-{again}"}) if again else one)
        turns += figures[n : n + 1]
    return turns


def _key(slide: Component) -> str:
    return str(slide.to_plotly_json()["props"]["data-slide"])


def _with(slide: Component, more: Mapping[str, str]) -> Component:
    """The slide with other attributes; a component of Dash may be in the page only once."""
    props = slide.to_plotly_json()["props"]
    return html.Section(**{**props, **more})


def public_figures(data: ScreenData) -> list[PublicCardVM]:
    """The cards that the KPIs' public rules allow now."""
    province = {key: result for (key, place), result in data.get(RESULTS).items() if place == PROVINCE}
    return public_cards(data.kpis, data.feeds, province, data.language, data.now)


def _slide(vm: PublicCardVM, data: ScreenData) -> Component:
    _ = words(data.language)
    kpi = data.kpis[vm.key]
    rule = kpi.public
    drawn = vm.fill is not None and rule is not None and vm.value.endswith("%")
    said = html.Footer(
        [
            html.Span([_("Nguồn") + ": ", part("source", vm.source)]),
            part("coverage", vm.coverage),
            html.Span(
                [
                    # Without scripts the age is a clock time, which these words do not fit: the frame hides them.
                    html.Span(_("Số liệu cách đây") + " ", className="ioc-ago"),
                    age(vm.as_of_ms, vm.stale_after_s, to_ms(data.now), data.language, is_part=True),
                ]
            ),
        ]
    )
    # No fact twice: the sentence may hold the figure, the picture is the bar.
    body: list[Component] = [part("headline", vm.headline, html.H1)]
    if vm.value.rstrip("%") not in vm.headline:
        body.append(value_and_unit(vm, html.P))
    if drawn and vm.fill is not None and rule is not None:
        body.append(html.Img(src=picture(vm.fill, houses=rule.houses), alt="", className="ioc-picture"))
    elif vm.mark is not None:
        body.append(bullet(vm.fill, vm.mark))
    if vm.context:
        body.append(part("context", vm.context, html.P))
    filled = {"data-hundred": str(of_hundred(vm.fill))} if drawn and vm.fill is not None else {}
    article = html.Article(
        [*body, said],
        className="ioc-public" + ("" if drawn else " ioc-public--words"),
        **card_attributes(vm),
        **{"data-public": "", **filled},
    )
    return html.Section(
        article, className="ioc-slide", **{"data-slide": vm.key, "data-dwell": str(dwell_s(vm.headline))}
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
    return html.Section(body, className="ioc-slide", **{"data-slide": "neutral", "data-dwell": "30"})


SCREEN = Screen(
    key="kiosk",
    path="/kiosk",
    title=Text("Màn hình công cộng", "Public screen"),
    order=90,
    layout=layout,
    requires=Need.PUBLIC,
    nav=False,
    audience=Audience.PUBLIC,
    needs=(RESULTS, ANNOUNCED),
)
