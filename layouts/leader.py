"""The leader's page: goals and gaps, what is not on target and who owns it, ranking of communes by one KPI."""

from collections.abc import Sequence
from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpi import Audience, Better, Kpi, Status
from domain.place import IN_FORCE, PROVINCE
from domain.territory import Level
from domain.text import Text
from layouts import _format
from layouts._cards import ATTENTION, by_name, card_vm, place_name, results_of, status_of
from layouts._components import age, bullet, card_attributes, empty, part, section, table
from layouts._ids import cid
from layouts._links import address
from layouts._maps import map_panel
from layouts._present import GLYPHS, STATUS_WORDS, notable, value_text
from layouts._screen import Screen, ScreenData
from layouts._text import words

CHANGES_WITHIN = timedelta(hours=24)
CHANGES_SHOWN = 6


def layout(data: ScreenData) -> Component:
    """One page, first the sentence that matters, then the evidence: goals, the map of a KPI, its ranking."""
    first, goals, ranked = (
        html.Div(region(data), id=cid(SCREEN.key, name), className=f"ioc-leader__{name}")
        for name, region in SCREEN.regions.items()
    )
    chart = map_panel(data, _choice(data)[1], path=SCREEN.path, vehicles=False)
    return html.Div([first, goals, chart, ranked], className="ioc-leader")


def summary(data: ScreenData) -> list[Component]:
    """How many goals are met, then what changed in a day, as sentences."""
    _ = words(data.language)
    with_target = [kpi for kpi in _ordered(data) if kpi.target]
    met = [kpi for kpi in with_target if _met(data, kpi)]
    unknown = [kpi for kpi in with_target if _figure(data, kpi) is None]
    headline = _("{met}/{all} mục tiêu đã đạt").format(met=len(met), all=len(with_target))
    if unknown:
        headline += " · " + _("{n} chưa có số liệu").format(n=len(unknown))
    lines = [html.H1(headline, className="ioc-leader__headline"), *_changes(data)]
    return [html.Div(lines)]


def _changes(data: ScreenData) -> list[Component]:
    _ = words(data.language)
    recent = [
        e
        for e in data.events
        if e.place == PROVINCE and e.key in data.kpis and notable(e) and data.now - e.at <= CHANGES_WITHIN
    ][:CHANGES_SHOWN]
    if not recent:
        return [html.P(_("Trong 24 giờ qua không có chỉ số nào của tỉnh đổi trạng thái."), className="ioc-note")]
    items = [
        html.Li(
            _("{when}: {kpi} từ {before} thành {after}").format(
                when=_format.moment(e.at, data.now, data.language),
                kpi=data.kpis[e.key].short.to(data.language),
                before=STATUS_WORDS[e.before].to(data.language),
                after=STATUS_WORDS[e.after].to(data.language),
            )
        )
        for e in recent
    ]
    return [html.P(_("Thay đổi trong 24 giờ qua"), className="ioc-note"), html.Ul(items, className="ioc-changes")]


def targets(data: ScreenData) -> list[Component]:
    """Every KPI: value, target, gap; the ones short of their target first, with who owns them."""
    _ = words(data.language)
    groups = (
        (_("Chưa đạt mục tiêu"), [k for k in _ordered(data) if k.target and _short(data, k)]),
        (_("Đạt mục tiêu"), [k for k in _ordered(data) if k.target and _met(data, k)]),
        (
            _("Có mục tiêu, chưa có số liệu"),
            [k for k in _ordered(data) if k.target and _figure(data, k) is None],
        ),
        (_("Theo dõi, chưa đặt mục tiêu"), [k for k in _ordered(data) if not k.target]),
    )
    return [
        section(title, [html.Div([_goal(data, kpi) for kpi in kpis], className="ioc-goals")], aside=str(len(kpis)))
        for title, kpis in groups
        if kpis
    ]


