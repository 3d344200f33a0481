"""/figures, the figure desk: hand a workbook in, see what was understood, correct it, have it approved, withdraw it."""

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from domain.access.needs import Need
from domain.feeds.feed import Bearer, Feed
from domain.feeds.payload import Format
from domain.imports.file_import import FileImport, Stage
from domain.imports.kind import file_kinds, kinds_said
from domain.imports.stages import stage_words, who_words
from domain.places.map_layer import LayerKind
from domain.places.map_order import STREET_SUFFIXES
from domain.text import Text
from layouts.desk import map_fields
from layouts.desk.drop import Way, choice, drop_form, text
from layouts.desk.figure_preview import SCREEN_KEY, preview_of
from layouts.parts.cards import feed_name
from layouts.parts.components import empty, section, table
from layouts.parts.ids import cid, cid_of
from layouts.parts.screen import Screen, ScreenData
from present import formats
from present.text import words
from present.wire import FIGURES_CHANGED
from queries.desk.file_imports import FILE_IMPORTS, FILE_OPENED

LIMIT_BYTES = 32 << 20
ACCEPTED = ".xlsx,.xls,.xlsm,.ods,.csv,.tsv,.txt,.json,.html,.xml,.geojson,.zip"
APPROVE, WITHDRAW, GIVE_UP, OPEN = "approve", "withdraw", "give-up", "open"
DESK, NOTICE, SHOWN = "desk", "notice", "shown"


def layout(data: ScreenData) -> Component:
    """The form, the open file and all files; raising the store FIGURES_CHANGED with an id shows that file."""
    _ = words(data.language)
    return html.Div(
        [
            section(_("Bàn nạp số liệu"), _ways_in(data)),
            html.Div(id=cid(SCREEN_KEY, NOTICE), role="status", **{"aria-live": "polite"}),
            html.Div(desk(data), id=cid(SCREEN_KEY, DESK), className="ioc-figures"),
            dcc.Store(id=FIGURES_CHANGED, data=""),
        ],
        className="ioc-data",
    )


def _ways_in(data: ScreenData) -> list[Component]:
    """The form and what to fill in; a sentence to who may only look."""
    _ = words(data.language)
    if Need.HAND_IN in data.may:
        return [_form(data), html.Div(_templates(data), className="ioc-choices")]
    return [html.P(_("Ở đây chỉ xem các tệp đã nạp. Người trực ca hoặc người duyệt đăng nhập để nạp tệp."))]


def desk(data: ScreenData) -> list[Component]:
    """The open file, then the history."""
    opened = data.get(FILE_OPENED)
    shown = dcc.Store(id=cid(SCREEN_KEY, SHOWN), data=opened.id if opened else "")
    return [shown, *([_opened(data, opened)] if opened else []), *history(data)]


def _opened(data: ScreenData, one: FileImport) -> Component:
    _ = words(data.language)
    stage = stage_words(one).to(data.language)
    sent = " · ".join((one.source, *_who_and_when(data, one)))
    head = html.P([html.B(one.file_name), " ", html.Span(stage), " ", html.Small(sent)])
    why = [html.P(one.refused.to(data.language))] if one.refused else []
    tone = "refused" if one.stage is Stage.REFUSED else one.stage.value
    # The script follows a file that is still being read, and shows it when it was.
    reading = {"data-job": one.id} if one.stage in (Stage.RECEIVED, Stage.READ) else {}
    box = html.Div(
        [head, *why, _buttons(data, one)], className=f"ioc-import ioc-import--{tone}", role="status", **reading
    )
    return html.Div([box, *preview_of(data, one)])


