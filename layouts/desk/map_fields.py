"""Fields of the desk's form that only map files need."""

from dash import html
from dash.development.base_component import Component

from domain.places.map_layer import PROVINCE_BOX
from domain.places.place import IN_FORCE
from domain.places.territory import TERRITORIES, Level
from domain.text import Language
from layouts.desk.drop import choice, text
from present.text import words

ACCEPTED = ".geojson,.json,.topojson,.zip,.shp,.gpkg,.kml,.kmz,.fgb,.pbf,.osm"
REQUIRED = ("source", "licence", "attribution")
# Browsers refuse larger ones before sending; the server refuses them too (api/maps/upload.py).
LIMIT_BYTES = (2 << 30) - 1


def map_fields(language: Language) -> list[Component]:
    """What a sender says of a map file; CSS hides what does not fit the chosen kind."""
    _ = words(language)
    levels: dict[str, str] = {
        Level.COMMUNE: _("Xã, phường"),
        Level.DISTRICT: _("Huyện (đến 30/6/2025)"),
        Level.PROVINCE: _("Tỉnh"),
    }
    versions = {known.version: known.names.to(language) for known in reversed(TERRITORIES)}
    box = ",".join(map(str, PROVINCE_BOX))
    return [
        choice("level", _("Cấp"), levels, Level.COMMUNE.value, _("Mỗi tệp một cấp.")),
        choice("territory", _("Phiên bản địa giới"), versions, IN_FORCE, _("Phiên bản của các đơn vị trong tệp.")),
        text("bbox", _("Khung lấy đường"), box, box, _("Tây,nam,đông,bắc tính bằng độ; để trống để lấy cả tỉnh.")),
        text("licence", _("Giấy phép"), "", _("nội bộ"), _("Điều khoản sử dụng; nếu không rõ, ghi: chưa rõ.")),
        text("attribution", _("Lời ghi trên bản đồ"), "", "© …", _("In ở góc mọi bản đồ có lớp này.")),
        text("dated", _("Ngày dữ liệu"), "", "01/07/2025", _("Ngày lập dữ liệu, nếu biết.")),
        text("by", _("Người nhập"), "", "", _("Người để hỏi lại khi cần.")),
        html.Details(
            [
                html.Summary(_("Khai báo thêm khi tệp thiếu thông tin")),
                text("crs", _("Hệ toạ độ"), "", "EPSG:9210", _("VN-2000 kinh tuyến trục 105°45': EPSG:9210.")),
                text("layer", _("Lớp trong tệp"), "", "", _("Khi tệp có nhiều lớp.")),
                text("name_field", _("Cột tên đơn vị"), "", "", ""),
                text("code_field", _("Cột mã đơn vị"), "", "", ""),
            ],
            **{"data-field": "hints"},
        ),
    ]
