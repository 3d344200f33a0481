"""The QĐ 766 score: six groups with what is lost, the lever, the rank among units, both readings side by side."""

from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpis.kpi import KpiResult
from domain.observation import Kind
from domain.places.place import PROVINCE
from domain.services.qd766 import PROGRESS, QD766
from domain.services.scoring import Score, ScoreGroup
from domain.text import Text
from layouts.casework.tables import folded_table, table_files
from layouts.parts.cards import place_name
from layouts.parts.components import age, bullet, empty, phone_fold, section
from layouts.parts.links import row_id
from layouts.parts.screen import ScreenData
from present import formats
from present.kinds import KINDS
from present.lever import lever_words
from queries.casework.scores_766 import FEED, SCORES, Scores
from queries.results import RESULTS

_DECIMALS = 2
_ON_TIME = "dossiers_on_time"
_TITLE = Text("Điểm Bộ chỉ số 766", "Score of index 766")
_NONE = Text("Chưa có báo cáo 766 nào.", "No 766 report yet.")
_WAITS = Text("Đang chờ: {who}", "Waiting for: {who}")
_MARK = Text("▲ cần ưu tiên", "▲ lever")
_RANK = Text("hạng {rank}/{ranked}", "rank {rank} of {ranked}")
_STATED_RANK = Text("hạng {rank} theo báo cáo", "rank {rank} by the report")
_PERIODS = (Text("Năm {at:%Y} (lũy kế)", "{at:%Y} to date"), Text("Tháng {at:%m/%Y}", "Month {at:%m/%Y}"))
_DIFFERS = Text("Tổng in {stated} khác tổng sáu nhóm {total}.", "Printed total {stated}, groups add up to {total}.")
_COMPUTED = Text(
    "Tính từ hồ sơ (tháng này): {group} {points}/{most}, vì {share} hồ sơ đúng hạn. Báo cáo {month}: {reported}.",
    "From dossiers (this month): {group} {points}/{most}, as {share} are on time. Reported {month}: {reported}.",
)
_GROUPS = Text("Điểm từng nhóm", "Points of each group")
_LAW = Text("Định nghĩa và căn cứ", "Definitions and law")
_FULL = Text("đủ điểm từ {n}%", "full marks from {n}%")
_UNITS = Text("Xếp hạng đơn vị", "Ranking of units")
_HEADS = (Text("Đơn vị", "Unit"), Text("Hạng", "Rank"), Text("Điểm", "Points"))
_WIN = Text("Cần ưu tiên", "Lever")
_LOWEST = 8


def score_section(data: ScreenData) -> list[Component]:
    """The province's six groups, by year and month, with the lever in a sentence; else who is to send a report."""
    language, board = data.language, data.get(SCORES)
    ours = [(words, scores) for words, scores in zip(_PERIODS, (board.year, board.month), strict=True) if scores.ours]
    if not ours:
        who = data.feeds[FEED].owner.office.to(language)
        return [section(_TITLE.to(language), [empty(_NONE.to(language), _WAITS.to(language).format(who=who))])]
    parts = [_of_span(data, words, scores) for words, scores in ours]
    note = _computed(data, board.month)
    return [section(_TITLE.to(language), [html.Div(parts, className="ioc-scores"), *note, _law(data)], name="score")]


def _of_span(data: ScreenData, words: Text, scores: Scores) -> Component:
    language, one = data.language, scores.ours
    assert one is not None
    total = one.stated if one.stated is not None else one.total(QD766)
    head = [f"{words.to(language).format(at=one.period.start)}: ", html.Strong(_points(data, total))]
    facts = [_rank(data, one)]
    lever = one.lever(QD766)
    said = [html.P(_lever(data, one, lever), className="ioc-score__lever")] if lever else []
    if not one.agrees(QD766):
        printed, added = (_points(data, n) for n in (one.stated, one.total(QD766)))
        said.append(html.P(_DIFFERS.to(language).format(stated=printed, total=added), className="ioc-note"))
    lines = [_group(data, one, group, is_lever=group is lever) for group in QD766.groups]
    stale_after_s = int(data.feeds[FEED].stale_after.total_seconds())
    foot = html.P(
        [
            "".join(f"{said} · " for said in _origin(one.source, KINDS[scores.kind].to(language))),
            age(None if scores.as_of is None else to_ms(scores.as_of), stale_after_s, to_ms(data.now), language),
        ],
        className="ioc-where",
    )
    return html.Article(
        [html.H3([*head, html.Span(facts, className="ioc-where")]), _folded_on_telephones(data, lines), *said, foot],
        className="ioc-score",
        **{"data-simulated": "true" if scores.kind is Kind.SIMULATED else "false"},
    )


