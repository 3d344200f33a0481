"""The KPI of hamlets that fibre has reached: a commune has fibre long before all of its hamlets do."""

from domain.kpis.kpi import Better, Kpi
from domain.text import Text
from kpi._told import COMMUNES, percentage
from kpi.coverage import FEED, OWNER

KPIS = (
    Kpi(
        key="coverage_fibre_hamlets", feed=FEED, order=45, indicators=(18,),
        names=Text("Ấp, khu phố có cáp quang", "Hamlets and quarters with fibre"),
        short=Text("Ấp có cáp quang", "Hamlets on fibre"),
        question=Text("Cáp quang đã đến bao nhiêu ấp, khu phố?", "How many hamlets and quarters has fibre reached?"),
        better=Better.HIGHER, owner=OWNER, contributor=COMMUNES, on_wall=False,
        response=Text(
            "Xem xã còn ấp chưa có cáp quang; hỏi nhà mạng ngày kéo cáp.",
            "See which communes have hamlets without fibre; ask the telecoms when they are reached.",
        ),
        source_of_formula="Hamlets and quarters with fibre / hamlets and quarters, summed over communes. No figure was "
        "published.",
        **percentage("hamlets_fibre", "hamlets_here", Text("ấp, khu phố", "hamlets"), at="27694"),
    ),
)  # fmt: skip