def _who_and_when(data: ScreenData, one: FileImport) -> list[str]:
    """Who handed it in, approved it and withdrew it: whoever approves must be somebody else, and sees it here."""
    _ = words(data.language)
    acts = (
        (_("nạp: {who}, {at}"), one.received_by, one.received_at),
        (_("duyệt: {who}, {at}"), one.approved_by, one.approved_at),
        (_("rút: {who}, {at}"), one.withdrawn_by, one.withdrawn_at),
    )
    return [
        said.format(who=who_words(by).to(data.language), at=formats.moment(at, data.now, data.language))
        for said, by, at in acts
        if by and at
    ]


def _buttons(data: ScreenData, one: FileImport) -> Component:
    _ = words(data.language)
    shown: list[Component] = []
    if one.stage is Stage.MAPPED and Need.APPROVE in data.may:
        label = _("Duyệt tệp này") if one.importer in file_kinds() else _("Duyệt và ghi số liệu")
        shown.append(_button(APPROVE, one.id, label, main=True))
    if one.stage in (Stage.PREVIEWED, Stage.MAPPED) and Need.HAND_IN in data.may:
        label = _("Không nhận tệp này") if Need.APPROVE in data.may else _("Bỏ tệp này")
        shown.append(_button(GIVE_UP, one.id, label))
    if one.stage is Stage.APPLIED and Need.APPROVE in data.may:
        label = _("Rút tệp này") if one.importer in file_kinds() else _("Rút số liệu của tệp này")
        shown.append(_button(WITHDRAW, one.id, label))
    if one.is_kept:
        shown.append(html.A(_("Tệp gốc"), href=f"/api/v1/imports/{one.id}/file"))
    if one.stage is Stage.MAPPED:
        own = _("Người duyệt phải khác người nạp.")
        others = _("Chờ người có quyền duyệt, khác với người nạp, bấm duyệt.")
        shown.append(html.Small(own if Need.APPROVE in data.may else others))
    return html.Div(shown, className="ioc-choices")


def _button(act: str, id_: str, label: str, *, main: bool = False) -> Component:
    tone = "ioc-button ioc-button--main" if main else "ioc-button"
    return html.Button(label, id=cid_of(SCREEN_KEY, act, id_), className=tone, n_clicks=0)


def history(data: ScreenData) -> list[Component]:
    """Every file, newest first, with its stage and who decided."""
    _ = words(data.language)
    title = _("Các tệp đã nạp")
    if not data.get(FILE_IMPORTS):
        return [section(title, [empty(_("Chưa có tệp nào."), _("Tệp nạp ở đây chỉ được tính khi có người duyệt."))])]
    heads = (_("Tệp"), _("Nguồn"), _("Nhận lúc"), _("Trạng thái"), _("Duyệt, rút"))
    rows = [_row(data, one, heads[1:]) for one in data.get(FILE_IMPORTS)]
    return [section(title, [table(heads, rows, caption=title, kind="files")], aside=str(len(rows)))]


def _row(data: ScreenData, one: FileImport, heads: Sequence[str]) -> Component:
    """``heads`` of the cells beside the file's name, which a telephone shows with each."""
    received = formats.moment(one.received_at, data.now, data.language)
    who = " · ".join(who_words(by).to(data.language) for by in (one.approved_by, one.withdrawn_by) if by)
    cells = (
        f"{kind_name(data, one.feed)} · {one.source}",
        received,
        stage_words(one).to(data.language),
        who or formats.UNKNOWN,
    )
    name = html.Button(one.file_name, id=cid_of(SCREEN_KEY, OPEN, one.id), className="ioc-button", n_clicks=0)
    told = zip(heads, cells, strict=True)
    return html.Tr(
        [
            html.Th(name, scope="row"),
            *(html.Td(cell, className="ioc-words", **{"data-head": head}) for head, cell in told),
        ]
    )


def kind_name(data: ScreenData, kind: str) -> str:
    """What a file is of: a feed's name, or something else that the desk takes."""
    other = kinds_said().get(kind)
    return feed_name(data, kind) if other is None else other.of[kind].to(data.language)


