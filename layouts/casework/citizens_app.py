"""Long An Số: who uses the province's app, and what they call: a bar a service of the articles' list."""

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpis.kpi import Kpi
from domain.observation import Kind
from domain.places.place import PROVINCE
from domain.services.citizen import CALLS
from domain.text import Text
from layouts.parts.cards import card_vm, figure
from layouts.parts.components import age, bullet, empty, section
from layouts.parts.links import kpi_address
from layouts.parts.screen import ScreenData
from present import formats
from queries.results import RESULTS

FEED = "citizens"
_TITLE = Text("Long An Số: lượt dùng theo dịch vụ", "Long An Số: calls by service")
_NONE = Text("Chưa có số liệu sử dụng Long An Số.", "No figures of the use of Long An Số yet.")
_WAITS = Text("Đang chờ: {who}", "Waiting for: {who}")
_BESIDE = ("services_app_installs", "app_users", "app_contests")
_LONGEST = Text(
    "Thanh dài nhất là dịch vụ được dùng nhiều nhất. Lượt không phải là người.",
    "The longest bar is the service most used. Calls are not people.",
)


def long_an_so_section(data: ScreenData) -> list[Component]:
    """Installs, users and contests in a line, then the services, the most used first; unknown is "—" at the end."""
    language = data.language
    title = _TITLE.to(language)
    calls = [(kpi, figure(data, kpi)) for key in CALLS if (kpi := data.kpis.get(f"calls_{key}"))]
    known = [value for _, value in calls if value is not None]
    if not known:
        who = data.feeds[FEED].owner.office.to(language)
        return [section(title, [empty(_NONE.to(language), _WAITS.to(language).format(who=who))])]
    most = max(known) or 1.0
    ordered = sorted(calls, key=lambda one: (one[1] is None, -(one[1] or 0.0), one[0].order))
    results = [result for kpi, _ in calls if (result := data.get(RESULTS).get((kpi.key, PROVINCE)))]
    simulated = any(result.kinds.get(Kind.SIMULATED) for result in results)
    newest = max((result.as_of for result in results if result.as_of), default=None)
    stale_after_s = int(data.feeds[FEED].stale_after.total_seconds())
    told = age(None if newest is None else to_ms(newest), stale_after_s, to_ms(data.now), language)
    beside = [part for key in _BESIDE if (kpi := data.kpis.get(key)) for part in (_stated(data, kpi), " · ")][:-1]
    body: list[Component] = [
        html.P(beside, className="ioc-note"),
        html.Ul([_service(data, kpi, value, most) for kpi, value in ordered], className="ioc-calls"),
        html.P([_LONGEST.to(language), " ", told], className="ioc-note"),
    ]
    marked = {"data-simulated": "true" if simulated else "false"}
    return [html.Div(section(title, body), **marked)]


def _stated(data: ScreenData, kpi: Kpi) -> Component:
    """A figure of the app as a whole, which leads to its page."""
    vm = card_vm(data, kpi)
    said = f"{kpi.short.to(data.language)}: {vm.value} {vm.unit}".strip()
    return html.A(said, href=kpi_address(data, kpi))


def _service(data: ScreenData, kpi: Kpi, value: float | None, most: float) -> Component:
    name = CALLS[kpi.key.removeprefix("calls_")].to(data.language)
    said = formats.UNKNOWN if value is None else formats.number(value, 0, data.language)
    return html.Li(
        [
            html.A(name, href=kpi_address(data, kpi)),
            bullet(None if value is None else value / most, None),
            html.B(said),
        ],
        **{"data-calls": kpi.key},
    )
