"""Composition root of the web side: create_app(settings, services); `python app.py` runs the whole centre."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path

from dash.exceptions import DependencyException
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

import api
import areas
import data_sources
import kpi
from api.health import Gauges
from api.maps import map as map_routes
from callbacks import pages
from callbacks.parts.every import register_all
from callbacks.parts.first_pages import FirstPages
from callbacks.parts.principal import NotPermittedError
from centre import memory, supervisor
from centre.access.callers import Callers
from centre.access.gate import Gate, not_permitted
from centre.access.refused_pages import RefusedPages, failed
from centre.access.rules import DASH, Rule, Rules, rules_of
from centre.access.visitors import is_loopback
from centre.base_path import Addresses, BasePath
from centre.bodies import Bodies
from centre.delivery import Delivery
from centre.first import FirstView
from centre.headers import SafeHeaders
from centre.hosts import Hosts, hosts_of
from centre.manners import Manners
from centre.page import content_policy, files_of, mount, prepare
from centre.private import UMASK
from centre.proxies import proxies
from centre.release import release_id
from centre.same_site import SameSite
from centre.sockets import Sockets
from domain.access.needs import Need
from domain.area import Area
from domain.discovery import discover
from domain.feeds.feed import Feed, tracked, with_phones
from domain.kpis.kpi import Kpi
from domain.text import Text
from intake.imports import reading_process
from intake.imports.machine import Machine, importers_on, templates_on
from intake.imports.resuming import resuming
from intake.messages.case_secret import case_secrets
from intake.messages.sharing import Sharing
from live.follow import follow, refresh, watch_alarms, watch_maps
from live.grounds import Grounds
from live.hub import Hub
from live.presenter import LayoutPresenter
from live.socket import LiveSocket
from pages import brief, feedback_progress, lookup_counting, resident_routers, services_tables
from pages.accounts import alarms, authority, log, manage, notices, own, reporting, screens, two_step
from pages.accounts.provider import Provider
from pages.accounts.signing_in import SigningIn
from pages.brief import Briefs
from pages.mornings import Mornings
from pages.teams import team_routers
from settings import Settings
from simulator.streets import streets_geojson
from store.access.accounts import Accounts
from store.access.screens import Screens
from store.access.sealing import sealing
from store.access.second_factors import SecondFactors
from store.access.team_codes import TeamCodes
from store.audit import AuditLog
from store.briefs import BriefFiles
from store.casework.alarm_handlings import AlarmHandlings
from store.casework.notices import Notices
from store.casework.teams import Teams
from store.database import open_database
from store.drivers import Drivers
from store.imports import Imports
from store.maps.map_layers import MapLayers
from store.reading import Reading
from store.registry import Registry
from store.rounds.plan import Plan
from store.rounds.runs import Runs
from store.rounds.service_days import ServiceDays
from store.services import Services
from store.valkey.enrolling import Enrolling
from store.valkey.invitations import Invitations
from store.valkey.live_state import LiveState
from store.valkey.lookup_counts import LookupCounts
from store.valkey.raw_stream import RawStream
from store.valkey.server import connect
from store.valkey.sessions import Sessions
from store.valkey.signed_in import SignedIn

ROOT = Path(__file__).resolve().parent


def create_app(settings: Settings, services: Services) -> FastAPI:
    """The web side on given services; opens nothing before the server starts its lifespan."""
    presenter = LayoutPresenter(
        services.kpis, services.feeds, tracked(services.feeds.values()), services.areas.values(), services.reading
    )
    hub = Hub(presenter, release=services.release, clock=_now, series=lambda key: presenter.series(key, _now()))

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        running = [
            follow(hub, services.live, presenter.load),
            refresh(hub, presenter.load),
            watch_maps(hub, services.maps),
            watch_alarms(hub, services.reading),
            hub.beat(),
            lookups.run(),
            resuming(services.desk),
        ]
        if settings.brief_at:
            running.append(Mornings(briefs, services.briefs, services.stream, settings.brief_at, _now).run())
        prepare(page)
        tasks = [asyncio.create_task(part) for part in running]
        memory.settle()  # objects from start-up stay for good: collecting them again would delay frames
        yield
        hub.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    lookups, briefs = lookup_counting(services), Briefs(services, _now)
    grounds = Grounds(services.reading, services.maps, streets_geojson() if services.simulator else None)
    first = FirstPages(services, grounds, _now)
    base = settings.base_path
    server = FastAPI(
        title="IOC Long An",
        version=services.release,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        servers=[{"url": base}] if base else None,
    )
    titles = {path: screen.title for path, screen in pages.screens().items()}
    page = mount(server, ROOT, services.release, titles, base)
    register_all(page, services, first)
    signing_in = SigningIn(
        services.accounts, services.factors, services.sealing, services.signed_in, settings.inside, _now
    )
    hashes = case_secrets(settings.case_key, settings.case_key_file)
    routers = (
        *api.routers(services, gauges=_gauges(hub)),
        *api.map_routers(services),
        *api.import_routers(services),
        *api.plan_routers(services),
        *api.driver_routers(services),
        *api.run_routers(services),
        *resident_routers(services, lookups),
        brief.router(briefs, services.briefs),
        services_tables.router(services, _now),
        feedback_progress.router(services.reading, hashes, _now),
        notices.router(services.notices, hashes, _now),
        alarms.router(services, services.alarm_handlings, services.accounts, _now),
        map_routes.router(grounds, services.reading, services.kpis),
        own.router(
            services.accounts,
            services.factors,
            services.signed_in,
            signing_in,
            _now,
            authority=bool(settings.authority),
        ),
        *_authority(settings, services, signing_in),
        two_step.router(services.factors, signing_in, _now),
        screens.router(services.screens, services.enrolling, _walls(), _now),
        manage.router(
            services.accounts, services.factors, services.invitations, services.registry.organisations.known, _now
        ),
        log.router(services.audit, services.feeds),
        *team_routers(services, hashes, _now),
        reporting.router(services.desk, services.file_imports, services.feeds),
    )
    for router in routers:
        server.include_router(router)
    server.add_api_route("/api/{path:path}", _no_such_route, include_in_schema=False)
    server.add_exception_handler(405, _wrong_method)
    server.add_exception_handler(DependencyException, _no_such_file)
    server.add_exception_handler(NotPermittedError, not_permitted)
    server.add_exception_handler(Exception, failed)
    rules = _rules(routers)
    server.add_middleware(FirstView, painter=first, clock=_now)
    if base:
        server.add_middleware(Addresses, base=base, paths=[rule.path for rule in rules.all])
    server.add_middleware(
        Delivery, policy=lambda: content_policy(page), ahead=lambda: [*files_of(page), map_routes.LIBRARY]
    )
    server.add_middleware(Bodies)
    server.add_middleware(SameSite)
    server.add_middleware(LiveSocket, hub=hub)
    server.add_middleware(
        Gate,
        rules=rules,
        callers=_callers(settings, services),
        public_port=settings.public and settings.public[1],
    )
    server.add_middleware(RefusedPages)
    server.add_middleware(SafeHeaders)
    return server


def create_server() -> FastAPI:
    """The web side for uvicorn: settings from the environment, services on the real stores."""
    settings = Settings.from_env()
    server = create_app(settings, services_of(settings))
    public = (settings.public[0],) if settings.public else ()
    names = hosts_of(settings.host, (*settings.public_hosts, *public))
    # The last added asks first: what we are asked for must be ours, and so must what a proxy says it was asked for.
    server.add_middleware(Sockets, trusted=proxies())
    server.add_middleware(Hosts, names=names)
    server.add_middleware(Manners, trusted=proxies())
    server.add_middleware(Hosts, names=names)
    if settings.base_path:
        server.add_middleware(BasePath, base=settings.base_path)
    return server


def services_of(settings: Settings) -> Services:
    """Services on the stores of ``settings``; connections are made on first use."""
    engine = open_database(settings.database_url)
    redis = connect(settings.stream_url)
    live = LiveState(redis)
    plan, runs, registry, feeds = Plan(engine), Runs(engine), Registry(engine), _feeds(settings)
    stream = RawStream(redis, settings.parts, Sharing(feeds, registry.organisations.known))
    file_imports, maps = Imports(engine), MapLayers(engine, settings.maps_dir)
    secrets = case_secrets(settings.case_key, settings.case_key_file)
    sealed = sealing(settings.account_key, settings.account_key_file)
    return Services(
        reading=Reading(engine, live),
        registry=registry,
        live=live,
        stream=stream,
        maps=maps,
        briefs=BriefFiles(settings.briefs_dir),
        file_imports=file_imports,
        desk=Machine(
            file_imports,
            importers_on(engine, stream, feeds, maps, secrets),
            _now,
            templates_on(engine, feeds),
            reading_process.run,
            second=Accounts(engine).has_other,
        ),
        plan=plan,
        runs=runs,
        service_days=ServiceDays(runs, plan),
        lookups=LookupCounts(redis),
        drivers=Drivers(engine),
        sessions=Sessions(redis),
        accounts=Accounts(engine),
        factors=SecondFactors(engine, sealed),
        sealing=sealed,
        signed_in=SignedIn(redis, settings.session_idle, settings.session_longest),
        screens=Screens(engine),
        notices=Notices(engine),
        alarm_handlings=AlarmHandlings(engine),
        enrolling=Enrolling(redis),
        invitations=Invitations(redis),
        team_codes=TeamCodes(engine),
        teams=Teams(engine),
        audit=AuditLog(engine),
        feeds=feeds,
        kpis=discover(kpi, "KPIS", Kpi),
        areas=discover(areas, "AREA", Area),
        release=release_id(ROOT),
        simulator=settings.simulator,
    )


def main() -> int:
    """Run the whole centre."""
    try:
        settings = Settings.from_env()
        _feeds(settings)
    except ValueError as error:
        print(f"Cấu hình sai / wrong setting: {error}", file=sys.stderr)
        return supervisor.WRONG_USE
    return supervisor.run(settings, ROOT)


def _rules(routers: Iterable[APIRouter]) -> Rules:
    """What each address requires: Dash's own, every screen, every route."""
    shown = [
        Rule("GET", path, screen.requires)
        for one, screen in pages.screens().items()
        for path in (one, *((f"{one}/{{{screen.below}}}",) if screen.below else ()))
    ]
    return Rules([*DASH, *shown, *(rule for router in routers for rule in rules_of(router))])


