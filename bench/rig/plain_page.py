"""The baseline page that everyone writes first: dcc.Interval(1 s) redraws a scattermap of the same positions."""

import sys

import orjson
import plotly.graph_objects as go
import redis
from dash import Dash, Input, Output, dcc, html

from domain.fleets.vehicle import Position


def create_plain_page(stream_url: str) -> Dash:
    """A plain Dash app that reads all vehicles once a second for each client, with an offline map style."""
    server = redis.Redis.from_url(stream_url)
    app = Dash(__name__, update_title="")
    app.layout = html.Div([dcc.Graph(id="map"), dcc.Interval(id="tick", interval=1000)])

    @app.callback(Output("map", "figure"), Input("tick", "n_intervals"))  # type: ignore[untyped-decorator]
    def redraw(_: int) -> go.Figure:
        vehicles = [Position(*orjson.loads(raw)) for raw in server.hvals("live:vehicles")]
        trace = go.Scattermap(
            lat=[v.latitude for v in vehicles],
            lon=[v.longitude for v in vehicles],
            customdata=[[v.id, v.at_ms // 1000] for v in vehicles],
            mode="markers",
        )
        return go.Figure(
            trace, {"map": {"style": "white-bg", "center": {"lat": 10.54, "lon": 106.41}, "zoom": 11}, "uirevision": 1}
        )

    return app


if __name__ == "__main__":
    create_plain_page(sys.argv[1]).run(port=int(sys.argv[2]))