def notice(text: str) -> list[Component]:
    """A sentence about what was just done; nothing for ""."""
    return [html.P(text, className="ioc-notice")] if text else []


def _takes_files(feed: Feed) -> bool:
    return Format.FILE in feed.decoders


def _templates(data: ScreenData) -> list[Component]:
    """Links to forms: by commune or vehicle, and, folded, by office."""
    _ = words(data.language)
    feeds = [feed for feed in data.feeds.values() if _takes_files(feed) and feed.measures]
    of_places = [feed for feed in feeds if any(measure.bearer is Bearer.PLACE for measure in feed.measures)]
    by_office = html.Details(
        [html.Summary(_("Biểu mẫu theo cơ quan")), *(_form_link(data, feed, "organisation") for feed in of_places)],
        className="ioc-choices",
    )
    return [html.Span(_("Tải biểu mẫu:")), *(_form_link(data, feed) for feed in feeds), by_office]


def _form_link(data: ScreenData, feed: Feed, of: str = "") -> Component:
    ask, saved = (f"?of={of}", f"{feed.key}-{of}.xlsx") if of else ("", f"{feed.key}.xlsx")
    href = f"/api/v1/imports/templates/{feed.key}{ask}"
    return html.A(feed.names.to(data.language), href=href, download=saved)


def _form(data: ScreenData) -> Component:
    _ = words(data.language)
    feeds = {key: feed.names.to(data.language) for key, feed in data.feeds.items() if _takes_files(feed)}
    feeds |= {kind: kind_name(data, kind) for kind in kinds_said()}
    sender = _("Cơ quan chịu trách nhiệm về số liệu; cùng một tên cho mọi lần gửi.")
    maps = _("Bản đồ: GeoJSON, GeoPackage, KML, Shapefile nén .zip tới 256 MB; .osm.pbf tới 2 GB.")
    way = Way(
        to="/api/v1/imports",
        limit=LIMIT_BYTES,
        required=("source",),
        too_large=_("Tệp lớn hơn 32 MB; hãy chia nhỏ."),
        missing=_("Hãy ghi đơn vị gửi tệp."),
    )
    of_maps = Way(
        to="/api/v1/maps/imports",
        limit=map_fields.LIMIT_BYTES,
        required=map_fields.REQUIRED,
        too_large=_("Tệp lớn hơn 2 GB. Hãy cắt lấy phần của tỉnh trước khi nạp."),
        missing=_("Hãy điền đủ: đơn vị gửi, giấy phép, lời ghi trên bản đồ."),
    )
    return drop_form(
        _, "figures", accepted=f"{ACCEPTED},{map_fields.ACCEPTED}",
        ways={"": way, **dict.fromkeys(LayerKind, of_maps)},
        about=" ".join((_("Excel, CSV, bảng do cổng thông tin xuất ra; tới 32 MB."), maps)),
        send=_("Gửi và xem trước"),
        fields=[
            choice("feed", _("Tệp này là"), feeds, next(iter(feeds), ""), ""),
            text("source", _("Đơn vị gửi"), "", "", sender),
            *map_fields.map_fields(data.language),
        ],
        said={
            "data-label": _("Chọn tệp"),
            "data-sending": _("Đang gửi tệp"),
            "data-reading": _("đang đọc tệp"),
            "data-lost": _("Mất kết nối khi đang gửi; số liệu không thay đổi. Hãy thử lại."),
            "data-unsigned": _("Phiên đăng nhập đã hết; tệp chưa được gửi. Hãy đăng nhập lại."),
            "data-streets": ",".join(STREET_SUFFIXES),
        },
    )  # fmt: skip


SCREEN = Screen(
    key=SCREEN_KEY,
    path="/figures",
    title=Text("Bàn nạp số liệu", "Figure desk"),
    order=51,
    listed=False,
    layout=layout,
    requires=Need.LOOK,
    topics=("feeds",),
    needs=(FILE_IMPORTS, FILE_OPENED),
)
