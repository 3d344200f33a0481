"""What the figure desk understood of a file: the sheet as it stands, questions, problems, and what would change."""

from collections.abc import Iterable, Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.feeds.feed import Bearer, Feed
from domain.imports.file_import import ChangeShown, ColumnShown, FileImport, Preview, SheetShown, Stage
from domain.imports.kind import file_kinds
from domain.imports.kinds.maps import KIND as MAPS
from domain.imports.question import SKIP, Doubt, Topic, key_of
from domain.imports.stages import changes_words
from domain.text import Text
from layouts.desk.answered import answered as answered_words
from layouts.desk.columns import ROLES, meaning_of
from layouts.desk.details import detail_words
from layouts.parts.cards import measure_name, place_name_now
from layouts.parts.components import section, table
from layouts.parts.ids import cid, cid_of
from layouts.parts.screen import ScreenData
from present import formats
from present.text import words

SCREEN_KEY = "figures"
ANSWER, SAID = "answer", "said"
BETWEEN = "|"
"""Divides the key of a question from the code of its answer in a button's id."""

_PROBLEMS, _CHANGES, _PARTS = 60, 60, 40
_KINDS = {
    "title": Text("tiêu đề", "title"),
    "header": Text("tên cột", "headings"),
    "figures": Text("số liệu", "figures"),
    "band": Text("nhóm", "band"),
    "sum": Text("dòng cộng", "sum"),
    "numbering": Text("số cột", "numbers of columns"),
    "note": Text("ghi chú", "note"),
    "blank": Text("", ""),
}


def preview_of(data: ScreenData, one: FileImport) -> list[Component]:
    """Everything known of a file whose content was read; nothing before that."""
    if one.preview is None:
        return []
    facts = [html.P(said.to(data.language)) for said in one.preview.facts]
    parts: list[Component] = [*facts, counts(data, one)]
    if one.stage in (Stage.PREVIEWED, Stage.MAPPED):
        parts += _questions(data, one, one.preview)
    parts += [_sheet(data, one, sheet) for sheet in one.preview.sheets if sheet.rows]
    return [*parts, *_changes(data, one), *_problems(data, one, one.preview), *_left(data, one.preview)]


def counts(data: ScreenData, one: FileImport) -> Component:
    """The account: what the file holds and where it went; cells are counted of tables of figures only."""
    _ = words(data.language)
    preview = one.preview or Preview()
    cells = (
        (_("Ô có nội dung"), preview.account.cells),
        (_("Ô không đọc"), preview.account.not_read),
    )
    facts = (
        (_("Mới"), preview.new),
        (_("Thay đổi"), preview.changed),
        (_("Không đổi"), preview.unchanged),
        (_("Từ chối"), preview.refused),
        (_("Đang có, tệp không có"), preview.gone),
        *(() if one.importer in file_kinds() else cells),
    )
    told = [html.Div([html.Dt(name), html.Dd(formats.number(n, 0, data.language))]) for name, n in facts]
    return html.Dl(told, className="ioc-report__facts")


def _questions(data: ScreenData, one: FileImport, preview: Preview) -> list[Component]:
    _ = words(data.language)
    may = Need.HAND_IN in data.may
    # What was stated of a map came with its file: there is no question to leave open again.
    back = may and one.importer != MAPS.key
    asked = [
        html.Li([html.P(said.words.to(data.language)), *([_choices(data, said)] if may else [])])
        for said in preview.questions
    ]
    answered = [
        html.Li([answered_words(data, one, key, code), *([" ", _button(key, "", _("Bỏ trả lời"))] if back else [])])
        for key, code in sorted(one.answers.items())
    ]
    found: list[Component] = []
    if asked:
        title = _("Cần trả lời trước khi duyệt")
        found.append(section(title, [html.Ol(asked, className="ioc-asked")], aside=str(len(asked)), name="asked"))
    if answered:
        told = _("Đã khai ({n})") if one.importer == MAPS.key else _("Đã trả lời ({n})")
        head = html.Summary(told.format(n=len(answered)))
        found.append(html.Details([head, html.Ul(answered)], className="ioc-report__notes"))
    return found


