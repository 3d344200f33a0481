"""Rows of digital teams: told by today's communes, IT Xanh by the 188 units that launched them."""

from domain.places.place import PROVINCE
from domain.places.territory import Level
from store import territories
from tests.areas.proofs import Proof, by_commune, of_place

TEAMS = by_commune(
    "teams", teams_established=20, teams_active=18, hamlets=20, hamlets_with_team=19, training_turns=454
)  # fmt: skip
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

ROWS = (
    Proof(row=7, screen="/teams", sends=TEAMS, shows={"teams_active_share": "90,0", "teams_hamlet_coverage": "95,0"}),
    Proof(row=8, screen="/teams", sends=IT_XANH, shows={"teams_it_xanh": "98,9"}),
    Proof(row=9, screen="/teams", sends=TEAMS, shows={"teams_training_turns": "27.240"}),
)
