"""Vietnamese route text: the grammar, its tolerance, its contradictions, and a round trip of every form."""

from dataclasses import replace
from itertools import product
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.plan.route_text import read_route_text
from domain.finding import Problem
from domain.waste.plan import EVERY_DAY, Kerb, PlannedStreet, Route, Unit, VehicleClass
from domain.waste.plan_check import check
from domain.waste.plan_draft import PlanDraft

H = 3600
TEXT = """Tuyến 01: Trung tâm Phường Long An
Xe 66C-012.34, 66C-045.67 luân phiên
Thời gian: 17h30 - 22h00
Thứ: 2, 4, 6
Loại xe: xe ép rác
Lộ trình: đường Hùng Vương lề phải từ cầu Tân An đến ngã tư Quốc lộ 1A (17h40) → đường Nguyễn Huệ (lề trái) (18:10)
-> chợ Tân An (18 giờ 30) –> hẻm 12/3 đường Trương Định hai bên, từ đầu hẻm đến cuối hẻm (19h00-19h20) →
QL1A lề phải từ ĐT 833 tới cầu Kinh 1 (cũ) lúc 20h → điểm tập kết Bình Tâm (20h30) – đường Từ Dũ từ A - B (21h)
"""


def read(text: str) -> PlanDraft:
    return read_route_text(text.encode(), "tuyến.txt", "Đô thị")


def route(text: str) -> Route:
    draft = read(text)
    assert len(draft.routes) == 1, draft.findings
    return draft.routes[0]


def entries(line: str) -> list[PlannedStreet]:
    return list(route(f"Tuyến 1\nhàng ngày\n{line}").streets)


def problems(text: str) -> list[Problem]:
    return [finding.problem for finding in read(text).findings]


def test_a_whole_route_is_read_as_people_wrote_it():
    found = route(TEXT)
    assert (found.id, found.name, found.source) == ("01", "Trung tâm Phường Long An", "Đô thị")
    assert found.plates == ("66C01234", "66C04567")
    assert (found.begins_s, found.ends_s) == (63_000, 22 * H)
    assert found.weekdays == {1, 3, 5}
    assert found.vehicle_class is VehicleClass.COMPACTOR
    assert [(s.name, s.unit, s.kerb, s.start, s.end, s.begins_s, s.ends_s) for s in found.streets] == [
        ("đường Hùng Vương", Unit.STREET, Kerb.RIGHT, "cầu Tân An", "ngã tư Quốc lộ 1A", 63_600, None),
        ("đường Nguyễn Huệ", Unit.STREET, Kerb.LEFT, "", "", 65_400, None),
        ("chợ Tân An", Unit.STOP, None, "", "", 66_600, None),
        ("hẻm 12/3 đường Trương Định", Unit.STREET, Kerb.BOTH, "đầu hẻm", "cuối hẻm", 19 * H, 69_600),
        ("QL1A", Unit.STREET, Kerb.RIGHT, "ĐT 833", "cầu Kinh 1 (cũ)", 20 * H, None),
        ("điểm tập kết Bình Tâm", Unit.STOP, None, "", "", 73_800, None),
        ("đường Từ Dũ", Unit.STREET, None, "A", "B", 21 * H, None),
    ]
    assert problems(TEXT) == []


def test_composed_and_decomposed_text_are_one():
    assert read(normalize("NFD", TEXT)).routes == read(TEXT).routes


def test_text_without_marks_is_read_too():
    (found,) = entries("duong Hung Vuong le phai tu cau Tan An den cho (10h10)")
    assert (found.name, found.kerb, found.start, found.end) == ("duong Hung Vuong", Kerb.RIGHT, "cau Tan An", "cho")


def test_text_all_in_capitals_is_read_too():
    (found,) = entries("ĐƯỜNG HÙNG VƯƠNG LỀ PHẢI TỪ CẦU TÂN AN ĐẾN CHỢ (10H10)")
    assert (found.kerb, found.start, found.end, found.begins_s) == (Kerb.RIGHT, "CẦU TÂN AN", "CHỢ", 36_600)


