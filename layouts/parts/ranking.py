"""Communes ranked by one KPI, each with its move since the period before; unranked communes with the reason."""

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from domain.kpis.kpi import Kpi, Status
from domain.kpis.ranking import rank, rank_moves, ranked_by
from domain.kpis.rhythm import rhythm_of
from domain.kpis.standing import status_now
from domain.places.place import IN_FORCE
from domain.places.territory import Level
from layouts.parts.cards import ATTENTION, by_name, figure, place_name, results_of, simulated, status_of
from layouts.parts.components import empty, section, table
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from present import formats
from present.cards import GLYPHS, STATUS_WORDS, seen, value_text
from present.text import words
from queries.previous import PREVIOUS
from queries.results import RESULTS


def ranking(data: ScreenData) -> list[Component]:
    """Communes by one KPI, best first; ties share a rank, places without a figure are named but not ranked.

    Older territory versions have up to 188 communes: they rank districts unless the address asks for communes.
    """
    _ = words(data.language)
    now = data.territory == IN_FORCE
    choices, kpi = ranked_by(data.kpis, data.areas, data.territory, data.query)
    if kpi is None:
        return []
    level = Level.COMMUNE if now or data.query.get("level") == Level.COMMUNE else Level.DISTRICT
    title = _("Xếp hạng xã, phường") if level is Level.COMMUNE else _("Xếp hạng huyện")
    results = results_of(data, kpi.key, level)
    figures = {code: figure(data, kpi, code) for code in results}
    known = {code: value for code, value in figures.items() if value is not None}
    body: list[Component]
    if known:
        body = [
            _ranked(data, kpi, known, title),
            *_unranked(data, kpi, [code for code in results if code not in known]),
        ]
    else:
        who = kpi.owner.to(data.language)
        body = [empty(_("Chưa xã, phường nào có số liệu này."), _("Đang chờ: {who}").format(who=who))]
    levels = [] if now else [_levels(data, kpi, level)]
    return [section(title, [_choices(data, choices, kpi, level), *levels, *body], name="ranking")]


def _ranked(data: ScreenData, kpi: Kpi, known: Mapping[str, float], title: str) -> Component:
    _ = words(data.language)
    # Rank by the rounded figure: two communes that both show 98,1 share a rank.
    rounded = {code: seen(kpi, value, kpi.decimals) for code, value in known.items()}
    order = sorted(rank(rounded, kpi.better), key=lambda r: (r[0], by_name(data, r[1])))
    earlier = before(data, kpi, rounded)
    moves = rank_moves(rounded, earlier, kpi.better)
    province = figure(data, kpi)
    rows = [
        html.Tr(
            [
                html.Td(str(position), className="ioc-rank"),
                html.Td(*move(data, moves[code] if earlier else 0)),
                html.Th(place_name(data, code), scope="row"),
                html.Td(_status_text(data, kpi, code), className=f"ioc-cell ioc-cell--{status_of(data, kpi, code)}"),
                html.Td(_against(kpi, known[code], province, data)),
            ],
            **simulated([data.get(RESULTS)[(kpi.key, code)]]),
        )
        for position, code, _value in order
    ]
    heads = (
        _("Hạng"),
        _("So với {before}").format(before=rhythm_of(kpi, data.feeds[kpi.feed]).before.to(data.language)),
        _("Nơi"),
        f"{kpi.short.to(data.language)} ({kpi.unit.to(data.language)})",
        _("So với tỉnh"),
    )
    return html.Div([table(heads, rows, caption=title, kind="ranking"), *_compared(data, kpi, earlier)])


def before(data: ScreenData, kpi: Kpi, known: Mapping[str, float]) -> dict[str, float]:
    """Rounded figures of the same places one period ago, without those that were stale then."""
    feed = data.feeds[kpi.feed]
    then = data.now - rhythm_of(kpi, feed).step
    found = ((code, data.get(PREVIOUS).get((kpi.key, code))) for code in known)
    return {
        code: seen(kpi, r.value, kpi.decimals)
        for code, r in found
        if r is not None and r.value is not None and status_now(kpi, r, feed, then) is not Status.STALE
    }


def move(data: ScreenData, moved: int | None) -> tuple[str, str]:
    """Text and CSS class of a rank's move; None = the place had no figure then."""
    _ = words(data.language)
    if moved is None:
        return _("mới"), "ioc-move"
    if moved == 0:
        return "", "ioc-move"
    return (f"▲{moved}", "ioc-move") if moved > 0 else (f"▼{-moved}", "ioc-move ioc-move--down")


def _compared(data: ScreenData, kpi: Kpi, before: Mapping[str, float]) -> list[Component]:
    """Note: with which period and how many places ranks were compared."""
    _ = words(data.language)
    period = rhythm_of(kpi, data.feeds[kpi.feed]).before.to(data.language)
    if not before:
        return [html.P(_("Chưa có số liệu của {before} để so hạng.").format(before=period), className="ioc-note")]
    said = _.ngettext("So hạng với {before} trên {n} nơi có số liệu ở cả hai kỳ.", len(before)).format(
        before=period, n=len(before)
    )
    return [html.P(said, className="ioc-note")]


def _unranked(data: ScreenData, kpi: Kpi, codes: Sequence[str]) -> list[Component]:
    """Notes that name unranked places, one per reason."""
    _ = words(data.language)
    why: dict[Status, list[str]] = {}
    for code in sorted(codes, key=lambda c: by_name(data, c)):
        why.setdefault(status_of(data, kpi, code), []).append(place_name(data, code))
    return [
        html.P(
            _("Không xếp hạng ({why}): {names}").format(
                why=STATUS_WORDS[status].to(data.language), names=", ".join(names)
            ),
            className="ioc-note",
        )
        for status, names in why.items()
    ]


def _choices(data: ScreenData, choices: Sequence[Kpi], current: Kpi, level: Level) -> Component:
    _ = words(data.language)
    links = [(kpi.short.to(data.language), kpi.key, level, kpi.key == current.key) for kpi in choices]
    return _chips(data, links, _("Chọn chỉ số"))


def _levels(data: ScreenData, kpi: Kpi, current: Level) -> Component:
    _ = words(data.language)
    named = ((_("Theo huyện"), Level.DISTRICT), (_("Theo xã"), Level.COMMUNE))
    return _chips(data, [(name, kpi.key, level, level is current) for name, level in named], _("Chọn cấp"))


def _chips(data: ScreenData, links: Sequence[tuple[str, str, Level, bool]], label: str) -> Component:
    """Links to this ranking; ``links`` are (text, KPI key, level, whether it is the current one)."""
    chips = [
        html.A(
            name,
            href=address(data, "/leader", kpi=key, level="" if data.territory == IN_FORCE else level)
            + "#leader-ranking",
            className="ioc-chip",
            **{"aria-current": "true"} if current else {},
        )
        for name, key, level, current in links
    ]
    return html.Nav(chips, className="ioc-chips", **{"aria-label": label})


def _against(kpi: Kpi, value: float, province: float | None, data: ScreenData) -> str:
    # Compare percentages only: a commune's count minus the province's total says nothing.
    if province is None or kpi.unit.vi != "%":
        return formats.UNKNOWN
    return formats.signed(value - province, kpi.decimals, data.language)


def _status_text(data: ScreenData, kpi: Kpi, code: str) -> str:
    status = status_of(data, kpi, code)
    value = value_text(kpi, data.get(RESULTS)[(kpi.key, code)], data.language)
    return f"{GLYPHS[status]} {value}" if status in ATTENTION else value
