"""KPIs of training by audience: attendances of officials, of digital teams, of producers and residents."""

from domain.kpis.kpi import Better, Kpi
from domain.teams.training import AUDIENCES
from domain.text import Text
from kpi._told import COMMUNES, count

FEED = "teams"
TURNS = Text("lượt", "turns")
PLACE = "27694"


def _kpi(audience: str, names: Text, order: int) -> Kpi:
    return Kpi(
        key=f"teams_turns_{audience}", feed=FEED, order=order, indicators=(9,),
        names=Text(f"Lượt tập huấn {names.vi}", f"Training attendances of {names.en}"),
        short=Text(f"Tập huấn {names.vi}", f"Training: {names.en}"),
        question=Text(f"Đã tập huấn cho {names.vi} bao nhiêu lượt?", f"How many attendances have {names.en} had?"),
        **count(f"turns_{audience}", TURNS, at=PLACE), better=Better.HIGHER,
        owner=Text("Sở Khoa học và Công nghệ", "Department of Science and Technology"), contributor=COMMUNES,
        plausible_high=10_000_000, on_wall=False,
        source_of_formula="Attendances of this audience, cumulative: one person trained twice counts twice.",
        response=Text(
            "Mở lớp cho đối tượng có ít lượt nhất; nhắc xã chưa chia lượt theo đối tượng.",
            "Plan classes for the audience with the fewest turns; remind communes that have not split theirs.",
        ),
    )  # fmt: skip


KPIS = tuple(_kpi(audience, names, 41 + n) for n, (audience, names) in enumerate(AUDIENCES.items()))
