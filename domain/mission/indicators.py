"""The mission's thirty-five indicators, in its order. Figures are quoted, never computed; goals are called goals."""

from domain.kpis.kpi import Audience
from domain.mission.indicator import Article, Indicator, Printed, Published
from domain.text import Text

_OCTOBER = Article(
    "VnExpress 4798653",
    "10/2024",
    "Long An đi từng ngõ, gõ từng nhà phổ cập chuyển đổi số",
    "https://vnexpress.net/long-an-di-tung-ngo-go-tung-nha-pho-cap-chuyen-doi-so-4798653.html",
)
_JUNE = Article(
    "Thanh Niên",
    "29/06/2025",
    "Chuyển đổi số ở Long An: chính quyền kiến tạo, người dân đồng hành",
    "https://thanhnien.vn/chuyen-doi-so-o-long-an-chinh-quyen-kien-tao-nguoi-dan-dong-hanh-185250629165710844.htm",
)
_INSTALLS = Article("Thanh Niên", "21/10/2024")
_SORTING = Article("KH 3087/KH-UBND", "18/07/2023")
_AUDIENCES = {"O": Audience.OPERATOR, "L": Audience.LEADER, "P": Audience.PUBLIC}
_LIVE = Text("liên tục", "live")
_DAILY = Text("hằng ngày", "daily")
_MONTHLY = Text("hằng tháng", "monthly")
_QUARTERLY = Text("hằng quý", "quarterly")
_SCIENCE = Text(
    "Sở Khoa học và Công nghệ (trước: Sở Thông tin và Truyền thông)",
    "Department of Science and Technology (formerly Information and Communications)",
)
_WASTE = Text(
    "UBND phường Long An, Tân An, Khánh Hậu (trước: UBND TP Tân An); đơn vị thu gom",
    "Long An, Tân An and Khánh Hậu wards (formerly Tân An city); the collection company",
)
_TELECOMS = Text(
    "Doanh nghiệp viễn thông qua Sở Khoa học và Công nghệ", "Telecoms through the Department of Science and Technology"
)
_TRADE = Text("Sở Công Thương", "Department of Industry and Trade")
_ONE_STOP = Text("Trung tâm Phục vụ hành chính công", "Public Administration Service Centre")
_YOUTH = Text("Tỉnh đoàn", "Provincial Youth Union")
_OFFICE = Text("Văn phòng UBND tỉnh", "Office of the provincial People's Committee")


def _row(
    number: int, vi: str, en: str, owner: Text, cadence: Text, seen_by: str, *published: Published, page: str = ""
) -> Indicator:
    return Indicator(
        number=number, names=Text(vi, en), owner=owner, cadence=cadence,
        audiences=tuple(_AUDIENCES[letter] for letter in seen_by), published=published, page=page,
    )  # fmt: skip


def _october(vi: str, en: str, figure: Printed | None = None) -> Published:
    return Published(Text(vi, en), _OCTOBER, figure)


def _june(vi: str, en: str, figure: Printed | None = None) -> Published:
    return Published(Text(vi, en), _JUNE, figure)


