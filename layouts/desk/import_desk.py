"""The import desk of /data: form for a map file, progress, report, and the imported layers with an undo for each."""

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from domain.instant import day_start
from domain.places.map_import import STREET_SUFFIXES, ImportState, MapImport
from domain.places.map_layer import PROVINCE_BOX, LayerKind, MapLayer, version_of
from domain.places.place import IN_FORCE
from domain.places.territory import TERRITORIES, Level
from domain.text import Language, Text
from layouts.desk.drop import choice, drop_form, text
from layouts.desk.import_report import matched_of, report_of
from layouts.parts.components import empty, section, table
from layouts.parts.ids import cid, cid_of
from layouts.parts.screen import ScreenData
from present import formats
from present.text import Words, words
from present.wire import MAPS_CHANGED
from queries.maps.imports import MAP_IMPORTS
from queries.maps.layers import MAP_LAYERS

SCREEN_KEY = "data"
STATE, LAYERS = "import-state", "layers"
USE, WITHDRAW = "use", "withdraw"
ACCEPTED = ".geojson,.json,.topojson,.zip,.shp,.gpkg,.kml,.kmz,.fgb,.pbf,.osm"
GLYPHS = {ImportState.DONE: "✓", ImportState.UNCHANGED: "✓", ImportState.REFUSED: "▲", ImportState.INTERRUPTED: "▲"}
# Browsers refuse larger ones before sending; the server refuses them too (api/maps/upload.py).
LIMIT_BYTES = 2 << 30


def import_desk(data: ScreenData) -> Component:
    """The whole desk. Raising the store MAPS_CHANGED redraws the state and the list of layers."""
    _ = words(data.language)
    return html.Div(
        [
            section(_("Nhập bản đồ"), [_form(data.language), html.Div(import_state(data), id=cid(SCREEN_KEY, STATE))]),
            html.Div(layer_list(data), id=cid(SCREEN_KEY, LAYERS)),
            dcc.Store(id=MAPS_CHANGED, data=0),
        ],
        className="ioc-imports",
    )


def import_state(data: ScreenData) -> list[Component]:
    """The newest import: its progress, or its end with the report of the new layer."""
    if not data.get(MAP_IMPORTS):
        return []
    job = data.get(MAP_IMPORTS)[0]
    layer = next((known for known in data.get(MAP_LAYERS) if known.id == job.layer), None)
    report = [report_of(layer, data.language)] if layer and job.state is not ImportState.REFUSED else []
    tone = "refused" if job.state in (ImportState.REFUSED, ImportState.INTERRUPTED) else job.state.value
    return [
        html.Div(
            [_headline(job, data), *report],
            className=f"ioc-import ioc-import--{tone}",
            role="status",
            **{"data-job": job.id} if job.under_way else {},
        )
    ]


def _headline(job: MapImport, data: ScreenData) -> Component:
    when = formats.moment(job.updated_at, data.now, data.language)
    glyph = (
        [html.Span(GLYPHS[job.state], className="ioc-glyph", **{"aria-hidden": "true"})] if job.state in GLYPHS else []
    )
    return html.P(
        [
            *glyph,
            html.B(job.file_name),
            " ",
            html.Span(job.stage.to(data.language)),
            " ",
            html.Small(f"{when} · {job.started_by}"),
        ]
    )


def layer_list(data: ScreenData, refused: Text | None = None) -> list[Component]:
    """Every layer with its source and whether maps show it. Without layers: why there are none and where to get one.

    ``refused``: why what was pressed did not happen.
    """
    shown = version_of(layer.id for layer in data.get(MAP_LAYERS) if layer.active)
    why = (
        [html.P(refused.to(data.language), className="ioc-import ioc-import--refused", role="alert")] if refused else []
    )
    return [*why, html.Div(_layers(data), **{"data-maps": shown})]


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
    return section(title, [table(heads, rows, caption=title, kind="layers")], aside=str(len(data.get(MAP_LAYERS))))


def _report_row(layer: MapLayer, columns: int, data: ScreenData) -> Component:
    _ = words(data.language)
    report = html.Details([html.Summary(_("Báo cáo nhập")), report_of(layer, data.language)])
    return html.Tr(html.Td(report, colSpan=columns), className="ioc-layer__report")


