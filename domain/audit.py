"""The audit log: who did what, from where and when; each entry seals the one before it, so that a change shows."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import orjson

from domain.access.principal import Actor
from domain.text import Text

KEPT = timedelta(days=365)
"""How long an entry stays."""
NO_SEAL = ""
"""What the first entry of all seals."""


class Act(StrEnum):
    """What was done; the log knows no other acts."""

    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_LINKED = "account_linked"
    ACCOUNT_LOCKED = "account_locked"
    ACCOUNT_RENEWED = "account_renewed"
    ACCOUNT_RESET = "account_reset"
    ALARM_GIVEN_BACK = "alarm_given_back"
    ALARM_PUT_OFF = "alarm_put_off"
    ALARM_TAKEN = "alarm_taken"
    AUDIT_CUT = "audit_cut"
    DRIVERS_FORGOTTEN = "drivers_forgotten"
    DRIVERS_IMPORTED = "drivers_imported"
    DRIVERS_READ = "drivers_read"
    FILE_APPROVED = "file_approved"
    FILE_GIVEN_UP = "file_given_up"
    FILE_RECEIVED = "file_received"
    FILE_REFUSED = "file_refused"
    FILE_WITHDRAWN = "file_withdrawn"
    KEY_ADDED = "key_added"
    KEY_REVOKED = "key_revoked"
    MAP_IMPORTED = "map_imported"
    MAP_USED = "map_used"
    MAP_WITHDRAWN = "map_withdrawn"
    NOTICE_APPROVED = "notice_approved"
    NOTICE_WITHDRAWN = "notice_withdrawn"
    NOTICE_WRITTEN = "notice_written"
    ORGANISATIONS_IMPORTED = "organisations_imported"
    PLAN_IMPORTED = "plan_imported"
    PLAN_USED = "plan_used"
    PLAN_WITHDRAWN = "plan_withdrawn"
    RECOVERY_CODE_USED = "recovery_code_used"
    RUN_OVERRIDDEN = "run_overridden"
    SCREEN_ELSEWHERE = "screen_elsewhere"
    SCREEN_LET_IN = "screen_let_in"
    SCREEN_REVOKED = "screen_revoked"
    SECOND_FACTOR_REFUSED = "second_factor_refused"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_SET = "second_factor_set"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_REFUSED = "sign_in_refused"
    TEAM_CODES_REVOKED = "team_codes_revoked"
    TEAM_CODE_HANDED_OUT = "team_code_handed_out"
    TEAM_PHONE_LET_IN = "team_phone_let_in"
    TEAM_PHOTOS_READ = "team_photos_read"
    VEHICLES_IMPORTED = "vehicles_imported"
    VEHICLE_BOUND = "vehicle_bound"
    VEHICLE_UNBOUND = "vehicle_unbound"
    WORKING_DAYS_IMPORTED = "working_days_imported"


ACTS = {
    Act.ACCOUNT_CHANGED: Text("Đổi vai trò", "Roles changed"),
    Act.ACCOUNT_CREATED: Text("Mời người dùng", "Account created"),
    Act.ACCOUNT_DISABLED: Text("Khóa tài khoản", "Account disabled"),
    Act.ACCOUNT_LINKED: Text("Liên kết với tài khoản cơ quan", "Linked to the authority's account"),
    Act.ACCOUNT_LOCKED: Text("Tạm khóa đăng nhập vì sai nhiều lần", "Sign-in locked after wrong tries"),
    Act.ACCOUNT_RENEWED: Text("Đổi mật khẩu", "Password changed"),
    Act.ACCOUNT_RESET: Text("Cấp lại mật khẩu", "Password reset"),
    Act.ALARM_GIVEN_BACK: Text("Trả lại cảnh báo", "Alarm given back"),
    Act.ALARM_PUT_OFF: Text("Tạm hoãn cảnh báo", "Alarm put off"),
    Act.ALARM_TAKEN: Text("Nhận xử lý cảnh báo", "Alarm taken"),
    Act.AUDIT_CUT: Text("Xóa mục nhật ký hết hạn", "Expired entries of the log removed"),
    Act.DRIVERS_FORGOTTEN: Text("Xóa dữ liệu tài xế hết hạn", "Expired driver data removed"),
    Act.DRIVERS_IMPORTED: Text("Nạp danh sách tài xế", "Drivers imported"),
    Act.DRIVERS_READ: Text("Xem dữ liệu tài xế", "Driver data read"),
    Act.FILE_APPROVED: Text("Duyệt tệp số liệu", "File of figures approved"),
    Act.FILE_GIVEN_UP: Text("Người nạp bỏ tệp số liệu", "File of figures given up"),
    Act.FILE_RECEIVED: Text("Nhận tệp số liệu", "File of figures received"),
    Act.FILE_REFUSED: Text("Không nhận tệp số liệu", "File of figures refused"),
    Act.FILE_WITHDRAWN: Text("Rút tệp số liệu", "File of figures withdrawn"),
    Act.KEY_ADDED: Text("Cấp khóa", "Key issued"),
    Act.KEY_REVOKED: Text("Thu hồi khóa", "Key revoked"),
    Act.MAP_IMPORTED: Text("Nạp lớp bản đồ", "Map layer imported"),
    Act.MAP_USED: Text("Dùng lại lớp bản đồ", "Map layer used again"),
    Act.MAP_WITHDRAWN: Text("Gỡ lớp bản đồ", "Map layer withdrawn"),
    Act.NOTICE_APPROVED: Text("Cho công khai thông tin phản ánh", "Notice about feedback let out"),
    Act.NOTICE_WITHDRAWN: Text("Rút thông tin phản ánh", "Notice about feedback withdrawn"),
    Act.NOTICE_WRITTEN: Text("Soạn thông tin phản ánh", "Notice about feedback written"),
    Act.ORGANISATIONS_IMPORTED: Text("Nạp danh mục cơ quan", "Organisations imported"),
    Act.PLAN_IMPORTED: Text("Nạp kế hoạch thu gom", "Collection plan imported"),
    Act.PLAN_USED: Text("Dùng lại kế hoạch thu gom", "Collection plan used again"),
    Act.PLAN_WITHDRAWN: Text("Rút kế hoạch thu gom", "Collection plan withdrawn"),
    Act.RECOVERY_CODE_USED: Text("Dùng một mã dự phòng", "A recovery code was used"),
    Act.RUN_OVERRIDDEN: Text("Điều phối xác nhận xe chạy chuyến", "Dispatcher said which vehicle drives a run"),
    Act.SCREEN_ELSEWHERE: Text("Khóa màn hình bị dùng ở nơi khác", "A screen's token shown elsewhere"),
    Act.SCREEN_LET_IN: Text("Cho phép màn hình", "Screen let in"),
    Act.SCREEN_REVOKED: Text("Thu hồi màn hình", "Screen revoked"),
    Act.SECOND_FACTOR_REFUSED: Text("Sai mã xác thực hai bước", "Wrong code of the second step"),
    Act.SECOND_FACTOR_REMOVED: Text("Bỏ xác thực hai bước", "Second step removed"),
    Act.SECOND_FACTOR_SET: Text("Thiết lập xác thực hai bước", "Second step set up"),
    Act.SIGNED_IN: Text("Đăng nhập", "Signed in"),
    Act.SIGNED_OUT: Text("Đăng xuất", "Signed out"),
    Act.SIGN_IN_REFUSED: Text("Đăng nhập không thành", "Sign-in refused"),
    Act.TEAM_CODES_REVOKED: Text("Thu hồi mã và máy của tổ", "A team's codes and phones revoked"),
    Act.TEAM_CODE_HANDED_OUT: Text("Cấp mã cho tổ", "Code handed out to a team"),
    Act.TEAM_PHONE_LET_IN: Text("Máy của tổ dùng mã", "A team's phone used its code"),
    Act.TEAM_PHOTOS_READ: Text("Xem ảnh của tổ", "Photos of a team seen"),
    Act.VEHICLES_IMPORTED: Text("Nạp sổ xe", "Vehicles imported"),
    Act.VEHICLE_BOUND: Text("Gắn thiết bị vào xe", "Device bound to a vehicle"),
    Act.VEHICLE_UNBOUND: Text("Gỡ thiết bị khỏi xe", "Device taken off a vehicle"),
    Act.WORKING_DAYS_IMPORTED: Text("Nạp ngày nghỉ, ngày làm bù", "Days off and working days imported"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act. ``number`` counts from 1 without gaps; ``address`` is where the request came from, "" for the centre.

    ``of`` is the thing acted on; ``before`` and ``after`` are small JSON objects, "" for none. ``seal`` is the hash of
    this entry and the seal before it, hex.
    """

    number: int
    at: datetime
    actor: Actor
    name: str
    address: str
    act: Act
    of: str
    before: str
    after: str
    seal: str


