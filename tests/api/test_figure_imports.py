"""Files of figures over HTTP: what the page does, a program does too, and every refusal says what to do."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import pytest
from collecting import parts
from fastapi import FastAPI
from standing_clock import Clock

from api.imports import FILE_MAX_BYTES, router
from api.principal import SCOPE
from domain.access.principal import Principal
from intake.collector.collector import Parts
from store.imports import Imports
from tests.intake.imports.test_machine import HEAD, LAN, MINH, TWO, clock, machine_of, stored

__all__ = ["clock", "parts"]

IMPORTS = "/api/v1/imports"
ASKED = b"place;dossiers_due\n27694;11.000\n"


@pytest.fixture
def who() -> SimpleNamespace:
    """Whom the gate found: `by`, lan unless a test says otherwise."""
    return SimpleNamespace(by=LAN)


@pytest.fixture
async def web(parts: Parts, who: SimpleNamespace) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(router(machine_of(parts), Imports(parts.engine)))

    async def gated(scope, receive, send):
        await app({**scope, SCOPE: who.by}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(gated), base_url="http://ioc") as client:
        yield client


async def send(web: httpx.AsyncClient, body: bytes = TWO, **given: str) -> httpx.Response:
    asked = {"feed": "services", "name": "báo cáo.csv", "source": "VP"} | given
    return await web.post(IMPORTS, params=asked, content=body)


async def act(web: httpx.AsyncClient, id_: str, act: str) -> tuple[int, str]:
    answer = await web.post(f"{IMPORTS}/{id_}/{act}")
    return answer.status_code, answer.json().get("stage") or answer.json()["reason"]


async def test_a_file_is_handed_in_answered_approved_by_another_and_withdrawn(
    web: httpx.AsyncClient, who: SimpleNamespace, parts: Parts, clock: Clock
) -> None:
    handed = await send(web, ASKED, name="bc-2026-10.csv")
    told = handed.json()
    (question,) = told["preview"]["questions"]
    assert (handed.status_code, told["stage"], told["received_by"]) == (201, "previewed", "person:lan")
    assert (question["ask"], [one["code"] for one in question["choices"]]) == ("numbers", ["comma", "point"])
    assert await act(web, told["id"], "approve") == (409, "overtaken")
    answered = (await web.post(f"{IMPORTS}/{told['id']}/answers", json={"numbers/0/1": "comma"})).json()
    assert (answered["stage"], answered["preview"]["new"]) == ("mapped", 1)
    assert await act(web, told["id"], "approve") == (403, "same_person")
    who.by = MINH
    assert await act(web, told["id"], "approve") == (200, "applied")
    assert await act(web, told["id"], "approve") == (409, "overtaken")
    assert (await stored(parts))["27694", "dossiers_due"] == [11_000]
    assert await act(web, told["id"], "withdraw") == (200, "withdrawn")
    (listed,) = (await web.get(IMPORTS)).json()["imports"]
    assert (listed["approved_by"], listed["withdrawn_by"], listed["preview"]) == ("person:minh", "person:minh", None)
    assert (await web.get(f"{IMPORTS}/{told['id']}/file")).content == ASKED


async def test_the_counts_of_an_answer_add_up_to_what_was_in_the_file(web: httpx.AsyncClient) -> None:
    body = f"{HEAD.strip()};Lạ\n27694;20/11/2026;512;x;1\n27712;20/11/2026;9o;88;2\n99999;20/11/2026;1;1;3\n"
    preview = (await send(web, body.encode())).json()["preview"]
    account = preview["account"]
    assert account["cells"] == account["labels"] + account["values"] + account["not_read"]
    kept = preview["new"] + preview["changed"] + preview["unchanged"]
    assert (kept, preview["refused"]) == (3, 3)
    assert account["values"] + account["blanks"] == kept + preview["refused"]
    assert [(one["name"], one["cells"], one["aside"]) for one in preview["not_read"]] == [("Lạ", 3, False)]
    assert [(one["row"], one["column"]) for one in preview["problems"]] == [(3, 3), (4, 3), (4, 4)]


@pytest.mark.parametrize(
    ("given", "body", "status", "reason"),
    [
        ({"feed": "none"}, TWO, 404, "unknown_feed"), ({"feed": "waste"}, TWO, 404, "unknown_feed"),
        ({"source": ""}, TWO, 422, "bad_parameter"), ({}, b"", 422, "empty"),
        ({}, b"x" * (FILE_MAX_BYTES + 1), 413, "too_large"),
        ({}, "mã tài xế;họ tên\nTX1;Nguyễn Văn A\n".encode(), 422, "private"),
    ],
)  # fmt: skip
async def test_what_is_not_taken_says_why_and_leaves_nothing(
    web: httpx.AsyncClient, given: dict[str, str], body: bytes, status: int, reason: str
) -> None:
    answer = await send(web, body, **given)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert {"vi", "en"} <= answer.json().keys()
    assert (await web.get(IMPORTS)).json() == {"imports": []}


async def test_a_file_nobody_can_read_is_an_import_that_was_refused_and_an_unknown_one_is_said_to_be(
    web: httpx.AsyncClient,
) -> None:
    refused = (await send(web, b"PK\x03\x04broken", name="a.xlsx")).json()
    assert (refused["stage"], refused["refused"].keys()) == ("refused", {"vi", "en"})
    assert await act(web, refused["id"], "withdraw") == (409, "overtaken")
    for path in ("", "/file"):
        answer = await web.get(f"{IMPORTS}/none{path}")
        assert (answer.status_code, answer.json()["reason"]) == (404, "unknown_import")
    assert await act(web, "none", "approve") == await act(web, "none", "refuse") == (404, "unknown_import")


async def test_forms_to_fill_in_are_files(web: httpx.AsyncClient) -> None:
    form = await web.get(f"{IMPORTS}/templates/services")
    assert form.headers["content-disposition"] == 'attachment; filename="services.xlsx"'
    assert form.content.startswith(b"PK")
    assert (await web.get(f"{IMPORTS}/templates/none")).status_code == 404


async def test_a_file_given_up_is_over(web: httpx.AsyncClient, who: SimpleNamespace) -> None:
    told = (await send(web)).json()
    assert told["stage"] == "mapped"
    assert await act(web, told["id"], "refuse") == (200, "given_up")
    who.by = Principal(actor=MINH.actor, name="ai đó")
    assert await act(web, told["id"], "approve") == (409, "overtaken")


async def test_a_file_that_a_second_person_does_not_take_is_refused_by_that_person(
    web: httpx.AsyncClient, who: SimpleNamespace
) -> None:
    told = (await send(web)).json()
    who.by = Principal(actor=MINH.actor, name="minh")
    answer = await web.post(f"{IMPORTS}/{told['id']}/refuse")
    assert (answer.json()["stage"], answer.json()["refused"]["vi"].startswith("minh không nhận")) == ("refused", True)