@pytest.mark.parametrize("arrow", ["→", "->", "-->", "=>", "–>", "⇒"])
def test_every_arrow_separates(arrow: str):
    assert [s.name for s in entries(f"đường A {arrow} đường B{arrow}đường C")] == ["đường A", "đường B", "đường C"]


def test_a_dash_separates_only_before_the_head_of_an_entry():
    assert [s.name for s in entries("đường Nguyễn - Huệ – đường B → đường C")] == [
        "đường Nguyễn - Huệ",
        "đường B",
        "đường C",
    ]
    (pair,) = entries("đường A từ cầu B – chợ C (7h) →")
    assert (pair.start, pair.end) == ("cầu B", "chợ C")


@pytest.mark.parametrize("clock", ["10h10", "10H10", "10:10", "10 giờ 10", "10giờ10", "10g10", "10 giờ 10 phút"])
def test_every_clock_is_read(clock: str):
    assert entries(f"đường A ({clock})")[0].begins_s == 36_600
    assert entries(f"đường A lúc {clock}")[0].begins_s == 36_600


@pytest.mark.parametrize(
    "said", ["(10h - 10h30)", "(10h-10h30)", "từ 10h đến 10h30", "(từ 10h đến 10h30)", "10:00–10:30"]
)
def test_every_window_is_read(said: str):
    (found,) = entries(f"đường A lề trái {said}")
    assert (found.begins_s, found.ends_s, found.name) == (36_000, 37_800, "đường A")


@pytest.mark.parametrize(
    ("said", "kerb"),
    [("lề phải", Kerb.RIGHT), ("lề trái", Kerb.LEFT), ("hai bên", Kerb.BOTH), ("cả 2 lề", Kerb.BOTH)],
)
def test_every_kerb_is_read_in_brackets_or_without(said: str, kerb: Kerb):
    assert [s.kerb for s in entries(f"đường A {said} → đường B ({said})")] == [kerb, kerb]


def test_clauses_in_brackets_are_read_too():
    (found,) = entries("đường A (lề phải từ cầu B đến chợ C lúc 10h10)")
    assert (found.name, found.kerb, found.start, found.end) == ("đường A", Kerb.RIGHT, "cầu B", "chợ C")
    assert found.begins_s == 36_600
    (also,) = entries("đường A (từ cầu B đến chợ C) (hai bên) (10h10)")
    assert (also.kerb, also.start, also.end, also.begins_s) == (Kerb.BOTH, "cầu B", "chợ C", 36_600)
    (old,) = entries("đường A (cũ) lề trái")
    assert old.name == "đường A (cũ)"


def test_names_that_look_like_keywords_stay_names():
    (du, den) = entries("đường Từ Dũ từ đền Hùng đến chùa Đến (9h) → đường Đến Mới (10h)")
    assert (du.name, du.start, du.end) == ("đường Từ Dũ", "đền Hùng", "chùa Đến")
    assert (den.name, den.end) == ("đường Đến Mới", "")


def test_a_number_before_one_kerb_belongs_to_the_name():
    assert [(s.name, s.kerb) for s in entries("đường Hoàng Diệu 2 lề phải → đường Hoàng Diệu 2 lề")] == [
        ("đường Hoàng Diệu 2", Kerb.RIGHT),
        ("đường Hoàng Diệu", Kerb.BOTH),
    ]


def test_numbers_of_streets_and_alleys_are_no_clocks():
    found = entries("đường 3/2 → đường 30 tháng 4 → hẻm 12/3 → ĐT 833 → ĐT.833B → quốc lộ 62 → QL1A")
    assert [s.name for s in found] == [
        "đường 3/2", "đường 30 tháng 4", "hẻm 12/3", "ĐT 833", "ĐT.833B", "quốc lộ 62", "QL1A",
    ]  # fmt: skip
    assert all(s.begins_s is None and s.unit is Unit.STREET for s in found)


