"""Report of an import: how many units matched, which shapes were repaired and why, what to do next."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.places.map_layer import ImportReport, LayerKind, MapLayer, Note
from domain.text import Language
from present import formats
from present.text import Words, words

NOTES_SHOWN = 100


def report_of(layer: MapLayer, language: Language) -> Component:
    """Facts about one imported layer, then folded lists of notes on single places."""
    _ = words(language)
    facts = (
        _boundaries(layer.report, language) if layer.kind is LayerKind.BOUNDARIES else _streets(layer.report, language)
    )
    notes = (
        (_("Không khớp với danh sách xã, huyện"), layer.report.unmatched),
        (_("Hình đã sửa lỗi"), layer.report.mended),
        (_("Lưu ý khác"), layer.report.remarks),
    )
    folded = [_folded(title, given, language) for title, given in notes if given]
    return html.Div([html.Dl(facts, className="ioc-report__facts"), *folded, _next(layer, _)], className="ioc-report")


def matched_of(report: ImportReport, language: Language) -> str:
    """Matched units as "60/60", or the number of streets; "—" when nothing was counted."""
    if report.expected:
        return f"{report.matched}/{report.expected}"
    streets = report.counts.get("streets")
    if not streets:
        return formats.UNKNOWN
    return words(language).ngettext("{n} đường", int(streets)).format(n=formats.number(streets, 0, language))


def _boundaries(report: ImportReport, language: Language) -> list[Component]:
    _ = words(language)
    facts = _fact(_("Khớp"), _("{n}/{all} đơn vị").format(n=report.matched, all=report.expected))
    facts += _fact(_("Hình đã sửa lỗi"), formats.number(len(report.mended), 0, language))
    facts += _fact(_("Không khớp"), formats.number(len(report.unmatched), 0, language))
    measured = sum(area for area, _official in report.areas_km2.values())
    if measured:
        facts += _fact(_("Diện tích đo được"), formats.number(measured, 1, language) + " km²")
        facts += _fact(_("So với số chính thức"), _against_official(report, language))
    return facts


def _against_official(report: ImportReport, language: Language) -> str:
    """Measured against official area, summed over places that have both: others would inflate the measured sum."""
    _ = words(language)
    known = [(area, official) for area, official in report.areas_km2.values() if official]
    if not known:
        return _("chưa có số chính thức để so")
    measured, official = (sum(pair) for pair in zip(*known, strict=True))
    share = formats.signed((measured / official - 1) * 100, 2, language)
    most = formats.number(max(abs(area / right - 1) for area, right in known) * 100, 1, language)
    return _.ngettext("lệch {share}% trên {n} đơn vị; đơn vị lệch nhiều nhất {most}%", len(known)).format(
        share=share, n=len(known), most=most
    )


def _streets(report: ImportReport, language: Language) -> list[Component]:
    _ = words(language)
    named = (
        ("streets", _("Đoạn đường"), ""),
        ("names", _("Tên đường"), ""),
        ("km", _("Chiều dài"), " km"),
        ("one_way", _("Một chiều"), ""),
        ("waters", _("Sông, kênh, mặt nước"), ""),
        ("graph_edges", _("Đoạn nối trong mạng đường"), ""),
    )
    facts = []
    for key, name, unit in named:
        if key in report.counts:
            facts += _fact(name, formats.number(report.counts[key], 0, language) + unit)
    return facts


def _fact(name: str, value: str) -> list[Component]:
    return [html.Div([html.Dt(name), html.Dd(value)])]


def _folded(title: str, notes: Sequence[Note], language: Language) -> Component:
    _ = words(language)
    shown = [
        html.Li([html.B(f"{note.name} ({note.code})" if note.code else note.name), " ", note.words.to(language)])
        for note in notes[:NOTES_SHOWN]
    ]
    more = [html.Li(_("và {n} mục nữa").format(n=len(notes) - NOTES_SHOWN))] if len(notes) > NOTES_SHOWN else []
    return html.Details(
        [html.Summary(f"{title}: {len(notes)}"), html.Ul([*shown, *more])], className="ioc-report__notes"
    )


def _next(layer: MapLayer, _: Words) -> Component:
    """The next step: check unmatched names, read the notes, or just look at the map."""
    if layer.report.unmatched:
        what = _("Hãy xem các tên không khớp ở trên; nếu tệp sai, gỡ lớp này, sửa tên hoặc mã trong tệp rồi nhập lại.")
    elif layer.report.remarks:
        what = _("Hãy đọc các lưu ý ở trên trước khi dùng bản đồ này; nếu thấy sai, gỡ lớp này khỏi bản đồ.")
    else:
        what = _("Các màn hình đang mở tự hiện bản đồ mới. Nếu thấy sai, gỡ lớp này; lớp trước vẫn dùng lại được.")
    return html.P(what, className="ioc-note")
