"""Imports of map layers, newest first."""

import asyncio
from collections.abc import Sequence

from domain.places.map_import import MapImport
from queries.ask import Ask, Question


async def _read(asked: Question) -> Sequence[MapImport]:
    return await asyncio.to_thread(asked.sources.map_imports.jobs, asked.now)


MAP_IMPORTS: Ask[Sequence[MapImport]] = Ask(_read, ())
