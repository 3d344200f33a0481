"""What a person's browser keeps, and whose session a demonstration opens without a password."""

from datetime import UTC, datetime

from domain.access.account import Account
from domain.access.principal import Role
from domain.text import Text
from present.wire import ACCOUNT, SIGN_IN

__all__ = [
    "ACCOUNT", "AUTHORITY", "CHOSEN", "COOKIE", "DEMONSTRATED", "DEMONSTRATION", "FIGURES", "LOG", "MANAGE", "NOTICES",
    "REFUSED", "REPORT", "ROLE_WORDS", "SCREEN", "SCREEN_COOKIE", "SIGN_IN", "SIGN_OUT", "TEAMS", "TWO_STEP",
]  # fmt: skip

COOKIE = "ioc_person"
SCREEN_COOKIE = "ioc_screen"
AUTHORITY = SIGN_IN + "/co-quan"
"""Where the authority's own sign-in begins."""
SCREEN = "/man-hinh"
"""Where a screen is let in."""
FIGURES = "/figures"
"""The desk of files."""
LOG = "/nhat-ky"
MANAGE = "/quan-tri"
NOTICES = "/phan-anh/cong-khai"
REPORT = "/gui-so-lieu"
"""Where a commune's reporter hands figures in."""
SIGN_OUT = "/dang-xuat"
TWO_STEP = "/tai-khoan/hai-buoc"
"""Where a person sets the own second factor up."""
TEAMS = "/to-cong-nghe"
"""A commune's teams and the codes of their phones."""
CHOSEN = "chosen"
"""Parameter of the sign-in: a password was just chosen with an invitation."""
REFUSED = "refused"
"""Parameter of the own page: what somebody asked for is for other roles."""
DEMONSTRATED = "demonstrated"
"""In the scope: whether this request may enter as DEMONSTRATION."""
DEMONSTRATION = Account(
    name="(demonstration)",  # no account can have this name
    shown="Người trực ca (trình diễn)",
    roles=frozenset({Role.OPERATOR}),
    renewed_at=datetime(2026, 1, 1, tzinfo=UTC),
)

ROLE_WORDS = {
    Role.OPERATOR: Text("Trực ca", "Operator"),
    Role.LEADER: Text("Lãnh đạo", "Leader"),
    Role.REPORTER: Text("Cán bộ báo số liệu", "Reporter"),
    Role.APPROVER: Text("Người duyệt", "Approver"),
    Role.DISPATCHER: Text("Điều phối", "Dispatcher"),
    Role.ADMINISTRATOR: Text("Quản trị", "Administrator"),
    Role.AUDITOR: Text("Kiểm tra nhật ký", "Auditor"),
}
