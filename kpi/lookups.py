"""KPIs of residents' look-ups of the collection schedule: how many find exactly one street (WASTE.md, KPI 23)."""

from datetime import timedelta

from domain.kpis.kpi import Better, Example, Kpi, Status, Threshold
from domain.places.place import PROVINCE
from domain.text import Text
from evaluation.formulas import Ratio

FEED = "schedule_lookups"
QUERIES = Text("lượt tra cứu", "look-ups")
OWNER = Text("Trung tâm IOC; đơn vị thu gom", "IOC centre; collection company")
DAY = "Counts since midnight in Việt Nam; a look-up is one search sent from /lich-thu-gom."
NOBODY = Example(because="nothing was reported", given={}, expect=None)


def _none(key: str, names: Text, short: Text, question: Text, formula: Ratio, order: int, example: Example) -> Kpi:
    """The share of look-ups typed in one way that found nothing."""
    return Kpi(
        key=key,
        feed=FEED,
        names=names,
        short=short,
        question=question,
        unit=Text("%", "%"),
        formula=formula,
        better=Better.LOWER,
        owner=OWNER,
        source_of_formula="WASTE.md, KPI 23: zero-result rate with and without diacritics. "
        f"{DAY} No limit is published.",
        decimals=1,
        contributor=Text("trang tra cứu", "look-up page"),
        numerator_label=QUERIES,
        plausible_high=100,
        response=Text(
            "Nếu chỉ kiểu gõ này không thấy đường, báo nhóm phần mềm; nếu cả hai kiểu, kế hoạch còn thiếu đường.",
            "If only this way of typing fails, tell the software team; if both do, streets are missing from the plan.",
        ),
        order=order,
        by_place=False,
        on_wall=False,
        examples=(
            example,
            Example(
                because="nobody typed this way: not applicable, not 0 %",
                given={PROVINCE: {formula.numerator: 0, formula.denominator: 0}},
                expect=None,
            ),
            NOBODY,
        ),
    )


KPIS = (
    Kpi(
        key="lookups_success",
        feed=FEED,
        indicators=(4,),
        names=Text("Tra cứu tìm được đúng một đường", "Look-ups ending in one street"),
        short=Text("Tra cứu thành công", "Look-up success"),
        question=Text(
            "Hôm nay có bao nhiêu lượt tra cứu lịch thu gom tìm được đúng một đường?",
            "Today, how many look-ups of the collection schedule end in exactly one street?",
        ),
        unit=Text("%", "%"),
        formula=Ratio("lookups_one", "lookups"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="WASTE.md, KPI 23: queries ending in exactly one street segment / queries. "
        f"{DAY} A look-up answered with a list of choices is not a success.",
        decimals=1,
        contributor=Text("trang tra cứu", "look-up page"),
        numerator_label=QUERIES,
        thresholds=(
            Threshold(
                status=Status.ADVISORY,
                limit=95,
                clear=96,
                # The first look-ups of a day say little.
                hold=timedelta(minutes=30),
                because="WASTE.md, KPI 23: at least 95 %, a choice.",
            ),
        ),
        plausible_high=100,
        response=Text(
            "Xem tỷ lệ không thấy đường khi gõ có dấu và không dấu; bổ sung đường còn thiếu vào kế hoạch thu gom.",
            "See the shares that found nothing, with and without diacritics; add missing streets to the plan.",
        ),
        order=10,
        by_place=False,
        on_wall=False,
        examples=(
            Example(
                because="96 of 100 ended in one street, 3 in a list, 1 in nothing",
                given={PROVINCE: {"lookups": 100, "lookups_one": 96}},
                expect=96.0,
            ),
            Example(
                because="nobody asked: not applicable, not 0 %",
                given={PROVINCE: {"lookups": 0, "lookups_one": 0}},
                expect=None,
            ),
            NOBODY,
        ),
    ),
    _none(
        "lookups_none_marked",
        Text("Tra cứu có dấu không thấy đường", "Look-ups with diacritics, nothing found"),
        Text("Tìm có dấu: không thấy đường", "Nothing, with marks"),
        Text("Bao nhiêu lượt gõ có dấu không có kết quả?", "How many look-ups typed with diacritics find nothing?"),
        Ratio("lookups_marked_none", "lookups_marked"),
        20,
        Example(because="1 of 40", given={PROVINCE: {"lookups_marked": 40, "lookups_marked_none": 1}}, expect=2.5),
    ),
    _none(
        "lookups_none_plain",
        Text("Tra cứu không dấu không thấy đường", "Look-ups without diacritics, nothing found"),
        Text("Tìm không dấu: không thấy đường", "Nothing, no marks"),
        Text(
            "Bao nhiêu lượt gõ không dấu không có kết quả?",
            "How many look-ups typed without diacritics find nothing?",
        ),
        Ratio("lookups_plain_none", "lookups_plain"),
        30,
        Example(because="3 of 60", given={PROVINCE: {"lookups_plain": 60, "lookups_plain_none": 3}}, expect=5.0),
    ),
)
