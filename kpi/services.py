"""KPIs of public services: dossiers on time, online, and paid without cash, and installs of the Long An Số app."""

from datetime import date, timedelta

from domain.kpis.kpi import Better, Example, Kpi, PublicRule, Status, Target, Threshold
from domain.places.place import PROVINCE
from domain.text import Text
from evaluation.formulas import Ratio, Sum

FEED = "services"
COMMUNES = Text("xã", "communes")
DOSSIERS = Text("hồ sơ", "dossiers")
OWNER = Text(
    "Văn phòng UBND tỉnh; Trung tâm Phục vụ hành chính công",
    "Office of the People's Committee; Public Administration Service Centre",
)
# Long enough for the rest of a batch of reports to arrive.
BATCH = timedelta(minutes=2)
NO_INPUT = Example(because="no commune has reported", given={}, expect=None)
# The goal counts people and businesses, the KPIs below count dossiers: one person may send many, most send none.
GOAL_OF_PEOPLE = Target(
    value=80,
    due=date(2030, 12, 31),
    source="Mục tiêu trên 80% đến năm 2030 (Thanh Niên, 29/06/2025)",
    of=Text("người dân và doanh nghiệp", "people and businesses"),
    set_by=Text("Tỉnh Long An", "Long An province"),
)

KPIS = (
    Kpi(
        key="services_on_time",
        feed=FEED,
        indicators=(16,),
        names=Text("Hồ sơ giải quyết đúng hạn", "Dossiers settled on time"),
        short=Text("Hồ sơ đúng hạn", "Dossiers on time"),
        question=Text(
            "Tháng này có bao nhiêu hồ sơ được giải quyết đúng hạn hoặc trước hạn?",
            "This month, how many dossiers are settled on or before their due date?",
        ),
        unit=Text("%", "%"),
        formula=Ratio("dossiers_on_time", "dossiers_due"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="QĐ 766/QĐ-TTg (23/6/2022), 2.1: dossiers settled before or on time, including open ones "
        "not yet due / dossiers processed. Month to date. A dossier with two requests for supplements is late.",
        decimals=1,
        contributor=COMMUNES,
        numerator_label=DOSSIERS,
        thresholds=(
            Threshold(
                status=Status.WARNING,
                limit=90,
                clear=92,
                hold=BATCH,
                because="Amber of the monthly QĐ 766 reports: 80-90.",
            ),
            Threshold(
                status=Status.CRITICAL,
                limit=80,
                clear=82,
                hold=BATCH,
                because="Red of the monthly QĐ 766 reports: below 80.",
            ),
        ),
        public=PublicRule(
            headline=Text(
                "Cứ 100 hồ sơ thì {value} hồ sơ đúng hạn hoặc chưa đến hạn",
                "{value} of every 100 dossiers are on time or not due yet",
            ),
            least_of=100,
        ),
        plausible_high=100,
        response=Text(
            "Xem xã có nhiều hồ sơ trễ hạn nhất; báo bộ phận một cửa và cán bộ phụ trách lĩnh vực.",
            "See which communes have the most late dossiers; tell their one-stop desk and the officer in charge.",
        ),
        order=10,
        examples=(
            Example(
                because="dossiers are added before dividing, communes are not averaged: 1070 of 1100",
                given={
                    "27694": {"dossiers_on_time": 990, "dossiers_due": 1000},
                    "27712": {"dossiers_on_time": 80, "dossiers_due": 100},
                },
                expect=97.27272727272727,
            ),
            Example(
                because="no dossier was due", given={"27694": {"dossiers_on_time": 0, "dossiers_due": 0}}, expect=None
            ),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="services_online",
        feed=FEED,
        indicators=(14,),
        names=Text("Hồ sơ trực tuyến", "Dossiers handled online"),
        short=Text("Hồ sơ trực tuyến", "Dossiers filed online"),
        question=Text(
            "Bao nhiêu hồ sơ được nộp trực tuyến và có kết quả điện tử?",
            "How many dossiers are submitted online and get an electronic result?",
        ),
        unit=Text("%", "%"),
        formula=Ratio("dossiers_online", "dossiers_received"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="QĐ 766/QĐ-TTg, 3.3: online channel and an electronic result where a paper result is "
        "due / dossiers received. Month to date; the source already applies the synchronisation rate. "
        "Not the '96 % submitted online' of the end of 2023, which did not require an electronic result.",
        decimals=1,
        contributor=COMMUNES,
        numerator_label=DOSSIERS,
        target=GOAL_OF_PEOPLE,
        thresholds=(
            Threshold(
                status=Status.ADVISORY,
                limit=50,
                clear=52,
                hold=BATCH,
                because="QĐ 766, 3.3 gives full marks from 50 %; below that the province loses points.",
            ),
        ),
        public=PublicRule(
            headline=Text(
                "Cứ 100 hồ sơ thì {value} hồ sơ được giải quyết trực tuyến",
                "{value} of every 100 dossiers are handled online",
            ),
            least_of=100,
        ),
        plausible_high=100,
        response=Text(
            "Xem xã có tỷ lệ thấp; cử tổ công nghệ số cộng đồng giúp người dân nộp hồ sơ trực tuyến tại một cửa.",
            "See which communes are low; send the community digital teams to help at the one-stop desk.",
        ),
        order=20,
        examples=(
            Example(
                because="930 of 1000",
                given={
                    "27694": {"dossiers_online": 480, "dossiers_received": 500},
                    "27712": {"dossiers_online": 450, "dossiers_received": 500},
                },
                expect=93.0,
            ),
            Example(
                because="no dossier received",
                given={"27694": {"dossiers_online": 0, "dossiers_received": 0}},
                expect=None,
            ),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="services_cashless",
        feed=FEED,
        indicators=(15,),
        names=Text("Hồ sơ thanh toán trực tuyến", "Dossiers paid online"),
        short=Text("Hồ sơ nộp phí trực tuyến", "Dossiers paid online"),
        question=Text(
            "Bao nhiêu hồ sơ có phí được nộp phí trực tuyến, không dùng tiền mặt?",
            "How many of the dossiers with a fee are paid without cash?",
        ),
        unit=Text("%", "%"),
        formula=Ratio("dossiers_paid_online", "dossiers_with_fee"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="QĐ 766/QĐ-TTg, 3.6: dossiers paid online / dossiers of procedures with a fee, less those "
        "whose fees are all zero. Month to date. No source gives a lower limit, so there is a target but no alarm.",
        decimals=1,
        contributor=COMMUNES,
        numerator_label=DOSSIERS,
        target=GOAL_OF_PEOPLE,
        plausible_high=100,
        response=Text(
            "Xem xã còn thu nhiều tiền mặt; kiểm tra mã QR và máy thanh toán tại quầy.",
            "See which communes still take much cash; check the QR code and the terminal at their desk.",
        ),
        order=30,
        examples=(
            Example(
                because="66 of 100",
                given={
                    "27694": {"dossiers_paid_online": 60, "dossiers_with_fee": 80},
                    "27712": {"dossiers_paid_online": 6, "dossiers_with_fee": 20},
                },
                expect=66.0,
            ),
            Example(
                because="no dossier with a fee",
                given={"27694": {"dossiers_paid_online": 0, "dossiers_with_fee": 0}},
                expect=None,
            ),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="services_app_installs",
        feed=FEED,
        indicators=(11,),
        names=Text("Lượt cài ứng dụng Long An Số", "Installs of the Long An Số app"),
        short=Text("Lượt cài Long An Số", "Long An Số installs"),
        question=Text(
            "Ứng dụng Long An Số đã được cài trên bao nhiêu thiết bị?",
            "On how many devices has the Long An Số app been installed?",
        ),
        unit=Text("lượt", "installs"),
        formula=Sum("app_installs"),
        better=Better.HIGHER,
        owner=Text(
            "Sở Khoa học và Công nghệ (trước: Sở Thông tin và Truyền thông)",
            "Department of Science and Technology (formerly Department of Information and Communications)",
        ),
        source_of_formula="Counter of the app stores, cumulative; a device is not a person. Published twice "
        "for October 2024: hơn 300.000 (VnExpress) and 413.500 (Google Play, Thanh Niên 21/10/2024). Their definitions "
        "differ, so screens show the source beside the number.",
        decimals=0,
        contributor=Text("cửa hàng ứng dụng", "app stores"),
        numerator_label=Text("lượt cài", "installs"),
        public=PublicRule(
            headline=Text(
                "Ứng dụng Long An Số đã có {value} lượt cài",
                "The Long An Số app has been installed {value} times",
            ),
            decimals=0,
            # One counter for the whole province: no small group needs protection.
            min_reporting=1,
        ),
        plausible_high=10_000_000,
        response=Text(
            "Nếu số liệu quá hạn, nhập số mới từ trang quản trị kho ứng dụng.",
            "When the figure is overdue, enter the new one from the app stores' consoles.",
        ),
        order=40,
        by_place=False,
        examples=(
            Example(because="the province's counter", given={PROVINCE: {"app_installs": 413_500}}, expect=413_500.0),
            Example(because="nobody has reported", given={}, expect=None),
        ),
    ),
)
