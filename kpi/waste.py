"""KPIs of waste trucks: does every vehicle on duty send positions, without gaps, on time and completely."""

from datetime import timedelta

from domain.kpis.kpi import Better, Example, Kpi, Status, Target, Threshold
from domain.text import Text
from evaluation.formulas import Ratio

FEED = "waste_trucks"
VEHICLES = Text("xe", "vehicles")
OWNER = Text(
    "Công ty thu gom; UBND phường Long An, Tân An, Khánh Hậu (trước: UBND TP Tân An)",
    "Collection company; People's Committees of Long An, Tân An, Khánh Hậu wards (formerly Tân An city)",
)
NO_INPUT = Example(because="no vehicle is known", given={}, expect=None)

KPIS = (
    Kpi(
        key="waste_vehicles_supplying",
        feed=FEED,
        indicators=(2,),
        names=Text("Xe trong ca có gửi vị trí", "On-duty vehicles supplying positions"),
        short=Text("Xe đã gửi vị trí", "Vehicles reporting"),
        question=Text(
            "Bao nhiêu xe trong ca hôm nay thật sự gửi vị trí?",
            "How many vehicles on duty today really send positions?",
        ),
        unit=Text("%", "%"),
        formula=Ratio("supplying", "on_duty"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="Vehicles with at least one valid fix in the service day / vehicles on duty that day so far. "
        "A fitted but silent tracker does not count: of 139 fitted in Jersey City only 68 sent within 24 h.",
        decimals=0,
        contributor=VEHICLES,
        numerator_label=VEHICLES,
        target=Target(value=100, due=None, source="Mục tiêu 100% xe gắn thiết bị theo dõi (VnExpress, 10/2024)"),
        thresholds=(
            Threshold(
                status=Status.WARNING,
                limit=95,
                clear=97,
                hold=timedelta(minutes=10),
                because="One vehicle in twenty is silent; ten minutes give a shift time to switch its trackers on.",
            ),
            Threshold(
                status=Status.CRITICAL,
                limit=80,
                clear=85,
                hold=timedelta(minutes=10),
                because="One vehicle in five is silent: the day's coverage can no longer be proven.",
            ),
        ),
        plausible_high=100,
        response=Text(
            "Xem xe mất tín hiệu, gọi tài xế; nếu thiết bị hỏng, báo công ty thu gom thay thiết bị.",
            "See which vehicles lost their signal, call the drivers; ask the company to replace a dead tracker.",
        ),
        order=10,
        divisible=False,
        falls_with_silence=True,
        examples=(
            Example(
                because="three of four vehicles on duty have sent",
                given={
                    "LA-001": {"on_duty": 1, "supplying": 1},
                    "LA-002": {"on_duty": 1, "supplying": 1},
                    "LA-003": {"on_duty": 1, "supplying": 1},
                    "LA-004": {"on_duty": 1, "supplying": 0},
                },
                expect=75.0,
            ),
            Example(
                because="nobody is on duty yet: not applicable, never 0 %",
                given={"LA-001": {"on_duty": 0, "supplying": 0}},
                expect=None,
            ),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="waste_online_rate",
        feed=FEED,
        names=Text("Tỷ lệ thời gian có tín hiệu trong ca", "Online share of duty time"),
        short=Text("Thời gian có tín hiệu", "Online in duty"),
        question=Text(
            "Trung tâm biết vị trí xe trong bao nhiêu phần thời gian làm việc?",
            "For what share of the duty time do we know where the vehicles are?",
        ),
        unit=Text("%", "%"),
        formula=Ratio("online_s", "duty_s"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="Duty seconds with a last fix not older than 90 s / duty seconds so far. 90 s is three times "
        "the 30 s rule of Thông tư 09/2015/TT-BGTVT and the limit of GTFS-Realtime good practice. Rest with the engine "
        "off (17 min) is not distinguished, because not every tracker reports the ignition.",
        decimals=1,
        contributor=VEHICLES,
        numerator_label=Text("giây trong ca", "duty seconds"),
        thresholds=(
            Threshold(
                status=Status.ADVISORY,
                limit=80,
                clear=85,
                hold=timedelta(minutes=15),
                because="A fifth of the duty time is unseen: gaps start to hide missed streets. Chosen by the centre.",
            ),
            Threshold(
                status=Status.WARNING,
                limit=60,
                clear=65,
                hold=timedelta(minutes=15),
                because="Runs can no longer be judged from positions. Chosen by the centre.",
            ),
        ),
        plausible_high=100,
        response=Text(
            "Xem xe mất tín hiệu lâu; kiểm tra sóng và nguồn điện của thiết bị.",
            "Look at the vehicles with long gaps; check network and power of their trackers.",
        ),
        order=20,
        divisible=False,
        on_wall=False,
        falls_with_silence=True,
        examples=(
            Example(
                because="seconds are added before dividing: (3000 + 600) of (3600 + 3600)",
                given={"LA-001": {"online_s": 3000, "duty_s": 3600}, "LA-002": {"online_s": 600, "duty_s": 3600}},
                expect=50.0,
            ),
            Example(because="no duty second has passed", given={"LA-001": {"online_s": 0, "duty_s": 0}}, expect=None),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="waste_on_time_share",
        feed=FEED,
        names=Text("Vị trí đến trong 2 phút", "Positions received within two minutes"),
        short=Text("Vị trí đến trong 2 phút", "Within 2 minutes"),
        question=Text(
            "Bản đồ cho thấy vị trí hiện tại hay vị trí đã cũ?",
            "Does the map show the present, or the past?",
        ),
        unit=Text("%", "%"),
        formula=Ratio("fixes_on_time", "fixes"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="Fixes received at most 120 s after their fix time / fixes of the service day. "
        "A share of 95 % is the same statement as P95 of the delay at most 120 s.",
        decimals=1,
        contributor=VEHICLES,
        numerator_label=Text("điểm định vị", "fixes"),
        target=Target(value=95, due=None, source="Chuyển trong 2 phút: Thông tư 09/2015/TT-BGTVT, 71/2024/TT-BCA"),
        thresholds=(
            Threshold(
                status=Status.ADVISORY,
                limit=95,
                clear=96,
                hold=timedelta(minutes=10),
                because="P95 of the delay is above the 2 minutes of Thông tư 09/2015 and 71/2024.",
            ),
            Threshold(
                status=Status.WARNING,
                limit=80,
                clear=85,
                hold=timedelta(minutes=10),
                because="One position in five arrives too late for dispatching. Chosen by the centre.",
            ),
        ),
        plausible_high=100,
        response=Text(
            "Tìm thiết bị gửi dồn nhiều vị trí; hỏi nhà cung cấp về đường truyền; không điều xe theo vị trí cũ.",
            "Find the trackers that send in bursts; ask the provider about the network; do not dispatch on late ones.",
        ),
        order=30,
        divisible=False,
        on_wall=False,
        examples=(
            Example(
                because="a vehicle with many fixes weighs more than one with few",
                given={"LA-001": {"fixes_on_time": 90, "fixes": 90}, "LA-002": {"fixes_on_time": 0, "fixes": 10}},
                expect=90.0,
            ),
            Example(because="no fix today", given={"LA-001": {"fixes_on_time": 0, "fixes": 0}}, expect=None),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="waste_completeness",
        feed=FEED,
        names=Text("Độ đầy đủ của vị trí", "Completeness of positions"),
        short=Text("Vị trí đầy đủ", "Fixes complete"),
        question=Text(
            "Thiết bị có gửi đủ số vị trí theo chu kỳ 30 giây không?",
            "Do the trackers send as many positions as the 30-second interval requires?",
        ),
        unit=Text("%", "%"),
        formula=Ratio("fixes_received", "fixes_expected"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="Fixes received / fixes expected at the nominal cadence of 30 s over the duty time so far, "
        "of vehicles with a tracker. Received is capped at expected per vehicle: none makes up for a silent one.",
        decimals=1,
        contributor=VEHICLES,
        numerator_label=Text("điểm định vị", "fixes"),
        thresholds=(
            Threshold(
                status=Status.ADVISORY,
                limit=80,
                clear=85,
                hold=timedelta(minutes=15),
                because="With under four fixes of five, streets are matched with visible errors. Chosen by the centre.",
            ),
            Threshold(
                status=Status.WARNING,
                limit=60,
                clear=65,
                hold=timedelta(minutes=15),
                because="The effective interval is above 50 s, where map-matching loses streets. Chosen by the centre.",
            ),
        ),
        plausible_high=100,
        response=Text(
            "Kiểm tra chu kỳ gửi cài trên thiết bị và các khoảng mất sóng.",
            "Check the reporting interval set on the trackers and where they lose the network.",
        ),
        order=40,
        divisible=False,
        on_wall=False,
        falls_with_silence=True,
        examples=(
            Example(
                because="half of the expected fixes came",
                given={
                    "LA-001": {"fixes_received": 120, "fixes_expected": 120},
                    "LA-002": {"fixes_received": 0, "fixes_expected": 120},
                },
                expect=50.0,
            ),
            Example(
                because="nothing was expected yet",
                given={"LA-001": {"fixes_received": 0, "fixes_expected": 0}},
                expect=None,
            ),
            NO_INPUT,
        ),
    ),
)