def _goal(data: ScreenData, kpi: Kpi) -> Component:
    vm = card_vm(data, kpi)
    return html.Article(
        [
            html.H3(kpi.names.to(data.language), className="ioc-name"),
            html.Span([part("word", vm.word), part("glyph", vm.glyph)], className="ioc-signal"),
            html.Span(
                [part("value", vm.value, html.Strong), part("unit", vm.unit, html.Small)], className="ioc-figure"
            ),
            bullet(vm.fill, vm.mark),
            html.P([part("target", vm.target), html.Span(_gap(kpi, data))], className="ioc-facts ioc-facts--course"),
            html.P([part("context", vm.context), part("coverage", vm.coverage)], className="ioc-facts"),
            html.P(kpi.owner.to(data.language), className="ioc-owner"),
            age(vm.as_of_ms, vm.stale_after_s, to_ms(data.now), data.language, is_part=True),
        ],
        className=f"ioc-card ioc-card--{vm.status} ioc-card--as-goal",
        **card_attributes(vm),
    )


def _choice(data: ScreenData) -> tuple[list[Kpi], Kpi | None]:
    """KPIs that communes can be compared by, and the one the address asks for, otherwise the first."""
    now = data.territory == IN_FORCE
    choices = [k for k in _ordered(data) if k.by_place and k.feed != "waste_trucks" and (k.divisible or now)]
    return choices, next((k for k in choices if k.key == data.query.get("kpi")), choices[0] if choices else None)


def ranking(data: ScreenData) -> list[Component]:
    """Communes by one KPI, best first; ties share a rank, places without a figure are named but not ranked.

    An older territory version has 188 of them: it is ranked by its districts unless communes are asked for.
    """
    _ = words(data.language)
    now = data.territory == IN_FORCE
    choices, kpi = _choice(data)
    if kpi is None:
        return []
    level = Level.COMMUNE if now or data.query.get("level") == Level.COMMUNE else Level.DISTRICT
    title = _("Xếp hạng xã, phường") if level is Level.COMMUNE else _("Xếp hạng huyện")
    results = results_of(data, kpi.key, level)
    figures = {code: _figure(data, kpi, code) for code in results}
    known = {code: value for code, value in figures.items() if value is not None}
    body: list[Component]
    if known:
        body = [_ranked(data, kpi, known, title), *_unranked(data, [code for code in results if code not in known])]
    else:
        who = kpi.owner.to(data.language)
        body = [empty(_("Chưa xã, phường nào có số liệu này."), _("Đang chờ: {who}").format(who=who))]
    levels = [] if now else [_levels(data, kpi, level)]
    return [section(title, [_choices(data, choices, kpi, level), *levels, *body], name="ranking")]


def rank(values: dict[str, float], better: Better) -> list[tuple[int, str, float]]:
    """(rank, code, value), best first; equal values share the rank and the next one skips (1, 2, 2, 4)."""
    ordered = sorted(values.items(), key=lambda item: item[1], reverse=better is Better.HIGHER)
    ranked: list[tuple[int, str, float]] = []
    for position, (code, value) in enumerate(ordered, start=1):
        shared = ranked and ranked[-1][2] == value
        ranked.append((ranked[-1][0] if shared else position, code, value))
    return ranked


def _ranked(data: ScreenData, kpi: Kpi, known: dict[str, float], title: str) -> Component:
    _ = words(data.language)
    # What people see decides: two communes that both read 98,1 share a rank.
    rounded = {code: round(value, kpi.decimals) for code, value in known.items()}
    order = sorted(rank(rounded, kpi.better), key=lambda r: (r[0], by_name(data, r[1])))
    province = _figure(data, kpi)
    rows = [
        html.Tr(
            [
                html.Td(str(position), className="ioc-rank"),
                html.Th(place_name(data, code), scope="row"),
                html.Td(_status_text(data, kpi, code), className=f"ioc-cell ioc-cell--{status_of(data, kpi, code)}"),
                html.Td(_against(kpi, known[code], province, data)),
            ]
        )
        for position, code, _value in order
    ]
    heads = (
        _("Hạng"),
        _("Nơi"),
        f"{kpi.short.to(data.language)} ({kpi.unit.to(data.language)})",
        _("So với tỉnh"),
    )
    return table(heads, rows, caption=title, kind="ranking")


