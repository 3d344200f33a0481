"""Empty elements that assets/scripts/59-drivers.js fills with drivers once a dispatcher has signed in.

They hold labels and an API address, never a driver's name: everybody receives what a layout returns.
"""

import json

from dash import html
from dash.development.base_component import Component

from layouts.parts.components import section
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present.text import words


def stints_panel(data: ScreenData, asked: str) -> Component:
    """Section for the drivers that the API address ``asked`` returns, with a link to the register."""
    _ = words(data.language)
    return section(_("Tài xế"), [filled_place(data, asked, "stints")], aside=register_link(data), name="drivers")


def register_link(data: ScreenData) -> Component:
    """Link to the register of drivers."""
    return html.A(words(data.language)("Sổ tài xế"), href=address(data, "/drivers"), className="ioc-link")


def filled_place(data: ScreenData, asked: str, kind: str) -> Component:
    """An empty element with the API address, its kind and all labels the script needs."""
    _ = words(data.language)
    said = {
        "why": _("Chỉ người điều phối được xem; mỗi lần xem đều được ghi lại."),
        "lacks": _("Tài khoản đang đăng nhập không có quyền xem tài xế; chỉ người điều phối được xem."),
        "other": _("Đăng xuất để dùng tài khoản điều phối"),
        "ask": _("Chưa có mã: hãy hỏi người quản trị trung tâm."),
        "key": _("Mã đăng nhập điều phối"),
        "signIn": _("Đăng nhập"),
        "signOut": _("Đăng xuất"),
        "as": _("Đang xem bằng mã {name}").format(name="{name}"),
        "asPerson": _("Đang xem bằng tài khoản {name}").format(name="{name}"),
        "person": _("Đăng nhập bằng tài khoản điều phối"),
        "silent": _("Máy chủ không trả lời; hãy thử lại sau vài giây."),
        "noStints": _("Thiết bị trên xe không báo ai lái trong thời gian này."),
        "unknown": _("không có trong sổ"),
        "away": _("ngoài thời gian làm việc"),
        "noDrivers": _("Sổ chưa có tài xế nào."),
        "howTo": _("Người trực ca nạp tệp CSV hoặc XLSX có cột mã tài xế và họ tên ở Bàn nạp số liệu."),
        "orSend": _("Phần mềm khác cũng có thể tự gửi sổ này: hãy hỏi người quản trị trung tâm."),
        "heads": [_("Mã"), _("Họ tên"), _("Điện thoại"), _("Hạng GPLX"), _("Số GPLX"), _("Hạn GPLX"), _("Làm việc")],
        "expired": _("đã hết hạn"),
        "since": _("từ {day}"),
        "until": _("đến {day}"),
        "reads": _("Những lần xem gần đây"),
        "register": _("sổ tài xế"),
        "run": _("chuyến"),
        "vehicle": _("xe"),
    }
    return html.Div(
        className="ioc-drivers",
        **{"data-drivers": asked, "data-kind": kind, "data-words": json.dumps(said, ensure_ascii=False)},
    )
