"""Refuse requests that another site made a visitor's browser send: they carry the visitor's network, not their will."""

from urllib.parse import urlsplit

from fastapi import Request

from api._route import RefusedError
from domain.text import Text

_OWN = ("same-origin", "none")
_FOREIGN = Text(
    "Yêu cầu đến từ một trang khác nên không được thực hiện; hãy mở /data của chính trung tâm.",
    "The request came from another site and was not carried out; open /data of the centre itself.",
)


async def same_site(request: Request) -> None:
    """Dependency of every route that changes something; programs send neither header and are let in."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in _OWN:
        raise RefusedError(403, "cross_site", _FOREIGN)
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise RefusedError(403, "cross_site", _FOREIGN)
