"""The residents' pages on a real store, as tests of them ask for."""

import re
from types import SimpleNamespace
from typing import cast

import httpx
from fastapi import FastAPI
from plan_fixtures import NOW, done
from sqlalchemy import Engine

from domain.waste.plan import PlanException, Route
from pages import resident_routers
from pages.lookup_counting import LookupCounting
from rounds.lookup.street_search import Answer
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.services import Services


class Centre:
    """The pages on a real store, with a clock of its own and the look-ups it counted."""

    def __init__(self, engine: Engine) -> None:
        self.plan, self.runs = Plan(engine), Runs(engine)
        self.now = NOW
        self.counted: list[Answer] = []
        services = cast(Services, SimpleNamespace(plan=self.plan, runs=self.runs))
        app = FastAPI()
        for router in resident_routers(services, cast(LookupCounting, self), clock=lambda: self.now):
            app.include_router(router)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ioc")

    async def count(self, answer: Answer) -> None:
        self.counted.append(answer)

    def bring(self, *routes: Route, exceptions: tuple[PlanException, ...] = (), **said: object) -> None:
        self.plan.add(done(**said), routes, exceptions, valid={})

    async def page(self, path: str, status: int = 200) -> str:
        answer = await self.client.get("/lich-thu-gom" + path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return answer.text

    async def calendar(self, path: str = "/hung-vuong-27694.ics") -> bytes:
        answer = await self.client.get("/lich-thu-gom" + path)
        assert answer.status_code == 200
        return answer.content


def text_of(html: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
