"""Who presses a button, from the callback's request."""

from dataclasses import replace

from dash import ctx

from domain.access.principal import NOBODY, Principal


def principal() -> Principal:
    """Nobody, at the address of the request: no callback names a person yet. Only inside a callback."""
    return replace(NOBODY, address=ctx.remote or "")
