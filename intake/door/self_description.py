"""The front door's OpenAPI, completed with the bodies and keys that FastAPI cannot see."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi.openapi.utils import get_openapi

from data_sources import MAX_ITEMS
from domain.feeds.feed import Bearer, Feed
from domain.observation import Kind, ObsStatus
from domain.places.place import IN_FORCE

FileName = Annotated[
    str,
    Query(
        max_length=200,
        description="Tên tệp, có thể chứa ngày hoặc tháng / file name, may carry the day or month",
        examples=["2026-11.csv"],
    ),
]
_KEY: list[dict[str, list[str]]] = [{"key": []}, {"bearer": []}]
_NO_KEY: list[dict[str, list[str]]] = [{}, *_KEY]
_INSTANT = {"type": "string", "format": "date-time", "example": "2026-11-22T08:00:00Z"}
_NAME = {"type": "string", "minLength": 1, "maxLength": 100}

_OBSERVATION = {
    "title": "Observation",
    "type": "object",
    "required": ["feed", "measure", "at", "value"],
    "properties": {
        "feed": _NAME,
        "measure": _NAME,
        "place": {
            "type": "string",
            "maxLength": 100,
            "description": "Mã, hoặc tên không trùng với nơi khác / code, or a unique name",
        },
        "territory": {"type": "string", "default": IN_FORCE},
        "entity": {"type": "string", "maxLength": 100, "description": "Xe, thiết bị / vehicle, device"},
        "at": _INSTANT,
        "value": {"type": ["number", "null"], "description": "null: biết là không có số liệu / known to be missing"},
        "kind": {"enum": [k.value for k in Kind], "default": Kind.DECLARED.value},
        "status": {"enum": [s.value for s in ObsStatus]},
        "source": {"type": "string", "description": "Mặc định: tên của khoá / default: the key's name"},
        "revision": {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1},
        "author": {"type": "string", "maxLength": 100},
    },
}
_FIX = {
    "title": "Fix",
    "type": "object",
    "required": ["feed", "measure", "entity", "at", "latitude", "longitude"],
    "properties": {
        "feed": _NAME,
        "measure": {"const": "position"},
        "entity": _NAME,
        "at": _INSTANT,
        "latitude": {"type": "number", "minimum": -90, "maximum": 90},
        "longitude": {"type": "number", "minimum": -180, "maximum": 180},
        "speed_kmh": {"type": ["number", "null"]},
        "course_deg": {"type": ["number", "null"]},
        "altitude_m": {"type": ["number", "null"]},
        "accuracy_m": {"type": ["number", "null"]},
        "valid": {"type": "boolean", "default": True},
        "history": {
            "type": "boolean",
            "default": False,
            "description": "Từ kho lưu trữ, không tính là gửi trễ / from an archive, not counted as late",
        },
        "driver": {"type": "string", "maxLength": 64, "description": "Mã tài xế / the driver's staff code"},
        "kind": {"enum": [k.value for k in Kind], "default": Kind.MEASURED.value},
        "source": {"type": "string"},
    },
}


def keyed_body(media: Mapping[str, Any]) -> dict[str, Any]:
    """OpenAPI parts that FastAPI cannot see: an endpoint's body by media type, and that it needs a key."""
    return {"requestBody": {"required": True, "content": media}, "security": _KEY}


def observations_body(feeds: Iterable[Feed]) -> dict[str, Any]:
    """The body of observations and fixes, with a figure of the first feed of places as its example."""
    items = {"anyOf": [_OBSERVATION, _FIX]}
    told: dict[str, Any] = {"schema": {"type": "array", "minItems": 1, "maxItems": MAX_ITEMS, "items": items}}
    known = ((feed.key, one.key) for feed in feeds for one in feed.measures if one.bearer is Bearer.PLACE)
    for feed_key, measure in itertools.islice(known, 1):
        figure = {"feed": feed_key, "measure": measure, "place": "27694", "territory": IN_FORCE}
        told["example"] = [figure | {"at": "2026-11-22T08:00:00Z", "value": 12, "kind": "declared", "revision": 1}]
    return keyed_body({"application/json": told})


FILE_BODY = keyed_body(
    {
        "text/csv": {"schema": {"type": "string", "format": "binary"}},
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
            "schema": {"type": "string", "format": "binary"}
        },
    }
)


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The app's OpenAPI, built once; adds the OsmAnd endpoint and the keys."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
        # The door answers 400 with a Problem where FastAPI would answer 422.
        for operation in (way for ways in schema["paths"].values() for way in ways.values()):
            operation["responses"].pop("422", None)
        answers = schema["paths"]["/ingest/observations"]["post"]["responses"]
        schema["paths"]["/ingest/osmand"] = {method: _osmand(method, answers) for method in ("get", "post")}
        schema["components"]["securitySchemes"] = {
            "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            "bearer": {"type": "http", "scheme": "bearer"},
        }
        app.openapi_schema = schema
    return app.openapi_schema


def _osmand(method: str, answers: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, tuple[dict[str, Any], str]] = {
        "id": ({"type": "string", "minLength": 1, "maxLength": 64}, "Mã thiết bị / device id"),
        "lat": ({"type": "number", "minimum": -90, "maximum": 90}, "Vĩ độ / latitude"),
        "lon": ({"type": "number", "minimum": -180, "maximum": 180}, "Kinh độ / longitude"),
        "timestamp": (
            {"type": "integer", "minimum": 946_684_800, "maximum": 99_999_999_999_999},
            "Giây, mili giây hoặc ISO 8601; thiếu: lúc nhận / s, ms or ISO 8601; absent: when received",
        ),
        "speed": ({"type": "number"}, "hải lý/giờ / knots"),
        "bearing": ({"type": "number"}, "độ / degrees"),
        "altitude": ({"type": "number"}, "m"),
        "accuracy": ({"type": "number"}, "m"),
        "mock": ({"type": "boolean"}, "Vị trí giả lập / simulated position"),
    }
    required = ("id", "lat", "lon")
    words = "Giao thức OsmAnd (Traccar Client) / the OsmAnd protocol, as Traccar Client speaks it"
    described: dict[str, Any] = {"summary": words, "operationId": f"osmand_{method}", "security": _NO_KEY}
    if method == "get":
        described["parameters"] = [
            {"name": name, "in": "query", "required": name in required, "schema": schema, "description": text}
            for name, (schema, text) in fields.items()
        ]
    else:
        form = {
            "type": "object",
            "required": list(required),
            "properties": {name: {**schema, "description": text} for name, (schema, text) in fields.items()},
        }
        described["requestBody"] = {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": form}},
        }
    return described | {"responses": answers}
