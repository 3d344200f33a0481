"""/canh-bao: open alarms; who directs takes one, puts it off for a while, gives it back (ISA-18.2)."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.principal import principal_of
from api.route import HouseRoute
from domain.access.needs import Need, needing, permits
from domain.area import on_wall
from domain.kpis.alarm import LONGEST_OFF, PRIORITIES, Alarm, AlarmGroup, Handling, by_cause
from domain.text import Text
from pages.accounts.forms import fields_of, language_of, page
from pages.accounts.session import DEMONSTRATION
from present.alarms import ALARMS_PAGE, alarm_rows, is_put_off
from queries.alarms import ALARMS, without_positions
from queries.ask import Question, Sources
from store.access.accounts import Accounts
from store.casework.alarm_handlings import AlarmHandlings

HOURS = (1, 4, 8, 24)
WHY_CHARS = 120
_OVER = Text("Cảnh báo này đã hết.", "This alarm is over.")
_WORSE = Text(
    "Cảnh báo đã khẩn hơn từ lúc bạn mở trang: xem lại rồi hãy chọn.",
    "The alarm has become more urgent since you opened the page: look again, then choose.",
)
_NO_WHY = Text("Ghi lý do tạm hoãn.", "Say why it is put off.")
_TOO_LONG = Text("Cảnh báo này không được hoãn lâu như vậy.", "This alarm cannot be put off for so long.")
_NO_ACT = Text("Không rõ bạn muốn làm gì với cảnh báo.", "It is not clear what is to be done about the alarm.")

Lang = Annotated[str, Query(max_length=8)]


def router(sources: Sources, handlings: AlarmHandlings, accounts: Accounts, clock: Callable[[], datetime]) -> APIRouter:
    """The page, and what its forms do."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    async def alarms(now: datetime) -> list[Alarm]:
        asked = Question(sources=sources, now=now, kpis=sources.kpis)
        return without_positions(await asked.get(ALARMS))

    async def listed(request: Request, lang: str, words: Text | None = None, status: int = 200) -> Response:
        now, language = clock(), language_of(lang)
        every = await alarms(now)
        found = by_cause(every)
        rows = alarm_rows(every, sources.kpis, sources.feeds, on_wall(sources.areas.values()), language, now)
        return page(
            "alarms", language, status, words=words, here=ALARMS_PAGE, rows=rows, now=now,
            causes={cause.alarm.id: cause for cause in found},
            hours={cause.alarm.id: _hours(cause) for cause in found},
            handled=lambda cause: cause.handled(now), put_off=lambda cause: is_put_off(cause, now),
            acts=permits(principal_of(request), Need.ALARMS), chars=WHY_CHARS,
        )  # fmt: skip

    async def shown(name: str) -> str:
        account = (await asyncio.to_thread(accounts.everyone)).get(name, DEMONSTRATION)
        return account.shown or name

    @routes.get(ALARMS_PAGE)
    @needing(Need.LOOK)
    async def known(request: Request, lang: Lang = "") -> Response:
        return await listed(request, lang)

    @routes.post(ALARMS_PAGE)
    @needing(Need.ALARMS)
    async def handle(request: Request, lang: Lang = "") -> Response:
        given = await fields_of(request, "alarm", "seen", "act", "hours", "why")
        by, now = principal_of(request), clock()
        if given["act"] == "give_back":
            await asyncio.to_thread(handlings.give_back, given["alarm"], by, now)
            return RedirectResponse(_again(lang), 303)
        cause = next((one for one in by_cause(await alarms(now)) if one.alarm.id == given["alarm"]), None)
        wrong = _why_not(cause, given)
        if cause is None or wrong is not None:
            return await listed(request, lang, wrong, 409 if wrong in (_OVER, _WORSE) else 400)
        off = timedelta(hours=int(given["hours"])) if given["act"] == "put_off" else None
        did = Handling(
            alarm=cause.alarm.id, priority=cause.priority, by=await shown(by.name), at=now,
            until=now + off if off else None, why=given["why"].strip() if off else "",
        )  # fmt: skip
        await asyncio.to_thread(handlings.handle, did, by)
        return RedirectResponse(_again(lang), 303)

    return routes


def _why_not(cause: AlarmGroup | None, given: dict[str, str]) -> Text | None:
    """Why this cannot be done about ``cause``; None when it can."""
    if cause is None:
        return _OVER
    seen = next((one for one in PRIORITIES if one == given["seen"]), None)
    if seen is None or PRIORITIES.index(cause.priority) < PRIORITIES.index(seen):
        return _WORSE
    if given["act"] == "take":
        return None
    if given["act"] != "put_off":
        return _NO_ACT
    if given["hours"] not in map(str, _hours(cause)):
        return _TOO_LONG
    return None if 0 < len(given["why"].strip()) <= WHY_CHARS else _NO_WHY


def _hours(cause: AlarmGroup) -> list[int]:
    """For how many hours it may be put off."""
    return [hours for hours in HOURS if timedelta(hours=hours) <= LONGEST_OFF[cause.priority]]


def _again(lang: str) -> str:
    return f"{ALARMS_PAGE}?lang=en" if lang == "en" else ALARMS_PAGE
