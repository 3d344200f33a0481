"""The leader's page: what leaders are judged by and the province's goals, what changed; all else folded."""

from collections.abc import Sequence
from datetime import date

from dash import html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.instant import to_ms
from domain.kpis.goals import Standing
from domain.kpis.kpi import Audience, Kpi
from domain.kpis.ranking import ordered, ranked_by
from domain.morning import Morning
from domain.places.place import IN_FORCE, PROVINCE
from domain.text import Text
from layouts.map.maps import map_panel
from layouts.parts.brief import brief_of
from layouts.parts.cards import ATTENTION, card_vm, kpis_of, status_of
from layouts.parts.changes import since_last_visit
from layouts.parts.components import age, card_attributes, part, section, value_and_unit
from layouts.parts.disagreements import readings_section
from layouts.parts.goals import furthest, goal_card, goals_of, headline
from layouts.parts.ids import cid
from layouts.parts.leads import leads_section
from layouts.parts.links import address, kpi_address
from layouts.parts.ranking import ranking
from layouts.parts.screen import Screen, ScreenData
from present.text import words
from queries.briefs import BRIEFS
from queries.changes import CHANGES
from queries.courses.series import SERIES
from queries.maps.level import MAP_LEVEL
from queries.observed.disagreements import DISAGREEMENTS
from queries.previous import PREVIOUS
from queries.results import RESULTS

MORNINGS_SHOWN = 31
GOALS_SHOWN = 5


def layout(data: ScreenData) -> Component:
    """What fits a telephone's first screens: goals and changes; then everything else, folded."""
    _ = words(data.language)
    summary_, goals_, rest_, ranked = (
        html.Div(region(data), id=cid(SCREEN.key, name), className=f"ioc-leader__{name}")
        for name, region in SCREEN.regions.items()
    )
    compared = ranked_by(data.kpis, data.areas, data.territory, data.query)[1]
    chart = map_panel(data, compared, path=SCREEN.path, vehicles=False, still=True)
    communes = html.Details(
        [html.Summary(_("Từng xã, phường: bản đồ và xếp hạng")), chart, ranked],
        open="kpi" in data.query,
        className="ioc-fold",
    )
    return html.Div([summary_, goals_, rest_, communes], className="ioc-leader")


def summary(data: ScreenData) -> list[Component]:
    """How many goals are met, which is furthest off and whose it is, then the changes since the last visit."""
    goals = goals_of(data)
    said = furthest(data, goals)
    lead = [html.P(said, className="ioc-leader__lead")] if said else []
    head = html.H1(headline(data, goals), className="ioc-leader__headline")
    return [head, *lead, *_take(data), *since_last_visit(data)]


def _take(data: ScreenData) -> list[Component]:
    """Links to the brief as files; [] in an older territory, because the brief is always of the one in force."""
    if data.territory != IN_FORCE:
        return []
    _ = words(data.language)
    files = ((_("Tóm tắt một trang (PDF)"), "/brief.pdf"), (_("Excel"), "/brief.xlsx"))
    links = [html.A(said, href=address(data, path), className="ioc-button") for said, path in files]
    return [html.P(links, className="ioc-take")]


def goals(data: ScreenData) -> list[Component]:
    """The leads, then a card for each goal of the province: of areas with leads first, those short before others."""
    _ = words(data.language)
    leading = {feed for area in data.areas if area.leads for feed in area.feeds}
    found = sorted(goals_of(data), key=lambda goal: goal.kpi.feed not in leading)
    judged = [goal_card(data, goal) for goal in found if goal.standing is not Standing.UNMEASURED]
    apart = [goal_card(data, goal) for goal in found if goal.standing is Standing.UNMEASURED]
    body: list[Component] = [html.Div(judged[:GOALS_SHOWN], className="ioc-goals")]
    if judged[GOALS_SHOWN:]:
        # The nearest to their goals: a telephone answers with those furthest behind.
        more = len(judged) - GOALS_SHOWN
        said = html.Summary(_.ngettext("Thêm {n} mục tiêu, gần đạt hoặc đã đạt", more).format(n=more))
        nearest = html.Div(judged[GOALS_SHOWN:], className="ioc-goals")
        body.append(html.Details([said, nearest], className="ioc-behind"))
    parts = [section(_("Mục tiêu của tỉnh"), body, aside=str(len(judged)))]
    if apart:
        title = _("Chưa có số liệu đúng đối tượng; số dưới đây để tham khảo")
        parts.append(section(title, [html.Div(apart, className="ioc-goals")], aside=str(len(apart))))
    return [*leads_section(data), *parts, *_foot(data)]


