"""The tables of /services as files: each with as-of, source, and what every column counts."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from domain.instant import VIETNAM
from domain.services.dossier import CHANNEL_WORDS, STATE_WORDS, Dossier
from domain.services.dossier_counts import SHARES, DossierCounts
from domain.services.feedback import ANSWER_DAYS
from domain.services.qd766 import DIGITISED, ONLINE, PAYMENT, PROGRESS, QD766
from domain.services.scoring import Score
from domain.text import Text
from layouts.parts.cards import place_name
from layouts.parts.screen import ScreenData
from present.kinds import KINDS
from present.table_file import ColumnOf, TableFile
from present.workbook import Value
from queries.casework.dossiers import DOSSIERS
from queries.casework.feedback import FEEDBACKS
from queries.casework.scores_766 import SCORES

_CRITERIA = {one.number: one for group in (PROGRESS, ONLINE, PAYMENT, DIGITISED) for one in group.criteria}
_AS_OF, _SOURCE, _KIND, _LAW = (
    Text("Số liệu lúc", "As of"), Text("Nguồn", "Source"), Text("Loại số liệu", "Kind"), Text("Căn cứ", "Law"),
)  # fmt: skip
_UNIT, _CODE, _PERIOD = Text("Đơn vị", "Unit"), Text("Mã", "Code"), Text("Kỳ", "Period")
_RANK, _TOTAL = Text("Hạng", "Rank"), Text("Tổng điểm", "Total")
_RANK_MEANS = Text("hạng trong số đơn vị có tổng điểm", "rank among the units that have a total")
_TOTAL_MEANS = Text(
    "tổng in trong báo cáo, nếu không có thì cộng sáu nhóm", "the printed total, else the sum of groups"
)
_UP_TO = Text("điểm, nhiều nhất {most}", "points, at most {most}")
_RECEIVED = Text("Tiếp nhận", "Received")
_RECEIVED_MEANS = Text("hồ sơ tiếp nhận trong tháng", "dossiers received in the month")
_DUE = {
    "due_soon": Text("Sắp đến hạn", "Due soon"), "late": Text("Đang trễ", "Late"),
    "waiting": Text("Chờ bổ sung", "Waiting"), "undated": Text("Không ghi hạn", "No due date"),
    "open": Text("Đang giải quyết", "Open"),
}  # fmt: skip
_DUE_MEANS = {
    "due_soon": Text("hạn trong 24 giờ, ngày nghỉ không tính", "due within 24 hours, days off not counted"),
    "late": Text("quá hạn hoặc quá một lần yêu cầu bổ sung", "past the due date, or more than one supplement"),
    "waiting": Text("đồng hồ dừng chờ bổ sung", "the clock stands for a supplement"),
    "undated": Text("nguồn không gửi ngày hẹn trả", "the source gives no due date"),
    "open": Text("chưa kết thúc", "not ended"),
}
_ROW_COLUMNS = (
    (_UNIT, Text("", "")),
    (Text("Thủ tục", "Procedure"), Text("MaTTHC", "MaTTHC")),
    (Text("Mã ẩn danh", "Hash"), Text("mã ẩn danh tính từ mã hồ sơ (MaHoSo)", "keyed hash of MaHoSo")),
    (Text("Tình trạng", "State"), Text("theo 766, 2.1, lúc lập bảng", "by 766, 2.1, when the table was made")),
    (Text("Kênh", "Channel"), Text("KenhThucHien", "KenhThucHien")),
    (_RECEIVED, Text("NgayTiepNhan", "NgayTiepNhan")),
    (Text("Hẹn trả", "Due"), Text("hạn mới nhất của cơ quan", "the office's newest due date")),
    (Text("Kết thúc", "Ended"), Text("NgayKetThucXuLy hoặc NgayTuChoi", "NgayKetThucXuLy or NgayTuChoi")),
    (Text("Lần bổ sung", "Supplements"), Text("từ hai lần là trễ hạn", "two or more are late")),
)
_FEEDBACK = {
    "overdue": Text("Quá hạn", "Overdue"), "open": Text("Đang xử lý", "Open"),
    "settled": Text("Xét đúng hạn", "Judged"), "on_time": Text("Đúng hạn", "In time"),
    "rated": Text("Có đánh giá (n)", "Rated (n)"),
    "liked": Text("Hài lòng", "Satisfied"), "unrated": Text("Chưa đánh giá", "Not rated"),
}  # fmt: skip
_FEEDBACK_MEANS = Text("phản ánh; hạn {n} ngày làm việc (766, 5.2)", "items; {n} working days (766, 5.2)")


def scores_table(data: ScreenData) -> TableFile:
    """Year to date and month of provinces and units, best first."""
    language, board = data.language, data.get(SCORES)
    columns = [
        ColumnOf(_UNIT.to(language)),
        ColumnOf(_CODE.to(language)),
        ColumnOf(_PERIOD.to(language)),
        ColumnOf(_RANK.to(language), _RANK_MEANS.to(language)),
        ColumnOf(_TOTAL.to(language), _TOTAL_MEANS.to(language)),
        *(
            ColumnOf(
                group.names.to(language),
                f"{_UP_TO.to(language).format(most=group.most)}: "
                + "; ".join(f"{one.number} {one.counts.to(language)}" for one in group.criteria),
            )
            for group in QD766.groups
        ),
    ]
    found = [one for scores in (board.year, board.month) for one in (*scores.provinces, *scores.units)]
    kinds = {KINDS[scores.kind].to(language) for scores in (board.year, board.month) if scores.as_of}
    as_of = max((scores.as_of for scores in (board.year, board.month) if scores.as_of), default=None)
    return TableFile(
        title=QD766.names.to(language),
        columns=columns,
        rows=[_score_row(data, one) for one in found],
        facts=[
            (_AS_OF.to(language), f"{as_of.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if as_of else "—"),
            (_SOURCE.to(language), "; ".join(sorted({one.source for one in found}))),
            (_KIND.to(language), "; ".join(sorted(kinds))),
            (_LAW.to(language), QD766.law),
        ],
        made_at=data.now,
    )


def _score_row(data: ScreenData, one: Score) -> list[Value]:
    total = one.stated if one.stated is not None else one.total(QD766)
    groups = [_number(one.points.get(group.key)) for group in QD766.groups]
    return [one.name or place_name(data, one.unit), one.unit, one.period.code, one.rank, _number(total), *groups]


def _number(points: Decimal | None) -> float | None:
    return None if points is None else float(points)


def due_table(data: ScreenData) -> TableFile:
    """Open dossiers by unit."""
    language, board = data.language, data.get(DOSSIERS)
    columns = [ColumnOf(_UNIT.to(language)), ColumnOf(_CODE.to(language))]
    columns += [ColumnOf(_DUE[key].to(language), _DUE_MEANS[key].to(language)) for key in _DUE]
    rows: list[list[Value]] = [
        [_name(data, board.names, one.office), one.office, *(getattr(one, key) for key in _DUE)] for one in board.due
    ]
    return _of_dossiers(data, "due", columns, rows)


def dossiers_table(data: ScreenData) -> TableFile:
    """The month by QĐ 766, by unit, or by procedure of the unit that the address names."""
    language, board = data.language, data.get(DOSSIERS)
    columns = [
        ColumnOf(_UNIT.to(language)),
        ColumnOf(_CODE.to(language)),
        ColumnOf(_RECEIVED.to(language), _RECEIVED_MEANS.to(language)),
        *(
            ColumnOf(f"{number} {_CRITERIA[number].names.to(language)} (%)", _CRITERIA[number].counts.to(language))
            for number in SHARES
        ),
    ]
    shown = board.procedures if board.office else board.month
    return _of_dossiers(data, "dossiers", columns, [_month_row(data, board.names, one) for one in shown])


def _month_row(data: ScreenData, names: Mapping[str, str], one: DossierCounts) -> list[Value]:
    shares = [one.share(number) for number in SHARES]
    rounded: list[Value] = [None if share is None else round(share, 2) for share in shares]
    return [_name(data, names, one.office), one.procedure or one.office, one.counts["received"], *rounded]


def rows_table(data: ScreenData) -> TableFile:
    """The dossiers of the procedure and unit that the address names; a hash stands for each."""
    language, board = data.language, data.get(DOSSIERS)
    columns = [ColumnOf(head.to(language), means.to(language)) for head, means in _ROW_COLUMNS]
    return _of_dossiers(data, "rows", columns, [_dossier_row(data, board.names, one) for one in board.rows])


def _dossier_row(data: ScreenData, names: Mapping[str, str], one: Dossier) -> list[Value]:
    words = (STATE_WORDS[one.state(data.now)], CHANNEL_WORDS[one.channel])
    dates = ("" if at is None else f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" for at in
             (one.received, one.due, one.ended))  # fmt: skip
    unit = _name(data, names, one.office)
    return [unit, one.procedure, one.case, *(said.to(data.language) for said in words), *dates, one.supplements]


def _of_dossiers(data: ScreenData, title: str, columns: list[ColumnOf], rows: list[list[Value]]) -> TableFile:
    language, board = data.language, data.get(DOSSIERS)
    kinds = {KINDS[one.kind].to(language) for one in board.month}
    return TableFile(
        title=_TITLES[title].to(language),
        columns=columns,
        rows=rows,
        facts=[
            (_AS_OF.to(language), f"{board.told.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if board.told else "—"),
            (_SOURCE.to(language), data.feeds["dossiers"].names.to(language)),
            (_KIND.to(language), "; ".join(sorted(kinds))),
            (_LAW.to(language), QD766.law),
        ],
        made_at=data.now,
    )


def feedback_table(data: ScreenData) -> TableFile:
    """Feedback by unit: backlog, and the month's answers and ratings."""
    language, board = data.language, data.get(FEEDBACKS)
    means = _FEEDBACK_MEANS.to(language).format(n=ANSWER_DAYS)
    kinds = {KINDS[one.kind].to(language) for one in board.units}
    return TableFile(
        title=_TITLES["feedback"].to(language),
        columns=[
            ColumnOf(_UNIT.to(language)),
            ColumnOf(_CODE.to(language)),
            *(ColumnOf(words.to(language), means) for words in _FEEDBACK.values()),
        ],
        rows=[
            [_name(data, board.names, one.place), one.place, *(one.counts[key] for key in _FEEDBACK)]
            for one in board.units
        ],
        facts=[
            (_AS_OF.to(language), f"{board.told.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if board.told else "—"),
            (_SOURCE.to(language), data.feeds["feedback"].names.to(language)),
            (_KIND.to(language), "; ".join(sorted(kinds))),
            (_LAW.to(language), QD766.law),
        ],
        made_at=data.now,
    )


def _name(data: ScreenData, names: Mapping[str, str], unit: str) -> str:
    return names.get(unit) or place_name(data, unit)


_TITLES = {
    "due": Text("Hồ sơ đến hạn, trễ hạn", "Dossiers due and late"),
    "dossiers": Text("Hồ sơ theo Quyết định 766", "Dossiers by QĐ 766"),
    "feedback": Text("Phản ánh, kiến nghị", "Citizens' feedback"),
    "rows": Text("Hồ sơ của một thủ tục", "Dossiers of one procedure"),
}
TABLES: Mapping[str, Callable[[ScreenData], TableFile]] = {
    "scores": scores_table, "due": due_table, "dossiers": dossiers_table, "rows": rows_table,
    "feedback": feedback_table,
}  # fmt: skip
"""The tables that can be taken away, by the name in their address."""
