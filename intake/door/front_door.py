"""The front door as an ASGI app: routes, error answers, self-description, health."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from domain.access.needs import Need, needing
from domain.feeds.feed import Feed
from domain.feeds.scrub import Secrets
from domain.feeds.tracker_format import TrackerFormat
from domain.feeds.way_in import Wire
from domain.imports.desk import FigureDesk
from intake.door.answers import Accepted, Answer, RefusalAnswer, Refusing, problem
from intake.door.browsers import NoBrowsers
from intake.door.door import RETRY_AFTER_S, Door
from intake.door.file_door import PLAN_BODY, FileDoor, FileProblem, HandedIn, PlanAsked
from intake.door.gate import Gate
from intake.door.keys import Keys
from intake.door.self_description import FILE_BODY, FileName, keyed_body, observations_body, openapi_of
from intake.messages.fleets import Fleets
from intake.messages.placing import Registered, none_registered
from intake.messages.telling import Telling
from present import openapi_page
from store.valkey.raw_stream import RawStream

_JSON = (b"content-type", b"application/json")
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": RefusalAnswer, "description": "Bản tin không có gì dùng được / nothing in the message is usable"},
    401: {"model": RefusalAnswer, "description": "Khoá sai hoặc thiếu / key missing or wrong"},
    403: {"model": RefusalAnswer, "description": "Do trang web gửi / sent by a web page"},
    413: {"model": RefusalAnswer, "description": "Quá lớn / too large"},
    429: {"model": RefusalAnswer, "description": "Quá nhanh; xem Retry-After / too fast; see Retry-After"},
    503: {"model": RefusalAnswer, "description": "Chưa lưu được; gửi lại / not kept; send again"},
}
_WAITS: dict[str, Any] = {"model": HandedIn, "description": "Chờ người thứ hai duyệt / waits for a second person"}
_ANY_JSON: dict[str, Any] = {"application/json": {}}
_OSMAND = "osmand"
_HOUSE_WAYS = ("observations", "files", "plan", "drivers")
_UNKNOWN_FEED: dict[int | str, dict[str, Any]] = {
    404: {"model": RefusalAnswer, "description": "Không có nguồn này / no such feed"}
}


def utc_now() -> datetime:
    """The door's clock; tests hand in their own."""
    return datetime.now(UTC)


def create_front_door(
    stream: RawStream,
    keys: Keys,
    feeds: Mapping[str, Feed],
    *,
    desk: FigureDesk | None = None,
    registered: Registered = none_registered,
    fleets: Fleets | None = None,
    telling: Telling | None = None,
    secrets: Secrets,
    clock: Callable[[], datetime] = utc_now,
    ticks: Callable[[], float] = time.monotonic,
) -> FastAPI:
    """The front door's app. Raises ValueError when two feeds want the same way in.

    ``fleets`` None: there is no register, so every tracker waits for a vehicle. ``telling`` None: answers count no
    corrections. ``desk`` None: this door takes no files of the collection plan and no registers of drivers.
    """
    door = Door(
        stream,
        feeds,
        registered=registered,
        fleets=fleets,
        telling=telling,
        secrets=secrets,
        clock=clock,
        ticks=ticks,
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        taking = asyncio.create_task(_take_shipped(door))
        yield
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)

    app = FastAPI(
        title="IOC Long An · cửa tiếp nhận / front door",
        version="1",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.add_middleware(NoBrowsers, refused=door.meters.refused)
    _add_ways_in(app, door, feeds)
    _add_wires(app, door, feeds)
    if desk is not None:
        files = FileDoor(door, desk)
        _add_plan(app, files)
        _add_drivers(app, files)
    _add_house_keeping(app, door)
    _add_errors(app, door)
    Gate(keys, ticks, door.meters.refused).guard(app)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]
    return app


async def _take_shipped(door: Door) -> None:
    """Take what comes with the release, again while it cannot be kept."""
    while True:
        try:
            return await door.take_shipped()
        except Refusing:
            await asyncio.sleep(RETRY_AFTER_S)


class _Osmand:
    """The OsmAnd endpoint as a bare ASGI app, without the framework's cost: it carries nearly all messages."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._form = door.tracker_formats[_OSMAND]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            answer = await self._door.tracker(Request(scope, receive), self._form)
        except Refusing as refusing:
            answer = refusing.answer
            self._door.meters.refused(answer.status)
        except ClientDisconnect:
            return
        headers = [_JSON, (b"content-length", str(len(answer.body)).encode())]
        if answer.retry_after_s is not None:
            headers.append((b"retry-after", str(answer.retry_after_s).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})


def _add_ways_in(app: FastAPI, door: Door, feeds: Mapping[str, Feed]) -> None:
    osmand = needing(Need.TRACK)(_Osmand(door))
    # Phones are often pointed at the bare port.
    for path in ("/ingest/osmand", "/"):
        app.router.routes.append(Route(path, endpoint=osmand, methods=["GET", "POST"]))

    for form in door.tracker_formats.values():
        if form.key != _OSMAND:
            _add_tracker(app, door, form)

    @app.post(
        "/ingest/observations",
        status_code=202,
        response_model=Accepted,
        responses=_PROBLEMS,
        openapi_extra=observations_body(feeds.values()),
    )
    @needing(Need.SEND)
    async def observations(request: Request) -> Response:
        """Mảng JSON các số liệu và vị trí, tối đa 5.000 mục / a JSON array of observations and fixes, at most 5,000."""
        return _response(await door.observations(request))

    @app.post(
        "/ingest/files/{feed}",
        status_code=202,
        response_model=Accepted,
        responses=_PROBLEMS | _UNKNOWN_FEED,
        openapi_extra=FILE_BODY,
    )
    @needing(Need.SEND)
    async def file(request: Request, feed: str, name: FileName = "") -> Response:
        """Tệp CSV, XLSX hoặc mảng JSON, bản gốc trong thân yêu cầu / a CSV, XLSX or JSON array, raw in the body."""
        return _response(await door.file(request, feed, name))


def _add_tracker(app: FastAPI, door: Door, form: TrackerFormat) -> None:
    @needing(Need.SEND if form.keyed else Need.TRACK)
    async def tracker(request: Request) -> Response:
        return _response(await door.tracker(request, form))

    app.add_api_route(
        f"/ingest/{form.key}",
        tracker,
        methods=["POST"],
        operation_id=form.key,
        summary=f"{form.names.vi} / {form.names.en}",
        status_code=202,
        response_model=Accepted,
        responses=_PROBLEMS | ({200: {"description": "Đã lưu / kept", "content": _ANY_JSON}} if form.reply else {}),
        openapi_extra=keyed_body(form.content),
    )


def _add_wires(app: FastAPI, door: Door, feeds: Mapping[str, Feed]) -> None:
    """Add each feed's own formats; a key that another endpoint already has is an error."""
    taken = {*door.tracker_formats, *_HOUSE_WAYS}
    for feed in feeds.values():
        for form in feed.wires:
            if form.key in taken:
                raise ValueError(f"{feed.key}: /ingest/{form.key} is another way in already")
            taken.add(form.key)
            _add_wire(app, door, feed, form)


