"""Changes come from the centre's own pages or from programs, never from another site through a visitor's browser."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from centre.same_site import SameSite


@pytest.fixture
async def web() -> AsyncIterator[tuple[httpx.AsyncClient, list[str]]]:
    app, done = FastAPI(), []

    @app.api_route("/change", methods=["GET", "POST", "PUT", "DELETE"])
    async def change() -> str:
        done.append("changed")
        return "ok"

    async with httpx.AsyncClient(transport=httpx.ASGITransport(SameSite(app)), base_url="http://ioc:8050") as client:
        yield client, done


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://ioc:9999"},
        {"origin": "http://ioc:8050.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-origin", "origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site", "origin": "http://ioc:8050"},
    ],
)
async def test_another_site_changes_nothing(web: tuple[httpx.AsyncClient, list[str]], headers: dict[str, str]):
    client, done = web
    for method in ("POST", "PUT", "DELETE"):
        refused = await client.request(method, "/change", headers=headers)
        assert (refused.status_code, refused.json()["reason"]) == (403, "cross_site")
    assert done == []
    assert (await client.get("/change", headers=headers)).status_code == 200  # following a link is no harm


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://ioc:8050"}, {"origin": "http://ioc:8050", "sec-fetch-site": "same-origin"}],
)
async def test_own_pages_and_programs_are_let_in(web: tuple[httpx.AsyncClient, list[str]], headers: dict[str, str]):
    client, done = web
    assert (await client.post("/change", headers=headers)).status_code == 200
    assert done == ["changed"]


async def test_a_page_without_tls_is_another_site_for_a_centre_behind_tls(web: tuple[httpx.AsyncClient, list[str]]):
    client, done = web
    refused = await client.post("https://ioc:8050/change", headers={"origin": "http://ioc:8050"})
    assert (refused.status_code, done) == (403, [])
    for scheme in ("http", "https"):  # a proxy with TLS may speak to the centre without
        own = await client.post(f"{scheme}://ioc:8050/change", headers={"origin": "https://ioc:8050"})
        assert own.status_code == 200
