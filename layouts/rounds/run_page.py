"""One run: time scale, track, result of every street, vehicles, and the dispatcher's assignment form."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from domain.instant import day_start
from domain.text import Text
from domain.waste.run import AssignedBy, Override, RunResult, RunState, StreetResult, StreetState
from layouts.parts.components import empty, phone_fold, section, table
from layouts.parts.ids import cid
from layouts.parts.screen import ScreenData
from layouts.rounds.day_head import newest_fix, simulated, state_bar
from layouts.rounds.drivers import stints_panel
from layouts.rounds.replay import replay
from layouts.rounds.run_audits import corrections
from layouts.rounds.run_lists import evidence
from layouts.rounds.run_timeline import axis_of, bars, delay_words, ends_words, lane
from layouts.rounds.run_words import (
    STATE_WORDS,
    away_since,
    came_at,
    downloads,
    gap_text,
    in_part,
    length,
    mark,
    run_word,
    silent_since,
    span,
    street_word,
    time_of,
    told,
    vehicle_address,
    way_back,
)
from layouts.rounds.runs_now import is_overdue, state_words
from present import formats
from present.text import words
from queries.collection import COLLECTION
from queries.fleet import FLEET
from rounds.lookup.street_now import is_there

SCREEN = "waste"


def asked_run(data: ScreenData) -> RunResult | None:
    """The run that the address names."""
    number = data.query.get("number", "1")
    found = data.get(COLLECTION)
    if found is None or not number.isdecimal():
        return None
    return found.run(data.query.get("run", ""), int(number))


def run_head(data: ScreenData) -> list[Component]:
    """Which run it is, how it stands, what became of its streets: before the map."""
    _ = words(data.language)
    run, found = asked_run(data), data.get(COLLECTION)
    if run is None or found is None:
        title = html.H1(_("Không có chuyến này trong ngày."))
        return [way_back(data), title, empty(_("Chọn một chuyến ở trang Rác thải."))]
    over = run.state is RunState.RUNNING and is_overdue(run, data.now)
    # A run that is past its time is overdue on every page; how late its last street was says less.
    delay = state_words(data, run) if over else delay_words(data, run)
    stands = (
        "" if over and (silent_since(run, data.now) or away_since(run)) else run_word(run, data.now).to(data.language)
    )
    planned = (
        _("theo lịch {span}").format(span=span(run.begins, run.ends)) if run.begins else _("kế hoạch không ghi giờ")
    )
    said = (stands, delay, ends_words(data, run), planned)
    facts = " · ".join(text for text in said if text)
    title = html.H1(f"{run.name} · {formats.day(day_start(run.day), data.language)}")
    axis = axis_of([run])
    lanes = [
        html.Div(className="ioc-lane", **lane(axis, (), data.now, scale=True)),
        html.Div(className="ioc-lane ioc-lane--tall", **lane(axis, bars(run), data.now)),
    ]
    top = html.Div([title, newest_fix(data, [run])], className="ioc-day__title")
    return [way_back(data), top, html.P(facts), *lanes, state_bar(data, [run]), html.Div(**simulated(found))]


def run_track(data: ScreenData) -> Component:
    """The player of the track of the vehicle that worked on the run longest; nothing before one is known.

    The days of all its vehicles are linked from `run_page`.
    """
    run = asked_run(data)
    if run is None or not run.assignments:
        return html.Div()
    worked = {vehicle: timedelta() for vehicle in run.vehicles}
    for one in run.assignments:
        worked[one.vehicle] += one.until - one.since
    vehicle = max(worked, key=lambda one: worked[one])
    mine = [one for one in run.assignments if one.vehicle == vehicle]
    title = words(data.language)("Hành trình xe {vehicle} trong chuyến này").format(vehicle=vehicle)
    return replay(data, title, vehicle, (min(one.since for one in mine), max(one.until for one in mine)))


def run_page(data: ScreenData) -> list[Component]:
    """Below the map: its streets in order, its vehicles, its track as files, what was corrected."""
    run, found = asked_run(data), data.get(COLLECTION)
    if run is None or found is None:
        return []
    files = [downloads(data, "runs", run.day.isoformat(), run.route, str(run.number))] if run.fixes else []
    own = tuple(audit for audit in found.audits if (audit.route, audit.number) == (run.route, run.number))
    said_of = [one for one in found.overrides if (one.route, one.number) == (run.route, run.number)]
    corrected = [corrections(data, replace(found, audits=own), of_one=True)] if own else []
    return [_streets(data, run), _who(data, run, said_of), *files, *corrected]


def _streets(data: ScreenData, run: RunResult) -> Component:
    _ = words(data.language)
    heads = (_("Đường"), _("Kết quả"), _("Kế hoạch"), _("Thực tế"), _("Chiều dài"), _("Bằng chứng"))
    rows = [_street(data, run, street) for street in run.streets]
    # A telephone says how many are in which state; the street that somebody asks after is one tap further.
    counts = {state: run.count(state) for state in STATE_WORDS}
    said = " · ".join(f"{n} {STATE_WORDS[state].to(data.language)}" for state, n in counts.items() if n)
    listed = phone_fold(said, [table(heads, rows, kind="streets")], name="streets")
    return section(_("Từng đường theo thứ tự"), [listed], aside=str(len(rows)))


def _street(data: ScreenData, run: RunResult, street: StreetResult) -> Component:
    _ = words(data.language)
    word = street_word(run, street, data.now).to(data.language)
    proofs = evidence(data, run, told(run, street, data.now))
    proof = html.Details([html.Summary(_("xem")), *proofs], **{"data-fold": f"street-{street.order}"})
    return html.Tr(
        [
            html.Th(f"{street.order}. {street.name}", scope="row"),
            html.Td([mark(street.state, data.language), " ", word]),
            html.Td(span(street.begins, street.ends), **{"data-head": _("Kế hoạch")}),
            html.Td(_actual(data, run, street), **{"data-head": _("Thực tế")}),
            html.Td(
                _("điểm dừng") if street.is_stop else length(street.due_m, data.language),
                **{"data-head": _("Chiều dài")},
            ),
            html.Td(proof, className="ioc-words"),
        ]
    )


def _actual(data: ScreenData, run: RunResult, street: StreetResult) -> str:
    """When it was collected, else driven through or come to: of a missed one nothing, whoever passed its corner."""
    _ = words(data.language)
    whole, to_come = street.state is StreetState.SERVED, _expected(data, street)
    if street.served and (whole or in_part(run, street)):
        if whole and is_there(run, street, data.now):
            return _("thu từ {at}").format(at=time_of(street.served[0]))
        said = _("đã thu lúc {at}") if whole else _("thu một phần lúc {at}")
        return " · ".join(filter(None, (said.format(at=span(*street.served)), to_come)))
    if street.state is StreetState.DUE and (at := came_at(run, street)):
        return _("xe tới lúc {at}").format(at=time_of(at))
    passed = street.state is not StreetState.MISSED and bool(street.metres(StreetState.PASSED))
    if (passed or street.state is StreetState.UNKNOWN) and (at := run.through_at(street)):
        # Of one that is not known how far its truck went, only that it came.
        said = _("đã qua lúc {at}") if passed else _("xe tới lúc {at}")
        return said.format(at=time_of(at))
    return to_come or formats.UNKNOWN


def _expected(data: ScreenData, street: StreetResult) -> str:
    """When its truck is expected; "" of one that nobody foretells, or whose hour has passed."""
    eta = street.expected
    if eta is None or eta.at < data.now:
        return ""
    said = words(data.language)("dự kiến {at} ({span})")
    return said.format(at=time_of(eta.at), span=span(eta.low, eta.high))


def _who(data: ScreenData, run: RunResult, said_of: Sequence[Override]) -> Component:
    _ = words(data.language)
    day = run.day.isoformat()
    lines = [
        html.Li(
            [
                html.B(html.A(one.vehicle, href=vehicle_address(data, one.vehicle, day), className="ioc-link")),
                html.Span(
                    f"{span(one.since, one.until)} · "
                    + (
                        _("điều phối chỉ định")
                        if one.by is AssignedBy.OVERRIDE
                        else _("độ khớp {share}%").format(share=formats.number(100 * one.confidence, 0, data.language))
                    ),
                    className="ioc-note",
                ),
            ]
        )
        for one in run.assignments
    ]
    lines += [
        html.Li(
            [
                html.B(f"✎ {one.vehicle}"),
                html.Span(
                    " · ".join(filter(None, (span(one.since, one.until), one.by, one.note, time_of(one.said_at)))),
                    className="ioc-note",
                ),
            ]
        )
        for one in said_of
    ]
    silences = ", ".join(gap_text(data, run, gap) for gap in run.gaps)
    gaps = [html.P(_("Mất tín hiệu: {gaps}").format(gaps=silences), className="ioc-note")]
    # Who collected may have been on another run, and is at least named.
    lines += [] if run.assignments else [_collected(data, one, day) for one in _collectors(run)]
    none = [] if lines else [empty(_("Chưa biết xe nào chạy chuyến này."))]
    return section(_("Xe chạy chuyến này"), [*none, html.Ul(lines, className="ioc-log"), *(gaps if run.gaps else [])])


def _collectors(run: RunResult) -> list[str]:
    served = (one for street in run.streets for one in street.stretches if one.state is StreetState.SERVED)
    return sorted({one.vehicle for one in served if one.vehicle})


def _collected(data: ScreenData, vehicle: str, day: str) -> Component:
    said = words(data.language)("đã thu trên tuyến này, chưa chắc là xe của chuyến")
    link = html.A(vehicle, href=vehicle_address(data, vehicle, day), className="ioc-link")
    return html.Li([html.B(link), html.Span(said, className="ioc-note")])


FIELDS = ("vehicle", "since", "until", "by", "note")


def override_form(data: ScreenData) -> Component:
    """The dispatcher's form. It is outside the redrawn part, so nothing typed is lost."""
    _ = words(data.language)
    run = asked_run(data)
    if run is None:
        return html.Div()
    labels = (_("Xe"), _("Từ giờ"), _("Đến giờ"), _("Người chỉ định"), _("Ghi chú"))
    given = ("", time_of(run.begins) if run.begins else "", time_of(run.ends) if run.ends else "", "", "")
    fields = [
        html.Label(
            [
                label,
                dcc.Input(
                    id=cid(SCREEN, f"override-{name}"),
                    type="text",
                    value=value,
                    maxLength=300,
                    placeholder="17:30" if name in ("since", "until") else "",
                    list=cid(SCREEN, "fleet") if name == "vehicle" else "",
                    className="ioc-field",
                ),
            ]
        )
        for name, label, value in zip(FIELDS, labels, given, strict=True)
    ]
    known = html.Datalist([html.Option(value=one) for one in sorted(data.get(FLEET))], id=cid(SCREEN, "fleet"))
    button = html.Button(_("Lưu chỉ định"), id=cid(SCREEN, "override"), className="ioc-button", n_clicks=0)
    said = html.Div(id=cid(SCREEN, "override-said"), role="status")
    hint = html.P(_("Lần chỉ định sau thay lần trước; nếu nhầm, hãy chỉ định lại xe đúng."), className="ioc-note")
    return section(
        _("Chỉ định xe cho chuyến này"), [html.Div([*fields, button], className="ioc-override"), known, hint, said]
    )


def run_drivers(data: ScreenData) -> Component:
    """The run's drivers. Also outside the redrawn part, so the API is asked only once."""
    run = asked_run(data)
    if run is None:
        return html.Div()
    return stints_panel(data, f"/api/v1/runs/{run.day}/{quote(run.route)}/{run.number}/drivers")


def override_notice(data: ScreenData, why: Text | None) -> Component:
    """Notice that the assignment was saved, or ``why`` not."""
    _ = words(data.language)
    if why is not None:
        return html.P(why.to(data.language), className="ioc-problem")
    return html.P(_("Đã lưu. Hệ thống đánh giá lại chuyến trong vài giây."), className="ioc-notice")
