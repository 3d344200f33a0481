"""DTI: ranks by year with the break from 63 to 34 provinces, the way to 2030, and what one pillar would change."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from dash import html
from dash.development.base_component import Component

from areas.services import AREA
from domain.instant import VIETNAM
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.observation import Kind
from domain.places.place import IN_FORCE, PROVINCE
from domain.services.dti import RANKED_SINCE_2024, DtiSet, ranked_of
from domain.subject import place
from domain.text import Text
from layouts.parts.charts import path_chart
from layouts.parts.components import empty, section, table
from layouts.parts.ids import cid
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present import formats
from queries.casework.dti import DTI, FEED, DtiBoard

RANK, WHAT_IF = "dti_rank", "what_if"
"""The KPI of the rank; the parameter of an address that asks "what if", as pillar:value."""
_TITLE = Text("Chuyển đổi số (DTI)", "Digital transformation (DTI)")
_NONE = Text("Chưa có chỉ số DTI nào.", "No DTI yet.")
_WAITS = Text("Đang chờ: {who}", "Waiting for: {who}")
_YEAR_RANK = Text("{year}: hạng {rank}/{of}", "{year}: rank {rank} of {of}")
_BREAK = Text(
    "Từ năm 2024 xếp hạng 34 tỉnh, trước đó 63: hai hạng hai bên vạch không so sánh được.",
    "Since 2024 there are 34 provinces, before 63: ranks on either side of the bar cannot be compared.",
)
_NOT_COMPARED = Text(
    "Hạng mới nhất ({year}) là trong {of} tỉnh: chưa biết còn cách nhóm {goal} của 34 tỉnh bao xa (mục tiêu {due}).",
    "The newest rank ({year}) is of {of} provinces: how far the first {goal} of 34 are is not known (goal of {due}).",
)
_THERE = Text("Năm {year}: đã ở trong nhóm {goal}.", "{year}: among the first {goal}.")
_TO_GO = Text(
    "Còn {left} bậc đến nhóm {goal} vào năm {due}: mỗi năm {yearly} bậc.",
    "{left} ranks to the first {goal} by {due}: {yearly} a year.",
)
_HEADS = (
    Text("Chỉ số chính", "Main index"), Text("Trọng số", "Weight"), Text("Giá trị", "Value"),
    Text("Còn thiếu", "To win"), Text("Nếu thêm 0,1", "If 0.1 more"),
)  # fmt: skip
_SCORE = Text("Năm {year}: tính theo trọng số {computed}; công bố {published}.",
              "{year}: computed from weights {computed}; published {published}.")  # fmt: skip
_NO_WEIGHTS = Text(
    "Chưa có trọng số của năm {year}: thêm một tệp vào store/seed/dti/.",
    "The weights of {year} are not known: add a file to store/seed/dti/.",
)
_LEVER = Text("Cần ưu tiên: {name}, còn thiếu {won} điểm.", "Lever: {name}, {won} points to win.")
_IF = Text("Nếu {name} là {value}: điểm {after} (hiện nay {before}).", "If {name} is {value}: {after} (now {before}).")
_TENTH = Decimal("0.1")


def dti_section(data: ScreenData) -> list[Component]:
    """Ranks, computed and published score, pillars with what they would win; else who publishes it."""
    language, board = data.language, data.get(DTI)
    if not board.year:
        who = data.feeds[FEED].owner.office.to(language)
        return [section(_TITLE.to(language), [empty(_NONE.to(language), _WAITS.to(language).format(who=who))])]
    parts = [*_ranks(data, board), *_path(data, board), *_score(data, board)]
    return [
        html.Div(
            section(_TITLE.to(language), parts, aside=board.source, name="dti"),
            **{"data-simulated": "true" if board.simulated else "false"},
        )
    ]


def _path(data: ScreenData, board: DtiBoard) -> list[Component]:
    """The published ranks on the way to the goal, and how far it is; the history of results begins with this centre."""
    kpi = data.kpis.get(RANK)
    if kpi is None or kpi.target is None or kpi.target.due is None or not board.ranks:
        return []
    drawn = path_chart(data, kpi, [_result(kpi, board, year, rank) for year, rank in board.ranks])
    (year, rank), goal, due = board.ranks[-1], int(kpi.target.value), kpi.target.due.year
    if ranked_of(year) != RANKED_SINCE_2024:
        said = _NOT_COMPARED.to(data.language).format(year=year, of=ranked_of(year), goal=goal, due=due)
    elif rank <= goal:
        said = _THERE.to(data.language).format(year=year, goal=goal)
    else:
        yearly = formats.number((rank - goal) / max(1, due - year), 1, data.language)
        said = _TO_GO.to(data.language).format(left=rank - goal, goal=goal, due=due, yearly=yearly)
    return [*([drawn] if drawn is not None else []), html.P(said, className="ioc-note")]


def _result(kpi: Kpi, board: DtiBoard, year: int, rank: int) -> KpiResult:
    """A published rank as the result of its year."""
    at = datetime(year, 12, 31, tzinfo=VIETNAM).astimezone(UTC)
    kind = Kind.SIMULATED if board.simulated else Kind.DECLARED
    return KpiResult(
        key=kpi.key, of=place(PROVINCE, IN_FORCE), value=float(rank), numerator=float(rank), denominator=None,
        reporting=1, expected=1, as_of=at, computed_at=at, status=Status.NORMAL, since=at, kinds={kind: 1},
        sources=(board.source,),
    )  # fmt: skip


def _ranks(data: ScreenData, board: DtiBoard) -> list[Component]:
    language = data.language
    items: list[Component] = []
    before = 0
    for year, rank in board.ranks:
        of = ranked_of(year)
        if before and of != before:
            items.append(html.Li("|", className="ioc-break", title=_BREAK.to(language), **{"data-break": str(year)}))
        items.append(html.Li(_YEAR_RANK.to(language).format(year=year, rank=rank, of=of)))
        before = of
    return [html.Ul(items, className="ioc-ranks"), html.P(_BREAK.to(language), className="ioc-note")]


def _score(data: ScreenData, board: DtiBoard) -> list[Component]:
    language, weights = data.language, board.weights
    if weights is None:
        return [html.P(_NO_WEIGHTS.to(language).format(year=board.year), className="ioc-note")]
    computed = weights.score(board.values)
    said = _SCORE.to(language).format(
        year=board.year, computed=_points(data, computed), published=_points(data, board.published)
    )
    won = weights.to_win(board.values)
    lever = [
        html.P(_LEVER.to(language).format(name=won[0][0].names.to(language), won=_points(data, won[0][1])))
    ] if won and won[0][1] > 0 else []  # fmt: skip
    gains = {pillar.key: gain for pillar, gain in won}
    rows = [
        html.Tr(
            [
                html.Th(one.names.to(language), scope="row"),
                html.Td(formats.number(float(one.weight), 0, language)),
                html.Td(_points(data, board.values.get(one.key))),
                html.Td(_points(data, gains.get(one.key))),
                html.Td(_what_if(data, board, one.key, _raised(weights, board, one.key))),
            ],
        )
        for one in weights.pillars
    ]
    heads = [head.to(language) for head in _HEADS]
    asked = _asked(data, weights, board)
    return [html.P(said), *lever, *asked, table(heads, rows, caption=_TITLE.to(language), kind="dti")]


def _what_if(data: ScreenData, board: DtiBoard, key: str, after: Decimal | None) -> Component | str:
    """The score with a tenth more of one pillar, as the question that the address then asks; another value is typed."""
    if after is None:
        return formats.UNKNOWN
    value = min(Decimal(1), board.values[key] + _TENTH)
    return html.A(
        _points(data, after), href=address(data, AREA.path, **{WHAT_IF: f"{key}:{value}"}) + f"#{cid(AREA.key, 'dti')}"
    )


def _raised(weights: DtiSet, board: DtiBoard, key: str) -> Decimal | None:
    value = board.values.get(key)
    return None if value is None else weights.with_one(board.values, key, min(Decimal(1), value + _TENTH))


def _asked(data: ScreenData, weights: DtiSet, board: DtiBoard) -> list[Component]:
    """The answer to ?what_if=pillar:value; [] without a question that can be answered."""
    key, _, told = data.query.get(WHAT_IF, "").partition(":")
    pillar = next((one for one in weights.pillars if one.key == key), None)
    try:
        value = Decimal(told.replace(",", "."))
        after = weights.with_one(board.values, key, value) if pillar else None
    except (InvalidOperation, ValueError):
        return []
    if pillar is None or after is None:
        return []
    said = _IF.to(data.language).format(
        name=pillar.names.to(data.language), value=_points(data, value), after=_points(data, after),
        before=_points(data, weights.score(board.values)),
    )  # fmt: skip
    return [html.P(html.B(said))]


def _points(data: ScreenData, points: Decimal | None) -> str:
    return formats.UNKNOWN if points is None else formats.number(float(points), 4, data.language)
