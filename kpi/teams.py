"""KPIs of community digital teams and IT Xanh: established, active, training given."""

from datetime import date, timedelta

from domain.kpis.kpi import Better, Example, Kpi, PublicRule, Status, Target, Threshold
from domain.text import Text
from evaluation.formulas import Ratio, Sum

FEED = "teams"
COMMUNES = Text("xã", "communes")
TEAMS = Text("tổ", "teams")
OWNER = Text(
    "Sở Khoa học và Công nghệ (trước: Sở Thông tin và Truyền thông); UBND cấp xã",
    "Department of Science and Technology (formerly Information and Communications); communes",
)
# Long enough for the rest of a batch of reports to arrive.
BATCH = timedelta(minutes=2)
NO_INPUT = Example(because="no commune has reported", given={}, expect=None)

KPIS = (
    Kpi(
        key="teams_active_share",
        feed=FEED,
        indicators=(7,),
        names=Text("Tổ công nghệ số hoạt động trong 30 ngày", "Community digital teams active in 30 days"),
        short=Text("Tổ hoạt động 30 ngày", "Teams active in 30 days"),
        question=Text(
            "Bao nhiêu tổ công nghệ số cộng đồng thật sự hoạt động?",
            "How many of the community digital teams are really active?",
        ),
        unit=Text("%", "%"),
        formula=Ratio("teams_active", "teams_established"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="Teams with a report in the last 30 days / teams established (about 1.000 in 10/2024).",
        decimals=1,
        contributor=COMMUNES,
        numerator_label=TEAMS,
        thresholds=(
            Threshold(
                status=Status.ADVISORY,
                limit=80,
                clear=82,
                hold=BATCH,
                because="One team in five without a report for a month. Chosen by the centre.",
            ),
            Threshold(
                status=Status.WARNING,
                limit=60,
                clear=63,
                hold=BATCH,
                because="The network exists more on paper than in the hamlets. Chosen by the centre.",
            ),
        ),
        plausible_high=100,
        response=Text(
            "Xem xã có tổ chưa báo cáo; nhắc cán bộ phụ trách gửi báo cáo hoặc củng cố tổ.",
            "See which communes have teams without a report; remind the officer to report or to strengthen the team.",
        ),
        order=10,
        examples=(
            Example(
                because="912 of 1 000 teams",
                given={
                    "27694": {"teams_active": 500, "teams_established": 500},
                    "27712": {"teams_active": 412, "teams_established": 500},
                },
                expect=91.2,
            ),
            Example(
                because="no team was established",
                given={"27694": {"teams_active": 0, "teams_established": 0}},
                expect=None,
            ),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="teams_hamlet_coverage",
        feed=FEED,
        indicators=(7,),
        names=Text("Ấp, khu phố có tổ công nghệ số", "Hamlets and quarters with a digital team"),
        short=Text("Ấp có tổ công nghệ số", "Hamlets with a team"),
        question=Text("Còn ấp, khu phố nào chưa có tổ công nghệ số?", "Which hamlets and quarters still have no team?"),
        unit=Text("%", "%"),
        formula=Ratio("hamlets_with_team", "hamlets"),
        better=Better.HIGHER,
        owner=OWNER,
        source_of_formula="Hamlets and quarters with a team / all hamlets and quarters. "
        "CV 793/BTTTT-THH (5/3/2022): one team for each.",
        decimals=1,
        contributor=COMMUNES,
        numerator_label=Text("ấp, khu phố", "hamlets"),
        target=Target(
            value=100,
            due=None,
            source="CV 793/BTTTT-THH (5/3/2022): mỗi thôn, tổ dân phố một tổ",
            set_by=Text("Bộ Thông tin và Truyền thông", "Ministry of Information and Communications"),
        ),
        thresholds=(
            Threshold(
                status=Status.ADVISORY,
                limit=90,
                clear=92,
                hold=BATCH,
                because="One hamlet in ten without the team that CV 793 asks for. Chosen by the centre.",
            ),
        ),
        public=PublicRule(
            headline=Text(
                "Cứ 100 ấp, khu phố thì {value} nơi có tổ công nghệ số",
                "{value} of every 100 hamlets have a digital team",
            ),
            least_of=100,
        ),
        plausible_high=100,
        response=Text(
            "Gửi xã danh sách ấp, khu phố chưa có tổ.",
            "Send the communes the list of hamlets and quarters without a team.",
        ),
        order=20,
        examples=(
            Example(
                because="19 of 20",
                given={
                    "27694": {"hamlets_with_team": 10, "hamlets": 10},
                    "27712": {"hamlets_with_team": 9, "hamlets": 10},
                },
                expect=95.0,
            ),
            Example(because="no hamlet listed", given={"27694": {"hamlets_with_team": 0, "hamlets": 0}}, expect=None),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="teams_it_xanh",
        feed=FEED,
        indicators=(8,),
        names=Text("Đội IT Xanh đã ra mắt", "IT Xanh youth teams launched"),
        short=Text("Đội IT Xanh", "IT Xanh teams"),
        question=Text(
            "Bao nhiêu đội IT Xanh trong kế hoạch đã ra mắt?",
            "How many of the planned IT Xanh teams have been launched?",
        ),
        unit=Text("%", "%"),
        formula=Ratio("it_xanh_launched", "it_xanh_planned"),
        better=Better.HIGHER,
        owner=Text("Tỉnh đoàn", "Provincial Youth Union"),
        source_of_formula="Teams launched / teams planned: 188, one for each commune of October 2024, "
        "summed by today's communes.",
        decimals=1,
        contributor=COMMUNES,
        numerator_label=Text("đội", "teams"),
        target=Target(
            value=100,
            due=date(2024, 10, 31),
            source="188 đội ra mắt trong 10/2024 (VnExpress, 10/2024)",
            set_by=Text("Tỉnh Long An", "Long An province"),
        ),
        thresholds=(
            Threshold(
                status=Status.ADVISORY,
                limit=80,
                clear=82,
                hold=BATCH,
                because="The launch was planned for October 2024; a fifth is still missing. Chosen by the centre.",
            ),
        ),
        plausible_high=100,
        response=Text(
            "Nhắc Tỉnh đoàn về các xã chưa ra mắt đội.", "Remind the Youth Union of communes without a team."
        ),
        order=30,
        divisible=False,
        examples=(
            Example(
                because="6 of 8",
                given={
                    "27694": {"it_xanh_launched": 4, "it_xanh_planned": 4},
                    "27712": {"it_xanh_launched": 2, "it_xanh_planned": 4},
                },
                expect=75.0,
            ),
            Example(
                because="none planned there",
                given={"27694": {"it_xanh_launched": 0, "it_xanh_planned": 0}},
                expect=None,
            ),
            NO_INPUT,
        ),
    ),
    Kpi(
        key="teams_training_turns",
        feed=FEED,
        indicators=(9,),
        names=Text("Lượt tập huấn kỹ năng số", "Digital skills training attendances"),
        short=Text("Lượt tập huấn", "Training attendances"),
        question=Text(
            "Đã có bao nhiêu lượt người được tập huấn kỹ năng số?",
            "How many attendances has digital skills training had?",
        ),
        unit=Text("lượt", "turns"),
        formula=Sum("training_turns"),
        better=Better.HIGHER,
        owner=Text("Sở Khoa học và Công nghệ", "Department of Science and Technology"),
        source_of_formula="Attendances, cumulative: one person trained twice counts twice, so never say 'people'. "
        "Published on 29/06/2025: hơn 27.200 lượt.",
        decimals=0,
        contributor=COMMUNES,
        numerator_label=Text("lượt", "turns"),
        public=PublicRule(
            headline=Text(
                "Đã có {value} lượt tập huấn kỹ năng số", "Digital skills training has had {value} attendances"
            ),
            decimals=0,
        ),
        plausible_high=10_000_000,
        response=Text(
            "Nhắc xã chưa báo cáo; mở lớp cho các xã có ít lượt nhất.",
            "Remind communes that have not reported; plan classes for the communes with the fewest attendances.",
        ),
        order=40,
        examples=(
            Example(
                because="attendances of communes are added",
                given={"27694": {"training_turns": 15_000}, "27712": {"training_turns": 12_200}},
                expect=27_200.0,
            ),
            Example(
                because="a reported zero is a zero, unlike no report",
                given={"27694": {"training_turns": 0}},
                expect=0.0,
            ),
            NO_INPUT,
        ),
    ),
)
