"""The page everyone writes first: dcc.Interval(1 s) redrawing a scattermap from the same live positions. The baseline."""

import sys

import plotly.graph_objects as go
import redis
from dash import Dash, Input, Output, dcc, html

from store.live_state import VEHICLES_HASH, decode_vehicle

EMPTY_STYLE = {"version": 8, "sources": {}, "layers": [{"id": "ground", "type": "background"}]}


def create_plain_page(stream_url: str) -> Dash:
    """A Dash app that reads all vehicles once a second for each client, offline style, no cleverness."""
    server = redis.Redis.from_url(stream_url)
    app = Dash(__name__, update_title="")
    app.layout = html.Div([dcc.Graph(id="map"), dcc.Interval(id="tick", interval=1000)])

    @app.callback(Output("map", "figure"), Input("tick", "n_intervals"))
    def redraw(_: int) -> go.Figure:
        vehicles = [decode_vehicle(raw) for raw in server.hvals(VEHICLES_HASH)]  # type: ignore[union-attr]
        trace = go.Scattermap(
            lat=[v.latitude for v in vehicles],
            lon=[v.longitude for v in vehicles],
            customdata=[[v.id, int(v.at.timestamp())] for v in vehicles],
            mode="markers",
        )
        return go.Figure(
            trace, {"map": {"style": EMPTY_STYLE, "center": {"lat": 10.54, "lon": 106.41}, "zoom": 11}, "uirevision": 1}
        )

    return app


if __name__ == "__main__":
    create_plain_page(sys.argv[1]).run(port=int(sys.argv[2]))