def _unranked(data: ScreenData, codes: Sequence[str]) -> list[Component]:
    if not codes:
        return []
    _ = words(data.language)
    names = ", ".join(place_name(data, code) for code in sorted(codes, key=lambda c: by_name(data, c)))
    return [html.P(_("Không xếp hạng vì chưa có số liệu mới: {names}").format(names=names), className="ioc-note")]


def _choices(data: ScreenData, choices: Sequence[Kpi], current: Kpi, level: Level) -> Component:
    _ = words(data.language)
    links = [(kpi.short.to(data.language), kpi.key, level, kpi.key == current.key) for kpi in choices]
    return _chips(data, links, _("Chọn chỉ số"))


def _levels(data: ScreenData, kpi: Kpi, current: Level) -> Component:
    _ = words(data.language)
    named = ((_("Theo huyện"), Level.DISTRICT), (_("Theo xã"), Level.COMMUNE))
    return _chips(data, [(name, kpi.key, level, level is current) for name, level in named], _("Chọn cấp"))


def _chips(data: ScreenData, links: Sequence[tuple[str, str, Level, bool]], label: str) -> Component:
    """Links to this ranking: words, KPI, level and whether it is the one shown."""
    chips = [
        html.A(
            name,
            href=address(data, "/leader", kpi=key, level="" if data.territory == IN_FORCE else level)
            + "#leader-ranking",
            className="ioc-chip",
            **{"aria-current": "true"} if current else {},
        )
        for name, key, level, current in links
    ]
    return html.Nav(chips, className="ioc-chips", **{"aria-label": label})


def _ordered(data: ScreenData) -> list[Kpi]:
    feeds = {key: i for i, key in enumerate(("services", "coverage", "teams", "waste_trucks"))}
    return sorted(data.kpis.values(), key=lambda k: (feeds.get(k.feed, len(feeds)), k.order, k.key))


def _figure(data: ScreenData, kpi: Kpi, place: str = PROVINCE) -> float | None:
    """The value, unless it is unknown or too old to judge anything by."""
    result = data.results.get((kpi.key, place))
    return None if result is None or status_of(data, kpi, place) is Status.STALE else result.value


def _met(data: ScreenData, kpi: Kpi) -> bool:
    value = _figure(data, kpi)
    if kpi.target is None or value is None:
        return False
    return value >= kpi.target.value if kpi.better is Better.HIGHER else value <= kpi.target.value


def _short(data: ScreenData, kpi: Kpi) -> bool:
    return _figure(data, kpi) is not None and not _met(data, kpi)


def _gap(kpi: Kpi, data: ScreenData) -> str:
    value = _figure(data, kpi)
    if kpi.target is None or value is None or _met(data, kpi):
        return ""
    _ = words(data.language)
    gap = _format.number(abs(kpi.target.value - value), kpi.decimals, data.language)
    unit = _("điểm") if kpi.unit.vi == "%" else kpi.unit.to(data.language)
    return _("còn thiếu {gap} {unit}").format(gap=gap, unit=unit)


def _against(kpi: Kpi, value: float, province: float | None, data: ScreenData) -> str:
    # Of counts, a commune's difference to the province's total says nothing.
    if province is None or kpi.unit.vi != "%":
        return _format.UNKNOWN
    return _format.signed(value - province, kpi.decimals, data.language)


def _status_text(data: ScreenData, kpi: Kpi, code: str) -> str:
    status = status_of(data, kpi, code)
    value = value_text(kpi, data.results[(kpi.key, code)], data.language)
    return f"{GLYPHS[status]} {value}" if status in ATTENTION else value


SCREEN = Screen(
    key="leader",
    path="/leader",
    title=Text("Lãnh đạo", "Leader"),
    order=60,
    layout=layout,
    audience=Audience.LEADER,
    needs=frozenset({"series", "events"}),
    regions={"summary": summary, "targets": targets, "ranking": ranking},
)
