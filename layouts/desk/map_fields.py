"""Fields of the desk's form that only map files need."""

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from domain.places.map_layer import PROVINCE_BOX
from domain.places.place import IN_FORCE
from domain.places.territory import TERRITORIES, Level
from domain.text import Language
from layouts.desk.drop import choice, text
from present import formats
from present.text import Words, words

ACCEPTED = ".geojson,.json,.topojson,.zip,.shp,.gpkg,.kml,.kmz,.fgb,.pbf,.osm"
REQUIRED = ("source", "licence", "attribution")
# Browsers refuse larger ones before sending; the server refuses them too (api/maps/upload.py).
LIMIT_BYTES = (2 << 30) - 1


def _labels(_: Words) -> Mapping[str, str]:
    return {
        "level": _("Cấp"),
        "territory": _("Phiên bản địa giới"),
        "bbox": _("Khung lấy đường"),
        "licence": _("Giấy phép"),
        "attribution": _("Lời ghi trên bản đồ"),
        "dated": _("Ngày dữ liệu"),
        "by": _("Người nhập"),
        "crs": _("Hệ toạ độ"),
        "layer": _("Lớp trong tệp"),
        "name_field": _("Cột tên đơn vị"),
        "code_field": _("Cột mã đơn vị"),
    }


def _levels(_: Words) -> Mapping[str, str]:
    return {
        Level.COMMUNE: _("Xã, phường"),
        Level.DISTRICT: _("Huyện (đến 30/6/2025)"),
        Level.PROVINCE: _("Tỉnh"),
    }


def _versions(language: Language) -> Mapping[str, str]:
    return {known.version: known.names.to(language) for known in reversed(TERRITORIES)}


def stated(language: Language, name: str, value: str) -> str:
    """What a sender said of a map, in the words of the form in which it was said."""
    _ = words(language)
    lists = {"level": _levels(_), "territory": _versions(language)}
    said = lists[name].get(value, value) if name in lists else value
    if name == "dated":
        said = formats.period_or_instant(value, language)
    return f"{_labels(_).get(name, name)}: {said}"


def map_fields(language: Language) -> list[Component]:
    """What a sender says of a map file; CSS hides what does not fit the chosen kind."""
    _ = words(language)
    label, versions = _labels(_), _versions(language)
    box = ",".join(map(str, PROVINCE_BOX))
    return [
        choice("level", label["level"], _levels(_), Level.COMMUNE.value, _("Mỗi tệp một cấp.")),
        choice("territory", label["territory"], versions, IN_FORCE, _("Phiên bản của các đơn vị trong tệp.")),
        text("bbox", label["bbox"], box, box, _("Tây,nam,đông,bắc tính bằng độ; để trống để lấy cả tỉnh.")),
        text("licence", label["licence"], "", _("nội bộ"), _("Điều khoản sử dụng; nếu không rõ, ghi: chưa rõ.")),
        text("attribution", label["attribution"], "", "© …", _("In ở góc mọi bản đồ có lớp này.")),
        text("dated", label["dated"], "", "01/07/2025", _("Ngày lập dữ liệu, nếu biết.")),
        text("by", label["by"], "", "", _("Người để hỏi lại khi cần.")),
        html.Details(
            [
                html.Summary(_("Khai báo thêm khi tệp thiếu thông tin")),
                text("crs", label["crs"], "", "EPSG:9210", _("VN-2000 kinh tuyến trục 105°45': EPSG:9210.")),
                text("layer", label["layer"], "", "", _("Khi tệp có nhiều lớp.")),
                text("name_field", label["name_field"], "", "", ""),
                text("code_field", label["code_field"], "", "", ""),
            ],
            **{"data-field": "hints"},
        ),
    ]
