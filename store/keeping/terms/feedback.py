"""How long feedback is kept."""

from domain.text import Text
from store.keeping.rule import YEAR_DAYS, Rule
from store.tables.feedback import feedback_items, feedback_notices

RULES = (
    Rule(
        key="feedback_items", names=Text("Phản ánh", "Feedback"), table=feedback_items, time="received_ms",
        days=5 * YEAR_DAYS, least=YEAR_DAYS, why="as long as the events they are made of",
    ),
    Rule(
        key="feedback_notices", names=Text("Thông tin công khai về phản ánh", "Public notices about feedback"),
        table=feedback_notices, time="written_ms", days=5 * YEAR_DAYS, least=YEAR_DAYS,
        why="as long as the items they tell of",
    ),
)  # fmt: skip
