"""Asks: each is read once, a screen shows only what it asks, and a new one is one object."""

import asyncio
from dataclasses import replace

import pytest
from dash import html
from screen_figures import NOW
from screen_fixtures import normal, services
from sqlalchemy.exc import OperationalError

from callbacks.pages import screens
from callbacks.parts.load import UNREACHABLE, load
from domain.access.needs import Need
from domain.text import Text
from layouts.parts.screen import Screen, ScreenData
from queries.ask import Answers, Ask, NotAsked, Question
from queries.fleet import FLEET
from queries.results import RESULTS
from queries.results_in_force import RESULTS_IN_FORCE
from queries.vehicles import VEHICLES


async def _count(asked: Question) -> int:
    return len(await asked.get(VEHICLES))


COUNT: Ask[int] = Ask(_count, -1)


def _page(data: ScreenData) -> html.P:
    return html.P(str(data.get(COUNT)))


NEW = Screen(
    key="new", path="/new", title=Text("Mới", "New"), order=99, layout=_page, requires=Need.LOOK, needs=(COUNT,)
)


async def test_a_new_ask_needs_no_line_anywhere_else():
    data = await load(services(normal()), NEW, "vi", {}, NOW)
    assert data.get(COUNT) == 30
    assert "30" in str(NEW.layout(data))


async def test_what_was_not_asked_is_an_error_and_never_empty():
    data = await load(services(normal()), replace(NEW, needs=()), "vi", {}, NOW)
    with pytest.raises(NotAsked, match="test_ask"):
        NEW.layout(data)
    assert data.find(COUNT) is None
    with pytest.raises(NotAsked):
        data.get(RESULTS)


async def test_what_several_ask_is_read_once():
    times = 0

    async def read(asked: Question) -> int:
        nonlocal times
        times += 1
        return await asked.get(COUNT)

    base = Ask(read, 0)

    async def twice(asked: Question) -> int:
        return await asked.get(base) + await asked.get(base)

    data = await load(services(normal()), replace(NEW, needs=(base, Ask(twice, 0), base)), "vi", {}, NOW)
    assert data.get(base) == 30
    assert times == 1


async def test_of_a_store_that_fails_halfway_nothing_is_shown():
    async def fails(_asked: Question) -> int:
        raise OperationalError("select", {}, OSError("gone"))

    broken = Ask(fails, 7)
    data = await load(services(normal()), replace(NEW, needs=(COUNT, broken)), "en", {}, NOW)
    assert data.problem is UNREACHABLE
    assert (data.get(COUNT), data.get(broken)) == (-1, 7), "what was read before the failure is not mixed in"


async def test_an_error_of_ours_is_no_silent_store():
    async def wrong(_asked: Question) -> int:
        raise KeyError("a slip")

    with pytest.raises(KeyError, match="a slip"):
        await load(services(normal()), replace(NEW, needs=(Ask(wrong, 0),)), "vi", {}, NOW)


def test_two_asks_that_read_alike_are_two():
    first, second = Ask(_count, 0), Ask(_count, 0)
    answers = Answers().put(first, 1)
    assert first in answers
    assert second not in answers


async def test_in_force_nothing_is_carried():
    question = Question(sources=services(normal()), now=NOW, kpis={})
    assert await question.get(RESULTS) is await question.get(RESULTS_IN_FORCE)
    old = replace(question, territory="2024-01", answers=Answers())
    assert (await old.get(RESULTS)).keys() != (await old.get(RESULTS_IN_FORCE)).keys()
    assert await question.get(FLEET) == {}, "no fleet was named"


@pytest.mark.long
def test_every_screen_asks_with_asks():
    for screen in screens().values():
        assert all(isinstance(ask, Ask) for ask in screen.asks), screen.path
        assert len(set(screen.asks)) == len(screen.asks), f"{screen.path} asks twice"
        asyncio.run(load(services(normal()), screen, "vi", {"territory": "2024-01"}, NOW))
