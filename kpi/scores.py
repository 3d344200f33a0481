"""KPIs of QĐ 766/QĐ-TTg: the points of its six groups as reported, their sum, and the rank among provinces."""

from datetime import timedelta

from domain.kpis.kpi import Better, Example, Kpi, PublicRule, Status, Threshold
from domain.services.qd766 import QD766
from domain.services.scoring import ScoreGroup
from domain.text import Text
from evaluation.composites import Absent, Component, Composite, Group
from kpi._told import printed

FEED = "scores_766"
OFFICE = Text("Văn phòng UBND tỉnh", "Office of the provincial People's Committee")
REPORT = Text("báo cáo", "reports")
POINTS = Text("điểm", "points")
# A score stands until the report after the next is due.
STANDS = timedelta(days=62)
BATCH = timedelta(minutes=2)


def _group(number: int, group: ScoreGroup) -> Kpi:
    most = float(group.most)
    law = "; ".join(f"{one.number} {one.names.en}: {one.counts.en}" for one in group.criteria)
    return Kpi(
        key=f"score_{group.key}",
        feed=FEED,
        names=Text(f"766: {group.names.vi}", f"766: {group.names.en}"),
        short=group.names,
        question=Text(
            f"Tỉnh được bao nhiêu trong {most:g} điểm của nhóm {group.names.vi.lower()}?",
            f"How many of the {most:g} points of the group {group.names.en.lower()} does the province get?",
        ),
        **printed(group.key, POINTS, by=REPORT, example=most / 2, decimals=2, high=most),
        better=Better.HIGHER,
        owner=OFFICE,
        source_of_formula=f"{QD766.law}, as the national portal reports it, up to {most:g} points. {law}.",
        response=Text(
            "Mở màn hình Dịch vụ công: xem chỉ số nào của nhóm mất điểm và đơn vị nào thấp nhất.",
            "Open the screen of public services: see which indicator of the group loses points, and who is lowest.",
        ),
        order=20 + number,
    )


_GROUPS = tuple(_group(number, group) for number, group in enumerate(QD766.groups))

KPIS = (
    *_GROUPS,
    Kpi(
        key="score_766",
        feed=FEED,
        names=Text("Điểm Bộ chỉ số 766", "Index 766 score"),
        short=Text("Điểm 766", "Score 766"),
        question=Text(
            "Năm nay tỉnh được bao nhiêu trong 100 điểm phục vụ người dân, doanh nghiệp?",
            "This year, how many of the 100 points for serving people and businesses does the province get?",
        ),
        unit=POINTS,
        formula=Composite(
            groups=tuple(
                Group(names=group.names, components=(Component(kpi.key, float(group.most), full=float(group.most)),))
                for group, kpi in zip(QD766.groups, _GROUPS, strict=True)
            ),
            total=float(QD766.most),
            absent=Absent.LEFT_OUT,
        ),
        better=Better.HIGHER,
        owner=OFFICE,
        source_of_formula=f"{QD766.law}: the sum of six groups, 18 + 20 + 12 + 10 + 18 + 22 = 100, year to date. "
        "While any group is unknown there is no score.",
        decimals=2,
        contributor=Text("nhóm chỉ số", "groups"),
        numerator_label=POINTS,
        thresholds=(
            Threshold(
                status=Status.WARNING,
                limit=90,
                clear=90.5,
                hold=BATCH,
                because="Amber of the monthly QĐ 766 reports: 80-90.",
            ),
            Threshold(
                status=Status.CRITICAL,
                limit=80,
                clear=80.5,
                hold=BATCH,
                because="Red of the monthly QĐ 766 reports: below 80.",
            ),
        ),
        public=PublicRule(
            headline=Text(
                "Tỉnh đạt {value}/100 điểm phục vụ người dân, doanh nghiệp",
                "The province has {value} of 100 points for serving people and businesses",
            ),
            decimals=2,
            min_reporting=1,
        ),
        plausible_high=float(QD766.most),
        response=Text(
            "Xem nhóm còn thiếu nhiều điểm nhất, đơn vị thấp nhất, và giao việc cho đơn vị đó.",
            "See which group has the most points to gain and which unit is lowest, and give that unit the task.",
        ),
        order=10,
        by_place=False,
        divisible=False,
        on_wall=False,
        min_coverage=1.0,
        stale_after=STANDS,
        examples=(
            Example(
                because="six groups add up: 18,88 + 16,40 + 17,61 + 8,74 + 8,15 + 14,79",
                given={
                    "score_tdgq": {"value": 18.88},
                    "score_mdhl": {"value": 16.40},
                    "score_mdsh": {"value": 17.61},
                    "score_tttt": {"value": 8.74},
                    "score_clgq": {"value": 8.15},
                    "score_ckmb": {"value": 14.79},
                },
                expect=84.57,
            ),
            Example(because="one group is unknown", given={"score_tdgq": {"value": 18.88}}, expect=None),
            Example(because="no report yet", given={}, expect=None),
        ),
    ),
    Kpi(
        key="score_766_rank",
        feed=FEED,
        names=Text("Hạng Bộ chỉ số 766", "Rank by index 766"),
        short=Text("Hạng 766", "Rank 766"),
        question=Text(
            "Tỉnh đứng thứ mấy trong 34 tỉnh, thành phố?", "What is the province's rank among the 34 provinces?"
        ),
        **printed("score_rank", Text("hạng", "rank"), by=REPORT, example=29, low=1, high=63),
        better=Better.LOWER,
        owner=OFFICE,
        source_of_formula=f"{QD766.law}, the rank that the national portal's report prints, of 34 since 1/7/2025.",
        response=Text(
            "Xem nhóm chỉ số kém các tỉnh xếp trên nhiều nhất.",
            "See the group that is furthest below the provinces ranked above.",
        ),
        order=15,
    ),
)
