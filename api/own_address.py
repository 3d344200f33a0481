"""The address under which a browser reached the centre."""

from fastapi import Request

BASE = "base_path"
"""In the scope of a request: the path under which a proxy shows the centre; absent without one."""


def own_address(request: Request) -> str:
    """Scheme, host and path before every address of the centre, without a slash at its end."""
    return f"{request.url.scheme}://{own_host(request)}"


def own_host(request: Request) -> str:
    """The same without the scheme."""
    return request.url.netloc + str(request.scope.get(BASE, ""))
