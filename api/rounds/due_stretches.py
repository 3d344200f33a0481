"""A day's due stretches as GeoJSON, cut from the plan's lines, written once after each judging of the day."""

from datetime import date

from api.answers import LineString, Point
from api.rounds.run_answers import Stretches, StretchFeature, StretchProperties
from store.rounds.cut_streets import Piece
from store.rounds.kept_days import KeptDays
from store.rounds.service_days import Mark, ServiceDays


class DueStretches:
    """Keeps each day's answer until the day changes: many pages request the same one."""

    def __init__(self, days: ServiceDays) -> None:
        self._days = days
        self._kept: KeptDays[tuple[Mark, bytes]] = KeptDays()

    async def json(self, day: date) -> bytes:
        """The GeoJSON of `Stretches`."""
        mark, found = await self._days.cut(day)
        known = self._kept.get(day)
        if known is None or known[0] != mark:
            answer = Stretches(day=day, unplaced=found.unplaced, features=[_feature(one) for one in found.pieces])
            known = self._kept.keep(day, (mark, answer.model_dump_json().encode()))
        return known[1]


def _feature(one: Piece) -> StretchFeature:
    run, street, stretch, cut = one.run, one.street, one.stretch, one.points
    return StretchFeature(
        geometry=LineString(coordinates=list(cut)) if len(cut) > 1 else Point(coordinates=cut[0]),
        properties=StretchProperties(
            route=run.route,
            number=run.number,
            order=street.order,
            name=street.name,
            state=stretch.state,
            because=stretch.because,
            first_at=stretch.first_at,
            last_at=stretch.last_at,
            vehicle=stretch.vehicle or None,
            confidence=round(stretch.confidence, 3),
            speed_kmh=stretch.speed_kmh,
            length_m=round(stretch.length_m, 1),
        ),
    )
