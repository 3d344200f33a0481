"""Rows of digital teams: told by today's communes, IT Xanh by the 188 units that launched them."""

import io
from datetime import datetime
from typing import Any

import openpyxl

from data_sources.teams import FEED
from domain.instant import service_day
from domain.places.place import PROVINCE
from domain.places.territory import Level
from intake.imports.templates import Templates
from store import territories
from tests.areas.proofs import Proof, by_commune, of_place
from tests.areas.rows_services import PEOPLE

TEAMS = by_commune("teams", teams_established=20, teams_active=18, hamlets=20, hamlets_with_team=19)
TURNS = {"training_turns": 454, "turns_officials": 150, "turns_teams": 300, "turns_others": 4}
# One team a unit of October 2024; all but two have been launched.
UNITS = tuple(
    place.code
    for place in territories.places("2024-01")
    if place.level is Level.COMMUNE and place.code != PROVINCE
)  # fmt: skip
IT_XANH = tuple(
    item
    for n, code in enumerate(UNITS)
    for item in of_place("teams", code, "2024-01", it_xanh_planned=1, it_xanh_launched=int(n > 1))
)


ADULTS = of_place("team_work", "27694", adults_here=2_000)


def team_records(now: datetime) -> list[dict[str, Any]]:
    """Two teams of a ward; one of them reports a day. Heads and telephones are in what the commune sends."""
    head = {"ho_ten": PEOPLE[0], "dien_thoai": PEOPLE[3]}
    listed = [{"team": f"27694-T0{n}", "hamlet": f"Khu phố {n}", **head} for n in (1, 2)]
    report = {"id": "1", "at": now.isoformat(), "day": service_day(now).isoformat(), "sessions": 3, "guided": 30}
    return [*listed, {**listed[0], **report, "installs": 5, "households": 9}]


def training_workbook(now: datetime) -> bytes:
    """What a department hands in: the template, with the turns of each commune by audience."""
    day = service_day(now)
    book = openpyxl.load_workbook(
        io.BytesIO(Templates({FEED.key: FEED}, dict, lambda _: ()).workbook(FEED.key, (), None, day))
    )
    sheet = book.active
    heads = {str(cell.value).rsplit(" (", 1)[0]: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for measure in FEED.measures:
            if measure.key in TURNS:
                sheet.cell(row, heads[measure.names.vi], TURNS[measure.key])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ROWS = (
    Proof(
        row=7, screen="/teams", sends=(*TEAMS, *ADULTS), posts={"/ingest/team_work": team_records},
        shows={
            "teams_active_share": "90,0", "teams_hamlet_coverage": "95,0", "teams_reporting_share": "50,0",
            "teams_hamlets_covered": "2", "teams_sessions": "3", "teams_guided": "30", "teams_installs": "5",
            "teams_guided_per_1000": "15,0",
        },
    ),
    Proof(row=8, screen="/teams", sends=IT_XANH, shows={"teams_it_xanh": "98,9"}),
    Proof(
        row=9, screen="/teams", files={"/ingest/files/teams?name=tap-huan.xlsx": training_workbook},
        shows={"teams_training_turns": "27.240", "teams_turns_officials": "9.000", "teams_turns_teams": "18.000",
               "teams_turns_others": "240"},
    ),
)  # fmt: skip
