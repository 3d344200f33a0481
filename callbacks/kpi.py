"""The interactive chart of one KPI: plotly is loaded when somebody opens it, and then follows the results."""

from datetime import UTC, datetime

from dash import Dash, Input, Output, State, no_update

from callbacks.pages import language_of
from callbacks.parts.load import load
from domain.access.needs import needing
from layouts.kpi import LIVE, OPEN, SCREEN, interactive
from layouts.parts.ids import cid
from present.wire import REVISION
from queries.ask import Sources


def register(app: Dash, sources: Sources) -> None:
    """One callback: the button opens it, a change of results draws it again."""

    @app.callback(
        Output(cid(SCREEN.key, LIVE), "children"),
        Input(cid(SCREEN.key, OPEN), "n_clicks"),
        Input(cid(SCREEN.key, REVISION), "data"),
        State(cid(SCREEN.key, "query"), "data"),
        prevent_initial_call=True,
    )
    @needing(SCREEN.requires)
    async def opened(clicks: int | None, _revision: int, query: dict[str, str]) -> object:
        if not clicks:
            return no_update
        data = await load(sources, SCREEN, language_of(query.get("lang")), query, datetime.now(UTC))
        return interactive(data)
