"""What the tests of the residents' pages ask."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine

from tests.pages.residents import Centre


@pytest.fixture
async def centre(engine: Engine) -> AsyncIterator[Centre]:
    """The residents' pages of an empty database."""
    made = Centre(engine)
    async with made.client:
        yield made
