"""Who asks, from a request."""

from dataclasses import replace

from fastapi import Request

from domain.access.principal import NOBODY, Principal

SCOPE = "principal"
"""Where the gate puts the principal into the scope of a request or socket."""


def principal_of(request: Request) -> Principal:
    """Who the gate found; nobody, at the request's address, where no gate stands."""
    found = request.scope.get(SCOPE)
    return found if isinstance(found, Principal) else replace(NOBODY, address=address_of(request))


def address_of(request: Request) -> str:
    """Where the request comes from; "" when the server does not say."""
    return request.client.host if request.client else ""
