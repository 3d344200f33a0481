"""Pages of digital teams: the form on a team's phone, and the commune's page that hands out codes for it."""

from collections.abc import Callable
from datetime import date, datetime

from fastapi import APIRouter

from domain.feeds.scrub import Secrets
from domain.places.place import IN_FORCE, PROVINCE, Place
from domain.teams.team import Team
from layouts.casework.society_campaign import KPI
from pages.teams import codes, form, weekly
from store import territories
from store.services import Services

FEED = "team_work"


def team_routers(services: Services, secrets: Secrets, clock: Callable[[], datetime]) -> list[APIRouter]:
    """Routers of /bao-cao, which is public, and /to-cong-nghe, and the campaigns' week."""
    return [
        form.router(services.feeds[FEED], services.teams, services.team_codes, services.stream, secrets, _place, clock),
        codes.router(services.teams, services.team_codes, _communes, clock),
        weekly.router(services.feeds, services.reading, _last_day(services), _communes, clock),
    ]


def _last_day(services: Services) -> date | None:
    target = services.kpis[KPI].target
    return target.due if target else None


def _communes() -> dict[str, Place]:
    return {one.code: one for one in territories.places(IN_FORCE) if one.code != PROVINCE}


def _place(team: Team) -> Place | None:
    return next((one for one in territories.places(team.territory) if one.code == team.place), None)
