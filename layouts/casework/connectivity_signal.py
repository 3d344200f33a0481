"""Covered areas on /connectivity: which carrier's the map shows, and how many people it leaves out, where."""

from dash import html
from dash.development.base_component import Component

from domain.carriers import CARRIERS
from domain.kpis.kpi import Kpi, KpiResult
from domain.observation import Kind
from domain.places.place import PROVINCE
from domain.places.signal_map import SignalMap
from domain.text import Text
from layouts.parts.cards import by_name, place_name, results_of, simulated
from layouts.parts.components import empty, section
from layouts.parts.links import address, kpi_address
from layouts.parts.screen import ScreenData
from present import formats
from queries.maps.signal import KEY, NONE, SIGNALS

PATH = "/connectivity"
WORST = 5
_TITLE = Text("Vùng phủ sóng theo nhà mạng", "Covered areas by carrier")
_EMPTY = Text("Chưa có tệp vùng phủ nào được duyệt.", "No file of a covered area has been approved.")
_WAITS = Text("Đang chờ: {who}", "Waiting for: {who}")
_HIDE = Text("không vẽ", "none")
_DRAWN = Text(
    "Trên bản đồ: đường nét đứt là vùng {name} khai có sóng, vùng sáng là nơi nằm ngoài ({period}, {source}).",
    "On the map: the dashed line is what {name} claims to cover, the bright land lies outside ({period}, {source}).",
)
_LEFT_OUT = Text(
    "Ngoài vùng phủ: khoảng {n} người (ước tính theo diện tích). Nhiều nhất: ",
    "Outside: about {n} people (estimated by land). Most of them: ",
)
_OTHERS = Text(
    "Chưa nói được bao nhiêu người ở ngoài vùng này: số mới nhất về {name} là của nguồn khác, không tính từ tệp vùng "
    "phủ.",
    "How many live outside cannot be said: the newest figures of {name} are another source's, not made of the area.",
)
_FEWER = Text(
    "Không tính {n} xã mà số mới nhất là của nguồn khác.",
    "Without {n} communes whose newest figures are another source's.",
)
_NOBODY = Text("Không ai ở ngoài vùng phủ (ước tính theo diện tích).", "Nobody lives outside (estimated by land).")


def signal_section(data: ScreenData) -> list[Component]:
    """A link for each area, and what the one on the map leaves out."""
    language, found = data.language, data.get(SIGNALS)
    if not found.maps:
        who = data.feeds["carriers"].owner.office.to(language)
        return [section(_TITLE.to(language), [empty(_EMPTY.to(language), _WAITS.to(language).format(who=who))])]
    chips = [_chip(data, one.key, _name(one), found.chosen) for one in found.maps]
    chips.append(_chip(data, NONE, _HIDE.to(language), found.chosen))
    body: list[Component] = [html.Nav(chips, className="ioc-chips", **{"aria-label": _TITLE.to(language)})]
    if found.chosen is not None:
        body += [html.P(_drawn(data, found.chosen)), *_left_out(data, found.chosen)]
    return [section(_TITLE.to(language), body, name="signal")]


def _chip(data: ScreenData, key: str, said: str, chosen: SignalMap | None) -> Component:
    here = key == (chosen.key if chosen else NONE)
    marked = {"aria-current": "true"} if here else {}
    return html.A(said, href=address(data, PATH, **{KEY: key}), className="ioc-chip", **marked)


def _name(one: SignalMap) -> str:
    return f"{CARRIERS.get(one.carrier, one.carrier)} {one.technology.upper()}"


def _drawn(data: ScreenData, one: SignalMap) -> str:
    return _DRAWN.to(data.language).format(
        name=_name(one), period=formats.period(one.period, data.language), source=one.source
    )


def _left_out(data: ScreenData, one: SignalMap) -> list[Component]:
    """How many people the claim leaves out, and the communes with most of them; [] before its figures are counted.

    Only figures made of an area are of what the map shows: what a carrier declares beside it is another number.
    """
    kpi = _of_claim(data, one)
    if kpi is None:
        return []
    results = results_of(data, kpi.key)
    told = {code: gap for code, result in results.items() if (gap := _gap(result)) is not None}
    without = {code: gap for code, gap in told.items() if {*results[code].kinds} == {Kind.ESTIMATED}}
    if not told:
        return []
    if not without:
        return [html.P(_OTHERS.to(data.language).format(name=_name(one)))]
    fewer = [html.P(_FEWER.to(data.language).format(n=len(told) - len(without)))] if len(told) > len(without) else []
    worst = sorted((code for code, gap in without.items() if gap), key=lambda c: (-without[c], by_name(data, c)))
    marked = simulated([results[code] for code in without])
    if not worst:
        return [html.P(_NOBODY.to(data.language), **marked), *fewer]
    named: list[str | Component] = []
    for code in worst[:WORST]:
        named += [
            html.A(place_name(data, code), href=kpi_address(data, kpi, code)),
            f" {_number(data, without[code])}, ",
        ]
    named[-1] = str(named[-1]).rstrip(", ") + (" …" if worst[WORST:] else "")
    total = _LEFT_OUT.to(data.language).format(n=_number(data, sum(without.values())))
    return [html.P([total, *named], **marked), *fewer]


def _of_claim(data: ScreenData, one: SignalMap) -> Kpi | None:
    """The KPI of the people whom this carrier claims with this technology."""
    claimed = f"people_{one.technology}_{one.carrier}"
    return next((kpi for kpi in data.kpis.values() if kpi.formula.described.numerator == claimed), None)


def _gap(result: KpiResult) -> float | None:
    if result.place == PROVINCE or result.numerator is None or result.denominator is None:
        return None
    return max(0.0, result.denominator - result.numerator)


def _number(data: ScreenData, number: float) -> str:
    return formats.number(number, 0, data.language)
