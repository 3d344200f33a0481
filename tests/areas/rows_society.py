"""Rows of the digital society, a task of the campaign by its name, and the model districts."""

from tests.areas.proofs import Proof, by_commune, happened, of_province
from tests.areas.rows_services import CITIZENS

VISITS = by_commune("door_to_door", visit_households=8_000, visited_households=5_000, visit_guided=9_000)
TASK = happened(
    "door_to_door", "task", "given", "T-1", "28003", task="Rà soát hộ chưa có VNeID", office="UBND xã", due="2099-12-31"
)

ROWS = (
    Proof(
        row=10, screen="/society", sends=(*VISITS, TASK),
        shows={"society_visited": "62,5", "society_guided": "540.000"}, names=("Rà soát hộ chưa có VNeID",),
    ),
    Proof(
        row=32, screen="/society",
        sends=(*of_province("publicity", posts=1_284, led_screens=27, led_playing=27), *CITIZENS),
        shows={"society_posts": "1.284", "society_led": "100"}, elsewhere={"/services": {"app_contests": "3.210"}},
    ),
    Proof(
        row=33, screen="/society", sends=VISITS, shows={"society_visited": "62,5"},
        rows={"benluc": "62,5", "cangiuoc": "62,5", "tantru": "62,5"},
    ),
)  # fmt: skip
