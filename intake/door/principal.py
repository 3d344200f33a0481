"""Who sends, as the gate found it."""

from starlette.requests import Request
from starlette.types import Scope

from domain.access.principal import Principal

_SCOPE = "principal"


def admit(scope: Scope, by: Principal) -> None:
    """Say in the scope of a request who makes it."""
    scope[_SCOPE] = by


def sender_of(request: Request) -> Principal:
    """Who makes the request. Raises KeyError where no gate stands: no message passes it unseen."""
    found: Principal = request.scope[_SCOPE]
    return found


def address_of(request: Request) -> str:
    """Where the request comes from; "" when the server does not say."""
    return request.client.host if request.client else ""