def _folded_on_telephones(data: ScreenData, lines: list[Component]) -> Component:
    """The groups; on a telephone the total and the lever are the answer, and the groups one tap away."""
    return phone_fold(_GROUPS.to(data.language), [html.Ul(lines)])


def _origin(source: str, kind: str) -> tuple[str, ...]:
    """Source and kind; a simulated source says its kind already."""
    return (source,) if source.casefold() == kind.casefold() else (source, kind)


def _rank(data: ScreenData, one: Score) -> str:
    """Among provinces, when others are in the register too; else as the report prints it."""
    if one.ranked > 1 and one.rank is not None:
        return " " + _RANK.to(data.language).format(rank=one.rank, ranked=one.ranked)
    return " " + _STATED_RANK.to(data.language).format(rank=one.stated_rank) if one.stated_rank else ""


def _group(data: ScreenData, one: Score, group: ScoreGroup, *, is_lever: bool) -> Component:
    points = one.points.get(group.key)
    share = None if points is None else float(points / group.most)
    most = formats.number(float(group.most), 0, data.language)
    return html.Li(
        [
            html.Span([group.names.to(data.language), *([_mark(data)] if is_lever else [])]),
            bullet(share, None),
            html.B(f"{_points(data, points)}/{most}"),
        ],
        className="ioc-score__group ioc-score__group--lever" if is_lever else "ioc-score__group",
        **{"data-group": group.key},
    )


def _mark(data: ScreenData) -> Component:
    return html.Small(_MARK.to(data.language), className="ioc-score__mark")


def _lever(data: ScreenData, one: Score, lever: ScoreGroup) -> str:
    points = one.points[lever.key]
    assert points is not None
    return lever_words(lever.names, float(points), float(lever.most), _DECIMALS, data.language)


def _computed(data: ScreenData, month: Scores) -> list[Component]:
    """The one group whose inner weights are published, computed from dossiers beside what is reported."""
    found: KpiResult | None = data.get(RESULTS).get((_ON_TIME, PROVINCE))
    if found is None or found.value is None:
        return []
    reported = month.ours.points.get(PROGRESS.key) if month.ours else None
    points = PROGRESS.most * Decimal(str(found.value)) / 100
    said = _COMPUTED.to(data.language).format(
        group=PROGRESS.names.to(data.language), points=_points(data, points),
        most=formats.number(float(PROGRESS.most), 0, data.language),
        share=formats.percent(found.value / 100, 1, data.language), reported=_points(data, reported),
        month="—" if month.ours is None else f"{month.ours.period.start:%m/%Y}",
    )  # fmt: skip
    return [html.P(said, className="ioc-note")]


def _law(data: ScreenData) -> Component:
    language = data.language
    lines = [
        html.Li(
            [
                html.B(f"{one.number} {one.names.to(language)}: "),
                one.counts.to(language),
                f" ({_FULL.to(language).format(n=f'{one.full_from:g}')})" if one.full_from else "",
            ]
        )
        for group in QD766.groups
        for one in group.criteria
    ]
    return html.Details(
        [html.Summary(_LAW.to(language)), html.P(QD766.law), html.Ul(lines, className="ioc-definitions")],
        className="ioc-behind",
    )


def ranking_section(data: ScreenData) -> list[Component]:
    """Communes and offices of ours by year to date, lowest first, each with its lever; [] before any."""
    language, scores = data.language, data.get(SCORES).year
    if not scores.units:
        return []
    lowest = list(reversed(scores.units))
    heads = (*_HEADS, *(group.names for group in QD766.groups), _WIN)
    rows = [_unit(data, one) for one in lowest]
    body = folded_table(heads, rows, data, shown=_LOWEST, kind="scores", caption=_UNITS.to(language))
    body.append(table_files(data, "scores"))
    return [section(_UNITS.to(language), body, aside=str(len(rows)))]


def _unit(data: ScreenData, one: Score) -> Component:
    lever = one.lever(QD766)
    return html.Tr(
        [
            html.Th(one.name or place_name(data, one.unit), scope="row"),
            html.Td("—" if one.rank is None else f"{one.rank}/{one.ranked}"),
            html.Td(_points(data, one.stated or one.total(QD766))),
            *(html.Td(_points(data, one.points.get(group.key))) for group in QD766.groups),
            html.Td(lever.names.to(data.language) if lever else "—", className="ioc-words"),
        ],
        id=f"score-{row_id(one.unit)}",
    )


def _points(data: ScreenData, points: Decimal | None) -> str:
    return formats.UNKNOWN if points is None else formats.number(float(points), 2, data.language)