def test_a_night_shift_runs_past_midnight():
    text = "Tuyến 9\nThời gian: 22h - 4h\nhàng ngày\nđường A (22h10) → đường B (23h50) → đường C (0h20) → đường D (3h)"
    found = route(text)
    assert (found.begins_s, found.ends_s) == (22 * H, 28 * H)
    assert [s.begins_s for s in found.streets] == [79_800, 85_800, 87_600, 27 * H]
    assert all(f.problem is not Problem.BACKWARD_TIME for f in check(found, lambda _: True))


def test_a_window_its_text_contradicts_is_a_finding_and_the_text_is_kept():
    found = route("Tuyến 2\n11:30-11:30\nhàng ngày\nđường A từ B đến C (11h00) → đường D (11h20)")
    told = [(f.problem, f.order) for f in check(found, lambda _: True) if f.problem is not Problem.NOT_PLACED]
    assert (Problem.EMPTY_WINDOW, None) in told
    assert (Problem.CONTRADICTION, 1) in told
    assert [s.begins_s for s in found.streets] == [11 * H, 40_800]


def test_clocks_that_run_back_are_told_not_mended():
    found = route("Tuyến 2\nhàng ngày\nđường A (18h) → đường B (17h30)")
    assert [s.begins_s for s in found.streets] == [18 * H, 63_000]
    assert Problem.BACKWARD_TIME in [f.problem for f in check(found, lambda _: True)]


def test_a_table_of_three_wheelers_is_read_with_its_header():
    text = (
        "Tuyến 3\nLoại xe: xe ba gác\nThứ: hàng ngày\nSTT | Hẻm | Từ | Đến | Giờ | Lề\n"
        "--- | --- | --- | --- | --- | ---\n"
        "1 | hẻm 45 | Nguyễn Huệ | cuối hẻm | 5h30 | hai bên\n2\thẻm 47/2\tNguyễn Huệ\tcuối hẻm\t5h50\tlề trái\n"
    )
    found = route(text)
    assert (found.vehicle_class, found.weekdays) == (VehicleClass.THREE_WHEELER, EVERY_DAY)
    assert [(s.name, s.start, s.kerb, s.begins_s) for s in found.streets] == [
        ("hẻm 45", "Nguyễn Huệ", Kerb.BOTH, 19_800),
        ("hẻm 47/2", "Nguyễn Huệ", Kerb.LEFT, 21_000),
    ]


def test_several_routes_each_with_their_plates():
    text = "Xe 66C-1234: 17h - 18h\nđường A → đường B\nXe 66C-9999 (18h - 19h)\nđường C → đường D\n"
    draft = read(text)
    assert [(r.id, r.plates, r.begins_s) for r in draft.routes] == [
        ("tuyến-1", ("66C1234",), 17 * H),
        ("tuyến-2", ("66C9999",), 18 * H),
    ]


def test_plates_windows_and_rotation_as_an_operator_prints_them():
    draft = read(
        "Xe 66C-04.123: từ 17 giờ 30 đến 22 giờ\n"
        "Đường Nguyễn Huệ (lề phải) từ cầu Đúc đến đường 30/4 (17 giờ 30) → chợ Cao Lãnh (17 giờ 50)\n\n"
        "Xe 66C-04.123 và 66C-055.66 thay phiên\nThời gian: 11 giờ 30 - 11 giờ 30\n"
        "Đường Phạm Hữu Lầu từ cầu Cái Tôm đến UBND phường 6 (11 giờ 00) -> điểm tập kết rác Hòa An (11 giờ 20).\n"
    )
    assert draft.findings == ()
    assert [(r.plates, r.begins_s, r.ends_s) for r in draft.routes] == [
        (("66C04123",), 63_000, 22 * H),
        (("66C04123", "66C05566"), 41_400, 41_400),
    ]
    assert [s.name for s in draft.routes[1].streets] == ["Đường Phạm Hữu Lầu", "điểm tập kết rác Hòa An"]


def test_a_route_named_twice_keeps_both_and_says_so():
    draft = read("Tuyến 1\nđường A → đường B\nTuyến 1\nđường C → đường D\n")
    assert [len(r.streets) for r in draft.routes] == [2, 2]
    assert Problem.DUPLICATE in [f.problem for f in draft.findings]


