"""Progress of feedback by receipt code: field and instants, no person, no code in an address, and a limit of tries."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from domain.feeds.scrub import Secrets
from pages import feedback_progress
from pages.feedback_progress import PATH, TRIES, Tries
from store.casework.feedback import Progress

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
DAY = timedelta(days=1)
SECRETS = Secrets(b"a key of the test, 32 bytes long")
CODE = "PA-2026-000123"


class Reading:
    def __init__(self, found: Progress | None, failure: Exception | None = None) -> None:
        self.found, self.failure, self.asked = found, failure, list[str]()

    async def feedback_progress(self, case_key: str) -> Progress | None:
        self.asked.append(case_key)
        if self.failure:
            raise self.failure
        return self.found if case_key == SECRETS.hashed(CODE) else None


def progress(**said: object) -> Progress:
    base: dict[str, object] = {"due": NOW + DAY, "waits": False, "ended": None, "refused": False, "simulated": False}
    return Progress(field="traffic", received=NOW - DAY, **(base | said))  # type: ignore[arg-type]


def client(reading: Reading) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(feedback_progress.router(reading, SECRETS, lambda: NOW))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (progress(), "Đang xử lý"),
        (progress(due=NOW - DAY), "Đang xử lý, đã quá hạn"),
        (progress(waits=True, due=None), "Đang chờ bạn bổ sung"),
        (progress(ended=NOW), "Đã trả lời"),
        (progress(ended=NOW, refused=True), "Không thuộc phạm vi"),
        (progress(simulated=True), "DỮ LIỆU MÔ PHỎNG"),
    ],
)
async def test_a_code_answers_with_field_and_progress(found: Progress, said: str):
    reading = Reading(found)
    async with client(reading) as web:
        answer = await web.post(PATH, data={"ma": f" {CODE} "})
    assert answer.status_code == 200
    assert said in answer.text
    assert "Lĩnh vực: Giao thông" in answer.text
    assert CODE not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert reading.asked == [SECRETS.hashed(CODE)]


async def test_an_unknown_code_and_a_silent_store_are_said_so():
    async with client(Reading(None)) as web:
        unknown = await web.post(PATH, data={"ma": "<script>PA</script>"})
        assert (unknown.status_code, "<script>" in unknown.text) == (404, False)
        assert (await web.get(PATH)).status_code == 200
        assert (await web.post(PATH + "?lang=en", data={"ma": "x"})).text.count("letter by letter") == 1
    async with client(Reading(None, OperationalError("select", {}, Exception("down")))) as web:
        assert (await web.post(PATH, data={"ma": CODE})).status_code == 503


async def test_who_tries_codes_waits():
    reading = Reading(progress())
    async with client(reading) as web:
        codes = [(await web.post(PATH, data={"ma": CODE})).status_code for _ in range(TRIES + 1)]
    assert codes == [200] * TRIES + [429]
    assert len(reading.asked) == TRIES


def test_tries_are_counted_by_address_and_minute():
    tries = Tries()
    assert [tries.allowed("a", NOW) for _ in range(TRIES + 1)] == [True] * TRIES + [False]
    assert tries.allowed("b", NOW)
    assert tries.allowed("a", NOW + timedelta(minutes=1))
