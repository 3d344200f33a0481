"""The leader's briefs of past mornings, newest first."""

import asyncio
from collections.abc import Sequence

from domain.morning import Morning
from queries.ask import Ask, Question


async def _read(asked: Question) -> Sequence[Morning]:
    return await asyncio.to_thread(asked.sources.briefs.mornings)


BRIEFS: Ask[Sequence[Morning]] = Ask(_read, ())