def _choices(data: ScreenData, said: Doubt) -> Component:
    _ = words(data.language)
    buttons: list[Component] = [_button(said.key, one.code, one.words.to(data.language)) for one in said.choices]
    if said.ask is Topic.PERIOD:
        field = dcc.Input(
            id=cid_of(SCREEN_KEY, SAID, said.key), type="text", placeholder="2026-11", maxLength=40,
            className="ioc-field",
        )  # fmt: skip
        label = html.Label([html.Span(_("Kỳ"), className="ioc-hidden"), field])
        buttons += [label, _button(said.key, "?", _("Dùng kỳ này"))]
    return html.Div(buttons, className="ioc-choices")


def _button(key: str, code: str, label: str) -> Component:
    id_ = cid_of(SCREEN_KEY, ANSWER, f"{key}{BETWEEN}{code}")
    return html.Button(label, id=id_, className="ioc-button", n_clicks=0)


def _sheet(data: ScreenData, one: FileImport, sheet: SheetShown) -> Component:
    _ = words(data.language)
    name = sheet.name or one.file_name
    told = [_("đọc") if sheet.used else _("không đọc")]
    told += [_("trang ẩn")] if sheet.hidden else []
    told += [_("kỳ {period}").format(period=sheet.period)] if sheet.period else []
    told += [_("{n} dòng").format(n=formats.number(sheet.rows, 0, data.language))]
    body: list[Component] = []
    if sheet.header is not None and _is_corrected(data, one):
        code, label = ("skip", _("Không đọc trang này")) if sheet.used else ("read", _("Đọc trang này"))
        body.append(_button(key_of(Topic.SHEET, sheet.index), code, label))
    body.append(_picture(data, one, sheet))
    more = sheet.rows - len(sheet.grid)
    if more > 0:
        rest = _("… và {n} dòng nữa").format(n=formats.number(more, 0, data.language))
        body.append(html.P(rest, className="ioc-note"))
    summary = html.Summary([html.B(name), " ", html.Small(" · ".join(told))])
    return html.Details([summary, *body], className="ioc-sheet", open=sheet.used)


def _is_corrected(data: ScreenData, one: FileImport) -> bool:
    """Whether whoever looks may still correct what was understood of the file."""
    return one.stage in (Stage.PREVIEWED, Stage.MAPPED) and Need.HAND_IN in data.may


def _picture(data: ScreenData, one: FileImport, sheet: SheetShown) -> Component:
    """The sheet itself; each column says what it was taken for, each row what it is."""
    _ = words(data.language)
    width = max(map(len, sheet.grid), default=0)
    columns = {column.number: column for column in sheet.columns}
    heads = [html.Th(_("Dòng"), scope="col")]
    heads += [
        html.Th(_column(data, one, sheet, columns[n]) if n in columns else str(n + 1), scope="col")
        for n in range(width)
    ]
    rows = []
    for number, row in enumerate(sheet.grid):
        kind = sheet.kinds[number] if number < len(sheet.kinds) else "blank"
        said = _KINDS[kind].to(data.language)
        first = html.Th([str(number + 1), " ", html.Small(said)], scope="row")
        cells = [*row, *[""] * (width - len(row))]
        rows.append(html.Tr([first, *map(html.Td, cells)], className=f"ioc-sheet__{kind}"))
    caption = sheet.name or one.file_name
    return html.Div(
        html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="ioc-table ioc-table--sheet"),
        className="ioc-scroll", tabIndex="0", role="region", **{"aria-label": caption},
    )  # fmt: skip


def _column(data: ScreenData, one: FileImport, sheet: SheetShown, column: ColumnShown) -> list[Component]:
    """What a column was taken for, and a menu to correct it."""
    feed = data.feeds[one.feed]
    taken = meaning_of(data, feed, column.meaning)
    if not sheet.used or not _is_corrected(data, one):
        return [html.Span(taken)]
    key = key_of(Topic.COLUMN, sheet.index, column.number)
    options = [_button(key, code, label) for code, label in _options(data, feed).items() if code != column.meaning]
    return [html.Details([html.Summary(taken), html.Div(options, className="ioc-choices")], className="ioc-column")]


