"""How fetching a feed is going: the newest try, the newest success, what went wrong and what to do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from domain.text import Text

# A fetch ends within a minute; what is this late is not being fetched by anybody.
OVERDUE = timedelta(minutes=2)


class Problem(Enum):
    """Why a fetch brought nothing: what people read, with what to do; its name (lower case) is its code."""

    UNREACHABLE = Text(
        "không nối được tới nguồn: xem lại địa chỉ, tên máy và đường mạng",
        "cannot connect to the source: check the address, the host's name and the network",
    )
    NOT_TRUSTED = Text(
        "chứng thư TLS của nguồn không hợp lệ: bên nguồn thay chứng thư, hoặc đặt SSL_CERT_FILE là CA của họ",
        "the source's TLS certificate is not valid: have it renewed, or set SSL_CERT_FILE to its office's CA",
    )
    SLOW = Text(
        "nguồn không trả lời xong trong hạn: hỏi bên nguồn, hoặc lấy ít dữ liệu hơn mỗi lần",
        "the source did not finish in time: ask its office, or fetch less at once",
    )
    CUT_OFF = Text(
        "đứt kết nối giữa chừng: không giữ gì, sẽ lấy lại từ chỗ cũ",
        "the connection broke off: nothing was kept, it is fetched again from the same place",
    )
    DENIED = Text(
        "nguồn từ chối quyền: xem lại khoá trong IOC_PULL_…_HEADER hoặc tài khoản trong địa chỉ",
        "the source denies access: check the key in IOC_PULL_…_HEADER or the account in the address",
    )
    TOO_FAST = Text(
        "nguồn báo hỏi quá dày: chờ đúng như họ yêu cầu; nếu lặp lại, khai báo lấy thưa hơn",
        "the source says it is asked too often: waiting as it asks; if it goes on, declare a longer interval",
    )
    HTTP_STATUS = Text(
        "nguồn trả lời bằng mã lỗi: hỏi bên nguồn, nếu là 404 thì xem lại địa chỉ",
        "the source answers with an error: ask its office; for 404 check the address",
    )
    REDIRECTED = Text(
        "nguồn chuyển sang nơi khác, không đi theo: đặt địa chỉ mới nếu bên nguồn xác nhận",
        "the source sends elsewhere, which is not followed: set the new address if its office confirms it",
    )
    FORBIDDEN_ADDRESS = Text(
        "tên máy trỏ vào địa chỉ nội bộ của máy chủ (169.254…, fe80…): xem lại DNS",
        "the name leads to a link-local address (169.254…, fe80…): check the DNS",
    )
    WRONG_TYPE = Text(
        "câu trả lời không phải loại đã khai báo (có thể là trang đăng nhập): không đọc",
        "the answer is not of a declared type (a sign-in page?): not read",
    )
    WRONG_ENCODING = Text(
        "câu trả lời nén kiểu không được yêu cầu: không đọc; bên nguồn gửi gzip hoặc không nén",
        "the answer is packed in a way nobody asked for: not read; gzip or plain is needed",
    )
    TOO_LARGE = Text(
        "câu trả lời lớn hơn mức cho phép, đã bỏ: lấy ít dữ liệu hơn mỗi lần",
        "the answer is larger than allowed and was dropped: fetch less at once",
    )
    UNUSABLE = Text(
        "không dùng được mục nào; lý do ở bảng bị từ chối: báo bên nguồn, lần sau lấy lại từ chỗ cũ",
        "nothing in it can be used; the refusals say why: tell its office; it is fetched again from the same place",
    )
    UNSCRUBBED = Text(
        "không gỡ được dữ liệu không được phép lưu, nên không giữ gì: báo người phát triển",
        "what may not be stored could not be taken out, so nothing was kept: tell the developers",
    )
    BAD_QUERY = Text(
        "cơ sở dữ liệu nguồn không chạy được câu hỏi: xem lại tên bảng, tên cột",
        "the source's database cannot answer the query: check names of tables and columns",
    )
    WRITES = Text(
        "câu hỏi định ghi vào cơ sở dữ liệu nguồn, đã bị chặn: sửa khai báo",
        "the query tried to write to the source's database and was stopped: mend the declaration",
    )
    LOCKED = Text(
        "bảng của nguồn đang bị khoá: sẽ thử lại; nếu kéo dài, hỏi bên nguồn",
        "the source's table is locked: it is tried again; if it goes on, ask its office",
    )
    TOO_MANY_ROWS = Text(
        "nhiều dòng hơn rows_max mà không chia được: thêm cột since có giá trị riêng từng dòng, hoặc tăng rows_max",
        "more rows than rows_max that cannot be divided: add a since column that differs by row, or raise rows_max",
    )
    SINCE_BROKEN = Text(
        "cột since rỗng, sai kiểu hoặc đi lùi, nên không biết đã lấy tới đâu: sửa câu hỏi hoặc hỏi bên nguồn",
        "the since column is empty, of another type or goes back, so the place is unknown: mend the query or ask",
    )
    INTERNAL = Text(
        "lỗi bên trong khi lấy; nhật ký có chi tiết: báo người phát triển",
        "internal error while fetching; the log says more: tell the developers",
    )

    @property
    def code(self) -> str:
        """Stable lower-case code."""
        return self.name.lower()


class Condition(StrEnum):
    """How fetching from one address goes. Overdue: nobody fetches it, whatever the newest fetch said."""

    OVERDUE = "overdue"
    RUNNING = "running"
    FAILING = "failing"
    WAITING = "waiting"
    WELL = "well"


class PullError(Exception):
    """A fetch that brought nothing. ``detail`` never holds an address, a key or a value of the data."""

    def __init__(self, problem: Problem, detail: str = "", *, retry_after_s: float = 0.0) -> None:
        super().__init__(f"{problem.code} {detail}".strip())
        self.problem = problem
        self.detail = detail
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class PullState:
    """The newest fetch from one address of a feed, ``tried_at`` None before the first. ``source`` names the host (or
    file) and nothing else of it.

    ``succeeded_at``: when it last answered as it should, also that nothing is new; ``news_at``: when it last brought
    something that was kept; ``bytes``, ``accepted`` and ``rejected`` tell of that. ``failures`` in a row.
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
    problem: Problem | None = None
    detail: str = ""
    bytes: int = 0
    accepted: int = 0
    rejected: int = 0

    def condition(self, now: datetime) -> Condition:
        """How it goes; overdue when the process stopped, or the address was taken out of the settings."""
        if now > self.next_at + OVERDUE:
            return Condition.OVERDUE
        if self.running:
            return Condition.RUNNING
        if self.problem is not None:
            return Condition.FAILING
        return Condition.WAITING if self.tried_at is None else Condition.WELL


def address_setting(feed: str) -> str:
    """The setting with the addresses of a feed."""
    return f"IOC_PULL_{feed.upper()}_URL"
