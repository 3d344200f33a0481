"""What belongs to collection: its plan, its facilities, its tickets."""

from domain.imports.kind import FileKind
from domain.text import Text
from domain.waste.plan_import import Content

KIND = FileKind(
    key="plan",
    of={
        Content.PLAN.value: Text("Kế hoạch thu gom: tuyến, đường, giờ", "Collection plan: routes, streets, times"),
        Content.FACILITIES.value: Text("Cơ sở: bãi xe, nhà máy, trạm", "Facilities: depots, plants, transfer points"),
        Content.WEIGHBRIDGE.value: Text("Phiếu cân", "Weighbridge tickets"),
    },
)
