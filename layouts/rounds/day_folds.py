"""What a dispatcher opens when the first screen is not enough: one fold a subject, with its count in the heading."""

from dash import html
from dash.development.base_component import Component

from areas.waste import AREA
from domain.waste.run import RunResult, StreetState
from layouts.parts.area_screen import communes
from layouts.parts.cards import cards
from layouts.parts.components import section
from layouts.parts.screen import ScreenData
from layouts.rounds.run_audits import corrections
from layouts.rounds.run_lists import lists
from layouts.rounds.tracker_steps import tracker_steps
from layouts.rounds.vehicle_table import vehicle_table
from layouts.rounds.vehicle_work import events, plant
from layouts.rounds.waste_kpis import indicators
from present.text import words
from queries.collection import COLLECTION
from queries.fleet import FLEET
from queries.places import PLACES
from queries.results import RESULTS

TO_CHECK = (StreetState.MISSED, StreetState.UNKNOWN, StreetState.PASSED)


def day_folds(data: ScreenData) -> list[Component]:
    """Figures, streets to check, trackers, plant and driving, every vehicle, communes, corrections."""
    _ = words(data.language)
    found = data.get(COLLECTION)
    folds = [_fold("figures", _("Chỉ số"), "", [*indicators(data), *_sets(data)])]
    if found is not None and found.runs:
        folds.append(_fold("streets", _("Đường cần kiểm tra"), _to_check(data, found.runs), [lists(data, found.runs)]))
    if found is not None:
        drive = html.Div([plant(data, found.vehicles), events(data, found.vehicles)], className="ioc-lists")
        folds += [
            _fold("trackers", _("Thiết bị định vị"), "", [tracker_steps(data, found)]),
            _fold("plant", _("Nhà máy, sự kiện khi chạy"), "", [drive]),
        ]
    vehicles = str(len(data.get(FLEET)) or "")
    folds += [
        _fold("vehicles", _("Từng xe"), vehicles, vehicle_table(data)),
        _fold("communes", _("Theo xã, phường"), "", communes(data, [AREA.fleet])),
    ]
    if found is not None and found.audits:
        folds.append(_fold("corrections", _("Điều chỉnh"), str(len(found.audits)), [corrections(data, found)]))
    return folds


def _fold(key: str, title: str, aside: str, body: list[Component]) -> Component:
    head = html.Summary([html.B(title), html.Span(aside, className="ioc-aside")])
    return html.Details([head, html.Div(body, className="ioc-fold__body")], className="ioc-fold", **{"data-fold": key})


def _to_check(data: ScreenData, runs: tuple[RunResult, ...]) -> str:
    """How many streets are in each state that asks for a look."""
    _ = words(data.language)
    said = {
        StreetState.MISSED: _("{n} bỏ sót"),
        StreetState.UNKNOWN: _("{n} chưa xác minh được"),
        StreetState.PASSED: _("{n} chạy qua, chưa thu"),
    }
    counts = {state: sum(run.count(state) for run in runs) for state in TO_CHECK}
    return " · ".join(said[state].format(n=n) for state, n in counts.items() if n)


def _sets(data: ScreenData) -> list[Component]:
    """Lines of each place set that has results: the province's target is for Tân An, not for all communes."""
    spoken = [one for key, one in data.get(PLACES).sets.items() if any(place == key for _, place in data.get(RESULTS))]
    return [
        section(
            one.names.to(data.language),
            [html.Div(cards(data, AREA.feeds, shape="line", place=one.key, wall=True), className="ioc-kpis")],
            name="set",
        )
        for one in spoken
    ]
