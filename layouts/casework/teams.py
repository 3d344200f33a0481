"""Digital teams on /teams: communes by who reports, and IT Xanh on the 188 units and carried to today's communes."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.instant import service_day, to_ms
from domain.observation import Kind
from domain.places.place import PROVINCE
from domain.teams.it_xanh import CarriedTeams, UnitTeam, carried, unit_teams
from domain.teams.team import COUNTS, TeamBoard, TeamCounts, by_commune
from domain.text import Text
from layouts.casework.tables import folded_table
from layouts.parts.components import age, empty, phone_fold, section, table
from layouts.parts.screen import ScreenData
from present import formats
from present.map.cartogram import Point
from present.map.dots import MapDot, dots_svg
from queries.casework.teams import TEAM_BOARD, from_units, units
from queries.places import PLACES

FEED = "team_work"
_TITLE = Text("Báo cáo của các tổ, theo xã", "Reports of the teams, by commune")
_XANH = Text("Đội IT Xanh", "IT Xanh teams")
_NONE = Text("Chưa có tổ nào trong danh sách.", "The register has no team yet.")
_WAITS = Text("Đang chờ: {who}", "Waiting for: {who}")
_HEADS = (
    Text("Xã, phường", "Commune"), Text("Tổ có báo cáo 30 ngày", "Teams reporting, 30 days"),
    Text("Ấp, khu phố", "Hamlets"), Text("Báo cáo", "Reports"), *(words for words, _ in COUNTS.values()),
)  # fmt: skip
_SHOWN = 12
_ACTIVE = Text("{a}/{n} tổ có báo cáo", "{a}/{n} teams report")
_THEN = Text("{a}/{n} đội đã ra mắt, theo 188 đơn vị tháng 10/2024", "{a}/{n} launched, by the 188 units of 10/2024")
_NOW = Text("{a}/{n} đội đã ra mắt, theo {m} xã, phường hiện nay", "{a}/{n} launched, by today's {m} communes")
_MAPS = Text("Bản đồ các đội, năm 2024 và hiện nay", "Maps of the teams, in 2024 and now")
_DOT = Text("{unit}: {state}", "{unit}: {state}")
_LAUNCHED, _PLANNED = Text("đã ra mắt", "launched"), Text("chưa ra mắt", "not launched")
_SPLIT = Text("đơn vị bị chia", "divided unit")
_NOTE = Text(
    "Sơ đồ: mỗi chấm một đội, xếp quanh trung tâm xã hiện nay; chấm rỗng là chưa ra mắt, vòng ngoài là đơn vị bị chia "
    "({n}). Đội của đơn vị bị chia tính vào xã nhận phần dân đông nhất.",
    "Schematic: a dot a team, round the seat of today's commune; hollow is not launched, a ring is a divided unit "
    "({n}). The team of a divided unit counts in the commune that took most of its people.",
)
_NEWEST = Text("Báo cáo mới nhất: ", "Newest report: ")
_DIVIDED = Text("Đơn vị bị chia và nơi nhận ({n})", "Divided units and where they went ({n})")
_DIVIDED_HEADS = (Text("Đơn vị cũ", "Former unit"), Text("Đội", "Team"), Text("Nay thuộc (đông dân nhất trước)", "Now"))


def reports_section(data: ScreenData) -> list[Component]:
    """A row for each commune, those with the fewest reporting teams first."""
    language, board = data.language, data.get(TEAM_BOARD)
    if board.told is None:
        return [section(_TITLE.to(language), [_nothing(data)], name="team_reports")]
    counts = by_commune(board.standings, service_day(data.now))
    ordered = sorted(counts, key=lambda one: (one.active / one.listed, one.place))
    rows = [_commune(data, one) for one in ordered]
    body = folded_table(_HEADS, rows, data, shown=_SHOWN, kind="team_reports", caption=_TITLE.to(language))
    body.append(html.P([_NEWEST.to(language), _told(data, board)], className="ioc-note"))
    active, listed = sum(one.active for one in counts), sum(one.listed for one in counts)
    said = _ACTIVE.to(language).format(a=_number(data, active), n=_number(data, listed))
    return [section(_TITLE.to(language), body, aside=said, name="team_reports")]


def it_xanh_section(data: ScreenData) -> list[Component]:
    """The teams twice: a dot for each of the 188 units, and a dot for each commune with its number."""
    language, board = data.language, data.get(TEAM_BOARD)
    found = unit_teams((one.team for one in board.standings), from_units())
    if not found:
        return [section(_XANH.to(language), [_nothing(data)], name="it_xanh")]
    communes = carried(found)
    split = [one for one in found if one.is_split]
    launched = sum(one.launched for one in found)
    simulated = any(one.team.kind is Kind.SIMULATED for one in board.standings)
    maps = html.Div(
        [
            _map(data, _then(data, found), _THEN.filled(a=str(launched), n=str(len(found))), simulated),
            _map(
                data, _now(data, communes),
                _NOW.filled(a=str(sum(c.launched for c in communes)), n=str(sum(c.planned for c in communes)),
                            m=str(sum(c.planned > 0 for c in communes))),
                simulated, radius_km=2.2,
            ),
        ],
        className="ioc-twomaps",
    )  # fmt: skip
    note = html.P(_NOTE.to(language).format(n=len(split)), className="ioc-note")
    rows = [_divided(data, one) for one in split]
    heads = [head.to(language) for head in _DIVIDED_HEADS]
    folded = html.Details(
        [html.Summary(_DIVIDED.to(language).format(n=len(rows))), table(heads, rows, kind="divided")],
        className="ioc-behind",
    )
    drawn = phone_fold(_MAPS.to(language), [maps, note])
    return [section(_XANH.to(language), [drawn, folded], name="it_xanh", aside=f"{launched}/{len(found)}")]


def _map(data: ScreenData, dots: Sequence[MapDot], title: Text, simulated: bool, **size: float) -> Component:
    seats: dict[str, Point] = {
        code: (place.longitude, place.latitude)
        for code, place in data.get(PLACES).now.items()
        if code != PROVINCE and place.longitude is not None and place.latitude is not None
    }
    said, drawing = title.to(data.language), dots_svg(dots, seats, **size)
    shown = [html.Div(**{"data-part": "chart", "data-drawing": drawing, "role": "img", "aria-label": said})]
    marked = {"data-simulated": "true"} if simulated else {}
    return html.Figure([*(shown if drawing else []), html.Figcaption(said)], **marked)


def _then(data: ScreenData, found: Sequence[UnitTeam]) -> list[MapDot]:
    names = units()
    return [
        MapDot(
            key=one.unit, seat=one.communes[0], full=one.launched, ringed=one.is_split,
            said=_DOT.to(data.language).format(unit=names[one.unit].name, state=_state(data, one)),
        )
        for one in found
    ]  # fmt: skip


def _now(data: ScreenData, communes: Sequence[CarriedTeams]) -> list[MapDot]:
    places = data.get(PLACES).now
    return [
        MapDot(
            key=one.commune, seat=one.commune, full=one.launched == one.planned, ringed=bool(one.split),
            label=str(one.launched),
            said=f"{_name(data, one.commune)}: {one.launched}/{one.planned}",
        )
        for one in communes
        if one.commune in places
    ]  # fmt: skip


def _state(data: ScreenData, one: UnitTeam) -> str:
    said = (_LAUNCHED if one.launched else _PLANNED).to(data.language)
    return f"{said}, {_SPLIT.to(data.language)}" if one.is_split else said


def _divided(data: ScreenData, one: UnitTeam) -> Component:
    went = ", ".join(_name(data, code) for code in one.communes)
    state = (_LAUNCHED if one.launched else _PLANNED).to(data.language)
    return html.Tr([html.Th(units()[one.unit].name, scope="row"), html.Td(state), html.Td(went, className="ioc-words")])


def _commune(data: ScreenData, one: TeamCounts) -> Component:
    cells = [f"{one.active}/{one.listed}", *(_number(data, n) for n in (one.hamlets, one.reports))]
    cells += [_number(data, one.counts[name]) for name in COUNTS]
    return html.Tr(
        [html.Th(_name(data, one.place), scope="row"), *(html.Td(cell) for cell in cells)],
        **{"data-unit": one.place, "data-simulated": "true" if Kind.SIMULATED in one.kinds else "false"},
    )


def _told(data: ScreenData, board: TeamBoard) -> Component:
    newest = None if board.told is None else to_ms(board.told)
    return age(newest, int(data.feeds[FEED].stale_after.total_seconds()), to_ms(data.now), data.language)


def _nothing(data: ScreenData) -> Component:
    who = data.feeds[FEED].owner.office.to(data.language)
    return empty(_NONE.to(data.language), _WAITS.to(data.language).format(who=who))


def _name(data: ScreenData, code: str) -> str:
    place = data.get(PLACES).now.get(code)
    return place.name if place else code


def _number(data: ScreenData, number: int) -> str:
    return formats.number(float(number), 0, data.language)