class Fault(StrEnum):
    """How an entry breaks the chain."""

    CHANGED = "changed"
    MISSING = "missing"
    SURPLUS = "surplus"


FAULTS = {
    Fault.CHANGED: Text("nội dung hoặc thứ tự đã bị đổi", "its content or order was changed"),
    Fault.MISSING: Text("đã bị xóa", "it was removed"),
    Fault.SURPLUS: Text("đã bị chèn thêm", "it was inserted"),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that breaks the chain, and how."""

    number: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Whole:
    """An unbroken chain: its entries, and the newest one's number and seal. Write these down to compare them later."""

    entries: int
    number: int
    seal: str


Anchor = tuple[int, str]
"""The number and the seal of an entry."""
Link = tuple[int, int, str, str, str, str, str, str, str, str]
"""An entry as stored: number, at (epoch ms), actor, name, address, act, of, before, after, seal."""


def seal_of(before: str, link: tuple[object, ...]) -> str:
    """The seal of an entry after the seal ``before``. ``link`` is the entry as stored, without its own seal."""
    return hashlib.sha256(orjson.dumps((before, *link))).hexdigest()


def verified(links: Iterable[Link], cut: Anchor, head: Anchor, known: Anchor | None = None) -> Whole | Broken:
    """Follow the chain by number; stops at the first entry that breaks it.

    ``cut`` is the last entry that retention removed, ``head`` the newest entry ever written, ``known`` an entry that
    somebody wrote down: whoever rewrites the whole chain cannot rewrite that note.
    """
    number, seal = cut
    begun, last = number, head[0]
    known_number, known_seal = known or (0, NO_SEAL)
    for link in links:
        number += 1
        if link[0] != number:
            return Broken(number, Fault.MISSING)
        if number > last:
            return Broken(number, Fault.SURPLUS)
        seal = seal_of(seal, link[:-1])
        if seal != link[-1] or (number == known_number and seal != known_seal):
            return Broken(number, Fault.CHANGED)
    entries = number - begun
    written = max(head[0], known[0] if known else 0)
    if number < written:
        return Broken(number + 1, Fault.MISSING)
    if seal != head[1]:
        return Broken(number, Fault.CHANGED)
    return Whole(entries, number, seal)
