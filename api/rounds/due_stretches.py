"""A day's due stretches as GeoJSON, cut from the plan's lines once after each judging of the day."""

from collections.abc import Iterator, Mapping
from datetime import date

from api.answers import LineString, Point
from api.rounds.run_answers import Stretches, StretchFeature, StretchProperties
from domain.waste.plan import PlannedStreet
from domain.waste.run import RunResult
from rounds.cutting import piece
from store.rounds.kept_days import KeptDays
from store.rounds.service_days import Mark, ServiceDays

Lines = Mapping[int, PlannedStreet]


class DueStretches:
    """Keeps each day's answer until the day changes: many pages request the same one."""

    def __init__(self, days: ServiceDays) -> None:
        self._days = days
        self._kept: KeptDays[tuple[Mark, bytes]] = KeptDays()

    async def json(self, day: date) -> bytes:
        """The GeoJSON of `Stretches`."""
        mark, found = await self._days.marked(day)
        known = self._kept.get(day)
        if known is None or known[0] != mark:
            features: list[StretchFeature] = []
            unplaced = 0
            for run in found.runs:
                lines = await self._days.lines(run.route, run.plan_revision)
                features += _features(run, lines)
                unplaced += sum(street.order not in lines or not lines[street.order].placed for street in run.streets)
            answer = Stretches(day=day, unplaced=unplaced, features=features)
            known = self._kept.keep(day, (mark, answer.model_dump_json().encode()))
        return known[1]


def _features(run: RunResult, lines: Lines) -> Iterator[StretchFeature]:
    for street in run.streets:
        line = lines.get(street.order)
        if line is None or not line.placed:
            continue
        for stretch in street.stretches:
            cut = piece(line.points, stretch.from_m, stretch.to_m)
            yield StretchFeature(
                geometry=LineString(coordinates=cut) if len(cut) > 1 else Point(coordinates=cut[0]),
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
