"""Rows of fibre and 4G: weighted by households and people, never the mean of communes."""

from tests.areas.proofs import COMMUNES, Proof, of_place

# Half of the communes have 8,000 households and half 2,000: the published 88,9 % is of households, not of communes.
FIBRE = tuple(
    item
    for n, code in enumerate(COMMUNES)
    for item in of_place(
        "coverage", code, households=(8_000, 2_000)[n % 2], fibre_households=(7_600, 1_290)[n % 2], population=28_000,
        population_4g=27_972, has_fibre=1,
    )
)  # fmt: skip

ROWS = (
    Proof(row=18, screen="/connectivity", sends=FIBRE, shows={"coverage_fibre_communes": "100"}),
    Proof(row=19, screen="/connectivity", sends=FIBRE, shows={"coverage_fibre_households": "88,9"}),
    Proof(
        row=20, screen="/connectivity", sends=FIBRE,
        shows={"coverage_4g_population": "99,9", "coverage_4g_gap": "1.680"},
    ),
)  # fmt: skip
