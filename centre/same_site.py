"""Refuse changes that another site makes a visitor's browser send: the visitor did not ask for them."""

from centre.delivery import Application, Receive, Scope, Send, value_of
from centre.refusing import refuse
from domain.text import Text
from live.socket import same_origin

READING = ("GET", "HEAD", "OPTIONS")
OWN = (b"same-origin", b"none")
FOREIGN = Text(
    "Yêu cầu đến từ một trang khác nên không được thực hiện; hãy mở trang của chính trung tâm. Nếu đang ở trang ấy, "
    "hãy báo người quản trị: proxy phải chuyển tiếp Host (docs/operate.md).",
    "The request came from another site and was not carried out; open the centre's own page. If this is its page, tell "
    "the administrator: the proxy must pass Host on (docs/operate.md).",
)


class SameSite:
    """ASGI middleware around every request that changes something: callbacks of screens and the API.

    Browsers say where a request comes from (Origin, Sec-Fetch-Site); programs say nothing and are accepted.
    """

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 before reading a byte of its body."""
        if scope["type"] != "http" or scope["method"] in READING or _own(scope):
            await self._app(scope, receive, send)
            return
        await refuse(send, 403, "cross_site", FOREIGN)


def _own(scope: Scope) -> bool:
    site = value_of(scope["headers"], b"sec-fetch-site", OWN[0])
    return site in OWN and same_origin(scope)
