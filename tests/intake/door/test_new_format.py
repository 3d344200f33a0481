"""A tracker format nobody knew: one file, and every way in of the door knows it."""

import importlib
import sys
from pathlib import Path

import httpx
import pytest

from data_sources import trackers, waste_trucks
from domain.key_role import Holder
from intake.door.front_door import create_front_door
from intake.door.keys import KeyRing
from intake.door.listening import Topics
from intake.messages import waiting
from store.registry import hash_key
from tests.intake.door.test_front_door import FEEDS, KEY, SECRETS, Stream, kept

__all__ = ["kept"]  # a fixture of the door


BEEPER = """
from domain.feeds.tracker_format import TrackerFormat
from domain.observation import Fix, Kind
from domain.text import Text


def decode(payload):
    yield Fix(
        feed=payload.feed, device=payload.name, at=payload.received_at, received_at=payload.received_at,
        latitude=10.5, longitude=106.4, kind=Kind.MEASURED, source="beeper",
    )


FORMAT = TrackerFormat(
    key="beeper", names=Text("Còi", "Beeper"), decode=decode, content={"text/plain": {}}, name_headers=("X-Beeper",),
    topics=("beeps/+",), reply=b'"ok"',
)
"""


async def test_a_new_format_is_one_file_and_nothing_else_is_edited(
    kept: Stream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "beeper.py").write_text(BEEPER)
    monkeypatch.setattr(trackers, "__path__", [*trackers.__path__, str(tmp_path)])
    try:
        feeds = FEEDS | {"waste_trucks": importlib.reload(waste_trucks).FEED}
        importlib.reload(waiting)
        app = create_front_door(kept, KeyRing(lambda: {hash_key("right"): Holder("VNPT")}), feeds, secrets=SECRETS)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door") as door:
            answer = await door.post("/ingest/beeper", content=b"beep", headers=KEY | {"X-Beeper": "B-1"})
        assert (answer.status_code, answer.content) == (200, b'"ok"')
        assert (kept.kept[0].format, kept.kept[0].name) == ("beeper", "B-1")
        assert "beeps/+" in Topics(feeds).patterns
    finally:
        monkeypatch.undo()
        sys.modules.pop("data_sources.trackers.beeper", None)
        importlib.reload(waste_trucks)
        importlib.reload(waiting)
