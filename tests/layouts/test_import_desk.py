"""The import desk as a layout: a report's claims and open points, and that a file's text stays plain text."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from map_fixtures import NOW, REPORT, STREETS_REPORT, job, layer, streets

from domain.places.map_import import INTERRUPTED, ImportState, MapImport
from domain.places.map_layer import SECOND_PERSON, ImportReport, MapLayer, Note
from domain.text import Language, Text
from layouts.desk.import_desk import import_desk, import_state, layer_list
from layouts.desk.import_report import NOTES_SHOWN, matched_of, report_of
from layouts.parts.screen import ScreenData
from queries.ask import Answers
from queries.maps.imports import MAP_IMPORTS
from queries.maps.layers import MAP_LAYERS


def text_of(part: Any) -> str:
    """Everything a part says, joined by spaces."""
    if isinstance(part, list | tuple):
        return " ".join(filter(None, (text_of(child).strip() for child in part)))
    if isinstance(part, str | int | float):
        return str(part)
    return text_of(part.children) if getattr(part, "children", None) is not None else ""


def data(
    language: Language = "vi", *, layers: Sequence[MapLayer] = (), imports: Sequence[MapImport] = ()
) -> ScreenData:
    answers = Answers().put(MAP_LAYERS, layers).put(MAP_IMPORTS, imports)
    return ScreenData(language=language, now=NOW + timedelta(minutes=1), answers=answers)


def test_an_empty_desk_says_why_and_where_maps_come_from():
    shown = text_of(layer_list(data()))
    assert "Chưa nhập lớp nào" in shown
    assert "OpenStreetMap" in shown
    assert import_state(data()) == []


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


@pytest.mark.parametrize(
    ("state", "words"),
    [(ImportState.REFUSED, Text("Toạ độ sai", "Wrong coordinates")), (ImportState.INTERRUPTED, INTERRUPTED)],
)
def test_a_refusal_shows_its_words_and_no_report(state: ImportState, words: Text):
    (shown,) = import_state(data(layers=[layer()], imports=[job(state, stage=words, layer="")]))
    assert words.vi in text_of(shown)
    assert "60/60" not in text_of(shown)
    assert "2/3" not in text_of(shown)
    assert "refused" in shown.className
    assert not hasattr(shown, "data-job")


def test_an_import_on_its_way_can_be_followed():
    (shown,) = import_state(data(imports=[job(ImportState.RUNNING, layer="", done=0.4)]))
    assert getattr(shown, "data-job") == "j1"


def test_only_the_newest_import_speaks_and_its_own_layer_is_reported():
    two = [job(stage=Text("mới", "new"), layer="bb22"), job(stage=Text("cũ", "old"), layer="aa11")]
    shown = text_of(import_state(data(layers=[streets(report=STREETS_REPORT), layer()], imports=two)))
    assert "mới" in shown
    assert "cũ" not in shown
    assert "Đoạn đường 395" in shown


def test_the_list_offers_the_one_thing_that_can_be_done():
    shown = text_of(layer_list(data(layers=[layer(), layer("cc33", active=False)])))
    assert shown.count("Gỡ khỏi bản đồ") == 1
    assert shown.count("Dùng lại lớp này") == 1
    assert "© Sở Tài nguyên Tây Ninh" in shown
    assert "01/07/2025" in shown


def test_a_layer_that_waits_says_for_whom_and_a_refusal_says_why():
    shown = text_of(layer_list(data(layers=[layer(active=False, waits_of="person:lan")]), SECOND_PERSON))
    assert "chờ người thứ hai duyệt" in shown
    assert "Duyệt, đưa lên bản đồ" in shown
    assert "Dùng lại lớp này" not in shown
    assert shown.startswith("Lớp này chờ người thứ hai")
    assert "person:lan" not in shown


def test_each_layer_keeps_its_report_and_the_list_names_what_is_shown():
    (shown,) = layer_list(data(layers=[streets(), layer(), layer("cc33", active=False)]))
    assert text_of(shown).count("Báo cáo nhập") == 3
    assert getattr(shown, "data-maps") == "aa11-bb22"
    (empty,) = layer_list(data())
    assert getattr(empty, "data-maps") == ""


def test_names_from_a_file_stay_text():
    hostile = "<script>alert(1)</script>"
    desk = import_desk(data(layers=[layer(file_name=hostile)], imports=[job(file_name=hostile)]))
    assert text_of(desk).count(hostile) == 2  # as children React escapes, nowhere as markup
    assert "dangerously" not in repr(desk)


def test_a_broken_layer_is_marked_and_says_what_to_do():
    assert "hỏng" not in text_of(layer_list(data(layers=[layer()])))
    shown = text_of(layer_list(data(layers=[layer(broken=True)])))
    assert "hãy nhập lại tệp" in shown
    assert "đang hiện" not in shown
