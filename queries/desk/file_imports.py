"""Files of figures that people handed in: the newest, and the one that a page shows."""

import asyncio
from collections.abc import Sequence

from domain.imports.file_import import OPEN, FileImport
from queries.ask import Ask, Question

OPENED = "import"
"""The parameter of the page's address that names the file to show."""


async def _newest(asked: Question) -> Sequence[FileImport]:
    return await asyncio.to_thread(asked.sources.file_imports.newest)


async def _opened(asked: Question) -> FileImport | None:
    """The file that the address names, else the newest on which nobody has decided."""
    if named := asked.query.get(OPENED):
        return await asyncio.to_thread(asked.sources.file_imports.one, named)
    return next((one for one in await asked.get(FILE_IMPORTS) if one.stage in OPEN), None)


FILE_IMPORTS: Ask[Sequence[FileImport]] = Ask(_newest, ())
FILE_OPENED: Ask[FileImport | None] = Ask(_opened, None)
