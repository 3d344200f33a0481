"""Dossiers: who must act now, the month by office by QĐ 766, and the procedures of one office."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from areas.services import AREA
from domain.instant import to_ms
from domain.observation import Kind
from domain.services.dossier_counts import SHARES, DossierCounts, DueNow
from domain.services.qd766 import DIGITISED, ONLINE, PAYMENT, PROGRESS
from domain.text import Text
from layouts.casework.files import table_files
from layouts.parts.cards import place_name
from layouts.parts.components import age, empty, section, table
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present import formats
from queries.casework.dossiers import DOSSIERS, OFFICE, DossierBoard

FEED = "dossiers"
_DUE = Text("Hồ sơ đến hạn, trễ hạn theo đơn vị", "Dossiers due and late, by unit")
_NONE = Text("Chưa có hồ sơ nào.", "No dossier yet.")
_WAITS = Text("Đang chờ: {who}", "Waiting for: {who}")
_CALM = Text("Không đơn vị nào có hồ sơ trễ hoặc sắp đến hạn.", "No unit has a dossier that is late or due soon.")
_UNTIL = Text("Sắp đến hạn: trước {when}, ngày nghỉ không tính.", "Due soon: before {when}, days off not counted.")
_DUE_HEADS = (
    Text("Đơn vị", "Unit"), Text("Sắp đến hạn", "Due soon"), Text("Đang trễ", "Late"),
    Text("Chờ bổ sung", "Waiting for a supplement"), Text("Không ghi hạn", "No due date"),
    Text("Đang giải quyết", "Open"),
)  # fmt: skip
_MONTH = Text("Tháng này theo Quyết định 766, tính từ hồ sơ", "This month by QĐ 766, computed from dossiers")
_PROCEDURES = Text("{office}: theo thủ tục, tháng này", "{office}: by procedure, this month")
_BACK = Text("Tất cả đơn vị", "All units")
_PROCEDURE = Text("Mã thủ tục", "Procedure")
_RECEIVED = Text("Tiếp nhận", "Received")
_NOT_APPLICABLE = Text("không áp dụng", "not applicable")
_DIVIDES = Text(
    "Tỷ lệ có mẫu số bằng 0 là “không áp dụng”, không phải 0 %.", "A share of nothing is not applicable, not 0%."
)
_CRITERIA = {one.number: one for group in (PROGRESS, ONLINE, PAYMENT, DIGITISED) for one in group.criteria}
_SHOWN = 12


def due_section(data: ScreenData) -> list[Component]:
    """Units with dossiers that are late or due within a working day, the most first."""
    language, board = data.language, data.get(DOSSIERS)
    title = _DUE.to(language)
    if board.told is None:
        who = data.feeds[FEED].owner.office.to(language)
        return [section(title, [empty(_NONE.to(language), _WAITS.to(language).format(who=who))])]
    acting = [one for one in board.due if one.late or one.due_soon]
    assert board.horizon is not None
    until = _UNTIL.to(language).format(when=formats.moment(board.horizon, data.now, language))
    told = age(
        to_ms(board.told), int(data.feeds[FEED].stale_after.total_seconds()), to_ms(data.now), language
    )  # fmt: skip
    note = html.P([until, " ", told], className="ioc-note")
    if not acting:
        return [section(title, [empty(_CALM.to(language)), note])]
    heads = [head.to(language) for head in _DUE_HEADS]
    rows = [_due_row(data, board, one) for one in acting]
    body = [table(heads, rows[:_SHOWN], caption=title, kind="due"), note]
    if rows[_SHOWN:]:
        more = html.Summary(f"+ {len(rows) - _SHOWN}")
        body.append(html.Details([more, table(heads, rows[_SHOWN:], kind="due")], className="ioc-behind"))
    body.append(table_files(data, "due"))
    return [section(title, body, aside=str(sum(one.late + one.due_soon for one in acting)), name="due")]


def month_section(data: ScreenData) -> list[Component]:
    """The month's shares by office, or by procedure of the office that the address names; [] before any dossier."""
    language, board = data.language, data.get(DOSSIERS)
    if board.told is None:
        return []
    shown: Sequence[DossierCounts] = board.procedures if board.office else board.month
    first = _PROCEDURE if board.office else _DUE_HEADS[0]
    title = (
        _PROCEDURES.to(language).format(office=_name(data, board, board.office))
        if board.office
        else _MONTH.to(language)
    )
    names = [f"{number} {_CRITERIA[number].names.to(language)}" for number in SHARES]
    heads = [first.to(language), _RECEIVED.to(language), *names]
    ordered = sorted(shown, key=lambda one: (one.share("2.1") if one.share("2.1") is not None else 101.0, one.office))
    rows = [_month_row(data, board, one) for one in ordered]
    back = [html.P(html.A(_BACK.to(language), href=address(data, AREA.path)))] if board.office else []
    note = html.P(_DIVIDES.to(language), className="ioc-note")
    body = [*back, table(heads, rows, caption=title, kind="dossiers"), note, table_files(data, "dossiers")]
    return [section(title, body, aside=str(len(rows)))]


def _due_row(data: ScreenData, board: DossierBoard, one: DueNow) -> Component:
    counts = (one.due_soon, one.late, one.waiting, one.undated, one.open)
    return html.Tr(
        [html.Th(_link(data, board, one.office), scope="row"), *(html.Td(_count(data, number)) for number in counts)],
        **{"data-office": one.office},
    )


def _month_row(data: ScreenData, board: DossierBoard, one: DossierCounts) -> Component:
    language = data.language
    head: str | Component = one.procedure if board.office else _link(data, board, one.office)
    shares = [one.share(number) for number in SHARES]
    cells = [
        html.Td("—", title=_NOT_APPLICABLE.to(language))
        if share is None
        else html.Td(formats.percent(share / 100, 1, language))
        for share in shares
    ]
    return html.Tr(
        [html.Th(head, scope="row"), html.Td(_count(data, one.counts["received"])), *cells],
        **{"data-office": one.office, "data-simulated": "true" if one.kind is Kind.SIMULATED else "false"},
    )


def _link(data: ScreenData, board: DossierBoard, office: str) -> Component:
    return html.A(_name(data, board, office), href=address(data, AREA.path, **{OFFICE: office}))


def _name(data: ScreenData, board: DossierBoard, office: str) -> str:
    return board.names.get(office) or place_name(data, office)


def _count(data: ScreenData, number: int) -> str:
    return formats.number(float(number), 0, data.language)
