"""Goals of the province: headline, one card for each with gap, owner and worst communes, definition on one tap."""

from collections.abc import Mapping
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpis.goals import Standing, by_urgency, standing
from domain.kpis.kpi import Better, Kpi
from domain.kpis.ranking import ordered, rank_moves, ranked_by
from domain.numbers import with_unit
from layouts.parts.cards import by_name, card_vm, figure, place_name, results_of
from layouts.parts.changes import goal_id
from layouts.parts.components import age, bullet, card_attributes, facts, part, value_and_unit
from layouts.parts.links import kpi_address
from layouts.parts.ranking import before, move
from layouts.parts.screen import ScreenData
from present.cards import CardVM, seen, shown, target_words
from present.text import words

WORST = 3
STANDING_GLYPHS = {Standing.SHORT: "○", Standing.UNKNOWN: "?", Standing.UNMEASURED: "?", Standing.MET: "✓"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """A commune short of the goal: its figure and how its rank moved, in words ("" = as before)."""

    code: str
    name: str
    value: str
    move: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal of the province: where it stands and the communes furthest from it.

    ``equal`` more communes are as far off as the last of ``worst``. ``places``: whether communes can be compared.
    """

    kpi: Kpi
    standing: Standing
    worst: tuple[Worst, ...] = ()
    equal: int = 0
    places: bool = False


def goals_of(data: ScreenData) -> list[Goal]:
    """Every goal of the province, the furthest behind first."""
    goals = [kpi for kpi in ordered(data.kpis, data.areas) if kpi.province_goal]
    values = {kpi.key: figure(data, kpi) for kpi in goals}
    compared, _ = ranked_by(data.kpis, data.areas, data.territory, {})
    return [_goal_of(data, kpi, values, places=kpi in compared) for kpi in by_urgency(goals, values)]


def headline(data: ScreenData, goals: list[Goal]) -> str:
    """How many goals of the province are met, of all; how many nobody can judge."""
    _ = words(data.language)
    count = {one: sum(goal.standing is one for goal in goals) for one in Standing}
    if not count[Standing.MET] and not count[Standing.SHORT]:  # "none met" would be false when none is known
        return _("Chưa có số liệu của mục tiêu nào")
    said = _("Tỉnh đạt {met}/{all} mục tiêu").format(met=count[Standing.MET], all=len(goals))
    unknown = count[Standing.UNKNOWN] + count[Standing.UNMEASURED]
    return said + (" · " + _("{n} chưa có số liệu").format(n=unknown) if unknown else "")


def furthest(data: ScreenData, goals: list[Goal]) -> str:
    """The goal furthest behind: its value, gap and owner in one sentence; "" when none is known to be short."""
    short = next((goal.kpi for goal in goals if goal.standing is Standing.SHORT), None)
    if short is None:
        return ""
    _ = words(data.language)
    vm = card_vm(data, short)
    return _("Xa mục tiêu nhất: {name} {value}, {gap} so với {goal}. Chịu trách nhiệm: {owner}.").format(
        name=vm.name, value=with_unit(vm.value, vm.unit), gap=vm.gap, goal=target_words(short, data.language),
        owner=vm.owner,
    )  # fmt: skip


def worst_words(data: ScreenData, goal: Goal) -> str:
    """How the list of worst communes is introduced; "" where communes cannot be compared."""
    _ = words(data.language)
    if not goal.places or goal.standing is Standing.UNKNOWN:
        return ""
    if not goal.worst:
        return _("Mọi xã, phường có số liệu đều đạt") if goal.standing is not Standing.UNMEASURED else ""
    return _("Thấp nhất") if goal.kpi.better is Better.HIGHER else _("Cao nhất")


def goal_card(data: ScreenData, goal: Goal) -> Component:
    """The goal as a card that the live channel keeps up to date."""
    kpi = goal.kpi
    vm = card_vm(data, kpi)
    name = html.A(vm.name, href=kpi_address(data, kpi))
    return html.Article(
        [
            html.H3([_glyph(goal), name], className="ioc-name"),
            value_and_unit(vm),
            bullet(vm.fill, vm.mark),
            html.P([part("target", vm.target), part("gap", vm.gap)], className="ioc-facts ioc-facts--course"),
            age(vm.as_of_ms, vm.stale_after_s, to_ms(data.now), data.language, is_part=True),
            part("owner", vm.owner, html.P),
            *_worst_line(data, goal),
            _behind(data, goal, vm),
        ],
        id=goal_id(kpi.key),
        className=f"ioc-card ioc-card--{vm.status} ioc-card--as-goal ioc-card--goal-{goal.standing}",
        **card_attributes(vm),
    )


def _goal_of(data: ScreenData, kpi: Kpi, values: Mapping[str, float | None], *, places: bool) -> Goal:
    state = standing(kpi, values[kpi.key])
    if not places or kpi.target is None:
        return Goal(kpi=kpi, standing=state)
    found = {code: figure(data, kpi, code) for code in results_of(data, kpi.key)}
    known = {code: seen(kpi, value, kpi.decimals) for code, value in found.items() if value is not None}
    earlier = before(data, kpi, known)
    moves = rank_moves(known, earlier, kpi.better)
    sign = 1 if kpi.better is Better.HIGHER else -1
    short = sorted(
        (code for code, value in known.items() if sign * value < sign * kpi.target.value),
        key=lambda code: (sign * known[code], by_name(data, code)),
    )
    named = tuple(
        Worst(
            code=code,
            name=place_name(data, code),
            value=shown(kpi, known[code], kpi.decimals, data.language),
            move=move(data, moves[code] if earlier else 0)[0],
        )
        for code in short[:WORST]
    )
    equal = sum(known[code] == known[short[WORST - 1]] for code in short[WORST:])
    return Goal(kpi=kpi, standing=state, worst=named, equal=equal, places=bool(known))


def _glyph(goal: Goal) -> Component:
    return html.Span(STANDING_GLYPHS[goal.standing], className="ioc-standing", **{"aria-hidden": "true"})


def _worst_line(data: ScreenData, goal: Goal) -> list[Component]:
    said = worst_words(data, goal)
    if not said:
        return []
    _ = words(data.language)
    named = [
        html.Span(
            [
                html.A(one.name, href=kpi_address(data, goal.kpi, one.code)),
                html.B(one.value),
                *([html.Span(one.move, className="ioc-move")] if one.move else []),
            ],
            className="ioc-lowest__one",
        )
        for one in goal.worst
    ]
    more = [html.Span(_("và {n} nơi bằng mức đó").format(n=goal.equal))] if goal.equal else []
    return [html.P([html.Span(said), *named, *more], className="ioc-lowest")]


def _behind(data: ScreenData, goal: Goal, card: CardVM) -> Component:
    """What a leader is asked for about the number: parts, reporters, second reading, law, definition."""
    _ = words(data.language)
    target = goal.kpi.target
    told = [
        facts(card),
        html.P(goal.kpi.question.to(data.language)),
    ]
    if target is not None and target.set_by is not None:
        by = _("Mục tiêu do {who} đặt: {source}").format(who=target.set_by.to(data.language), source=target.source)
        told.append(html.P(by))
    told.append(html.P(html.A(_("Diễn biến, cách tính, từng xã"), href=kpi_address(data, goal.kpi))))
    return html.Details([html.Summary(_("Căn cứ và số liệu")), *told], className="ioc-behind")
