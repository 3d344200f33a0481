"""Refusals as pages: a person reads words and finds a way on, a program reads JSON, nothing else is touched."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse, StreamingResponse

from centre.access.refused_pages import RefusedPages, failed

PAGE = {"accept": "text/html,*/*", "sec-fetch-mode": "navigate"}
SAID = {"reason": "not_permitted", "vi": "Không có <b>quyền</b>", "en": "Not yours"}


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()

    @app.api_route("/refused/{status}/{reason}", methods=["GET", "POST"])
    async def refused(status: int, reason: str) -> JSONResponse:
        return JSONResponse(SAID | {"reason": reason}, status, headers={"Retry-After": "5"})

    @app.get("/parts")
    async def parts() -> StreamingResponse:
        pieces = iter([json.dumps(SAID)[:9], json.dumps(SAID)[9:]])
        return StreamingResponse(pieces, 409, media_type="application/json")

    app.add_exception_handler(Exception, failed)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("secret")

    @app.get("/data")
    async def data() -> dict[str, str]:
        return SAID

    transport = httpx.ASGITransport(RefusedPages(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://ioc") as client:
        yield client


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_browser_shows_the_words_and_the_rest_of_the_answer_stays(http: httpx.AsyncClient, method: str) -> None:
    shown = await http.request(method, "/refused/403/not_permitted", headers=PAGE)
    assert (shown.status_code, shown.headers["retry-after"]) == (403, "5")
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "Không có &lt;b&gt;quyền&lt;/b&gt;" in shown.text
    assert "Not yours" in (await http.request(method, "/refused/403/not_permitted?lang=en", headers=PAGE)).text
    assert int(shown.headers["content-length"]) == len(shown.content)
    assert "script" not in shown.headers["content-security-policy"]


async def test_a_form_whose_session_ended_leads_to_the_sign_in(http: httpx.AsyncClient) -> None:
    shown = await http.post("/refused/401/sign_in", headers=PAGE)
    assert 'href="/dang-nhap"' in shown.text
    assert "chưa được lưu" in shown.text
    assert 'href="/dang-nhap"' not in (await http.post("/refused/403/not_permitted", headers=PAGE)).text


async def test_words_for_programs_are_told_to_people_in_others(http: httpx.AsyncClient) -> None:
    assert SAID["vi"] not in (await http.get("/refused/422/bad_parameter", headers=PAGE)).text
    missing = await http.get("/nowhere", headers=PAGE)
    assert missing.status_code == 404
    assert "Không tìm thấy" in missing.text
    assert "detail" not in missing.text


async def test_an_answer_in_parts_is_shown_whole(http: httpx.AsyncClient) -> None:
    assert "&lt;b&gt;" in (await http.get("/parts", headers=PAGE)).text


async def test_programs_and_answers_that_refuse_nothing_are_left_alone(http: httpx.AsyncClient) -> None:
    for headers in ({}, PAGE | {"sec-fetch-mode": "cors"}, {"accept": "application/json"}):
        assert (await http.get("/refused/403/not_permitted", headers=headers)).json() == SAID
    assert (await http.get("/data", headers=PAGE)).json() == SAID


async def test_an_error_nobody_expected_is_told_in_the_houses_words(http: httpx.AsyncClient) -> None:
    shown, told = await http.get("/broken", headers=PAGE), await http.get("/broken")
    assert (shown.status_code, told.status_code, told.json()["reason"]) == (500, 500, "failed")
    assert told.json()["vi"] in shown.text
    assert "secret" not in shown.text + told.text
