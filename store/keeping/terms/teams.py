"""How long what teams tell is kept."""

from domain.text import Text
from store.keeping.rule import YEAR_DAYS, Rule
from store.tables.team_codes import team_codes, team_photos
from store.tables.teams import team_months, team_reports, teams

RULES = (
    Rule(
        key="team_reports", names=Text("Báo cáo của tổ", "Reports of teams"), table=team_reports, time="day",
        days=5 * YEAR_DAYS, least=YEAR_DAYS, why="as long as the events they are made of",
    ),
    Rule(
        key="team_months", names=Text("Tháng của tổ", "Months of teams"), table=team_months, time="last_day",
        days=5 * YEAR_DAYS, least=YEAR_DAYS, why="as long as the reports they sum up",
    ),
    Rule(
        key="team_photos", names=Text("Ảnh của tổ", "Photos of teams"), table=team_photos, time="taken_ms",
        forgets=True, days=90, most=YEAR_DAYS, why="evidence until the quarter is settled; people are in the pictures",
    ),
)  # fmt: skip
FOR_EVER = {teams.name: "a row a team", team_codes.name: "a row a team's phone"}
