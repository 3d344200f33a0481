"""A path prefix (IOC_BASE_PATH): every address that leaves the centre begins with it, and each of them is answered."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from callbacks.pages import screens
from centre.base_path import Addresses, BasePath
from domain.access.principal import OF_PEOPLE, Role
from settings import Settings
from store.access.accounts import Accounts
from tests.centre.test_public_bytes import TYPED, secret_key, server, templates
from tests.pages.test_accounts import PASSWORD, invite

__all__ = ["secret_key", "server"]  # fixtures of the planted centre

BASE = "/ioc"
HOST = "10.20.0.7:8050"
# Any attribute of any element; a value that people type or choose is none.
IN_HTML = re.compile(r'\s([@\w:-]+)="((?:\d+; url=)?/[^"]*)"|url\(["\']?(/[^"\')]*)')
IN_JSON = re.compile(r'"([@\w-]+)":\s?"(/[^"]*)"')
TYPED_VALUES = frozenset({"value", "placeholder"})
PEOPLES = (
    "/tai-khoan", "/gui-so-lieu", "/nhat-ky", "/man-hinh", "/to-cong-nghe", "/phan-anh/cong-khai", "/canh-bao",
    "/bao-cao",
)  # fmt: skip


def told(text: str, json: bool) -> list[str]:
    """The addresses in a page or an answer, whatever attribute or field holds them."""
    text = text.replace(r"\u002f", "/")  # as Dash writes it
    found = [(one[0], one[1] or one[2]) for one in IN_HTML.findall(text)] if not json else IN_JSON.findall(text)
    return [unescape(value.partition("url=")[2] or value) for name, value in found if name not in TYPED_VALUES]


@pytest.fixture
def pair() -> str:
    """One pair of stores is enough: no address comes from them."""
    return "embedded"


@pytest.fixture(autouse=True)
def under(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IOC_BASE_PATH", BASE)
    monkeypatch.setenv("IOC_HOST", "10.20.0.7")
    monkeypatch.setenv("IOC_SIMULATOR", "off")


@pytest.fixture
async def lan(server: FastAPI, engine: Engine, secret_key: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with every role that needs no second step, signed in under the prefix."""
    invite(Accounts(engine), "lan", *(role for role in OF_PEOPLE if role is not Role.ADMINISTRATOR))
    transport = httpx.ASGITransport(BasePath(server, BASE), client=("10.20.0.5", 4000), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as http:
        origin = {"Origin": f"http://{HOST}"}
        answer = await http.post(
            f"{BASE}/dang-nhap", data={"name": "lan", "password": PASSWORD, "next": "/"}, headers=origin
        )
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(f"{BASE}/")
        assert "path=/ioc;" in answer.headers["set-cookie"].lower() + ";"
        yield http


@pytest.mark.long
async def test_every_address_of_every_page_begins_with_the_prefix_and_is_answered(
    server: FastAPI, lan: httpx.AsyncClient
) -> None:
    public = [path for path in templates(server.routes) if path.startswith(("/lich", "/led", "/phan-anh", "/chien"))]
    public = [re.sub(r"\{(\w+)(:\w+)?\}", lambda given: TYPED[given[1]], path) for path in public]
    found: dict[str, str] = {}
    pages = (
        *screens(),
        *PEOPLES,
        *public,
        "/lich-thu-gom/tap-ket-goi-27694",
        "/docs",
        "/no-such-page",
        "/_dash-layout",
    )
    for page in pages:
        answer = await lan.get(BASE + page)
        assert answer.status_code < 500, page
        if location := answer.headers.get("location"):
            assert location.startswith(BASE + "/"), page
        kind = answer.headers.get("content-type", "")
        json = "json" in kind or page.startswith("/_dash")
        if not json and "html" not in kind and "svg" not in kind:
            continue
        addresses = told(answer.text, json)
        assert [one for one in addresses if not one.startswith(("/ioc/", "/ioc?", "//")) and one != "/ioc"] == [], page
        found |= dict.fromkeys(addresses, page)
        if "html" in kind and page != "/docs":
            assert '<html data-base="/ioc"' in answer.text, page
    assert len(found) > 80
    for address, page in found.items():
        if "*" not in address:
            answer = await lan.get(address.partition("#")[0])
            assert answer.status_code not in (401, 405, 500), (address, page)
            # A form without rows is answered 404, too, but not for its address.
            assert answer.status_code != 404 or "not_found" not in answer.text, (address, page)


@pytest.mark.long
async def test_answers_of_dash_files_and_calendars_are_under_the_prefix(lan: httpx.AsyncClient) -> None:
    page = (await lan.get(f"{BASE}/")).text
    assert r'"requests_pathname_prefix":"\u002fioc\u002f"' in page
    scripts = re.findall(r'<script[^>]* src="([^"]+)"', page)
    assert scripts
    assert all(script.startswith(f"{BASE}/") for script in scripts)
    given = {
        "output": "page.children", "outputs": {"id": "page", "property": "children"},
        "inputs": [
            {"id": "address", "property": "pathname", "value": f"{BASE}/data"},
            {"id": "address", "property": "search", "value": ""},
        ],
        "changedPropIds": ["address.pathname"],
    }  # fmt: skip
    dependencies = (await lan.get(f"{BASE}/_dash-dependencies")).json()
    (first,) = [
        one for one in dependencies if [one_in["property"] for one_in in one["inputs"]] == ["pathname", "search"]
    ]
    output, address = first["output"].partition("."), first["inputs"][0]["id"]
    given |= {"output": first["output"], "outputs": {"id": output[0], "property": output[2]}}
    for one in given["inputs"]:
        one["id"] = address
    headers = {"Origin": f"http://{HOST}"}
    answer = await lan.post(f"{BASE}/_dash-update-component", json=given, headers=headers)
    assert answer.status_code == 200, answer.text
    addresses = told(answer.text, json=True)
    assert f"{BASE}/indicators" in addresses, "the page at /data, whose address Dash told with the prefix"
    assert [one for one in addresses if not one.startswith((BASE, "//"))] == []
    street = (await lan.get(f"{BASE}/lich-thu-gom/tap-ket-goi-27694")).text
    assert f"webcal://{HOST}/ioc/lich-thu-gom/tap-ket-goi-27694.ics" in street
    schema = (await lan.get(f"{BASE}/openapi.json")).json()
    assert schema["servers"] == [{"url": BASE}]


async def test_the_same_centre_answers_without_the_prefix_for_this_machine_and_proxies_that_take_it_off(
    lan: httpx.AsyncClient,
) -> None:
    for path in ("/healthz", "/kiosk"):
        assert (await lan.get(path)).status_code == (await lan.get(BASE + path)).status_code == 200
    assert 'data-base="/ioc"' in (await lan.get("/kiosk")).text
    for near in ("/iocx/healthz", "/IOC/healthz", "/ioc/ioc/healthz"):
        assert (await lan.get(near)).status_code != 200 or "ioc-page" not in (await lan.get(near)).text


async def _page(request: Request) -> Response:
    return HTMLResponse(
        '<html lang="vi"><a href="/"></a><a href="/?lang=en"></a><a href="/kpi/x?a=/kpi">'
        '<a href="/elsewhere"><a href="//kpi"><a href="/kpis"><p>href="/kpi/y"</p><input value="/kpi">'
        '<div data-send-to="/kpi" style="background:url(/kpi/z)"></div>'
    )


async def _told(request: Request) -> Response:
    return JSONResponse({"href": "/kpi/x", "value": "/kpi/x", "said": 'a "href":"/kpi" b', "path": request.url.path})


async def _away(request: Request) -> Response:
    answer = RedirectResponse(request.query_params["to"], 303)
    answer.set_cookie("a", "1", path=request.query_params.get("path", "/"))
    return answer


def small() -> Any:
    inner = Starlette(routes=[Route("/", _page), Route("/kpi/{x}", _told), Route("/away", _away)])
    return BasePath(Addresses(inner, BASE, ["/", "/kpi/{key}", "/away", "/{any}"]), BASE)


def asked() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(small()), base_url="http://h")


