"""The register of digital teams and their own reports of work, from their phones or from the commune's system."""

from datetime import timedelta

from data_sources.messages.observations import observations
from data_sources.reports.team_work import read_team_work, scrub_team_work
from domain.feeds.feed import Feed, Measure
from domain.feeds.owner import Owner
from domain.feeds.reporter import Province
from domain.feeds.way_in import HouseJson, Wire
from domain.teams.team import TEAM, TEAM_REPORT
from domain.text import Text

_BODY = {
    "application/json": {
        "schema": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["team"],
                "description": "An entry of the register {team: 27694-T01, hamlet, launched, ended}, or with an id a "
                "report {id, team, at, day, sessions, guided, installs, households}. The same id told again counts "
                "once; names and telephones are dropped before anything is stored.",
            },
        }
    }
}
ADULTS = Measure(
    key="adults_here",
    names=Text("Người từ 18 tuổi", "People from 18 on"),
    unit="người",
    high=1e7,
    # A population is declared once a year.
    cadence=timedelta(days=365),
    stale_after=timedelta(days=400),
)

FEED = Feed(
    key="team_work",
    names=Text("Báo cáo của tổ công nghệ số", "Reports of digital teams"),
    owner=Owner(
        office=Text("UBND cấp xã; tổ công nghệ số cộng đồng", "Communes; community digital teams"),
        role=Text("cán bộ xã phụ trách tổ", "the commune's officer for teams"),
    ),
    # One system holds the reports of all teams.
    reporters=Province(),
    cadence=timedelta(days=1),
    stale_after=timedelta(days=3),
    measures=(ADULTS,),
    ways_in=(
        Wire(key="team_work", names=Text("Báo cáo của tổ", "Reports of teams"), decode=read_team_work, content=_BODY),
        HouseJson(observations((ADULTS,))),
    ),
    scrub=scrub_team_work,
    legal_basis="Công văn 793/BTTTT-THH",
    cases=(TEAM, TEAM_REPORT),
)
