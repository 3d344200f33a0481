"""The log of closed runs that were corrected, in words: a store line says states and reasons by their codes."""

import re

from dash import html
from dash.development.base_component import Component

from domain.text import Language, Text
from domain.waste.run import Audit, StreetState
from domain.waste.service_day import ServiceDay
from layouts.parts.components import empty, section
from layouts.parts.screen import ScreenData
from layouts.rounds.run_words import STATE_WORDS, length
from present import formats
from present.text import words

_REASONS = {
    "late fixes": Text("có thêm vị trí xe", "more positions came"),
    "dispatcher": Text("điều phối chỉ định xe khác", "dispatcher's word"),
    "plan": Text("kế hoạch thay đổi", "new plan"),
}
_CHANGED = Text("{why}: trước {before}; nay {after}", "{why}: before {before}; now {after}")
_FACTS = re.compile(r"(?P<vehicles>.*): (?P<served>\d+)/(?P<due>\d+) m; (?P<counts>.*)")
"""As `intake/assessor/assessing.py` writes it: "LA-001: 900/1000 m; served 3, missed 1"."""


def corrections(data: ScreenData, found: ServiceDay, *, of_one: bool = False) -> Component:
    """Changes to closed runs, caused by late fixes, a dispatcher or a new plan; the newest first.

    ``of_one``: the page is about the run that they are of, and has named it.
    """
    _ = words(data.language)
    title = _("Điều chỉnh sau khi kết thúc chuyến")
    if not found.audits:
        return section(title, [empty(_("Chưa có chuyến đã kết thúc nào phải điều chỉnh."))])
    names = {} if of_one else {run.route: f" · {run.name}" for run in found.runs}
    lines = [
        html.Li(
            [
                html.B(formats.moment(one.at, data.now, data.language) + names.get(one.route, "")),
                html.Span(_changed(one, data.language), className="ioc-note"),
            ]
        )
        for one in reversed(found.audits)
    ]
    return section(title, [html.Ul(lines, className="ioc-log")], aside=str(len(lines)))


def _changed(one: Audit, language: Language) -> str:
    why = _REASONS[one.because].to(language) if one.because in _REASONS else one.because
    before, after = _facts(one.before, language), _facts(one.after, language)
    return _CHANGED.to(language).format(why=why, before=before, after=after)


def _facts(line: str, language: Language) -> str:
    """LA-001 thu 0,9/1,0 km, 3 đường đã thu, 1 bỏ sót; a line of another form as it is."""
    found = _FACTS.fullmatch(line)
    if found is None:
        return line
    metres = "/".join(length(float(found[part]), language) for part in ("served", "due"))
    vehicles = "" if found["vehicles"] == "-" else found["vehicles"].replace("+", ", ") + " "
    counts = (one.split(" ") for one in found["counts"].split(", ") if one)
    told = [f"{count} {STATE_WORDS[StreetState(state)].to(language)}" for state, count in counts]
    return f"{vehicles}{metres} ({', '.join(told)})"