@pytest.mark.parametrize(
    ("text", "problem", "row"),
    [
        ("Tuyến 1\nđường A → đường B\nLiên hệ phòng kỹ thuật", Problem.NOT_UNDERSTOOD, 3),
        ("Tuyến 1\nđường A → Nguyễn Huệ", Problem.AMBIGUOUS, 2),
        ("Tuyến 1\nđường A (10h", Problem.NOT_UNDERSTOOD, 2),
        ("Tuyến 1\nđường A lề phải lề trái → đường B", Problem.NOT_UNDERSTOOD, 2),
        ("Tuyến 1\n(10h) → đường B", Problem.MISSING, 2),
        ("Tuyến 1\nThứ: hôm kia\nđường A → đường B", Problem.BAD_VALUE, None),
    ],
)
def test_what_is_not_understood_is_a_finding_with_its_line(text: str, problem: Problem, row: int | None):
    found = [f for f in read(text).findings if f.problem is problem]
    assert found
    assert row is None or found[0].row == row
    assert found[0].words.vi != found[0].words.en


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"\x00\x00", b"Tuy\xeen 1", "TuyÕn ®­êng".encode(), b"(((((" * 2000, b"->" * 5000]
)
def test_hostile_text_never_raises(body: bytes):
    read_route_text(body, "x.txt", "")


def test_an_entry_longer_than_people_write_is_told_and_not_read():
    draft = read("Tuyến 1\nhàng ngày\nđường A → " + "đường ( " * 10_000)
    assert [len(r.streets) for r in draft.routes] == [1]
    assert Problem.NOT_UNDERSTOOD in [f.problem for f in draft.findings]


@given(st.text(alphabet="đường hẻmtừến()[]→->–,;|\t\n:0123456789hgLềphải QL1A", max_size=120))
def test_any_text_is_read_or_told(text: str):
    draft = read("Tuyến 1\n" + text)
    assert all(street.name for found in draft.routes for street in found.streets)


NAMES = st.sampled_from(
    ["đường Hùng Vương", "đường 3/2", "hẻm 12/3", "QL1A", "ĐT 833", "đường Từ Dũ", "hẻm 45 Trương Định"]
)
MARKS = st.sampled_from(["cầu Tân An", "ngã tư Bình Tâm", "đường Nguyễn Huệ", "số 15", "chùa (cũ)"])
KERBS = {Kerb.LEFT: "lề trái", Kerb.RIGHT: "lề phải", Kerb.BOTH: "hai bên"}


@st.composite
def planned(draw: st.DrawFn) -> PlannedStreet:
    two = draw(st.booleans())
    return PlannedStreet(
        order=0, name=draw(NAMES), kerb=draw(st.sampled_from([None, *KERBS])), start=draw(MARKS) if two else "",
        end=draw(MARKS) if two else "",
    )  # fmt: skip


def written(street: PlannedStreet, shape: tuple[str, str]) -> str:
    clock, marks = shape
    begins = street.begins_s or 0
    parts = [street.name, KERBS[street.kerb] if street.kerb else ""]
    parts.append(marks.format(street.start, street.end) if street.start else "")
    parts.append("(" + clock.format(begins // H, begins % H // 60) + ")")
    return " ".join(filter(None, parts))


@given(
    st.lists(planned(), min_size=1, max_size=8),
    st.sampled_from(list(product(["{}h{:02d}", "{}:{:02d}", "{} giờ {:02d}"], ["từ {} đến {}", "từ {} tới {}"]))),
    st.sampled_from([" → ", " -> ", "; ", "\n→ "]),
    st.sampled_from(["NFC", "NFD"]),
)
def test_what_is_written_is_read_back(streets: list[PlannedStreet], shape: tuple[str, str], arrow: str, form: str):
    timed = [replace(s, order=n, begins_s=17 * H + n * 600) for n, s in enumerate(streets, start=1)]
    text = "Tuyến 1\nhàng ngày\n" + arrow.join(written(street, shape) for street in timed)
    assert list(route(normalize(form, text)).streets) == timed  # type: ignore[arg-type]
