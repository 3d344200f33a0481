"""State of fetching a feed: the newest attempt and success, what went wrong and what to do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from domain.text import Text

# A fetch ends within a minute, so no process serves an address that is this late.
OVERDUE = timedelta(minutes=2)


class FetchProblem(Enum):
    """Why a fetch brought nothing, with what to do about it. The lower-case name is the stable code."""

    UNREACHABLE = Text(
        "không kết nối được tới nguồn: kiểm tra địa chỉ, tên máy và đường mạng",
        "cannot connect to the source: check the address, the host name and the network",
    )
    NOT_TRUSTED = Text(
        "chứng thư TLS của nguồn không hợp lệ: đề nghị bên nguồn thay, hoặc nhờ quản trị hệ thống thêm CA của họ",
        "the source's TLS certificate is not valid: ask its office to renew it, or the administrator to add their CA",
    )
    SLOW = Text(
        "nguồn không trả lời kịp thời hạn: hỏi bên nguồn, hoặc lấy ít dữ liệu hơn mỗi lần",
        "the source did not finish in time: ask its office, or fetch less at once",
    )
    CUT_OFF = Text(
        "kết nối bị ngắt giữa chừng: chưa lưu dữ liệu nào, hệ thống sẽ lấy lại từ vị trí cũ",
        "the connection broke: nothing was kept; the next fetch starts from the same place",
    )
    DENIED = Text(
        "nguồn từ chối quyền truy cập: nhờ quản trị hệ thống kiểm tra khóa hoặc tài khoản đã khai báo cho nguồn",
        "the source denies access: ask the administrator to check the key or the account declared for it",
    )
    TOO_FAST = Text(
        "nguồn báo truy vấn quá dày: hệ thống đang chờ theo yêu cầu; nếu còn lặp lại, hãy khai báo lấy thưa hơn",
        "the source says requests are too frequent: waiting as it asks; if this repeats, declare a longer interval",
    )
    HTTP_STATUS = Text(
        "nguồn trả về mã lỗi: hỏi bên nguồn, nếu là 404 thì kiểm tra địa chỉ",
        "the source answers with an error code: ask its office; for 404 check the address",
    )
    REDIRECTED = Text(
        "nguồn chuyển hướng sang địa chỉ khác, hệ thống không đi theo: đặt địa chỉ mới nếu bên nguồn xác nhận",
        "the source redirects elsewhere; the centre does not follow: set the new address if its office confirms it",
    )
    FORBIDDEN_ADDRESS = Text(
        "tên máy trỏ vào địa chỉ nội bộ của máy chủ (169.254…, fe80…): kiểm tra DNS",
        "the host name resolves to a link-local address (169.254…, fe80…): check DNS",
    )
    WRONG_TYPE = Text(
        "dữ liệu trả về không đúng loại đã khai báo (có thể là trang đăng nhập), hệ thống không đọc: hỏi bên nguồn",
        "the answer is not of a declared type (a sign-in page?), so it was not read: ask its office",
    )
    WRONG_ENCODING = Text(
        "dữ liệu trả về bị nén sai kiểu, hệ thống không đọc: đề nghị bên nguồn gửi gzip hoặc không nén",
        "the answer uses an encoding that was not requested, so it was not read: ask its office for gzip or plain",
    )
    TOO_LARGE = Text(
        "dữ liệu trả về lớn hơn mức cho phép nên đã bị bỏ: lấy ít dữ liệu hơn mỗi lần",
        "the answer is larger than allowed, so it was dropped: fetch less at once",
    )
    UNUSABLE = Text(
        "không dùng được mục nào, lý do ghi ở bảng từ chối: báo bên nguồn; lần sau hệ thống lấy lại từ vị trí cũ",
        "no item can be used; the rejections say why: tell its office; the next fetch starts from the same place",
    )
    UNSCRUBBED = Text(
        "không tách được dữ liệu không được phép lưu nên không lưu gì: báo người phát triển",
        "data that may not be stored could not be removed, so nothing was kept: tell the developers",
    )
    BAD_QUERY = Text(
        "cơ sở dữ liệu nguồn không chạy được câu truy vấn: kiểm tra tên bảng, tên cột",
        "the source's database cannot run the query: check the names of tables and columns",
    )
    WRITES = Text(
        "câu truy vấn ghi vào cơ sở dữ liệu nguồn nên đã bị chặn: sửa khai báo",
        "the query tried to write to the source's database and was blocked: correct the declaration",
    )
    LOCKED = Text(
        "bảng của nguồn đang bị khoá: hệ thống sẽ thử lại; nếu kéo dài, hỏi bên nguồn",
        "the source's table is locked: the centre tries again; if this persists, ask its office",
    )
    TOO_MANY_ROWS = Text(
        "số dòng vượt rows_max và không chia nhỏ được: thêm cột since có giá trị riêng từng dòng, hoặc tăng rows_max",
        "more rows than rows_max, and no way to split them: add a since column unique per row, or raise rows_max",
    )
    SINCE_BROKEN = Text(
        "cột since rỗng, sai kiểu hoặc đi lùi nên không biết đã lấy tới đâu: sửa câu truy vấn hoặc hỏi bên nguồn",
        "the since column is empty, changes type or goes back, so the position is lost: correct the query or ask",
    )
    INTERNAL = Text(
        "lỗi bên trong khi lấy; nhật ký có chi tiết: báo người phát triển",
        "internal error while fetching; the log has details: tell the developers",
    )

    @property
    def code(self) -> str:
        """Stable lower-case code."""
        return self.name.lower()


class Condition(StrEnum):
    """Condition of one address. Overdue: no process fetches it, whatever the result of the newest fetch."""

    OVERDUE = "overdue"
    RUNNING = "running"
    FAILING = "failing"
    WAITING = "waiting"
    WELL = "well"


class PullError(Exception):
    """A fetch that brought nothing. ``detail`` never contains an address, a key or a data value."""

    def __init__(self, problem: FetchProblem, detail: str = "", *, retry_after_s: float = 0.0) -> None:
        super().__init__(f"{problem.code} {detail}".strip())
        self.problem = problem
        self.detail = detail
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class PullState:
    """The newest fetch from one address of a feed. ``source`` names only its host or file.

    ``tried_at`` is None before the first fetch. ``succeeded_at``: the last valid answer, including "nothing new".
    ``news_at``: the last answer with items that were kept; ``bytes``, ``accepted`` and ``rejected`` describe that one.
    ``failures`` counts failures in a row.
    """

    feed: str
    way: str
    source: str
    next_at: datetime
    tried_at: datetime | None = None
    running: bool = False
    succeeded_at: datetime | None = None
    news_at: datetime | None = None
    failures: int = 0
    problem: FetchProblem | None = None
    detail: str = ""
    bytes: int = 0
    accepted: int = 0
    rejected: int = 0

    def condition(self, now: datetime) -> Condition:
        """Its condition; overdue when the process stopped or the settings no longer contain the address."""
        if now > self.next_at + OVERDUE:
            return Condition.OVERDUE
        if self.running:
            return Condition.RUNNING
        if self.problem is not None:
            return Condition.FAILING
        return Condition.WAITING if self.tried_at is None else Condition.WELL


def address_setting(feed: str) -> str:
    """Name of the setting that holds a feed's addresses."""
    return f"IOC_PULL_{feed.upper()}_URL"
