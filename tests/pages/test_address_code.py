"""/lich-thu-gom.svg: the code names the address by which the screen was opened, or says why there is none."""

import httpx
import segno
from fastapi import FastAPI

from pages.address_code import drawn, router


async def asked(base: str) -> httpx.Response:
    app = FastAPI()
    app.include_router(router())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as http:
        return await http.get("/lich-thu-gom.svg")


async def test_the_code_is_that_of_the_residents_page_on_the_screens_own_host() -> None:
    answer = await asked("http://rac.longan.vn:8050")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.content == drawn("http://rac.longan.vn:8050/lich-thu-gom")
    assert answer.content != drawn("http://rac.longan.vn/lich-thu-gom")
    # Modules and a quiet zone of four on each side.
    side = segno.make("http://rac.longan.vn:8050/lich-thu-gom", error="m", micro=False).symbol_size()[0]
    assert f'viewBox="0 0 {10 * side} {10 * side}"' in answer.text


async def test_an_address_that_leads_a_telephone_to_itself_is_no_code() -> None:
    for base in ("http://127.0.0.1:8050", "http://localhost"):
        answer = await asked(base)
        assert answer.status_code == 200
        assert "địa chỉ" in answer.text
        assert "localhost" not in answer.text
        assert "<path" not in answer.text
