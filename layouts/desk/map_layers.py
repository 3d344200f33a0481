"""The imported layers of the map on /data: what each is, its report, and an undo."""

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from domain.imports.stages import who_words
from domain.instant import day_start
from domain.places.map_layer import LayerKind, MapLayer, version_of
from domain.places.territory import Level
from layouts.desk.import_report import matched_of, report_of
from layouts.parts.components import empty, phone_fold, section, table
from layouts.parts.ids import cid, cid_of
from layouts.parts.screen import ScreenData
from present import formats
from present.text import Words, words
from present.wire import MAPS_CHANGED
from queries.maps.layers import MAP_LAYERS

SCREEN_KEY = "data"
LAYERS = "layers"
USE, WITHDRAW = "use", "withdraw"


def map_layers(data: ScreenData) -> Component:
    """The list of layers. Raising the store MAPS_CHANGED draws it again."""
    listed = html.Div(layer_list(data), id=cid(SCREEN_KEY, LAYERS))
    return html.Div([listed, dcc.Store(id=MAPS_CHANGED, data=0)], className="ioc-imports")


def layer_list(data: ScreenData) -> list[Component]:
    """Every layer with its source and whether maps show it. Without layers: why there are none and where to get one."""
    shown = version_of(layer.id for layer in data.get(MAP_LAYERS) if layer.active)
    return [html.Div(_layers(data), **{"data-maps": shown})]


def _layers(data: ScreenData) -> Component:
    _ = words(data.language)
    title = _("Các lớp bản đồ đã nhập")
    if not data.get(MAP_LAYERS):
        why = _("Chưa nhập lớp nào: bản đồ vẽ mỗi xã một ô, không có ranh giới.")
        return section(title, [empty(why, _where_from(_))])
    heads = (
        _("Lớp"),
        _("Khớp"),
        _("Nguồn, giấy phép"),
        _("Lời ghi trên bản đồ"),
        _("Ngày dữ liệu"),
        _("Nhập lúc"),
        _("Trên bản đồ"),
    )
    rows = [
        row
        for layer in data.get(MAP_LAYERS)
        for row in (_layer(layer, heads, data, _), _report_row(layer, len(heads), data))
    ]
    listed, count = table(heads, rows, caption=title, kind="layers"), len(data.get(MAP_LAYERS))
    drawn = sum(layer.active and not layer.broken for layer in data.get(MAP_LAYERS))
    said = _.ngettext("Xem {n} lớp", count).format(n=count)
    said += " · " + _("{n} đang hiện").format(n=drawn) if drawn else ""
    return section(title, [phone_fold(said, [listed], name="layers")], aside=str(count))


def _report_row(layer: MapLayer, columns: int, data: ScreenData) -> Component:
    _ = words(data.language)
    report = html.Details([html.Summary(_("Báo cáo nhập")), report_of(layer, data.language)])
    return html.Tr(html.Td(report, colSpan=columns), className="ioc-layer__report")


def _layer(layer: MapLayer, heads: Sequence[str], data: ScreenData, _: Words) -> Component:
    """A row. A phone shows it as a block, so each cell carries its column's head."""
    origin = layer.provenance
    dated = formats.day(day_start(origin.dated), data.language) if origin.dated else formats.UNKNOWN
    act, label = (WITHDRAW, _("Gỡ khỏi bản đồ")) if layer.active else (USE, _("Dùng lại lớp này"))
    button = html.Button(label, id=cid_of(SCREEN_KEY, act, layer.id), className="ioc-button", n_clicks=0)
    shown = html.Span(_("đang hiện"), className="ioc-import__shown") if layer.active else html.Span(_("không hiện"))
    if layer.broken:
        shown = html.Strong(_("hỏng: bản đồ vẽ mỗi xã một ô; hãy nhập lại tệp"))
    facts = (
        matched_of(layer.report, data.language),
        [html.Span(origin.source), html.Small(origin.licence)],
        origin.attribution,
        dated,
        [
            formats.moment(layer.imported_at, data.now, data.language),
            html.Small(who_words(layer.imported_by).to(data.language)),
        ],
    )
    cells = [
        html.Td(fact, className="ioc-words", **{"data-head": head})
        for head, fact in zip(heads[1:], facts, strict=False)
    ]
    return html.Tr(
        [
            html.Th([html.Div(_what(layer, _)), html.Small(layer.file_name)], scope="row"),
            *cells,
            html.Td(html.Div([shown, button], className="ioc-bind")),
        ],
        **{"data-layer": layer.id},
    )


def _what(layer: MapLayer, _: Words) -> str:
    if layer.kind is LayerKind.STREETS:
        return _("Đường, sông")
    names = {
        Level.PROVINCE: _("Ranh giới tỉnh"),
        Level.DISTRICT: _("Ranh giới huyện"),
        Level.COMMUNE: _("Ranh giới xã"),
    }
    return f"{names[layer.level or Level.COMMUNE]} · {layer.territory}"


def _where_from(_: Words) -> str:
    return " ".join(
        (
            _("Ranh giới: xin tệp ở cơ quan đo đạc, bản đồ hoặc thống kê của tỉnh."),
            _("Đường, sông: tệp .osm.pbf trích từ OpenStreetMap."),
            _("Hỏi giấy phép trước khi nhập."),
            _("Nạp ở bàn nạp số liệu; người thứ hai duyệt thì mới lên bản đồ."),
        )
    )
