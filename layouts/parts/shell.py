"""The shell of every page: skip link, bar (name, banner, navigation, territory, language, clock), problem line."""

from collections.abc import Iterable, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.text import Language
from layouts.parts.ids import cid
from layouts.parts.links import address
from layouts.parts.screen import Screen, ScreenData
from layouts.parts.territory import territory_choice, territory_notice
from present import formats
from present.text import Words, words
from present.wire import ACCOUNT, REVISION
from queries.ask import Ask


def shell(screen: Screen, screens: Iterable[Screen], data: ScreenData) -> Component:
    """The page of ``screen``; a screen outside the navigation (kiosk) gets no bar."""
    _ = words(data.language)
    stores = [
        dcc.Store(id=cid(screen.key, REVISION), data=0),
        dcc.Store(id=cid(screen.key, "query"), data={**data.query, "lang": data.language}),
    ]
    problem = [html.Div(data.problem.to(data.language), className="ioc-problem", role="alert")] if data.problem else []
    content = html.Main(
        [*problem, *territory_notice(data), screen.layout(data)],
        id="content",
        className=f"ioc-main ioc-main--{screen.key}",
        tabIndex="-1",
    )
    frame = [_skip_link(_), _bar(screen, screens, data, _), content] if screen.nav else [content]
    return html.Div(
        [*frame, *stores],
        className=f"ioc-page ioc-page--{screen.key}",
        lang=data.language,
        **{
            "data-screen": screen.key,
            "data-audience": screen.audience.value,
            "data-topics": ",".join(screen.topics),
            "data-title": screen.title.to(data.language),
            "data-regions": " ".join(_followed(screen, data)),
            **({"data-lists": ""} if any(ask.follows_lists for ask in _shown_again(screen)) else {}),
        },
    )


def _followed(screen: Screen, data: ScreenData) -> list[str]:
    """The KPIs whose changes change what the screen's regions show."""
    return [
        key for key, kpi in data.kpis.items() if any(ask.follows(data.feeds[kpi.feed]) for ask in _shown_again(screen))
    ]


def _shown_again(screen: Screen) -> Sequence[Ask[Any]]:
    """What the regions of a screen show."""
    return (screen.again or screen.needs) if screen.regions else ()


def unknown_address(language: Language) -> Component:
    """Page for an address without a screen, with a link to the wall."""
    _ = words(language)
    way_back = html.A(_("Về màn hình toàn cảnh"), href="/?lang=en" if language == "en" else "/", className="ioc-chip")
    said = html.Main([html.H1(_("Không có trang này")), way_back], className="ioc-main ioc-lost")
    return html.Div(said, className="ioc-page")


def simulated_banner(_: Words) -> Component:
    """The simulation banner. Always in the page; CSS shows it while any shown value is simulated."""
    return html.Strong(_("DỮ LIỆU MÔ PHỎNG"), className="ioc-simulated", role="status", **{"data-part": "simulated"})


def made_at(data: ScreenData) -> Component:
    """Note that this page does not update itself; CSS hides it where scripts run, and the buttons where none do."""
    _ = words(data.language)
    said = _("Trang này không tự cập nhật · số liệu đến {at} · hãy tải lại trang")
    at = f"{formats.clock(data.now)} {formats.day(data.now, data.language)}"
    lacks = html.Span(" · " + _("nút bấm và ô nhập cần JavaScript"))
    return html.P([said.format(at=at), lacks], className="ioc-made", role="status")


def clock(data: ScreenData, *, seconds: bool = True) -> Component:
    """Weekday, date and a running HH:MM:SS (assets/scripts/26-shell.js); HH:MM without ``seconds``."""
    hour = formats.clock_s(data.now) if seconds else formats.clock(data.now)
    return html.Div(
        [
            html.Span(formats.weekday(data.now, data.language), className="ioc-date"),
            html.Time(hour, className="ioc-clock", **{"data-clock": str(to_ms(data.now))}),
        ],
        className="ioc-now",
    )


def _skip_link(_: Words) -> Component:
    return html.A(_("Đến nội dung chính"), href="#content", className="ioc-skip")


def _bar(current: Screen, screens: Iterable[Screen], data: ScreenData, _: Words) -> Component:
    links = [
        html.A(
            screen.title.to(data.language),
            href=address(data, screen.path),
            className="ioc-nav__link",
            **{"aria-current": "page"} if screen.key == current.key else {},
        )
        for screen in sorted(screens, key=lambda s: s.order)
        if screen.nav and screen.listed and screen.path != "/"
    ]
    links.append(html.A(_("Tài khoản"), href=address(data, ACCOUNT, territory=""), className="ioc-nav__link"))
    here = current.here(data.query)
    return html.Header(
        [
            html.A("IOC Long An", href=address(data, "/"), className="ioc-brand"),
            simulated_banner(_),
            html.Nav(links, className="ioc-nav", **{"aria-label": _("Các màn hình")}),
            territory_choice(data, here, _language(data, here, "ioc-territory__language")),
            _language(data, here, "ioc-nav__link ioc-nav__language"),
            clock(data),
        ],
        className="ioc-bar",
    )


def _language(data: ScreenData, path: str, look: str) -> Component:
    """A link to this page in the other language; the bar shows it on its own or, on telephones, in a menu."""
    other, label = ("", "Tiếng Việt") if data.language == "en" else ("en", "English")
    return html.A(label, href=address(data, path, lang=other), className=look, lang=label[:2].lower())