async def test_only_addresses_of_the_centre_are_changed() -> None:
    async with asked() as http:
        for path in (BASE, f"{BASE}/", "/"):
            said = (await http.get(path)).text
            assert said.startswith('<html data-base="/ioc" lang="vi">')
            assert (
                said.count('href="/ioc/"') == said.count('href="/ioc/?lang=en"') == said.count("url(/ioc/kpi/z)") == 1
            )
            for same in ('"/elsewhere"', '"//kpi"', '"/kpis"', 'value="/kpi"'):
                assert same in said
            assert '"/ioc/kpi/x?a=/kpi"' in said
            assert 'data-send-to="/ioc/kpi"' in said
        json = (await http.get(f"{BASE}/kpi/x")).json()
        assert json == {"href": "/ioc/kpi/x", "value": "/kpi/x", "said": 'a "href":"/kpi" b', "path": "/kpi/x"}


@pytest.mark.parametrize(
    ("to", "path", "location", "cookie"),
    [
        ("/kpi/x", "/", "/ioc/kpi/x", "path=/ioc;"), ("/ioc/kpi/x", "/kpi", "/ioc/kpi/x", "path=/ioc/kpi;"),
        ("https://sso.example/a", "/", "https://sso.example/a", "path=/ioc;"), ("//evil", "/", "//evil", "path=/ioc;"),
        ("/", "/", "/ioc/", "path=/ioc;"),
    ],
)  # fmt: skip
async def test_redirects_and_cookies_stay_under_the_prefix(to: str, path: str, location: str, cookie: str) -> None:
    async with asked() as http:
        answer = await http.get(f"{BASE}/away", params={"to": to, "path": path})
    assert answer.headers["location"] == location
    assert cookie in answer.headers["set-cookie"].lower() + ";"


@pytest.mark.parametrize(("said", "path"), [("", ""), ("/", ""), ("/ioc/", "/ioc"), ("/a/b.c", "/a/b.c")])
def test_a_prefix_is_a_path(said: str, path: str) -> None:
    assert Settings.from_env({"IOC_BASE_PATH": said}).base_path == path


@pytest.mark.parametrize("said", ["ioc", "//ioc", "/i oc", '/"', "/ioc?x", "/..", "http://h/ioc"])
def test_what_is_no_path_is_refused_with_the_settings_name(said: str) -> None:
    with pytest.raises(ValueError, match="IOC_BASE_PATH"):
        Settings.from_env({"IOC_BASE_PATH": said})


def test_a_prefix_that_is_an_address_of_the_centre_is_refused() -> None:
    with pytest.raises(ValueError, match="IOC_BASE_PATH"):
        Addresses(Starlette(), "/kpi/x", ["/kpi/{key}"])  # type: ignore[arg-type]
