"""Rows of fibre and 4G: weighted by households and people, never the mean of communes."""

from tests.areas.proofs import COMMUNES, Proof, of_place
from tests.areas.rows_carriers import CLAIMS

# Half of the communes have 8,000 households and half 2,000: the published 88,9 % is of households, not of communes.
FIBRE = tuple(
    item
    for n, code in enumerate(COMMUNES)
    for item in of_place(
        "coverage", code, households=(8_000, 2_000)[n % 2], fibre_households=(7_600, 1_290)[n % 2], population=28_000,
        population_4g=27_972, has_fibre=1, hamlets_here=20, hamlets_fibre=19,
    )
)  # fmt: skip

ROWS = (
    Proof(row=18, screen="/connectivity", sends=FIBRE, shows={
        "coverage_fibre_communes": "100", "coverage_fibre_hamlets": "95,0",
    }),
    Proof(
        row=19, screen="/connectivity", sends=(*FIBRE, *CLAIMS),
        shows={
            "coverage_fibre_households": "88,9", "coverage_fibre_viettel": "40,0", "coverage_fibre_vnpt": "35,0",
            "coverage_fibre_mobifone": "10,0",
        },
    ),
    # Claims overlap: the largest counts, and they are never added.
    Proof(
        row=20, screen="/connectivity", sends=(*FIBRE, *CLAIMS),
        shows={
            "coverage_4g_population": "99,9", "coverage_4g_gap": "1.680", "coverage_4g_any": "99,9",
            "coverage_4g_viettel": "99,5", "coverage_4g_vnpt": "99,9", "coverage_4g_mobifone": "95,0",
        },
    ),
)  # fmt: skip
