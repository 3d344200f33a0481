"""Rows of the digital economy; counts are whole products, producers and stamps."""

from tests.areas.proofs import Proof, by_commune, of_province

TRADE = by_commune(
    "trade", ocop_products=8, ocop_listed=6, ocop_post=4, ocop_nongsan=2, ocop_longantrade=1, producers=100,
    producers_trained_payment=70, producers_trained_selling=41,
)  # fmt: skip

ROWS = (
    Proof(
        row=6, screen="/economy", sends=by_commune("waste_sorting", sorting_counted=1_000, sorting_households=625),
        shows={"waste_sorted_share": "62,5"},
    ),
    Proof(
        row=22, screen="/economy",
        sends=of_province("traceability", stamps_issued=3_450_000, stamps_activated=2_760_000, stamp_scans=412_345),
        shows={
            "economy_stamps_issued": "3.450.000", "economy_stamps_activated": "80,0", "economy_stamp_scans": "412.345",
        },
    ),
    Proof(
        row=23, screen="/economy", sends=of_province("techport", tech_supplies=212, tech_demands=47, tech_deals=0),
        shows={"economy_tech_supplies": "212", "economy_tech_demands": "47", "economy_tech_deals": "0"},
    ),
    Proof(
        row=24, screen="/economy", sends=TRADE,
        shows={
            "economy_ocop_products": "480", "economy_ocop_listed": "75,0", "economy_on_post": "50,0",
            "economy_on_nongsan": "25,0", "economy_on_longantrade": "12,5",
        },
    ),
    Proof(
        row=25, screen="/economy", sends=TRADE,
        shows={"economy_trained_payment": "70,0", "economy_trained_selling": "41,0"},
    ),
)  # fmt: skip
