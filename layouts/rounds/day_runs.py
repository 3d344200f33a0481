"""The day's runs around now: what is on its way stands open; what is over and what comes later is folded."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.instant import service_day
from domain.waste.run import RunResult, RunState
from layouts.parts.components import empty, section
from layouts.parts.screen import ScreenData
from layouts.rounds.runs_now import idle, of_now, run_lines, summary
from present.text import words
from queries.collection import COLLECTION

SHOWN = 8


def day_runs(data: ScreenData) -> list[Component]:
    """Runs in three parts, which together are all of the day's."""
    _ = words(data.language)
    found = data.get(COLLECTION)
    if found is None or not found.runs:
        return []
    today = found.day == service_day(data.now)
    here = of_now(found.runs, data.now) if today else []
    rest = sorted(
        (run for run in found.runs if run not in here), key=lambda run: (run.begins or run.computed_at, run.key)
    )
    over = [run for run in rest if run.state is RunState.CLOSED]
    later = [run for run in rest if run.state is not RunState.CLOSED]
    nothing = empty(idle(found, data.now, _) if today else _("Ngày này đã qua: mọi tuyến nằm ở dưới."))
    parts = [
        run_lines(data, here[:SHOWN]) if here else nothing,
        *_fold(data, "now", _.ngettext("còn {n} tuyến đang chạy hoặc sắp chạy", len(here) - SHOWN), here[SHOWN:]),
        *_fold(data, "over", _("{n} đã kết thúc"), over),
        *_fold(data, "later", _("{n} chưa tới"), later),
    ]
    return [
        section(
            _("Tuyến hôm nay") if today else _("Tuyến trong ngày"), parts, summary(found.runs, data.now, _), "runs-now"
        )
    ]


def _fold(data: ScreenData, key: str, said: str, runs: Sequence[RunResult]) -> list[Component]:
    """Nothing for no runs."""
    if not runs:
        return []
    lines = run_lines(data, runs)
    said = said.format(n=len(runs))
    return [
        html.Details([html.Summary(said), lines], className="ioc-fold ioc-fold--rest", **{"data-fold": f"runs-{key}"})
    ]
