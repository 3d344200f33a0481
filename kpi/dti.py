"""KPIs of the provincial DTI: rank, with the way to the first ten by 2030, and score."""

from datetime import date

from domain.kpis.kpi import Better, Kpi, PublicRule, Target
from domain.text import Text
from kpi._told import printed

FEED = "dti"
OWNER = Text("Sở Khoa học và Công nghệ", "Department of Science and Technology")
RANK = Text("hạng", "rank")
PUBLISHED = Text("công bố", "publications")
_RESPONSE = Text(
    "Mở Dịch vụ công, phần DTI: xem chỉ số chính nào còn thiếu nhiều điểm nhất.",
    "Open public services, part DTI: see which main index has the most points to gain.",
)

KPIS = (
    Kpi(
        key="dti_rank",
        feed=FEED,
        indicators=(28,),
        names=Text("Hạng chuyển đổi số (DTI)", "Rank of digital transformation (DTI)"),
        short=Text("Hạng DTI", "DTI rank"),
        question=Text("Tỉnh đứng thứ mấy về chuyển đổi số?", "What is the province's rank in digital transformation?"),
        **printed("dti_rank", RANK, by=PUBLISHED, example=11, low=1, high=63),
        better=Better.LOWER,
        owner=OWNER,
        source_of_formula="The ministry's publication. Ranks until the index of 2023 are of 63 provinces, since 2024 "
        "of 34: a rank before cannot be compared with one after.",
        target=Target(
            value=10,
            due=date(2030, 12, 31),
            source="Mục tiêu nhóm 10 tỉnh dẫn đầu DTI đến năm 2030 (Thanh Niên, 29/06/2025)",
            set_by=Text("Tỉnh Long An", "Long An province"),
        ),
        public=PublicRule(
            headline=Text(
                "Tỉnh đứng thứ {value} về chuyển đổi số", "The province ranks {value} in digital transformation"
            ),
            decimals=0,
            min_reporting=1,
        ),
        response=_RESPONSE,
        order=10,
    ),
    Kpi(
        key="dti_score",
        feed=FEED,
        indicators=(28,),
        names=Text("Điểm chuyển đổi số (DTI)", "Score of digital transformation (DTI)"),
        short=Text("Điểm DTI", "DTI score"),
        question=Text(
            "Điểm chuyển đổi số của tỉnh là bao nhiêu, trên thang 1?",
            "What is the province's score of digital transformation, out of 1?",
        ),
        **printed("dti_score", Text("điểm", "points"), by=PUBLISHED, example=0.6961, decimals=4, high=1),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="QĐ 922/QĐ-BTTTT (2022), since 2024 QĐ 405/QĐ-BKHCN: the weighted mean of the main indices, "
        "as published. Weights are files (store/seed/dti/); those of QĐ 405 have not been found.",
        response=_RESPONSE,
        order=20,
    ),
)
