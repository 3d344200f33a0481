"""Serve the gallery as React draws it: `python paint_server.py PORT`."""

import sys
from pathlib import Path

import uvicorn
from dash import Dash, html
from dash.backends._fastapi import FastAPIDashServer
from fastapi import FastAPI

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "fixtures")]

from paint_gallery import gallery  # noqa: E402


def create() -> FastAPI:
    """A page with nothing but the gallery."""
    server = FastAPI()
    FastAPIDashServer.websocket_capability = False
    app = Dash("gallery", server=server, assets_folder=str(ROOT / "tests" / "no-assets"), update_title=None)
    app.layout = html.Div(gallery(), id="gallery")
    return server


if __name__ == "__main__":
    uvicorn.run(create(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