def _foot(data: ScreenData) -> list[Component]:
    """What paper needs under the figures: as of when, whose they are, and the hash by which they can be checked."""
    if data.territory != IN_FORCE:
        return []
    _, brief = words(data.language), brief_of(data)
    said = " · ".join(
        part
        for part in (
            _("Số liệu lúc {when}").format(when=brief.as_of),
            _("Nguồn: {sources}").format(sources="; ".join(brief.sources)) if brief.sources else "",
        )
        if part
    )
    proof = _("Mã kiểm tra số liệu (sha256): {hash}").format(hash=brief.sha256)
    return [html.Footer([html.P(said), html.P(proof)], className="ioc-paper", **{"data-hash": brief.sha256})]


def rest(data: ScreenData) -> list[Component]:
    """Each area's figures and the disagreeing sources, folded; an area says how many figures are beyond limits."""
    _ = words(data.language)
    folds = []
    feeds = {kpi.feed for kpi in ordered(data.kpis, data.areas)}
    for area in data.areas:
        kpis = kpis_of(data, *(feed for feed in area.feeds if feed in feeds))
        if kpis:
            folds.append(
                _fold(area.title.to(data.language), _.ngettext("{n} chỉ số", len(kpis)).format(n=len(kpis)), data, kpis)
            )
    folds.extend(_mornings(data))
    readings = readings_section(data)
    if readings:
        folds.append(html.Details([html.Summary(_("Các nguồn không khớp nhau")), *readings], className="ioc-fold"))
    return folds


def _mornings(data: ScreenData) -> list[Component]:
    """Briefs of past mornings in the page's language, newest first; [] before the first, and as in `_take`."""
    _ = words(data.language)
    days: dict[date, list[Morning]] = {}
    for one in data.get(BRIEFS) if data.territory == IN_FORCE else ():
        if one.language == data.language:
            days.setdefault(one.day, []).append(one)
    if not days:
        return []
    lines = [
        html.Li(
            [
                html.Span(f"{day:%d/%m/%Y}"),
                html.Span([html.A(one.kind.upper(), href=f"/briefs/{one.name}") for one in sorted(files, key=_kind)]),
            ],
            className="ioc-figures__one ioc-figures__one--files",
        )
        for day, files in list(days.items())[:MORNINGS_SHOWN]
    ]
    said = html.Summary(
        [html.B(_("Bản tóm tắt mỗi sáng")), html.Span(_.ngettext("{n} ngày", len(days)).format(n=len(days)))]
    )
    return [html.Details([said, html.Ul(lines, className="ioc-figures")], className="ioc-fold")]


def _kind(one: Morning) -> str:
    return one.kind


def _fold(title: str, count: str, data: ScreenData, kpis: Sequence[Kpi]) -> Component:
    _ = words(data.language)
    beyond = sum(status_of(data, kpi, PROVINCE) in ATTENTION for kpi in kpis)
    said = f"{count} · " + _("{n} vượt ngưỡng").format(n=beyond) if beyond else count
    lines = [_line(data, kpi) for kpi in kpis]
    return html.Details(
        [html.Summary([html.B(title), html.Span(said)]), html.Ul(lines, className="ioc-figures")], className="ioc-fold"
    )


def _line(data: ScreenData, kpi: Kpi) -> Component:
    """One figure with its age, as a card that the live channel keeps up to date; its name leads to its page."""
    vm = card_vm(data, kpi)
    return html.Li(
        [
            html.A(vm.name, href=kpi_address(data, kpi)),
            part("glyph", vm.glyph),
            value_and_unit(vm, html.B),
            age(vm.as_of_ms, vm.stale_after_s, to_ms(data.now), data.language, is_part=True),
        ],
        className=f"ioc-figures__one ioc-card--{vm.status}",
        **card_attributes(vm),
    )


SCREEN = Screen(
    key="leader",
    path="/leader",
    title=Text("Lãnh đạo", "Leader"),
    order=60,
    layout=layout,
    requires=Need.LOOK,
    audience=Audience.LEADER,
    needs=(RESULTS, SERIES, CHANGES, BRIEFS, PREVIOUS, DISAGREEMENTS, MAP_LEVEL),
    regions={"summary": summary, "goals": goals, "rest": rest, "ranking": ranking},
)