INDICATORS = (
    _row(1, "Tuyến thu gom được số hóa", "Collection routes digitised", _WASTE, _DAILY, "OLP",
         _october("mục tiêu 100% tuyến", "goal: 100% of routes")),
    _row(2, "Xe thu gom gắn thiết bị theo dõi", "Collection vehicles with a tracker", _WASTE, _LIVE, "O",
         _october("mục tiêu 100% phương tiện", "goal: 100% of vehicles")),
    _row(3, "Giám sát lịch trình xe thu gom", "Collection on schedule", _WASTE, _DAILY, "OL"),
    _row(4, "Tra cứu lịch thu gom", "Look-ups of the collection schedule", _WASTE, _DAILY, "P"),
    _row(5, "Khối lượng rác sinh hoạt", "Household waste", _WASTE, _DAILY, "OL"),
    _row(6, "Phân loại rác tại nguồn", "Waste sorted at source",
         Text("Sở Nông nghiệp và Môi trường; UBND cấp xã", "Department of Agriculture and Environment; communes"),
         _MONTHLY, "LP",
         Published(Text("mục tiêu 90% hộ TP Tân An năm 2024", "goal: 90% of Tân An's households in 2024"),
                   _SORTING)),
    _row(7, "Tổ công nghệ số cộng đồng", "Community digital teams",
         Text("Sở Khoa học và Công nghệ; UBND cấp xã", "Department of Science and Technology; communes"),
         _MONTHLY, "LO", _october("khoảng 1.000 tổ", "about 1,000 teams", Printed("digital_teams", 1_000))),
    _row(8, "Đội IT Xanh", "IT Xanh youth teams", _YOUTH, _MONTHLY, "L",
         _october("188 đội, dự kiến ra mắt", "188 teams, to be launched")),
    _row(9, "Lượt tập huấn kỹ năng số", "Attendances of digital skills training", _SCIENCE, _MONTHLY, "L",
         _june("hơn 27.200 lượt", "more than 27,200 attendances", Printed("training_turns", 27_200))),
    _row(10, "Chiến dịch “đi từng ngõ, gõ từng nhà”", "Door-to-door campaign",
         Text("UBND cấp xã; tổ công nghệ số", "Communes; digital teams"), _DAILY, "OL",
         _october("phát động, chưa có số liệu", "launched; no figure")),
    _row(11, "Lượt tải Long An Số", "Installs of Long An Số", _SCIENCE, _MONTHLY, "LP",
         _october("hơn 300.000 lượt", "more than 300,000", Printed("app_installs", 300_000)),
         Published(Text("413.500 thiết bị", "413,500 devices"), _INSTALLS,
                   Printed("app_devices", 413_500))),
    _row(12, "Dịch vụ trên Long An Số", "Services of Long An Số", _SCIENCE, _MONTHLY, "L",
         _october("dịch vụ công, điện, nước, giao thông, giáo dục, y tế, việc làm",
                  "public services, power, water, traffic, education, health, jobs")),
    _row(13, "Thủ tục đủ điều kiện cung cấp toàn trình (mức 4 cũ)", "Eligible procedures fully online (former level 4)",
         _OFFICE, Text("hằng tuần", "weekly"), "LP",
         _june("100% thủ tục đủ điều kiện", "100% of eligible ones", Printed("procedures_online", 100))),
    _row(14, "Sử dụng dịch vụ công trực tuyến", "Use of online public services", _ONE_STOP, _DAILY, "LP",
         _june("“vẫn chưa cao”; mục tiêu hơn 80% đến 2030", "“still not high”; goal: more than 80% by 2030")),
    _row(15, "Không dùng tiền mặt", "Cashless payment", _ONE_STOP, _DAILY, "L",
         _june("mục tiêu hơn 80% đến 2030", "goal: more than 80% by 2030")),
    _row(16, "Hồ sơ giải quyết đúng hạn", "Dossiers settled on time", _ONE_STOP, _LIVE, "OL"),
    _row(17, "Định danh điện tử VNeID", "VNeID electronic identity",
         Text("Công an tỉnh (PC06)", "Provincial Police (PC06)"), _MONTHLY, "L",
         _june("trên 98% người trưởng thành", "more than 98% of adults", Printed("adults_vneid", 98))),
    _row(18, "Cáp quang đến xã", "Fibre to communes", _TELECOMS, _QUARTERLY, "LP",
         _october("100% xã, phường, thị trấn", "100% of communes, wards and townships",
                  Printed("communes_fibre", 100))),
    _row(19, "Hộ có cáp quang", "Households with fibre", _TELECOMS, _MONTHLY, "LP",
         _october("88,9% hộ", "88.9% of households", Printed("households_fibre", 88.9))),
    _row(20, "Dân số phủ sóng 4G", "Population under 4G", _TELECOMS, _QUARTERLY, "LO",
         _october("99,9% dân số", "99.9% of the population", Printed("population_4g", 99.9)),
         _june("“phủ sóng 99,9%”, không nói mẫu số", "“99.9% covered”, of what is not said",
               Printed("coverage_4g", 99.9))),
    _row(21, "Phủ sóng 5G, trạm phát sóng", "5G coverage, base stations", _TELECOMS, _QUARTERLY, "L"),
    _row(22, "Tem truy xuất nguồn gốc", "Traceability stamps",
         Text("Sở Nông nghiệp và Môi trường; Sở Công Thương; Sở Khoa học và Công nghệ",
              "Departments of Agriculture and Environment, of Industry and Trade, of Science and Technology"),
         _MONTHLY, "LP", _october("hàng triệu tem", "millions of stamps")),
    _row(23, "Sàn công nghệ techport.longan.vn", "Technology exchange techport.longan.vn", _SCIENCE, _MONTHLY, "LP",
         _june("có sàn riêng, không nêu số", "an exchange of its own; no figure")),
    _row(24, "Sản phẩm trên sàn thương mại điện tử", "Products on e-commerce platforms", _TRADE, _MONTHLY, "LP",
         _october("đưa lên nhiều sàn, không nêu số", "on many platforms; no figure")),
    _row(25, "Tập huấn thanh toán trực tuyến cho cơ sở sản xuất", "Training of producers in online payment", _TRADE,
         _MONTHLY, "L", _october("đã tập huấn, không nêu số", "trained; no figure")),
    _row(26, "Trung tâm dữ liệu đạt cấp độ 3", "Data centre of security level 3", _SCIENCE, _LIVE, "OL",
         _june("đạt cấp độ 3 về an toàn hệ thống", "level 3 of system security", Printed("data_centre_level", 3))),
    _row(27, "Hội nghị truyền hình đến cấp xã", "Video conferences down to communes",
         Text("Văn phòng UBND tỉnh; VNPT, Viettel", "Office of the People's Committee; VNPT, Viettel"), _LIVE, "O",
         _june("15/15 huyện, đến cấp xã", "15 of 15 districts, down to communes",
               Printed("video_districts", 15))),
    _row(28, "Xếp hạng chuyển đổi số (DTI)", "Rank of digital transformation (DTI)", _SCIENCE,
         Text("hằng năm", "yearly"), "LP", _june("mục tiêu top 10 đến 2030", "goal: top 10 by 2030")),
    _row(29, "Phản ánh, kiến nghị của người dân", "Citizens' feedback",
         Text("IOC, tổng đài 1022; UBND cấp xã", "IOC, hotline 1022; communes"), _LIVE, "OLP"),
    _row(30, "Chữ ký số miễn phí", "Free digital signatures",
         Text("Tổ chức chứng thực qua Sở; Ban Cơ yếu", "Certification bodies through the department; Cipher Committee"),
         _MONTHLY, "L", _october("cài đặt miễn phí, không nêu số", "installed free; no figure")),
    _row(31, "Khám chữa bệnh bằng CCCD gắn chip", "Health visits with the chip identity card",
         Text("Sở Y tế; Bảo hiểm xã hội", "Department of Health; Social Insurance"), _MONTHLY, "L",
         _june("“chỉ cần đưa thẻ”, lời một người dân", "“only the card”, says a resident")),
    _row(32, "Tuyên truyền chuyển đổi số", "Publicity for digital transformation",
         Text("Sở Khoa học và Công nghệ; Tỉnh đoàn", "Department of Science and Technology; Youth Union"),
         Text("hằng tuần", "weekly"), "LP",
         _october("màn hình LED, mạng xã hội, cuộc thi trực tuyến", "LED screens, social networks, online contest")),
    _row(33, "Mô hình điểm Bến Lức, Cần Giuộc, Tân Trụ", "Model districts Bến Lức, Cần Giuộc, Tân Trụ",
         Text("UBND cấp xã", "Communes"), _MONTHLY, "L", _june("mô hình điểm", "model districts")),
    _row(34, "Hợp tác FPT, VNG…; dữ liệu dùng chung, dữ liệu mở", "Agreements (FPT, VNG …); shared and open data",
         _SCIENCE, _QUARTERLY, "LP", _june("đã ký hợp tác, không nêu số", "agreements signed; no figure")),
    _row(35, "Trung tâm điều hành thông minh (IOC)", "The operations centre itself", _SCIENCE, _LIVE, "OL",
         _june("đã thành lập tại TP Tân An", "set up in Tân An"), page="/data"),
)  # fmt: skip
"""What both articles name, and what belongs beside it; numbered from 1 without a gap."""
