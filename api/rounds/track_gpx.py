"""A track as GPX 1.1 (topografix.com/GPX/1/1): a new segment after each silence, speed and course as Garmin does."""

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from api.rounds.track import Leg, TrackFile
from domain.observation import Fix

GPX = "http://www.topografix.com/GPX/1/1"
POINT = "http://www.garmin.com/xmlschemas/TrackPointExtension/v2"
_SCHEMAS = f"{GPX} {GPX}/gpx.xsd {POINT} https://www8.garmin.com/xmlschemas/TrackPointExtensionv2.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
for _prefix, _space in (("", GPX), ("gpxtpx", POINT), ("xsi", _XSI)):
    register_namespace(_prefix, _space)

SIMULATED = "DỮ LIỆU MÔ PHỎNG / SIMULATED DATA"


def track_gpx(track: TrackFile, now: datetime) -> bytes:
    """The document, UTF-8. Simulated data are marked in the description and by a keyword."""
    root = Element(f"{{{GPX}}}gpx", {"version": "1.1", "creator": "IOC Long An", f"{{{_XSI}}}schemaLocation": _SCHEMAS})
    about = _child(root, "metadata")
    _child(about, "name", track.name)
    _child(about, "desc", "; ".join([*([SIMULATED] if track.simulated else []), *track.sources]))
    _child(about, "time", _instant(now))
    if track.simulated:
        _child(about, "keywords", "simulated")
    for leg in track.legs:
        _track(root, leg)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _track(root: Element, leg: Leg) -> None:
    trk = _child(root, "trk")
    _child(trk, "name", leg.vehicle)
    for part in leg.parts():
        segment = _child(trk, "trkseg")
        for fix in part:
            _point(segment, fix)


def _point(segment: Element, fix: Fix) -> None:
    at = {"lat": f"{fix.latitude:.6f}", "lon": f"{fix.longitude:.6f}"}
    point = SubElement(segment, f"{{{GPX}}}trkpt", at)
    # In the order of the schema's sequence.
    if fix.altitude_m is not None:
        _child(point, "ele", f"{fix.altitude_m:.1f}")
    _child(point, "time", _instant(fix.at))
    if fix.speed_kmh is None and fix.course_deg is None:
        return
    more = SubElement(_child(point, "extensions"), f"{{{POINT}}}TrackPointExtension")
    if fix.speed_kmh is not None:
        SubElement(more, f"{{{POINT}}}speed").text = f"{fix.speed_kmh / 3.6:.2f}"
    if fix.course_deg is not None:
        SubElement(more, f"{{{POINT}}}course").text = f"{fix.course_deg % 360:.1f}"


def _child(parent: Element, name: str, text: str | None = None) -> Element:
    child = SubElement(parent, f"{{{GPX}}}{name}")
    if text is not None:
        # XML cannot hold control characters.
        child.text = "".join(char for char in text if char.isprintable())
    return child


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
