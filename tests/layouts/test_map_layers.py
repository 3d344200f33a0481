"""The list of layers: a report's claims and open points, and that a file's text stays plain text."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from map_fixtures import NOW, REPORT, STREETS_REPORT, layer, streets

from domain.places.map_layer import ImportReport, MapLayer, Note
from domain.text import Language, Text
from layouts.desk.import_report import NOTES_SHOWN, matched_of, report_of
from layouts.desk.map_layers import layer_list, map_layers
from layouts.parts.screen import ScreenData
from queries.ask import Answers
from queries.maps.layers import MAP_LAYERS


def text_of(part: Any) -> str:
    """Everything a part says, joined by spaces."""
    if isinstance(part, list | tuple):
        return " ".join(filter(None, (text_of(child).strip() for child in part)))
    if isinstance(part, str | int | float):
        return str(part)
    return text_of(part.children) if getattr(part, "children", None) is not None else ""


def data(language: Language = "vi", *, layers: Sequence[MapLayer] = ()) -> ScreenData:
    answers = Answers().put(MAP_LAYERS, layers)
    return ScreenData(language=language, now=NOW + timedelta(minutes=1), answers=answers)


def test_an_empty_desk_says_why_and_where_maps_come_from():
    shown = text_of(layer_list(data()))
    assert "Chưa nhập lớp nào" in shown
    assert "OpenStreetMap" in shown


def test_who_imported_a_layer_is_told_in_words():
    shown = text_of(layer_list(data(layers=[layer(imported_by="person:lan")])))
    assert ("lan" in shown, "person:" in shown) == (True, False)


def test_a_report_tells_what_matched_what_did_not_and_why():
    shown = text_of(report_of(layer(), "vi"))
    assert "2/3 đơn vị" in shown
    assert "Không khớp với danh sách xã, huyện: 1" in shown
    assert "Lộc An không có tên này" in shown
    assert "Long An (27694)" in shown
    assert "no such name" not in shown
    assert "no such name" in text_of(report_of(layer(), "en"))


def test_areas_are_compared_only_where_there_is_an_official_one():
    shown = text_of(report_of(layer(), "vi"))
    assert "20,5 km²" in shown
    assert "lệch +4,17% trên 1 đơn vị; đơn vị lệch nhiều nhất 4,2%" in shown
    unknown = ImportReport(matched=1, expected=1, areas_km2={"27694": (12.5, None)})
    shown = text_of(report_of(layer(report=unknown), "vi"))
    assert "chưa có số chính thức để so" in shown
    assert "0%" not in shown


def test_what_was_not_counted_is_not_shown_as_zero():
    shown = text_of(report_of(streets(report=ImportReport(counts={"streets": 395})), "vi"))
    assert "Đoạn đường 395" in shown
    assert "Một chiều" not in shown
    assert matched_of(ImportReport(), "vi") == "—"
    assert matched_of(STREETS_REPORT, "vi") == "395 đường"
    assert matched_of(REPORT, "vi") == "2/3"


def test_a_long_list_of_notes_is_cut_and_says_so():
    notes = tuple(Note(name=f"x{n}", code="", words=Text("lạ", "strange")) for n in range(NOTES_SHOWN + 7))
    shown = text_of(report_of(layer(report=ImportReport(unmatched=notes)), "vi"))
    assert f": {NOTES_SHOWN + 7}" in shown
    assert "và 7 mục nữa" in shown
    assert f"x{NOTES_SHOWN}" not in shown


def test_the_list_offers_the_one_thing_that_can_be_done():
    shown = text_of(layer_list(data(layers=[layer(), layer("cc33", active=False)])))
    assert shown.count("Gỡ khỏi bản đồ") == 1
    assert shown.count("Dùng lại lớp này") == 1
    assert "© Sở Tài nguyên Tây Ninh" in shown
    assert "01/07/2025" in shown


def test_each_layer_keeps_its_report_and_the_list_names_what_is_shown():
    (shown,) = layer_list(data(layers=[streets(), layer(), layer("cc33", active=False)]))
    assert text_of(shown).count("Báo cáo nhập") == 3
    assert getattr(shown, "data-maps") == "aa11-bb22"
    (empty,) = layer_list(data())
    assert getattr(empty, "data-maps") == ""


def test_names_from_a_file_stay_text():
    hostile = "<script>alert(1)</script>"
    desk = map_layers(data(layers=[layer(file_name=hostile)]))
    assert text_of(desk).count(hostile) == 1  # as a child React escapes, nowhere as markup
    assert "dangerously" not in repr(desk)


def test_a_broken_layer_is_marked_and_says_what_to_do():
    assert "hỏng" not in text_of(layer_list(data(layers=[layer()])))
    shown = text_of(layer_list(data(layers=[layer(broken=True)])))
    assert "hãy nhập lại tệp" in shown
    assert "đang hiện" not in shown
