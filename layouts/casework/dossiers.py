"""Dossiers: who must act now, the month by office by QĐ 766, the procedures of one office, the dossiers of one."""

from dash import html
from dash.development.base_component import Component

from areas.services import AREA
from domain.instant import to_ms
from domain.observation import Kind
from domain.services.dossier import CHANNEL_WORDS, STATE_WORDS, Dossier
from domain.services.dossier_counts import SHARES, DossierCounts, DueNow
from domain.services.qd766 import DIGITISED, ONLINE, PAYMENT, PROGRESS
from domain.text import Text
from layouts.casework.tables import folded_table, table_files
from layouts.parts.cards import place_name
from layouts.parts.components import age, empty, section
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present import formats
from queries.casework.dossiers import DOSSIERS, OFFICE, PROCEDURE, ROWS_MAX, DossierBoard

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
    "Tỷ lệ có mẫu số bằng 0 là “không áp dụng”, không phải 0%.", "A share of nothing is not applicable, not 0%."
)
_CRITERIA = {one.number: one for group in (PROGRESS, ONLINE, PAYMENT, DIGITISED) for one in group.criteria}
_ROWS = Text("{office} · {procedure}: hồ sơ trong tháng", "{office} · {procedure}: dossiers of the month")
_ROW_HEADS = (
    Text("Mã ẩn danh", "Hash"), Text("Tình trạng", "State"), Text("Kênh", "Channel"), Text("Tiếp nhận", "Received"),
    Text("Hẹn trả", "Due"), Text("Kết thúc", "Ended"), Text("Lần bổ sung", "Supplements"),
)  # fmt: skip
_NEWEST = Text(
    "Nhiều nhất {n} hồ sơ mới nhất. Hồ sơ chỉ ghi mã ẩn danh, không có tên người.",
    "The newest {n} at most. A dossier's code is kept as a hash, without anybody's name.",
)
_SHOWN, _ROWS_SHOWN = 5, 50


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
    rows = [_due_row(data, board, one) for one in acting]
    body = folded_table(_DUE_HEADS, rows, data, shown=_SHOWN, kind="due", caption=title)
    body += [note, table_files(data, "due")]
    return [section(title, body, aside=str(sum(one.late + one.due_soon for one in acting)), name="due")]


def month_section(data: ScreenData) -> list[Component]:
    """The month's shares by office; of the office that the address names by procedure; of its procedure the dossiers.

    [] before any dossier.
    """
    language, board = data.language, data.get(DOSSIERS)
    if board.told is None:
        return []
    if board.procedure:
        return _filed(data, board)
    shown = board.procedures if board.office else board.month
    office = _name(data, board, board.office)
    title = _PROCEDURES.to(language).format(office=office) if board.office else _MONTH.to(language)
    names = (Text(f"{number} {_CRITERIA[number].names.vi}", f"{number} {_CRITERIA[number].names.en}")
             for number in SHARES)  # fmt: skip
    heads = (_PROCEDURE if board.office else _DUE_HEADS[0], _RECEIVED, *names)
    ordered = sorted(shown, key=lambda one: (one.share("2.1") if one.share("2.1") is not None else 101.0, one.office))
    rows = [_month_row(data, board, one) for one in ordered]
    note = html.P(_DIVIDES.to(language), className="ioc-note")
    body = folded_table(heads, rows, data, shown=_SHOWN, kind="dossiers", caption=title)
    return [section(title, [*_way(data, board), *body, note, table_files(data, "dossiers")], aside=str(len(rows)))]


def _filed(data: ScreenData, board: DossierBoard) -> list[Component]:
    """The dossiers of one procedure, the newest first; a hash stands for each, because nobody's name is here."""
    language = data.language
    title = _ROWS.to(language).format(office=_name(data, board, board.office), procedure=board.procedure)
    rows = [_row(data, one) for one in board.rows]
    body = folded_table(_ROW_HEADS, rows, data, shown=_ROWS_SHOWN, kind="rows", caption=title)
    note = html.P(_NEWEST.to(language).format(n=ROWS_MAX), className="ioc-note")
    return [section(title, [*_way(data, board), *body, note, table_files(data, "rows")], aside=str(len(rows)))]


def _way(data: ScreenData, board: DossierBoard) -> list[Component]:
    """Back up: all units, the office."""
    up = [html.A(_BACK.to(data.language), href=address(data, AREA.path))] if board.office else []
    if board.procedure:
        up += [" › ", _link(data, board, board.office)]
    return [html.P(up, className="ioc-note")] if up else []


def _row(data: ScreenData, one: Dossier) -> Component:
    language, state = data.language, one.state(data.now)
    when = [formats.UNKNOWN if at is None else formats.moment(at, data.now, language)
            for at in (one.received, one.due, one.ended)]  # fmt: skip
    words = [STATE_WORDS[state].to(language), CHANNEL_WORDS[one.channel].to(language)]
    return html.Tr(
        [html.Th(one.case[:8], scope="row"), *(html.Td(said) for said in (*words, *when)), html.Td(one.supplements)],
        **{"data-office": one.office, "data-state": state.value},
    )


def _due_row(data: ScreenData, board: DossierBoard, one: DueNow) -> Component:
    counts = (one.due_soon, one.late, one.waiting, one.undated, one.open)
    return html.Tr(
        [html.Th(_link(data, board, one.office), scope="row"), *(html.Td(_count(data, number)) for number in counts)],
        **{"data-office": one.office},
    )


def _month_row(data: ScreenData, board: DossierBoard, one: DossierCounts) -> Component:
    language = data.language
    to = {PROCEDURE: one.procedure} if board.office else {}
    head = _link(data, board, one.office, **to)
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


def _link(data: ScreenData, board: DossierBoard, office: str, **more: str) -> Component:
    """To an office's procedures, or to the dossiers of the procedure named."""
    said = more.get(PROCEDURE) or _name(data, board, office)
    return html.A(said, href=address(data, AREA.path, **{OFFICE: office, **more}))


def _name(data: ScreenData, board: DossierBoard, office: str) -> str:
    return board.names.get(office) or place_name(data, office)


def _count(data: ScreenData, number: int) -> str:
    return formats.number(float(number), 0, data.language)