def _walls() -> dict[str, Text]:
    """The pages a screen may show, by path."""
    found = sorted(pages.screens().values(), key=lambda screen: screen.order)
    return {screen.path: screen.title for screen in found if screen.requires is Need.LOOK and screen.listed}


def _authority(settings: Settings, services: Services, signing_in: SigningIn) -> list[APIRouter]:
    """The authority's own sign-in, where one is set."""
    if settings.authority is None:
        return []
    provider = Provider(settings.authority.issuer, settings.authority.client, settings.authority.secret, _now)
    return [authority.router(provider, signing_in, services.signed_in, services.sealing, _now)]


def _callers(settings: Settings, services: Services) -> Callers:
    return Callers(
        services.accounts,
        services.registry,
        services.sessions,
        services.signed_in,
        services.screens,
        _now,
        inside=settings.inside,
        alone=is_loopback(settings.host),
        demonstrating=settings.simulator,
    )


def _feeds(settings: Settings) -> dict[str, Feed]:
    """All feeds with their owners' telephones; raises ValueError when IOC_OWNERS names an undeclared feed."""
    return with_phones(discover(data_sources, "FEED", Feed), settings.phones)


def _gauges(hub: Hub) -> Gauges:
    return {
        "ioc_live_pages": ("Pages connected to /live.", lambda: hub.clients),
        "ioc_live_messages": ("Messages sent to pages since the start.", lambda: hub.sent),
    }


def _now() -> datetime:
    return datetime.now(UTC)


async def _no_such_route(path: str) -> JSONResponse:
    """404 for a mistyped API path: Dash would answer every unknown GET with a page."""
    return JSONResponse({"reason": "not_found", "vi": "Không có địa chỉ này", "en": "No such address"}, 404)


async def _no_such_file(request: Request, _error: Exception) -> JSONResponse:
    """404 for a file that no component of Dash has."""
    return await _no_such_route(request.url.path)


async def _wrong_method(_request: Request, error: Exception) -> JSONResponse:
    said = {"reason": "method_not_allowed", "vi": "Phương thức không dùng được ở đây", "en": "Method not allowed here"}
    return JSONResponse(said, 405, headers=getattr(error, "headers", None))


if __name__ == "__main__":
    os.umask(UMASK)
    sys.exit(main())
