"""Removes names and codes of drivers from a payload before it is archived (decisions 0018, 0022)."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

import orjson

from domain.feeds.feed import Decoded, Format, Payload
from domain.fleets.driver import lists_drivers, without_drivers
from domain.observation import Fix, Rejection
from domain.reason import Reason

# Search only this much of a sheet: a register of drivers shows in its first rows.
_LOOKED_THROUGH_BYTES = 2**20
_ZIP = b"PK"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def for_archive(payload: Payload, items: Sequence[Decoded]) -> Payload | None:
    """The payload without names and codes of drivers, still decodable; None when that fails or it is about people.

    ``items`` are its decoded items. A message whose text is not kept as evidence (a driver's card) is not archived.
    """
    if any(isinstance(item, Rejection) and _about_people(item) for item in items):
        return None
    if payload.format == Format.FILE and _holds_register(payload.body):
        return None
    codes = {item.driver for item in items if isinstance(item, Fix) and item.driver}
    if not codes and not _may_name(payload.body) and "driver" not in payload.query.casefold():
        return payload
    emptied = replace(payload, body=_emptied(payload.body), query=without_drivers(payload.query))
    if (emptied.body, emptied.query) == (payload.body, payload.query):
        return _binary_without(payload, codes) if codes else payload
    return emptied if _is_json(emptied.body) or not _is_json(payload.body) else None


def _about_people(refused: Rejection) -> bool:
    return refused.reason is Reason.NO_POSITION_MESSAGE or lists_drivers(refused.raw)


def _may_name(body: bytes) -> bool:
    return b"driver" in body.lower()


def _emptied(body: bytes) -> bytes:
    return without_drivers(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _binary_without(payload: Payload, codes: Iterable[str]) -> Payload | None:
    """Overwrite each code in a protobuf message (length byte, then string) with dashes; None when that fails."""
    body = payload.body
    for said in (code.encode() for code in codes):
        length = bytes([len(said)]) if len(said) < 128 else b""
        emptied = body.replace(length + said, length + b"-" * len(said))
        if emptied == body or said in emptied:
            return None
        body = emptied
    return replace(payload, body=body)


def _is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True


def _holds_register(body: bytes) -> bool:
    """Whether a file (text or workbook) is a register of drivers; an unreadable workbook counts as one."""
    if body.startswith(_OLD_OFFICE):
        return True
    if not body.startswith(_ZIP):
        return lists_drivers(body[:_LOOKED_THROUGH_BYTES].decode("utf-8", "replace"))
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/") and name.endswith(".xml")]
            return any(lists_drivers(_beginning(book, name)) for name in sheets if "style" not in name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError):
        return True


def _beginning(book: zipfile.ZipFile, name: str) -> str:
    with book.open(name) as part:
        return part.read(_LOOKED_THROUGH_BYTES).decode("utf-8", "replace")
