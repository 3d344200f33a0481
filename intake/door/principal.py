"""Who sends, from a request that its key has opened."""

from starlette.requests import Request

from domain.access.principal import Actor, Principal


def holder_of(request: Request, key: str) -> Principal:
    """The holder of the key named ``key``, at the request's address."""
    return Principal(actor=Actor.SOURCE, name=key, address=address_of(request))


def address_of(request: Request) -> str:
    """Where the request comes from; "" when the server does not say."""
    return request.client.host if request.client else ""