def _add_wire(app: FastAPI, door: Door, feed: Feed, form: Wire) -> None:
    @needing(Need.SEND)
    async def wire(request: Request) -> Response:
        return _response(await door.wire(request, feed.key, form))

    app.add_api_route(
        f"/ingest/{form.key}",
        wire,
        methods=["POST"],
        operation_id=form.key,
        summary=f"{form.names.vi} / {form.names.en}",
        status_code=202,
        response_model=Accepted,
        responses=_PROBLEMS,
        openapi_extra=keyed_body(form.content),
    )


def _add_plan(app: FastAPI, door: FileDoor) -> None:
    @app.post(
        "/ingest/plan",
        response_model=HandedIn,
        responses=_PROBLEMS | {202: _WAITS, 400: _PROBLEMS[400] | {"model": FileProblem}},
        openapi_extra=PLAN_BODY,
    )
    @needing(Need.SEND)
    async def plan(request: Request, asked: Annotated[PlanAsked, Query()]) -> Response:
        """Tệp kế hoạch thu gom, cơ sở hoặc phiếu cân / a file of the collection plan, facilities or tickets.

        Bản gốc trong thân yêu cầu; tuyến và cơ sở chờ người thứ hai duyệt; cùng một tệp của cùng một nguồn chỉ nạp một
        lần / raw in the request body; routes and facilities wait for a second person; the same file of the same source
        is imported once.
        """
        return _response(await door.plan(request, asked))


def _add_drivers(app: FastAPI, door: FileDoor) -> None:
    forbidden = {
        "model": RefusalAnswer,
        "description": "Khoá không có vai trò điều phối, hoặc do trang web gửi / not a dispatcher's key, or a web page",
    }

    @app.post(
        "/ingest/drivers",
        response_model=HandedIn,
        responses=_PROBLEMS | {202: _WAITS, 400: _PROBLEMS[400] | {"model": FileProblem}, 403: forbidden},
        openapi_extra=FILE_BODY,
    )
    @needing(Need.DRIVERS)
    async def drivers(request: Request, name: FileName = "") -> Response:
        """Sổ tài xế, CSV hoặc XLSX, bằng khoá điều phối / the drivers' register, with a dispatcher's key.

        Cần cột mã tài xế và họ tên; chờ người thứ hai duyệt / needs columns driver and name; waits for a second person.
        """
        return _response(await door.drivers(request, name))


def _add_house_keeping(app: FastAPI, door: Door) -> None:
    @app.get("/healthz", response_class=PlainTextResponse)
    @needing(Need.PUBLIC)
    async def healthz() -> str:
        """Tiến trình còn hoạt động / the process is alive."""
        return "ok"

    @app.get("/readyz", response_class=PlainTextResponse, responses={503: _PROBLEMS[503]})
    @needing(Need.PUBLIC)
    async def readyz() -> str:
        """Lưu được bản tin ngay lúc này / messages can be kept now."""
        await door.ready()
        return "ok"

    @app.get("/metrics", response_class=PlainTextResponse)
    @needing(Need.PUBLIC)
    async def metrics() -> Response:
        """Số đo cho Prometheus / counters for Prometheus."""
        return Response(door.meters.page(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/openapi.json", include_in_schema=False)
    @needing(Need.PUBLIC)
    async def described() -> JSONResponse:
        return JSONResponse(app.openapi())

    app.router.routes.extend(openapi_page.router(Need.PUBLIC).routes)


def _add_errors(app: FastAPI, door: Door) -> None:
    @app.exception_handler(Refusing)
    async def refused(_request: Request, refusing: Refusing) -> Response:
        door.meters.refused(refusing.answer.status)
        return _response(refusing.answer)

    @app.exception_handler(RequestValidationError)
    async def wrongly_asked(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        return _response(problem(400, "bad_request", f"{first['loc'][-1]}: {first['msg']}"))

    @app.exception_handler(HTTPException)
    async def http_error(_request: Request, error: HTTPException) -> Response:
        reason = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "bad_request")
        response = _response(problem(error.status_code, reason))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def broken(_request: Request, _error: Exception) -> Response:
        return _response(problem(500, "internal", retry_after_s=2))


def _response(answer: Answer) -> Response:
    response = Response(answer.body, answer.status, media_type="application/json")
    if answer.retry_after_s is not None:
        response.headers["retry-after"] = str(answer.retry_after_s)
    return response