def _layer(layer: MapLayer, heads: Sequence[str], data: ScreenData, _: Words) -> Component:
    """A row. A phone shows it as a block, so each cell carries its column's head."""
    origin = layer.provenance
    dated = formats.day(day_start(origin.dated), data.language) if origin.dated else formats.UNKNOWN
    act, label = (WITHDRAW, _("Gỡ khỏi bản đồ")) if layer.active else (USE, _("Dùng lại lớp này"))
    label = _("Duyệt, đưa lên bản đồ") if layer.waits_of else label
    button = html.Button(label, id=cid_of(SCREEN_KEY, act, layer.id), className="ioc-button", n_clicks=0)
    shown = html.Span(_("đang hiện"), className="ioc-import__shown") if layer.active else html.Span(_("không hiện"))
    if layer.waits_of:
        shown = html.Strong(_("chờ người thứ hai duyệt"))
    if layer.broken:
        shown = html.Strong(_("hỏng: bản đồ vẽ mỗi xã một ô; hãy nhập lại tệp"))
    facts = (
        matched_of(layer.report, data.language),
        [html.Span(origin.source), html.Small(origin.licence)],
        origin.attribution,
        dated,
        [formats.moment(layer.imported_at, data.now, data.language), html.Small(layer.imported_by)],
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
        )
    )


def _form(language: Language) -> Component:
    _ = words(language)
    return drop_form(
        _, "maps", to="/api/v1/maps/imports", accepted=ACCEPTED, limit_bytes=LIMIT_BYTES,
        required=("source", "licence", "attribution"), about=_formats(_), send=_("Nhập vào bản đồ"),
        fields=_fields(language),
        said={
            "data-streets": ",".join(STREET_SUFFIXES),
            "data-label": _("Tệp bản đồ"),
            "data-sending": _("Đang gửi tệp"),
            "data-lost": _("Mất kết nối khi đang gửi; bản đồ không thay đổi. Hãy thử lại."),
            "data-too-large": _("Tệp lớn hơn 2 GB. Hãy cắt lấy phần của tỉnh trước khi nạp."),
            "data-missing": _("Hãy điền đủ: nguồn, giấy phép, lời ghi trên bản đồ."),
        },
    )  # fmt: skip


def _formats(_: Words) -> str:
    return " ".join(
        (
            _("Ranh giới: GeoJSON, GeoPackage, KML, Shapefile nén .zip (WGS 84 hoặc VN-2000), tới 256 MB."),
            _("Đường, sông: .osm.pbf, tới 2 GB."),
        )
    )


def _fields(language: Language) -> list[Component]:
    _ = words(language)
    kinds: dict[str, str] = {LayerKind.BOUNDARIES: _("Ranh giới"), LayerKind.STREETS: _("Đường, sông")}
    levels: dict[str, str] = {
        Level.COMMUNE: _("Xã, phường"),
        Level.DISTRICT: _("Huyện (đến 30/6/2025)"),
        Level.PROVINCE: _("Tỉnh"),
    }
    versions = {known.version: known.names.to(language) for known in reversed(TERRITORIES)}
    box = ",".join(map(str, PROVINCE_BOX))
    return [
        choice("kind", _("Loại"), kinds, LayerKind.BOUNDARIES.value, ""),
        choice("level", _("Cấp"), levels, Level.COMMUNE.value, _("Mỗi tệp một cấp.")),
        choice("territory", _("Phiên bản địa giới"), versions, IN_FORCE, _("Phiên bản của các đơn vị trong tệp.")),
        text("bbox", _("Khung lấy đường"), box, box, _("Tây,nam,đông,bắc tính bằng độ; để trống để lấy cả tỉnh.")),
        text("source", _("Nguồn"), "", "Sở Nông nghiệp và Môi trường", _("Cơ quan lập hoặc gửi tệp.")),
        text("licence", _("Giấy phép"), "", _("nội bộ"), _("Điều khoản sử dụng; nếu không rõ, ghi: chưa rõ.")),
        text("attribution", _("Lời ghi trên bản đồ"), "", "© …", _("In ở góc mọi bản đồ có lớp này.")),
        text("dated", _("Ngày dữ liệu"), "", "01/07/2025", _("Ngày lập dữ liệu, nếu biết.")),
        text("by", _("Người nhập"), "", "", _("Người để hỏi lại khi cần.")),
        html.Details(
            [
                html.Summary(_("Khai báo thêm khi tệp thiếu thông tin")),
                text("crs", _("Hệ toạ độ (--crs)"), "", "EPSG:9210", _("VN-2000 kinh tuyến trục 105°45': EPSG:9210.")),
                text("layer", _("Lớp trong tệp (--layer)"), "", "", _("Khi tệp có nhiều lớp.")),
                text("name_field", _("Cột tên (--name-field)"), "", "", ""),
                text("code_field", _("Cột mã (--code-field)"), "", "", ""),
            ],
            **{"data-field": "hints"},
        ),
    ]
