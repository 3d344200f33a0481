"""Lists of a day to check: streets missed, not verified or only passed, with evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce

from dash import html
from dash.development.base_component import Component

from domain.text import Language, Text
from domain.waste.run import BECAUSE, SERVED_SHARE, Because, RunResult, StreetResult, StreetState, Stretch
from layouts.parts.components import empty, section
from layouts.parts.screen import ScreenData
from layouts.rounds.run_words import (
    CORNER_SHARE,
    gap_text,
    length,
    mark,
    run_address,
    span,
    time_of,
    vehicle_address,
)
from present import formats
from present.text import Words, words

SHOWN = 15
# Pieces are cut at junctions and rounded: so much of a street is all of it.
WHOLE_SHARE = 0.95
ONLY_A_PART = Text(
    "thiết bị gửi đủ tín hiệu, xe chỉ chạy {share}% chiều dài này",
    "the tracker sent throughout, the truck drove {share}% of this length",
)
DRIVEN_ALONG = Text(
    "xe đã chạy qua đoạn này, chưa thấy thu; chuyến chưa kết thúc",
    "driven along, not seen collecting; the run is still open",
)
BEGUN = Text(
    "xe mới chạy {share}% chiều dài này, chuyến chưa kết thúc",
    "the truck drove {share}% of this length so far; the run is still open",
)
LISTS = {
    StreetState.MISSED: (
        Text("Bỏ sót", "Missed"),
        Text("Không có đường nào bị bỏ sót.", "No street was missed."),
    ),
    StreetState.UNKNOWN: (
        Text("Chưa xác minh được: thiếu bằng chứng", "Not verified: no evidence"),
        Text("Không có đường nào thiếu bằng chứng.", "No street lacks evidence."),
    ),
    StreetState.PASSED: (
        Text("Xe chạy qua nhưng chưa thu", "Passed, not collected"),
        Text("Không có đường nào xe chạy qua mà không thu.", "No street was driven through."),
    ),
}


def lists(data: ScreenData, runs: Sequence[RunResult]) -> Component:
    """The three lists, side by side."""
    return html.Div([_list(data, runs, state) for state in LISTS], className="ioc-lists")


def _list(data: ScreenData, runs: Sequence[RunResult], state: StreetState) -> Component:
    _ = words(data.language)
    title, none = LISTS[state]
    found = [(run, street) for run in runs for street in run.streets if _concerns(street, state)]
    found.sort(key=lambda item: (-item[1].metres(state), item[0].route, item[1].order))
    total = sum(street.metres(state) for _run, street in found)
    if not found:
        return section(title.to(data.language), [empty(none.to(data.language))])
    rows = [_row(data, run, street, state) for run, street in found[:SHOWN]]
    more = len(found) - len(rows)
    rest = [html.P(_.ngettext("và {n} đường ngắn hơn nữa", more).format(n=more), className="ioc-note")] if more else []
    # The fold's heading counts the whole streets, and the state of a street is what indicators count.
    whole = sum(street.state is state for _run, street in found)
    part = len(found) - whole
    counts = [_.ngettext("{n} đường", whole).format(n=whole)] if whole else []
    counts += [_.ngettext("{n} đường chỉ một đoạn", part).format(n=part)] if part else []
    aside = " · ".join((*counts, *([length(total, data.language)] if total else [])))
    return section(title.to(data.language), [html.Ul(rows, className="ioc-found"), *rest], aside=aside)


def _concerns(street: StreetResult, state: StreetState) -> bool:
    return street.metres(state) > 0 or (street.is_stop and street.state is state)


def _of_whole(street: StreetResult, state: StreetState, language: Language) -> list[str]:
    """Of what the length shown is not all: "only a part" is what the heading counts apart, a street whose own state is
    another; of one that is mostly in ``state`` the words are others.
    """
    _ = words(language)
    due = length(street.due_m, language)
    if street.state is not state:
        return [_("chỉ một đoạn của {length}").format(length=due)]
    return (
        [_("trong {length} phải thu").format(length=due)] if street.metres(state) < WHOLE_SHARE * street.due_m else []
    )


def _row(data: ScreenData, run: RunResult, street: StreetResult, state: StreetState) -> Component:
    _ = words(data.language)
    concerned = [stretch for stretch in street.stretches if stretch.state is state]
    why = "; ".join(dict.fromkeys(_because(stretch, data.language) for stretch in concerned))
    planned = span(street.begins, street.ends)
    of = _of_whole(street, state, data.language)
    shown = _("điểm dừng") if street.is_stop else length(street.metres(state), data.language)
    later = _collected_since(street, state, data.language)
    note = " · ".join((*of, run.name, planned, why, *later))
    head = html.Summary(
        [
            mark(state, data.language),
            html.B(street.name),
            html.Span(shown, className="ioc-found__length"),
            html.Span(note, className="ioc-note"),
        ]
    )
    link = html.A(run.name, href=run_address(data, run), className="ioc-link")
    proof = evidence(data, run, concerned)
    key = f"{state}-{run.key}-{street.order}"
    return html.Li(html.Details([head, *proof, html.P(link)], **{"data-fold": key}))


def _collected_since(street: StreetResult, state: StreetState, language: Language) -> list[str]:
    """When somebody collected it after all, or how much of it nobody did: tasks count no more than that."""
    _ = words(language)
    if at := street.fetched_at(state):
        return [_("được thu sau đó, lúc {at}").format(at=time_of(at))]
    left_m = sum(one.length_m for one in street.left_out(state))
    some = left_m < street.metres(state)
    return [_("còn {length} chưa được thu").format(length=length(left_m, language))] if some else []


def _in_part(stretch: Stretch) -> bool:
    """Whether a truck was on a missed stretch, and drove too little of it to count."""
    return stretch.because is Because.NOT_DRIVEN and stretch.share >= CORNER_SHARE


def _because(stretch: Stretch, language: Language) -> str:
    """Why it is in its state; where a truck drove a part, how much: that none came would be false."""
    begun = stretch.because is Because.NOT_YET and stretch.share >= CORNER_SHARE
    if not begun and not _in_part(stretch):
        return BECAUSE[stretch.because].to(language)
    if begun and stretch.share >= SERVED_SHARE:
        return DRIVEN_ALONG.to(language)
    said = BEGUN if begun else ONLY_A_PART
    return said.to(language).format(share=formats.number(100 * stretch.share, 0, language))


def _driven(stretch: Stretch, when: str, _: Words, language: Language) -> list[str]:
    """When it was driven along, how fast, by how many fixes that is known."""
    said = [when.format(at=time_of(stretch.first_at))] if stretch.first_at else []
    if stretch.speed_kmh is not None:
        said.append(f"{formats.number(stretch.speed_kmh, 0, language)} km/h")
    if stretch.fixes:
        said.append(_.ngettext("{n} vị trí", stretch.fixes).format(n=formats.number(stretch.fixes, 0, language)))
    return said


def evidence(data: ScreenData, run: RunResult, stretches: Iterable[Stretch]) -> list[Component]:
    """The evidence of findings, in order: why, when, speed, fixes, signal gap, confidence, vehicle. Where no truck was
    seen on neighbours for one reason, they have one line.
    """
    return [_evidence(data, run, one) for one in reduce(_joined, stretches, list[Stretch]())]


def _joined(before: list[Stretch], one: Stretch) -> list[Stretch]:
    last = before[-1] if before else None
    if last is None or last.to_m != one.from_m or _nobody(last) is None or _nobody(last) != _nobody(one):
        return [*before, one]
    return [*before[:-1], replace(last, to_m=one.to_m)]


def _nobody(stretch: Stretch) -> tuple[object, ...] | None:
    """Why no truck was seen on a stretch, None when one was."""
    if stretch.fixes or stretch.speed_kmh is not None or stretch.share >= CORNER_SHARE:
        return None
    return stretch.state, stretch.because, stretch.gap, stretch.later_at, round(stretch.confidence, 2)


def _evidence(data: ScreenData, run: RunResult, stretch: Stretch) -> Component:
    _ = words(data.language)
    language = data.language
    parts = [f"{length(stretch.from_m, language)}–{length(stretch.to_m, language)}"] if stretch.length_m else []
    gap = gap_text(data, run, stretch.gap) if stretch.gap else ""
    if gap and stretch.because is Because.TRACKER_GAP:
        # The silence is the reason, and is told once; who drove through meanwhile did so at another time.
        parts += _driven(stretch, _("xe chạy qua lúc {at}"), _, language)
        parts.append(_("mất tín hiệu {gap}, đủ lâu để xe có thể đã tới").format(gap=gap))
    else:
        parts += [_because(stretch, language), *_driven(stretch, _("lúc {at}"), _, language)]
        parts += [_("mất tín hiệu {gap}").format(gap=gap)] if gap else []
    if stretch.state not in (StreetState.DUE, StreetState.UNKNOWN) and not _in_part(stretch):
        parts.append(_("độ khớp {share}%").format(share=formats.number(100 * stretch.confidence, 0, language)))
    day = run.day.isoformat()
    who = [stretch.vehicle] if stretch.vehicle else list(run.vehicles)
    links = [html.A(one, href=vehicle_address(data, one, day), className="ioc-link") for one in who]
    return html.P([" · ".join(parts), *(part for link in links for part in (" · ", link))], className="ioc-evidence")
