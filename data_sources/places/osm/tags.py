"""Interprets the OpenStreetMap tags of a street or water: name, class and direction of travel."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

Tags = Mapping[str, str]

LONGEST_NAME = 100
READ = 4 * LONGEST_NAME
"""Only this many characters of a longer text are read, enough for letters made of several characters."""
KINDS = ("motorway", "trunk", "primary", "secondary", "tertiary", "residential", "service", "path")
LIKE = {
    "unclassified": "residential",
    "living_street": "residential",
    "road": "residential",
    "pedestrian": "path",
    "footway": "path",
    "cycleway": "path",
    "bridleway": "path",
    "steps": "path",
    "track": "path",
}
LINES = {
    "river": "river",
    "canal": "canal",
    "tidal_channel": "canal",
    "stream": "stream",
    "ditch": "ditch",
    "drain": "ditch",
}
PONDS = ("reservoir", "basin", "aquaculture", "salt_pond")


class Street(NamedTuple):
    """A way to travel on: ``oneway`` is 0, 1 along the way's points or -1 against them; ``link`` is a slip road."""

    name: str
    kind: str
    link: bool
    oneway: int
    drivable: bool


class Water(NamedTuple):
    """A water line (river, canal, stream, ditch) or area (river, lake, pond)."""

    name: str
    kind: str


def street(tags: Tags) -> Street | None:
    """The street that these tags describe; None when it is not built, not for travel, or no street at all."""
    value = tags.get("highway", "")
    raw = value.removesuffix("_link")
    kind = LIKE.get(raw, raw)
    if kind not in KINDS:
        return None
    return Street(
        name=name(tags),
        kind=kind,
        link=raw != value,
        oneway=_oneway(tags, raw),
        drivable=kind != "path" and tags.get("access") not in ("no", "private"),
    )


def water_line(tags: Tags) -> Water | None:
    """The stream that these tags of an open way describe; None when it is covered."""
    kind = LINES.get(tags.get("waterway", ""))
    return None if kind is None or tags.get("tunnel", "no") != "no" else Water(name(tags), kind)


def water_area(tags: Tags) -> Water | None:
    """The water surface that these tags of a closed way or multipolygon describe."""
    if tags.get("waterway") == "riverbank" or (tags.get("natural") == "water" and tags.get("water") in LINES):
        return Water(name(tags), "river")
    if tags.get("landuse") in PONDS:
        return Water(name(tags), "pond")
    return Water(name(tags), "lake") if tags.get("natural") == "water" else None


def name(tags: Tags) -> str:
    """The displayed name in Latin letters, else the road number, else "".

    ``name`` wins over ``name:vi``: signs here are Vietnamese, and where the two differ in the real extract, ``name:vi``
    is worse (only on some ways of a street, with or without "Đường").
    """
    return next((text for key in ("name", "name:vi", "ref") if (text := _readable(tags.get(key, "")[:READ]))), "")


@lru_cache(4096)  # a street's name repeats with each of its ways
def _readable(text: str) -> str:
    """The cleaned text; "" when it has letters that are not Latin."""
    shown = clean(text)
    return shown if all(unicodedata.name(c, "").startswith("LATIN") for c in shown if c.isalpha()) else ""


def clean(text: str) -> str:
    """A name as one line of NFC text without control or invisible characters, at most LONGEST_NAME long."""
    composed = unicodedata.normalize("NFC", text[:READ])
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cn", "Co", "Cs") else c for c in composed)
    return " ".join(visible.split())[:LONGEST_NAME].strip()


def _oneway(tags: Tags, raw: str) -> int:
    """As https://wiki.openstreetmap.org/wiki/Key:oneway; roundabouts and motorways are one-way unless tagged "no"."""
    said = tags.get("oneway", "")
    if said in ("yes", "true", "1"):
        return 1
    if said in ("-1", "reverse"):
        return -1
    implied = raw == "motorway" or tags.get("junction") in ("roundabout", "circular")
    return int(implied and said not in ("no", "false", "0"))
