"""KPIs of speed tests: what reaches residents, whatever was installed."""

from typing import Any

from domain.kpis.kpi import Better, Example, Kpi
from domain.text import Text
from kpi._told import COMMUNES, percentage
from kpi.carriers import PLACE

FEED = "speed_tests"
# Below this a share is the luck of a few telephones.
LEAST_TESTS = 30


def _of(order: int, key: str, fast: int, vi: str, en: str) -> Kpi:
    said: dict[str, Any] = dict(percentage(f"{key}_fast", f"{key}_tests", Text("lượt đo", "tests"), at=PLACE))
    examples = [one for one in said.pop("examples") if one.expect is None]
    return Kpi(
        key=f"speed_{key}_fast", feed=FEED, order=order,
        names=Text(f"Lượt đo {vi} đạt từ {fast} Mbit/s", f"{en} tests of {fast} Mbit/s or more"),
        short=Text(f"{vi.capitalize()} đủ nhanh", f"{en} fast enough"),
        question=Text(
            f"Bao nhiêu lượt đo {vi} tải xuống được từ {fast} Mbit/s?",
            f"How many {en.lower()} tests downloaded at {fast} Mbit/s or more?",
        ),
        better=Better.HIGHER,
        owner=Text("Sở Khoa học và Công nghệ", "Department of Science and Technology"),
        contributor=COMMUNES, on_wall=False, divisible=False, min_denominator=LEAST_TESTS,
        response=Text(
            "Xem xã có tỷ lệ thấp nhất; so với sự cố và trạm ở đó; hỏi nhà mạng.",
            "See the communes with the lowest share, their outages and stations; ask the carriers.",
        ),
        source_of_formula=f"Tests with a download of at least {fast} Mbit/s / tests of the month. Residents choose "
        f"when and where they test, so this is no sample; fewer than {LEAST_TESTS} tests say nothing. The limit is the "
        "centre's.",
        **said,
        examples=(
            Example(because="65 of 80", given={PLACE: {f"{key}_fast": 65, f"{key}_tests": 80}}, expect=81.25),
            Example(
                because="13 of 16 are too few to say anything",
                given={PLACE: {f"{key}_fast": 13, f"{key}_tests": 16}},
                expect=None,
            ),
            *examples,
        ),
    )  # fmt: skip


KPIS = (
    _of(10, "mobile", 40, "băng rộng di động", "Mobile broadband"),
    _of(20, "fixed", 100, "băng rộng cố định", "Fixed broadband"),
)
