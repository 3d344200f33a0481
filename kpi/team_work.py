"""KPIs of what digital teams report themselves: who is active, hamlets covered, sessions, people guided, phones."""

from typing import Any

from domain.kpis.kpi import Better, Example, Kpi
from domain.text import Text
from evaluation.formulas import Ratio
from kpi._told import COMMUNES, count, limits, percentage

FEED = "team_work"
TEAMS = Text("tổ", "teams")
PEOPLE = Text("người", "people")
OWNER = Text("UBND cấp xã; tổ công nghệ số cộng đồng", "Communes; community digital teams")
PLACE = "27694"
REMIND = Text(
    "Mở danh sách tổ: gọi tổ trưởng của tổ chưa báo cáo, cấp lại mã nếu mất máy.",
    "Open the list of teams: call the head of each silent team, hand out a new code if the phone was lost.",
)
SUMMED = "Reports of the teams themselves since the first one, added; a report that a phone sent twice counts once."


def _kpi(key: str, order: int, names: Text, short: Text, question: Text, **said: Any) -> Kpi:
    given: dict[str, Any] = {
        "better": Better.HIGHER, "contributor": COMMUNES, "divisible": False, "on_wall": False, "indicators": (7,),
        "owner": OWNER, "response": REMIND, "source_of_formula": SUMMED,
    }  # fmt: skip
    return Kpi(key=f"teams_{key}", feed=FEED, order=order, names=names, short=short, question=question,
               **given | said)  # fmt: skip


KPIS = (
    _kpi(
        "reporting_share", 10,
        Text("Tổ tự báo cáo trong 30 ngày", "Teams that reported within 30 days"),
        Text("Tổ tự báo cáo 30 ngày", "Teams reporting in 30 days"),
        Text("Bao nhiêu tổ trong danh sách đã báo cáo trong 30 ngày?", "How many listed teams reported in 30 days?"),
        **percentage("reporting", "listed", TEAMS, at=PLACE),
        source_of_formula="Listed teams of hamlets with a report about one of the last 30 days / listed teams.",
        thresholds=limits(80, 60, 3, "One team in five silent for a month; two in five. Chosen by the centre."),
    ),
    _kpi(
        "hamlets_covered", 20,
        Text("Ấp, khu phố có tổ trong danh sách", "Hamlets with a listed team"),
        Text("Ấp có tổ (danh sách)", "Hamlets with a listed team"),
        Text("Danh sách có tổ ở bao nhiêu ấp, khu phố?", "In how many hamlets does the register have a team?"),
        **count("hamlets_covered", Text("ấp, khu phố", "hamlets"), at=PLACE),
        source_of_formula="Different hamlets of a commune in the register of teams, added over communes.",
    ),
    _kpi(
        "sessions", 30,
        Text("Buổi hướng dẫn của các tổ", "Sessions held by the teams"), Text("Buổi hướng dẫn", "Sessions"),
        Text("Các tổ đã mở bao nhiêu buổi?", "How many sessions have the teams held?"),
        **count("team_sessions", Text("buổi", "sessions"), at=PLACE),
    ),
    _kpi(
        "guided", 40, Text("Lượt người được tổ hướng dẫn", "People guided by the teams, each time counted"),
        Text("Lượt được hướng dẫn", "People guided, each time"),
        Text("Các tổ đã hướng dẫn bao nhiêu lượt người?", "How many times have the teams guided somebody?"),
        **count("team_guided", Text("lượt", "turns"), at=PLACE),
    ),
    _kpi(
        "installs", 50, Text("Máy được tổ cài ứng dụng", "Phones the teams set up"),
        Text("Máy được cài", "Phones set up"),
        Text("Các tổ đã cài ứng dụng cho bao nhiêu máy?", "On how many phones have the teams set the apps up?"),
        **count("team_installs", Text("máy", "phones"), at=PLACE),
    ),
    _kpi(
        "guided_per_1000", 60,
        Text("Lượt hướng dẫn trên 1.000 người từ 18 tuổi", "People guided for each 1,000 adults"),
        Text("Lượt/1.000 người lớn", "Guided per 1,000 adults"),
        Text("Nơi nào được hướng dẫn nhiều so với dân số?", "Where is much guided for the number of adults?"),
        unit=Text("lượt/1.000", "per 1,000"), decimals=1,
        formula=Ratio("team_guided", "adults_here", scale=1_000.0), plausible_high=20_000.0, numerator_label=PEOPLE,
        source_of_formula="1,000 × people guided, each time counted / people from 18 on as the commune declares them. "
        "A commune that has not declared them is left out, never guessed.",
        examples=(
            Example(because="500 of 10,000", given={PLACE: {"team_guided": 500, "adults_here": 10_000}}, expect=50.0),
            Example(because="nobody to divide by", given={PLACE: {"team_guided": 0, "adults_here": 0}}, expect=None),
            Example(because="nothing has been told", given={}, expect=None),
        ),
    ),
)  # fmt: skip
