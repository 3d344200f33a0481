"""Who asks, from a request."""

from dataclasses import replace

from fastapi import Request

from domain.access.principal import NOBODY, Actor, Principal


def principal_of(request: Request) -> Principal:
    """Nobody, at the request's address: no request names a person yet."""
    return replace(NOBODY, address=address_of(request))


def holder_of(request: Request, key: str) -> Principal:
    """The holder of the key named ``key``, at the request's address."""
    return Principal(actor=Actor.SOURCE, name=key, address=address_of(request))


def address_of(request: Request) -> str:
    """Where the request comes from; "" when the server does not say."""
    return request.client.host if request.client else ""
