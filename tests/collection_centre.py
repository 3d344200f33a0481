"""A writing side for tests of the assessor: a plan, a roster, arriving fixes, a clock."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from collection_world import BEGINS, DAY
from plan_fixtures import done
from sqlalchemy import Engine
from street_fixtures import DEGREE_M

from domain.instant import from_ms, service_day
from domain.observation import Fix, Kind, Observation
from domain.part import Part
from domain.plan import EVERY_DAY, PlannedStreet, Route
from domain.plan_import import Content
from domain.work import VehicleDay
from intake.assessing import Assessor
from intake.tracker_days import tracker_day
from store.intake import FIRST_CURSOR, Batch, IntakeStore
from store.map_layers import MapLayers
from store.plan import Plan
from store.registry import Registry
from store.runs import Runs

FEED = "waste_trucks"
HOUR = timedelta(hours=1)


class Centre:
    """The writing side as the assessor meets it: a plan, fixes that arrive, a clock."""

    def __init__(self, engine: Engine, maps: Path) -> None:
        self.engine, self.runs = engine, Runs(engine)
        self.intake, self.plan = IntakeStore(engine), Plan(engine)
        self.maps = MapLayers(engine, maps)
        self.assessor = Assessor(engine, self.maps)
        self.cursor = self.intake.cursor(Part(FEED))
        self.stored: list[Fix] = []
        self.count = 0
        assert self.cursor == FIRST_CURSOR

    def plans(self, streets: Iterable[PlannedStreet], id_: str = "i1") -> None:
        route = Route(id="01", name="Tuyến 01", streets=tuple(streets), weekdays=EVERY_DAY, ends_s=63_000, source="S")
        self.plan.add(replace(done(Content.PLAN), id=id_), [route], valid={"01": True})

    def arrive(
        self, fixes: Iterable[tuple[float, float, float]], vehicle: str = "LA-001", received: datetime | None = None
    ) -> None:
        self.knows(vehicle)
        given = [
            Fix(
                feed=FEED, device=vehicle, at=from_ms(round(at_s * 1000)),
                received_at=received or from_ms(round(at_s * 1000) + 2_000),
                longitude=x / DEGREE_M, latitude=y / DEGREE_M, kind=Kind.MEASURED, source="GPS",
            )
            for at_s, x, y in fixes
        ]  # fmt: skip
        day = service_day(given[0].at)
        known = [fix for fix in self.stored if fix.device == vehicle and service_day(fix.at) == day]
        late = sum(fix.at < max((f.at for f in known), default=fix.at) for fix in given)
        self.stored += given
        before = self.intake.tracker_days("waste_trucks", day, (vehicle,)).get(vehicle)
        days = [tracker_day([*known, *given], out_of_order=late + (before.out_of_order if before else 0))]
        self.take(Batch(fixes=given, days=days))

    def says(self, vehicle: str, at: datetime = BEGINS - 10 * HOUR, **values: float) -> None:
        """A roster line of a vehicle."""
        self.knows(vehicle)
        given = [
            Observation(
                feed=FEED, measure=measure, entity=vehicle, place="27694", at=at, received_at=at, value=value,
                kind=Kind.MEASURED, source="sổ trực",
            )
            for measure, value in values.items()
        ]  # fmt: skip
        self.take(Batch(observations=given))

    def knows(self, vehicle: str) -> None:
        """A source called it a vehicle."""
        Registry(self.engine).vouch({vehicle: "GPS"}, BEGINS, feed="waste_trucks")

    def take(self, batch: Batch) -> None:
        self.count += 1
        self.intake.write(Part(FEED), expected_cursor=self.cursor, cursor=f"{self.count}-0", batch=batch)
        self.cursor = f"{self.count}-0"

    def vehicle_day(self, vehicle: str, day: date = DAY) -> VehicleDay | None:
        return next((one for one in self.runs.vehicle_days(day) if one.vehicle == vehicle), None)

    def run(self):
        found = self.runs.run(DAY, "01")
        assert found is not None
        return found
