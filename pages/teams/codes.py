"""/to-cong-nghe: a commune's teams, who is active, and codes for their phones. A reporter sees the own units only."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.own_address import own_address
from api.principal import principal_of
from api.route import HouseRoute, RefusedError
from domain.access.enrolled import shown_code
from domain.access.needs import Need, needing, permits
from domain.access.principal import Principal, Role
from domain.instant import service_day
from domain.places.place import Place
from domain.teams.team import Team, TeamStanding
from domain.text import Text
from pages.accounts.forms import language_of
from pages.accounts.session import FIGURES, REPORT
from pages.accounts.session import TEAMS as CODES
from pages.teams.form import FORM
from pages.teams.pages import filled
from store.access.team_codes import CODE_LASTS, Phones, TeamCodes
from store.casework.teams import Teams

_NOT_YOURS = Text("Không có tổ này, hoặc đây là tổ của xã khác.", "There is no such team, or it is another commune's.")
_NO_PHOTO = Text("Không có ảnh này.", "There is no such photo.")
Lang = Annotated[str, Query(max_length=8)]
Code = Annotated[str, Path(pattern=r"^\d{5}-[TX]\d{1,3}$")]


def router(
    teams: Teams, codes: TeamCodes, communes: Callable[[], Mapping[str, Place]], clock: Callable[[], datetime]
) -> APIRouter:
    """The pages; ``communes`` are those in force, by code."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    async def listed(request: Request, lang: str, commune: str, *, handed: tuple[str, str] | None = None) -> Response:
        language, now, by = language_of(lang), clock(), principal_of(request)
        mine = {code: place for code, place in communes().items() if may_serve(by, code)}
        chosen = commune if commune in mine else next(iter(mine), "") if len(mine) == 1 else ""
        board = await asyncio.to_thread(teams.board)
        shown = [one for one in board.standings if chosen and _of(one.team, chosen)]
        phones = await asyncio.to_thread(codes.phones, now) if shown else {}
        today = service_day(now)
        return filled(
            "codes", language, here=CODES, communes=mine, chosen=chosen, teams=shown, phones=phones, no_phone=Phones(),
            today=today, handed=handed, form=own_address(request) + FORM, days=CODE_LASTS.days,
            register=_desk_of(by), active=sum(one.is_active(today) for one in shown), simulated=_simulated(shown),
        )  # fmt: skip

    async def own(request: Request, code: str) -> Team:
        """The team, when it is one of whoever asks. Raises RefusedError."""
        team = await asyncio.to_thread(teams.known, code)
        if team is None or not may_serve(principal_of(request), team.place):
            raise RefusedError(403, "not_yours", _NOT_YOURS)
        return team

    @routes.get(CODES)
    @needing(Need.FIELD)
    async def known(request: Request, lang: Lang = "", xa: Annotated[str, Query(max_length=8)] = "") -> Response:
        return await listed(request, lang, xa)

    @routes.post(CODES + "/{code}")
    @needing(Need.FIELD)
    async def hand_out(request: Request, code: Code, lang: Lang = "") -> Response:
        team, by = await own(request, code), principal_of(request)
        made = await asyncio.to_thread(codes.hand_out, code, by, clock())
        return await listed(request, lang, team.place, handed=(code, shown_code(made)))

    @routes.post(CODES + "/{code}/thu-hoi")
    @needing(Need.FIELD)
    async def revoke(request: Request, code: Code, lang: Lang = "") -> Response:
        team = await own(request, code)
        await asyncio.to_thread(codes.revoke, code, principal_of(request), clock())
        return await listed(request, lang, team.place)

    @routes.get(CODES + "/{code}/anh")
    @needing(Need.FIELD)
    async def photos(request: Request, code: Code, lang: Lang = "") -> Response:
        team = await own(request, code)
        keys = await asyncio.to_thread(codes.photos, code, principal_of(request), clock())
        return filled("photos", language_of(lang), here=f"{CODES}/{code}/anh", team=team, keys=keys, back=CODES)

    @routes.get(CODES + "/{code}/anh/{key}")
    @needing(Need.FIELD)
    async def photo(request: Request, code: Code, key: Annotated[str, Path(pattern="^[0-9a-f]{32}$")]) -> Response:
        await own(request, code)
        jpeg = await asyncio.to_thread(codes.photo, code, key)
        if jpeg is None:
            raise RefusedError(404, "no_photo", _NO_PHOTO)
        return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, no-store"})

    @routes.get(CODES + "/nap")
    @needing(Need.FIELD)
    async def register(request: Request, lang: Lang = "") -> Response:
        """Where registers were handed in by an earlier release; the address goes with the next one."""
        return RedirectResponse(_desk_of(principal_of(request)) + ("?lang=en" if lang == "en" else ""), 303)

    return routes


def _desk_of(by: Principal) -> str:
    """Where ``by`` hands a register in."""
    return FIGURES if permits(by, Need.HAND_IN) else REPORT


def may_serve(by: Principal, commune: str) -> bool:
    """A reporter serves the own units only; everybody else who holds the need serves every commune."""
    return commune in by.units if Role.REPORTER in by.roles and Role.OPERATOR not in by.roles else True


def _of(team: Team, commune: str) -> bool:
    return team.place == commune and not team.ended


def _simulated(shown: list[TeamStanding]) -> bool:
    return any(one.team.kind.value == "simulated" for one in shown)
