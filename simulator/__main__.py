"""`python -m simulator`: a process of its own that knows only the front door's address and key.

`python -m simulator plan` (or `facilities`) writes the demonstration plan to its output, for `python -m ingest plan`.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from settings import Settings
from simulator.day import live
from simulator.door import Door
from simulator.memory import Memory
from simulator.plan import facilities_geojson, plan_geojson


def main() -> int:
    """Send to the front door until stopped; returns 2 when a setting is wrong."""
    files = {"plan": plan_geojson, "facilities": facilities_geojson}
    if len(sys.argv) == 2 and sys.argv[1] in files:
        sys.stdout.write(json.dumps(files[sys.argv[1]](), ensure_ascii=False))
        return 0
    try:
        settings = Settings.from_env()
    except ValueError as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 2
    logging.basicConfig(level=settings.log_level.upper(), format="%(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_speak(settings))
    return 0


async def _speak(settings: Settings) -> None:
    everywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)
    host = "127.0.0.1" if everywhere else settings.host
    url = f"http://[{host}]:{settings.ingest_port}" if ":" in host else f"http://{host}:{settings.ingest_port}"
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
        memory = Memory(settings.data_dir / "simulator.told")
        await live(Door(client, key_of(settings)), lambda: datetime.now(UTC), memory)


def key_of(settings: Settings) -> Callable[[], str]:
    """A function that reads IOC_KEY, else the local key file, at each call: the front door may write it later."""

    def key() -> str:
        if given := os.environ.get("IOC_KEY", ""):
            return given
        try:
            return settings.local_key_file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""

    return key


if __name__ == "__main__":
    sys.exit(main())
