"""The wall's streets that a run of the day left out and nobody collected since: somebody has to send a truck back."""

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from domain.waste.run import StreetState
from layouts.parts.components import section
from layouts.parts.links import address
from layouts.parts.screen import ScreenData
from layouts.rounds.day_actions import task_items
from layouts.rounds.run_tasks import missed
from layouts.rounds.run_words import PATH
from present import formats
from present.text import words
from queries.collection import COLLECTION


def missed_now(data: ScreenData) -> list[Component]:
    """A task a run, the longest length first, and how many streets in all; nothing while none is missed."""
    _ = words(data.language)
    found = data.get(COLLECTION)
    # The wall has room for what and where; the page behind it says what to do.
    tasks = [replace(task, do="") for task in missed(data, found)] if found else []
    if not found or not tasks:
        return []
    streets = [street for run in found.runs for street in run.streets if street.state is StreetState.MISSED]
    count = sum(bool(street.left_out(StreetState.MISSED)) for street in streets)
    said = _.ngettext("{n} đường", count).format(n=formats.number(count, 0, data.language))
    title = html.A(_("Đường bỏ sót, chưa thu lại"), href=address(data, PATH))
    items = list(task_items(tasks, data.language))
    return [section(title, [html.Ul(items, className="ioc-todo")], aside=said)]
