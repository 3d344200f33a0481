"""The six groups of QĐ 766/QĐ-TTg (23/6/2022), their indicators and caps."""

from decimal import Decimal

from domain.services.scoring import Criterion, ScoreGroup, ScoreSet
from domain.text import Text


def _share(number: str, names: Text, vi: str, en: str, full_from: float | None = None) -> Criterion:
    return Criterion(number=number, names=names, counts=Text(vi, en), full_from=full_from)


TRANSPARENCY = ScoreGroup(
    key="ckmb",
    names=Text("Công khai, minh bạch", "Openness and transparency"),
    most=Decimal(18),
    criteria=(
        _share(
            "1.1",
            Text("Thủ tục công bố đúng hạn", "Procedures announced in time"),
            "quyết định công bố trước ngày có hiệu lực ít nhất 5 ngày làm việc (bộ: 20) / thủ tục công bố trong kỳ",
            "decisions at least 5 working days before the law takes effect (ministries 20) / procedures announced",
        ),
        _share(
            "1.2",
            Text("Thủ tục cập nhật, công khai đúng hạn", "Procedures published in time"),
            "công khai trong 5 ngày làm việc sau quyết định (bộ: 10) / thủ tục phải công khai",
            "published within 5 working days after the decision (ministries 10) / procedures to be published",
        ),
        _share(
            "1.3",
            Text("Thủ tục đủ bộ phận cấu thành", "Procedures with all their parts"),
            "có đủ bảy bộ phận a–g / thủ tục công khai",
            "with all seven parts a to g / published procedures",
        ),
        _share(
            "1.4",
            Text("Hồ sơ đồng bộ lên Cổng quốc gia", "Dossiers synchronised to the national portal"),
            "hồ sơ đồng bộ / số lớn hơn của hồ sơ báo cáo quốc gia và hồ sơ trên Cổng",
            "dossiers synchronised / the larger of dossiers reported and dossiers on the portal",
        ),
    ),
)
PROGRESS = ScoreGroup(
    key="tdgq",
    names=Text("Tiến độ giải quyết", "Progress of settlement"),
    most=Decimal(20),
    criteria=(
        _share(
            "2.1",
            Text("Hồ sơ xử lý trước và đúng hạn", "Dossiers settled before or on time"),
            "kết thúc trước hoặc đúng hẹn, và chưa kết thúc mà chưa đến hẹn / hồ sơ tiếp nhận và đã xử lý trong kỳ; "
            "một lần yêu cầu bổ sung dừng đồng hồ, từ hai lần trở lên là trễ hạn",
            "ended before or on the due date, or open and not due / dossiers received and processed in the period; "
            "one request for supplements stops the clock, more than one is late",
        ),
    ),
)
ONLINE = ScoreGroup(
    key="clgq",
    names=Text("Dịch vụ công trực tuyến", "Online public services"),
    most=Decimal(12),
    criteria=(
        _share(
            "3.1",
            Text("Thủ tục có dịch vụ công trực tuyến", "Procedures with an online service"),
            "toàn trình và một phần / tổng số thủ tục của tỉnh",
            "fully and partly online / all procedures of the province",
            80,
        ),
        _share(
            "3.2",
            Text("Dịch vụ trực tuyến có phát sinh hồ sơ", "Online services that received dossiers"),
            "dịch vụ có hồ sơ trực tuyến / dịch vụ trực tuyến",
            "services with online dossiers / online services",
        ),
        _share(
            "3.3",
            Text("Hồ sơ trực tuyến", "Online dossiers"),
            "kênh trực tuyến và có kết quả điện tử khi thủ tục trả kết quả / hồ sơ tiếp nhận, nhân tỷ lệ đồng bộ",
            "online channel and an electronic result where one is due / received, times the synchronised share",
            50,
        ),
    ),
)
PAYMENT = ScoreGroup(
    key="tttt",
    names=Text("Thanh toán trực tuyến", "Online payment"),
    most=Decimal(10),
    criteria=(
        _share(
            "3.5",
            Text("Thủ tục tích hợp thanh toán", "Procedures that take online payment"),
            "thủ tục đã đồng bộ phí / thủ tục có phí",
            "procedures with synchronised fees / procedures with a fee",
            80,
        ),
        _share(
            "3.6",
            Text("Hồ sơ thanh toán trực tuyến", "Dossiers paid online"),
            "hồ sơ thanh toán trực tuyến / hồ sơ của thủ tục có phí trừ hồ sơ phí bằng 0",
            "dossiers paid online / dossiers of procedures with a fee less those whose fees are zero",
        ),
    ),
)
SATISFACTION = ScoreGroup(
    key="mdhl",
    names=Text("Mức độ hài lòng", "Satisfaction"),
    most=Decimal(18),
    criteria=(
        _share(
            "5.2",
            Text("Phản ánh, kiến nghị đúng hạn", "Feedback answered in time"),
            "trả lời trong 15 ngày làm việc, từ chối trong 2, yêu cầu bổ sung trong 5, công khai trong 2 / "
            "phản ánh tiếp nhận và đã xử lý",
            "answered within 15 working days, refused within 2, supplement asked within 5, published within 2 / "
            "received and processed",
        ),
        _share(
            "5.3",
            Text("Hài lòng về xử lý phản ánh", "Satisfaction with answers to feedback"),
            "tổng số trừ số không hài lòng, quá hạn, lặp lại / tổng số; mỗi phản ánh một lần",
            "all less those disliked, overdue or repeated / all; each item once",
        ),
        _share(
            "5.4",
            Text("Hài lòng về giải quyết thủ tục", "Satisfaction with procedures"),
            "100% trừ tỷ lệ hồ sơ trễ hạn và tỷ lệ hồ sơ bị phản ánh hoặc không hài lòng",
            "100% less the shares of late dossiers and of dossiers with feedback or a dislike",
            90,
        ),
    ),
)
DIGITISED = ScoreGroup(
    key="mdsh",
    names=Text("Số hóa hồ sơ", "Digitisation"),
    most=Decimal(22),
    criteria=(
        _share(
            "4.1",
            Text("Kết quả điện tử", "Electronic results"),
            "có tệp kết quả / hồ sơ của thủ tục trả kết quả",
            "with a file of the result / dossiers whose procedure gives a result",
        ),
        _share(
            "4.2",
            Text("Số hóa hồ sơ", "Dossiers digitised"),
            "có tệp ở thành phần và ở kết quả / hồ sơ",
            "with files of components and of the result / dossiers",
            80,
        ),
        _share(
            "4.3",
            Text("Tái sử dụng dữ liệu", "Data used again"),
            "có thành phần đã số hóa / hồ sơ tiếp nhận",
            "with a component digitised before / dossiers received",
            80,
        ),
        _share(
            "4.4",
            Text("Kết nối, chia sẻ dữ liệu", "Data shared"),
            "có giấy tờ lấy từ kho quốc gia hoặc kết quả đã đồng bộ / hồ sơ tiếp nhận",
            "with a paper from the national store or a synchronised result / dossiers received",
        ),
        _share(
            "4.5",
            Text("Khai thác dữ liệu dân cư", "Population data used"),
            "tài khoản xác thực VNeID / hồ sơ",
            "accounts verified by VNeID / dossiers",
        ),
    ),
)
QD766 = ScoreSet(
    key="qd766",
    names=Text("Bộ chỉ số phục vụ người dân, doanh nghiệp", "Index of service to people and businesses"),
    law="Quyết định 766/QĐ-TTg (23/6/2022)",
    groups=(TRANSPARENCY, PROGRESS, ONLINE, PAYMENT, SATISFACTION, DIGITISED),
)
