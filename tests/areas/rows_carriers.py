"""Row 21: 5G by the largest claim, stations that are on air, and an outage by its name."""

from tests.areas.proofs import Proof, by_commune, happened, measured

CLAIMS = by_commune(
    "carriers", homes=1_000, people=4_000, fibre_viettel=400, fibre_vnpt=350, fibre_mobifone=100,
    people_4g_viettel=3_980, people_4g_vnpt=3_996, people_4g_mobifone=3_800, people_5g_viettel=2_000,
    people_5g_vnpt=1_000, people_5g_mobifone=0, has_5g=1, stations=40, stations_5g=3, stations_viettel=20,
    stations_5g_viettel=2, stations_vnpt=15, stations_5g_vnpt=3, stations_mobifone=5, stations_5g_mobifone=0,
)  # fmt: skip

ROWS = (
    Proof(
        row=21, screen="/connectivity",
        sends=(
            *CLAIMS, *measured(by_commune("carriers", stations_up=39)),
            happened("carriers", "outage", "failed", "LA-0031", "27694", what="Trạm thử LA-0031", carrier="VNPT"),
        ),
        shows={
            "coverage_stations_up": "97,50", "coverage_5g_population": "50,0", "coverage_5g_communes": "100",
            "coverage_stations": "2.400", "coverage_stations_5g": "180",
            "base_stations_viettel": "1.200", "base_stations_5g_viettel": "10,0",
            "base_stations_vnpt": "900", "base_stations_5g_vnpt": "20,0",
            "base_stations_mobifone": "300", "base_stations_5g_mobifone": "0,0",
        },
        names=("Trạm thử LA-0031",),
    ),
)  # fmt: skip
