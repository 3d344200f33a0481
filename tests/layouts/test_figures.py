"""The figure desk: it shows what was understood, asks what is open, and offers only what may follow."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from screen_fixtures import FEEDS

from domain.access.needs import Need
from domain.imports.cells import Cells, NotRead, SheetPart
from domain.imports.file_import import ChangeShown, ColumnShown, FileImport, Preview, ProblemShown, SheetShown, Stage
from domain.imports.question import Choice, Doubt, Topic
from domain.reason import Reason
from domain.text import Text
from layouts.figures import desk, layout
from layouts.parts.screen import ScreenData
from queries.ask import Answers
from queries.desk.file_imports import FILE_IMPORTS, FILE_OPENED
from queries.places import PLACES, Places

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
QUESTION = Doubt(
    ask=Topic.NUMBERS, sheet=0, column=1, name="Hồ sơ đến hạn", words=Text("“11.000” là số nào?", "Which number?"),
    choices=(Choice("comma", Text("11000", "11000")), Choice("point", Text("11,0", "11.0"))), cells=1,
)  # fmt: skip
PREVIEW = Preview(
    sheets=(
        SheetShown(
            index=0, name="BC", hidden=False, used=True, rows=90, header=(0, 0), kinds=("header", "figures"),
            grid=(("Mã xã", "Hồ sơ đến hạn", "Ghi chú"), ("27694", "11.000", "")), period="2026-10",
            columns=(
                ColumnShown(number=0, heading="Mã xã", meaning="place"),
                ColumnShown(number=1, heading="Hồ sơ đến hạn", meaning="dossiers_due"),
                ColumnShown(number=2, heading="Ghi chú", aside=True),
            ),
        ),
    ),
    questions=(QUESTION,), account=Cells(cells=5, labels=4, values=1), new=1, changed=1, refused=1,
    not_read=(NotRead(part=SheetPart.COLUMN, words=Text("không nhận ra", "not known"), cells=3, column=4, name="Lạ"),),
    warnings=(Text("lệch 9612", "a gap of 9612"),),
    problems=(ProblemShown(sheet="BC", row=2, column=2, reason=Reason.UNCLEAR.value, detail="11.000"),),
    changes=(ChangeShown(subject="27694", measure="dossiers_due", period="2026-10", before=5.0, after=6.0, new=False),),
)  # fmt: skip
ONE = FileImport(
    id="a1", importer="figures", feed="services", file_name="bao-cao.xlsx", source="VP", size=10, sha256="0" * 64,
    stage=Stage.PREVIEWED, received_at=NOW, received_by="nobody", preview=PREVIEW,
)  # fmt: skip


EVERY = frozenset({Need.APPROVE, Need.HAND_IN})


def data(*files: FileImport, language: Any = "vi", may: frozenset[Need] = EVERY) -> ScreenData:
    answers = Answers().put(FILE_IMPORTS, files).put(FILE_OPENED, files[0] if files else None).put(PLACES, Places())
    return ScreenData(language=language, now=NOW, feeds=FEEDS, answers=answers, may=may)


def shown(*files: FileImport, language: Any = "vi", may: frozenset[Need] = EVERY) -> str:
    return " ".join(str(part.to_plotly_json()) for part in desk(data(*files, language=language, may=may)))


def test_it_shows_the_sheet_the_question_the_gap_and_what_was_not_read() -> None:
    said = shown(ONE)
    for words in (
        "“11.000” là số nào?",
        "lệch 9612",
        "Lạ",
        "kỳ 2026-10",
        "… và 88 dòng nữa",
        "Mã đơn vị",
        "chờ trả lời",
    ):
        assert words in said, words
    assert "numbers/0/1|comma" in said
    assert "column/0/2|dossiers_on_time" in said
    assert "a gap of 9612" in shown(ONE, language="en")


def test_only_what_may_follow_is_offered() -> None:
    def acts(stage: Stage) -> set[str]:
        said = shown(replace(ONE, stage=stage, preview=replace(PREVIEW, questions=())))
        return {act for act in ("approve", "withdraw", "give-up") if f"'figures-{act}'" in said}

    assert acts(Stage.PREVIEWED) == {"give-up"}
    assert acts(Stage.MAPPED) == {"approve", "give-up"}
    assert acts(Stage.APPLIED) == {"withdraw"}
    assert acts(Stage.APPROVED) == acts(Stage.WITHDRAWN) == acts(Stage.REFUSED) == acts(Stage.GIVEN_UP) == set()


def test_an_act_is_offered_to_who_has_the_right() -> None:
    def acts(*needs: Need) -> set[str]:
        waiting, counts = (replace(ONE, stage=stage) for stage in (Stage.MAPPED, Stage.APPLIED))
        said = shown(waiting, may=frozenset(needs)) + shown(counts, may=frozenset(needs))
        return {act for act in ("approve", "withdraw", "give-up", "answer") if f"'figures-{act}'" in said}

    assert acts() == set()
    assert acts(Need.HAND_IN) == {"give-up", "answer"}
    assert acts(Need.APPROVE) == {"approve", "withdraw"}
    assert "Mã đơn vị" in shown(ONE, may=frozenset()), "what was understood is told to everybody"


@pytest.mark.parametrize(
    ("key", "code", "said"),
    [
        ("numbers/0/1", "comma", "Dấu thập phân của cột “Hồ sơ đến hạn”: dấu phẩy"),
        ("column/0/2", "dossiers_on_time", "Cột “Ghi chú”: Hồ sơ đúng hạn"),
        ("column/0/2", "dossiers_due*1000", "× 1000"),
        ("column/0/7", "skip", "Cột “8”: không đọc"),
        ("sheet/0", "skip", "Trang “BC”: không đọc"),
        ("period/0", "2026-11", "Kỳ số liệu “BC”: 2026-11"),
        ("register/0", "add", "Cơ quan chưa có trong danh mục: thêm vào danh mục"),
    ],
)
def test_an_answer_is_told_in_words(key: str, code: str, said: str) -> None:
    told = shown(replace(ONE, answers={key: code}))
    assert said in told
    assert f"{key} = {code}" not in told


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("dòng 2, cột 5 / row 2, column 5: hai mươi", "hai mươi"),
        ("BC: dòng 2, cột 5 / row 2, column 5: -4 (0..100000 tổ)", "-4 (0..100000 tổ)"),
        ("dossiers_due: 2025-07/99999", "Hồ sơ đến hạn: 2025-07/99999"),
        ("dòng 2, cột 3 / row 2, column 3: thêm cột at / add an at column", "thêm cột at"),
        ("20 / 30", "20 / 30"),
    ],
)
def test_a_detail_is_told_in_one_language_without_what_other_columns_say(detail: str, said: str) -> None:
    (problem,) = PREVIEW.problems
    told = shown(replace(ONE, preview=replace(PREVIEW, problems=(replace(problem, detail=detail),))))
    assert f"children='{said}'" in told
    assert "row 2" not in told


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2026-10", "tháng 10/2026"),
        ("2026-11-28T17:00:00+00:00", "29/11/2026"),
        ("2026-11-29T04:15:00+00:00", "11:15 29/11/2026"),
        ("Tết", "Tết"),
    ],
)
def test_a_period_is_told_as_people_write_it(period: str, said: str) -> None:
    (change,) = PREVIEW.changes
    preview = replace(PREVIEW, changes=(replace(change, period=period),))
    assert f"children='{said}'" in shown(replace(ONE, preview=preview))


def test_a_file_in_which_nothing_was_understood_waits_for_no_answer() -> None:
    told = shown(replace(ONE, preview=replace(PREVIEW, questions=())))
    assert "không có số liệu nào để duyệt" in told
    assert "chờ trả lời" not in told


def test_cells_are_counted_of_tables_of_figures_only() -> None:
    assert "Ô có nội dung" in shown(ONE)
    plan = shown(
        replace(ONE, importer="plan", feed="routes", preview=replace(PREVIEW, sheets=(), problems=(), changes=()))
    )
    assert ("Ô có nội dung" in plan, "Ô không đọc" in plan) == (False, False), "0 cells would be untrue"


def test_what_a_file_holds_is_counted_as_people_write_numbers() -> None:
    (part,), (sheet,) = PREVIEW.not_read, PREVIEW.sheets
    told = replace(
        PREVIEW, new=1_234, not_read=(replace(part, cells=5_859),), sheets=(replace(sheet, rows=1_953),), refused=2_345
    )
    for language, point in (("vi", "."), ("en", ",")):
        said = shown(replace(ONE, preview=told), language=language)
        for number in ("1{}234", "5{}859", "1{}953", "2{}345"):
            assert number.format(point) in said
            assert number.format("") not in said


def test_what_was_not_read_is_told_in_one_language() -> None:
    assert "cột 4 “Lạ”: không nhận ra (3 ô)" in shown(ONE)
    assert "column 4 “Lạ”: not known (3 cells)" in shown(ONE, language="en")


def test_what_was_said_of_a_map_is_told_in_the_forms_words() -> None:
    said = {"licence": "ODbL", "level": "commune", "territory": "2025-07", "dated": "2025-07-01"}
    told = shown(replace(ONE, importer="maps", feed="boundaries", answers=said, preview=Preview(new=60)))
    for words in (
        "Đã khai (4)",
        "Giấy phép: ODbL",
        "Cấp: Xã, phường",
        "Phiên bản địa giới: 60 xã, phường (từ 1/7/2025)",
        "Ngày dữ liệu: 01/07/2025",
    ):
        assert words in told, words
    assert "Bỏ trả lời" not in told, "nothing was asked, so nothing can be left open again"
    assert "Bỏ trả lời" in shown(replace(ONE, answers={"numbers/0/1": "comma"}))


def test_what_a_file_changes_is_told_by_what_became_of_it() -> None:
    for stage, said in (
        (Stage.MAPPED, "Sẽ thay đổi"),
        (Stage.APPLIED, "Đã thay đổi"),
        (Stage.GIVEN_UP, "Thay đổi nêu trong tệp"),
    ):
        told = shown(replace(ONE, stage=stage))
        titles = {one for one in ("Sẽ thay đổi", "Đã thay đổi", "Thay đổi nêu trong tệp") if one in told}
        assert titles == {said}, stage


def test_whoever_hands_in_and_decides_is_named() -> None:
    one = replace(ONE, stage=Stage.APPLIED, received_by="person:lan", approved_by="person:minh", approved_at=NOW)
    told = shown(one)
    assert ("nạp: lan" in told, "duyệt: minh, 16:00" in told) == (True, True)
    refusal = shown(replace(ONE, stage=Stage.MAPPED))
    assert ("Không nhận tệp này" in refusal, "Bỏ tệp này" in refusal) == (True, False), "who may approve may refuse"
    mine = shown(replace(ONE, stage=Stage.MAPPED), may=frozenset({Need.HAND_IN}))
    assert ("Không nhận tệp này" in mine, "Bỏ tệp này" in mine) == (False, True)


def test_who_may_approve_is_not_told_to_wait_for_somebody() -> None:
    waiting = replace(ONE, stage=Stage.MAPPED)
    approver, sender = shown(waiting), shown(waiting, may=frozenset({Need.HAND_IN}))
    assert ("Người duyệt phải khác" in approver, "Chờ người có quyền" in approver) == (True, False)
    assert ("Người duyệt phải khác" in sender, "Chờ người có quyền" in sender) == (False, True)


def test_the_form_is_shown_to_who_may_hand_in() -> None:
    whole, looks = (str(layout(data(may=may)).to_plotly_json()) for may in (EVERY, frozenset[Need]()))
    assert ("data-import" in whole, "Tải biểu mẫu" in whole, "chỉ xem" in whole) == (True, True, False)
    assert ("data-import" in looks, "Tải biểu mẫu" in looks, "chỉ xem" in looks) == (False, False, True)


def test_a_column_that_no_problem_fills_is_left_out() -> None:
    assert "'Trang'" in shown(ONE)
    (problem,) = PREVIEW.problems
    assert "'Trang'" not in shown(replace(ONE, preview=replace(PREVIEW, problems=(replace(problem, sheet=""),))))


def test_who_decided_is_told_in_words() -> None:
    for by, said in (
        ("centre:simulator", "trung tâm"),
        ("person:lan", "lan"),
        ("source:sở", "khóa sở"),
        ("lan", "lan"),
    ):
        text = shown(replace(ONE, stage=Stage.APPLIED, approved_by=by))
        assert f"Td(children='{said}'" in text, by
        assert ":" not in said


def test_without_files_it_says_what_it_waits_for_and_offers_forms() -> None:
    said = str(layout(data()).to_plotly_json())
    assert "Chưa có tệp nào." in said
    assert "/api/v1/imports/templates/services" in said
    assert "/api/v1/imports/templates/services?of=organisation" in said
    assert "/api/v1/imports/templates/waste_trucks" in said
    assert "/api/v1/imports/templates/dossiers" not in said, "its cases are no figures"
