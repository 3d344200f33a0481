"""KPIs of 4G and fibre: who is connected, and above all who is not."""

from datetime import timedelta

from domain.kpis.kpi import Better, Example, Kpi, PublicRule, Status, Target, Threshold
from domain.text import Text
from evaluation.formulas import Difference, Ratio, Share

FEED = "coverage"
COMMUNES = Text("xã", "communes")
PEOPLE = Text("người", "people")
OWNER = Text(
    "Các nhà mạng, qua Sở Khoa học và Công nghệ (trước: Sở Thông tin và Truyền thông)",
    "Telecoms, through the Department of Science and Technology (formerly Information and Communications)",
)
# Long enough for the rest of a batch of reports to arrive.
BATCH = timedelta(minutes=2)
NO_INPUT = Example(because="no commune has reported", given={}, expect=None)

KPIS = (
    Kpi(
        key="coverage_fibre_households",
        feed=FEED,
        indicators=(19,),
        names=Text("Hộ có Internet cáp quang", "Households with fibre"),
        short=Text("Hộ có cáp quang", "Households on fibre"),
        question=Text("Bao nhiêu hộ gia đình có Internet cáp quang?", "How many households have fibre Internet?"),
        unit=Text("%", "%"),
        formula=Ratio("fibre_households", "households"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="Households with a fibre subscription / households, summed over communes, so weighted "
        "by households. Published for 2024: 88,9 %.",
        decimals=1,
        contributor=COMMUNES,
        numerator_label=Text("hộ", "households"),
        thresholds=(
            Threshold(
                status=Status.ADVISORY,
                limit=80,
                clear=82,
                hold=BATCH,
                because="Well below the 88,9 % published for 2024: lines were lost or a list is incomplete.",
            ),
        ),
        public=PublicRule(
            headline=Text(
                "Cứ 100 hộ thì {value} hộ có Internet cáp quang",
                "{value} of every 100 households have fibre Internet",
            ),
            houses=True,
            least_of=100,
        ),
        plausible_high=100,
        response=Text(
            "Xem các xã có tỷ lệ thấp nhất; gửi nhà mạng danh sách khu vực chưa kéo cáp.",
            "See the communes with the lowest share; send the telecoms the list of areas without fibre.",
        ),
        order=10,
        examples=(
            Example(
                because="weighted by households: 8 890 of 10 000, not the mean of 95 % and 64,5 %",
                given={
                    "27694": {"fibre_households": 7600, "households": 8000},
                    "27712": {"fibre_households": 1290, "households": 2000},
                },
                expect=88.9,
            ),
            Example(because="no household", given={"27694": {"fibre_households": 0, "households": 0}}, expect=None),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="coverage_4g_population",
        feed=FEED,
        indicators=(20,),
        names=Text("Dân số được phủ sóng 4G", "Population covered by 4G"),
        short=Text("Dân số có 4G", "Population with 4G"),
        question=Text("Bao nhiêu người dân sống trong vùng phủ sóng 4G?", "How many people live within 4G coverage?"),
        unit=Text("%", "%"),
        formula=Ratio("population_4g", "population"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="Population in the covered area / population, summed over communes. "
        "Published for 2024: 99,9 %.",
        decimals=1,
        contributor=COMMUNES,
        numerator_label=PEOPLE,
        thresholds=(
            Threshold(
                status=Status.WARNING,
                limit=99,
                clear=99.5,
                hold=BATCH,
                because="Ten times the published gap of 0,1 %: a whole area lost its signal.",
            ),
        ),
        plausible_high=100,
        response=Text(
            "Xem xã mất sóng; hỏi nhà mạng về trạm và thời gian khôi phục.",
            "See which communes lost the signal; ask the telecoms which station failed and when it returns.",
        ),
        order=20,
        examples=(
            Example(
                because="99 900 of 100 000",
                given={
                    "27694": {"population_4g": 60_000, "population": 60_000},
                    "27712": {"population_4g": 39_900, "population": 40_000},
                },
                expect=99.9,
            ),
            Example(because="nobody lives there", given={"27694": {"population_4g": 0, "population": 0}}, expect=None),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="coverage_4g_gap",
        feed=FEED,
        indicators=(20,),
        names=Text("Dân chưa có sóng 4G", "People without 4G"),
        short=Text("Dân chưa có 4G", "People without 4G"),
        question=Text("Còn bao nhiêu người dân chưa có sóng 4G, ở đâu?", "How many people are without 4G, and where?"),
        unit=PEOPLE,
        formula=Difference("population", "population_4g"),
        better=Better.LOWER,
        owner=OWNER,
        source_of_formula="Population minus population in the covered area, summed over communes that report both. "
        "99,9 % of the 1.688.547 people of the 2019 census leaves about 1.700.",
        decimals=0,
        contributor=COMMUNES,
        numerator_label=PEOPLE,
        thresholds=(
            Threshold(
                status=Status.ADVISORY,
                limit=3_400,
                clear=2_500,
                hold=BATCH,
                because="Twice the roughly 1.700 people outside the published 99,9 %.",
            ),
        ),
        plausible_high=2_000_000,
        response=Text(
            "Xem bản đồ các xã còn người chưa có sóng; đề nghị nhà mạng đưa các ấp này vào kế hoạch xây trạm.",
            "See on the map which communes have people without 4G; ask the telecoms to plan stations there.",
        ),
        order=30,
        examples=(
            Example(
                because="100 and 0 people left out",
                given={
                    "27694": {"population": 40_000, "population_4g": 39_900},
                    "27712": {"population": 60_000, "population_4g": 60_000},
                },
                expect=100.0,
            ),
            Example(
                because="a commune that sent only one of the two does not count",
                given={"27694": {"population": 40_000}, "27712": {"population": 60_000, "population_4g": 59_990}},
                expect=10.0,
            ),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="coverage_fibre_communes",
        feed=FEED,
        indicators=(18,),
        names=Text("Xã, phường có cáp quang", "Communes and wards with fibre"),
        short=Text("Xã có cáp quang", "Communes on fibre"),
        question=Text("Cáp quang đã đến bao nhiêu xã, phường?", "How many communes and wards has fibre reached?"),
        unit=Text("%", "%"),
        formula=Share("has_fibre"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="Units with fibre / units that report, of the territory version in force. "
        "Published for 2024: 100 % of communes, wards and townships.",
        decimals=0,
        contributor=COMMUNES,
        numerator_label=COMMUNES,
        target=Target(
            value=100,
            due=None,
            source="100% xã, phường, thị trấn có cáp quang (VnExpress, 10/2024)",
            set_by=Text("Tỉnh Long An", "Long An province"),
        ),
        thresholds=(
            Threshold(
                status=Status.WARNING,
                limit=100,
                clear=100,
                hold=BATCH,
                because="100 % was reached in 2024: any commune without fibre is a step back.",
            ),
        ),
        public=PublicRule(
            headline=Text("{value}% xã, phường đã có cáp quang", "Fibre has reached {value}% of communes and wards"),
            decimals=0,
        ),
        plausible_high=100,
        response=Text(
            "Gọi xã mất cáp quang và nhà mạng phụ trách tuyến cáp.",
            "Call the commune that lost its fibre and the telecom in charge of the line.",
        ),
        order=40,
        divisible=False,
        examples=(
            Example(
                because="three of four",
                given={
                    "27694": {"has_fibre": 1},
                    "27712": {"has_fibre": 1},
                    "27715": {"has_fibre": 1},
                    "27787": {"has_fibre": 0},
                },
                expect=75.0,
            ),
            NO_INPUT,
        ),
    ),
)
