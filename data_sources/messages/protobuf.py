"""Reads protocol-buffer messages by a declared table; skips fields that the table does not name."""

import struct
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from data_sources import MAX_ITEMS
from data_sources.messages.parse import RefusalError
from domain.reason import Reason

Scalar = Literal["int", "bool", "float", "double", "string"]
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_WIRE: Mapping[str, int] = {"int": _VARINT, "bool": _VARINT, "float": _FOUR_BYTES, "double": _EIGHT_BYTES}
_VARINT_BYTES_MAX = 10
_SIGN = 1 << 63


class Field(NamedTuple):
    """A field: its name, and its content, a scalar type or the layout of a nested message."""

    name: str
    holds: "Scalar | Mapping[int, Field]"
    repeated: bool = False


Layout = Mapping[int, Field]


def read_message(body: bytes, layout: Layout) -> dict[str, Any]:
    """The fields of one message by name; the last value of a field wins, a repeated field is a list.

    Nesting is bounded by ``layout``. Raises RefusalError NOT_PROTOBUF when the bytes end early or contradict
    the layout, TOO_MANY_ITEMS when a field repeats more than 5,000 times.
    """
    found: dict[str, Any] = {}
    at = 0
    while at < len(body):
        tag, at = _varint(body, at)
        raw, at = _raw(body, at, tag & 7)
        field = layout.get(tag >> 3)
        if field is None:
            continue
        value = _value(raw, tag & 7, field)
        if not field.repeated:
            found[field.name] = value
            continue
        values = found.setdefault(field.name, [])
        if len(values) == MAX_ITEMS:
            raise RefusalError(Reason.TOO_MANY_ITEMS, f"{field.name} > {MAX_ITEMS}")
        values.append(value)
    return found


def _value(raw: int | bytes, wire: int, field: Field) -> object:
    if wire != (_WIRE.get(field.holds, _LENGTH) if isinstance(field.holds, str) else _LENGTH):
        raise RefusalError(Reason.NOT_PROTOBUF, f"{field.name}: kiểu {wire} / wire type {wire}")
    if isinstance(raw, int):
        # Negative numbers are encoded as 64-bit two's complement.
        return bool(raw) if field.holds == "bool" else raw - 2 * _SIGN if raw & _SIGN else raw
    if not isinstance(field.holds, str):
        return read_message(raw, field.holds)
    if field.holds == "string":
        return raw.decode("utf-8", "replace")
    return struct.unpack("<f" if field.holds == "float" else "<d", raw)[0]


def _raw(body: bytes, at: int, wire: int) -> tuple[int | bytes, int]:
    """The field's bytes (a varint's number) and the offset of the next field."""
    if wire == _VARINT:
        return _varint(body, at)
    if wire == _LENGTH:
        length, at = _varint(body, at)
    elif wire in (_FOUR_BYTES, _EIGHT_BYTES):
        length = 4 if wire == _FOUR_BYTES else 8
    else:
        raise RefusalError(Reason.NOT_PROTOBUF, f"byte {at}: kiểu {wire} / wire type {wire}")
    if at + length > len(body):
        raise RefusalError(Reason.NOT_PROTOBUF, f"byte {at}: bản tin bị cụt / message cut off")
    return body[at : at + length], at + length


def _varint(body: bytes, at: int) -> tuple[int, int]:
    number = 0
    for n, byte in enumerate(body[at : at + _VARINT_BYTES_MAX]):
        number |= (byte & 0x7F) << (7 * n)
        if byte < 0x80:
            return number & (2 * _SIGN - 1), at + n + 1
    raise RefusalError(Reason.NOT_PROTOBUF, f"byte {at}: số dài quá hoặc bị cụt / number too long or cut off")