def _options(data: ScreenData, feed: Feed) -> Mapping[str, str]:
    _ = words(data.language)
    vehicles = any(measure.bearer is Bearer.ENTITY for measure in feed.measures)
    roles = {code: text.to(data.language) for code, text in ROLES.items() if vehicles or code != "entity"}
    return {one.key: one.names.to(data.language) for one in feed.measures} | roles | {SKIP: _("Không đọc cột này")}


def _changes(data: ScreenData, one: FileImport) -> list[Component]:
    _ = words(data.language)
    preview = one.preview
    if preview is None or not preview.changes:
        return []
    heads = (_("Đơn vị"), _("Chỉ tiêu"), _("Kỳ"), _("Trước"), _("Nay"))
    rows = [_row(heads, _change(data, one, change)) for change in preview.changes[:_CHANGES]]
    title = changes_words(one.stage).to(data.language)
    aside = _("{n} số liệu").format(n=formats.number(preview.new + preview.changed, 0, data.language))
    return [section(title, [table(heads, rows, caption=title, kind="changes")], aside=aside)]


def _change(data: ScreenData, one: FileImport, change: ChangeShown) -> tuple[str, ...]:
    _ = words(data.language)
    before = _("mới") if change.new else formats.trimmed(change.before, 2, data.language)
    return (
        place_name_now(data, change.subject),
        measure_name(data, one.feed, change.measure),
        formats.period_or_instant(change.period, data.language),
        before,
        formats.trimmed(change.after, 2, data.language),
    )


def _row(heads: Sequence[str], cells: Sequence[str]) -> Component:
    """Cells that say their head on a telephone, where each row is a block."""
    pairs = zip(heads, cells, strict=True)
    return html.Tr([html.Td(cell, className="ioc-words", **{"data-head": head}) for head, cell in pairs])


def _problems(data: ScreenData, one: FileImport, preview: Preview) -> list[Component]:
    _ = words(data.language)
    if not preview.problems:
        return []
    shown = preview.problems[:_PROBLEMS]
    columns = (
        (_("Trang"), [each.sheet for each in shown]),
        (_("Dòng"), [str(each.row or "") for each in shown]),
        (_("Cột"), [str(each.column or "") for each in shown]),
        (_("Lý do"), [each.reason.to(data.language) for each in shown]),
        (_("Chi tiết"), [detail_words(data, one.feed, each.detail) for each in shown]),
    )
    # A CSV file has no sheets, a map no columns.
    told = [(head, cells) for head, cells in columns if any(cells)]
    heads = tuple(head for head, _cells in told)
    rows = [_row(heads, cells) for cells in zip(*(cells for _head, cells in told), strict=True)]
    title = _("Không nhận được")
    refused = formats.number(preview.refused, 0, data.language)
    return [section(title, [table(heads, rows, caption=title, kind="problems")], aside=refused)]


def _left(data: ScreenData, preview: Preview) -> list[Component]:
    _ = words(data.language)
    warned = [html.Li(text.to(data.language)) for text in preview.warnings]
    told: Iterable[Component] = (
        html.Li(
            (f"{at}: " if (at := part.place.to(data.language)) else "")
            + _.ngettext("{said} ({n} ô)", part.cells).format(
                said=part.words.to(data.language), n=formats.number(part.cells, 0, data.language)
            )
        )
        for part in preview.not_read[:_PARTS]
    )
    found: list[Component] = []
    if warned:
        found.append(section(_("Cần xem lại"), [html.Ul(warned)], aside=str(len(warned))))
    if preview.not_read:
        found.append(section(_("Phần không đọc"), [html.Ul(list(told))], aside=str(len(preview.not_read))))
    return found


def said_id(item: str) -> str:
    """The id of the desk's part ``item``."""
    return cid(SCREEN_KEY, item)
