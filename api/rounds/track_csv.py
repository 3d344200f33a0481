"""A track as CSV: one row a fix, units in column names, UTC times, readable by a Vietnamese spreadsheet."""

import csv
import io
from datetime import UTC, datetime

from api.rounds.track import TrackFile
from present.cell import cell

COLUMNS = (
    "vehicle", "device", "at_utc", "received_utc", "longitude_deg", "latitude_deg", "speed_kmh", "course_deg",
    "altitude_m", "accuracy_m", "planned_street", "flags", "kind", "source",
)  # fmt: skip


def track_csv(track: TrackFile) -> bytes:
    """The file in UTF-8 with a byte order mark, which Excel needs for Vietnamese; unknown values are empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for leg in track.legs:
        for fix, street in zip(leg.fixes, leg.streets, strict=True):
            writer.writerow(
                (
                    cell(leg.vehicle),
                    cell(fix.device),
                    _instant(fix.at),
                    _instant(fix.received_at),
                    f"{fix.longitude:.6f}",
                    f"{fix.latitude:.6f}",
                    _number(fix.speed_kmh),
                    _number(fix.course_deg),
                    _number(fix.altitude_m),
                    _number(fix.accuracy_m),
                    cell(street),
                    " ".join(fix.flags),
                    fix.kind.value,
                    cell(fix.source),
                )
            )
    return text.getvalue().encode("utf-8-sig")


def _number(value: float | None) -> str:
    return "" if value is None else f"{round(value, 2):g}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
