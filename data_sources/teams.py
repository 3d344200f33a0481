"""Community digital teams, "IT Xanh" youth teams and training, declared monthly by the communes."""

from data_sources.messages.declared import MONTHLY, MONTHLY_UNTIL, declared
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import EveryCommune
from domain.period import Span
from domain.teams.training import AUDIENCES
from domain.text import Text

MEASURES = (
    Measure(key="teams_established", names=Text("Tổ đã thành lập", "Teams established"), unit="tổ", high=1e5),
    # Active: at least one report in the last 30 days.
    Measure(
        key="teams_active",
        names=Text("Tổ có hoạt động", "Teams active"),
        unit="tổ",
        high=1e5,
        part_of="teams_established",
    ),
    Measure(key="hamlets", names=Text("Ấp, khu phố", "Hamlets"), unit="ấp", high=1e5),
    Measure(
        key="hamlets_with_team",
        names=Text("Ấp, khu phố có tổ", "Hamlets with a team"),
        unit="ấp",
        high=1e5,
        part_of="hamlets",
    ),
    Measure(
        key="it_xanh_planned", names=Text("Đội IT Xanh theo kế hoạch", "IT Xanh teams planned"), unit="đội", high=1e5
    ),
    Measure(
        key="it_xanh_launched", names=Text("Đội IT Xanh đã ra quân", "IT Xanh teams launched"), unit="đội", high=1e5
    ),
    # Attendances, not people: one person trained twice counts twice.
    Measure(
        key="training_turns", names=Text("Lượt tập huấn", "Training turns"), unit="lượt", high=1e8, span=Span.TO_DATE,
        sum_of=tuple(f"turns_{audience}" for audience in AUDIENCES),
    ),
    *(
        Measure(
            key=f"turns_{audience}", names=Text(f"Lượt tập huấn: {names.vi}", f"Training turns: {names.en}"),
            unit="lượt", high=1e8, span=Span.TO_DATE, part_of="training_turns",
        )
        for audience, names in AUDIENCES.items()
    ),
)  # fmt: skip

FEED = Feed(
    key="teams",
    names=Text("Tổ công nghệ số cộng đồng", "Community digital teams"),
    owner=Owner(
        office=Text(
            "Sở Khoa học và Công nghệ; UBND cấp xã; Tỉnh đoàn",
            "Department of Science and Technology; communes; Youth Union",
        ),
        role=Text("đầu mối tổ công nghệ số", "contact for digital teams"),
    ),
    reporters=EveryCommune(),
    cadence=MONTHLY,
    stale_after=MONTHLY_UNTIL,
    measures=MEASURES,
    ways_in=declared(MEASURES),
    legal_basis="Công văn 793/BTTTT-THH",
)
