"""/lich-thu-gom.svg: the address of the residents' page as a QR code, for screens that nobody can touch."""

from io import BytesIO

import segno
from fastapi import APIRouter, Request, Response

from api.own_address import own_address
from api.route import HouseRoute
from domain.access.needs import Need, needing
from pages.led import reachable
from pages.schedule_page import PATH

# Medium correction: a screen has no scratches, and fewer, larger modules are read from farther away.
_CORRECTION = "m"
# Quiet as the dark screens around it: a white square without a code is the loudest thing of a kiosk.
_UNREACHABLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 330 330" font-family="sans-serif" font-size="19" '
    'fill="#9fb0bf"><rect x="1" y="1" width="328" height="328" fill="none" stroke="#46535f" stroke-dasharray="8 8"/>'
    '<text x="30" y="150">Mã QR chỉ hiện khi màn hình</text><text x="30" y="180">này được mở bằng địa chỉ</text>'
    '<text x="30" y="210">mạng của trung tâm.</text></svg>'
)


def router() -> APIRouter:
    """The picture; it names the host by which the screen itself was opened."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    @routes.get(PATH + ".svg")
    @needing(Need.PUBLIC)
    async def code(request: Request) -> Response:
        host = request.url.netloc
        # A code that leads a telephone to itself is worse than none.
        svg = drawn(own_address(request) + PATH) if reachable(host) else _UNREACHABLE.encode()
        return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    return routes


def drawn(address: str) -> bytes:
    """The code of ``address`` as SVG, dark on white with its quiet zone."""
    into = BytesIO()
    segno.make(address, error=_CORRECTION, micro=False).save(into, kind="svg", scale=10, light="#fff", omitsize=True)
    return into.getvalue()
