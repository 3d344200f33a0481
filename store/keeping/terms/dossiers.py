"""How long dossiers are kept."""

from domain.text import Text
from store.keeping.rule import YEAR_DAYS, Rule
from store.tables.dossiers import dossier_months, dossiers

RULES = (
    Rule(
        key="dossiers", names=Text("Hồ sơ", "Dossiers"), table=dossiers, time="received_ms", apart="office",
        days=5 * YEAR_DAYS, least=YEAR_DAYS, why="as long as the events they are made of",
    ),
    Rule(
        key="dossier_months", names=Text("Số đếm hồ sơ theo tháng", "Counts of dossiers by month"),
        table=dossier_months, time="month_ms", days=10 * YEAR_DAYS, least=YEAR_DAYS,
        why="sums that name nobody, for ten years' comparison; two thousand rows a year",
    ),
)  # fmt: skip
