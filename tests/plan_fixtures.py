"""Routes that tests of the plan share."""

from dataclasses import replace
from datetime import UTC, date, datetime

from domain.plan import Action, Kerb, PlanException, PlannedStreet, Route, Unit, VehicleClass
from domain.plan_draft import Finding, Problem, Severity
from domain.plan_import import Content, PlanImport
from domain.text import Text

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
H = 3600

HUNG_VUONG = PlannedStreet(
    order=1, name="đường Hùng Vương", kerb=Kerb.RIGHT, start="cầu", end="chợ", begins_s=18 * H, ends_s=19 * H,
    points=((106.41, 10.53), (106.412, 10.531)),
)  # fmt: skip
MARKET = PlannedStreet(order=2, name="chợ Tân An", unit=Unit.STOP, begins_s=19 * H, points=((106.4121, 10.5311),))
ROUTE = Route(
    id="01", name="Trung tâm", streets=(HUNG_VUONG, MARKET), weekdays=frozenset({1, 3, 5}), places=("27694", "tanan"),
    vehicle_class=VehicleClass.COMPACTOR, begins_s=17 * H, ends_s=22 * H, valid_from=date(2026, 1, 1),
    plates=("62C12345",), source="Đô thị Tân An",
)  # fmt: skip
FINDING = Finding(
    problem=Problem.NOT_PLACED, severity=Severity.WARNING, words=Text("chưa có", "not placed"), route="01", order=2,
    row=7, column="đường", file="a.csv",
)  # fmt: skip
TET = PlanException(day=date(2027, 2, 6), action=Action.CANCEL, note="Mùng 1")


def done(id_: str = "imp1", **said: object) -> PlanImport:
    base = PlanImport(
        id=id_, content=Content.PLAN, file_name="kế hoạch.csv", sha256="ab" * 32, source="Đô thị Tân An",
        imported_at=NOW, imported_by="ai", routes=1, entries=2, findings=(FINDING,),
    )  # fmt: skip
    return replace(base, **said)  # type: ignore[arg-type]
