"""Every API route's refusals: one JSON shape that says in both languages what to do."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from redis.exceptions import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from api.answers import Refusal
from domain.text import Text
from store.valkey.raw_stream import StreamUnreachable

SILENT = (OperationalError, InterfaceError, PoolTimeoutError, RedisError, StreamUnreachable, OSError)
"""Errors that `store` raises when a server behind it does not answer."""

_RETRY_AFTER_S = 5
_UNAVAILABLE = Text(
    "Kho dữ liệu hoặc luồng dữ liệu chưa phản hồi; hãy thử lại sau vài giây.",
    "The store or the stream does not answer; try again in a few seconds.",
)


class RefusedError(Exception):
    """A refused request: HTTP status, stable code, and words that say what to do."""

    def __init__(self, status: int, reason: str, words: Text, *, retry_after_s: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.words = words
        self.retry_after_s = retry_after_s


class HouseRoute(APIRoute):
    """Turns refusals, wrong parameters (422) and silent servers (503) into `Refusal` bodies.

    Forbids caching unless the route itself sets how long its answer is valid.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, with its failures as `Refusal` bodies."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                response = await handler(request)
            except RefusedError as refused:
                response = _refusal(refused.status, refused.reason, refused.words)
                if refused.retry_after_s is not None:
                    response.headers["Retry-After"] = str(refused.retry_after_s)
            except RequestValidationError as error:
                response = _refusal(422, "bad_parameter", _wrong_parameters(error))
            except SILENT:
                response = _refusal(503, "unavailable", _UNAVAILABLE)
                response.headers["Retry-After"] = str(_RETRY_AFTER_S)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return answer


def refusals(not_found: str = "") -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries for a route's refusals: always 422 and 503, and 404 described by ``not_found``."""
    entries = {422: "A parameter is wrong.", 503: "The store or the stream does not answer."}
    if not_found:
        entries[404] = not_found
    # A schema, not a model: FastAPI would give a model the route's own media type (GeoJSON for vehicles).
    content = {"application/json": {"schema": Refusal.model_json_schema()}}
    return {status: {"description": words, "content": content} for status, words in entries.items()}


def _refusal(status: int, reason: str, words: Text) -> Response:
    return JSONResponse(Refusal(reason=reason, vi=words.vi, en=words.en).model_dump(), status_code=status)


def _wrong_parameters(error: RequestValidationError) -> Text:
    names = ", ".join(dict.fromkeys(str(part["loc"][-1]) for part in error.errors()))
    why = "; ".join(dict.fromkeys(str(part["msg"]) for part in error.errors()))
    return Text(
        f"Tham số không hợp lệ: {names}. Hãy sửa rồi gửi lại ({why}).", f"Not a valid parameter: {names}: {why}."
    )
