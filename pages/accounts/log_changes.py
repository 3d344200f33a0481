"""What an entry of the audit log changed, in words: the log keeps small JSON objects by the centre's own codes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from domain.access.principal import Role
from domain.feeds.feed import Feed
from domain.imports.stages import STAGES
from domain.instant import from_ms
from domain.text import Language, Text
from pages.accounts.session import ROLE_WORDS
from present import formats

_NAMES: Mapping[str, Text] = {
    "alarm": Text("cảnh báo", "alarm"),
    "approved_by": Text("người duyệt", "approved by"),
    "changed": Text("số mục thay đổi", "entries changed"),
    "devices": Text("số thiết bị", "devices"),
    "disabled": Text("đã đóng", "closed"),
    "done_by": Text("người nhận", "taken by"),
    "feed": Text("nguồn", "feed"),
    "file": Text("tệp", "file"),
    "first": Text("thiết bị đầu tiên", "first device"),
    "id": Text("mã số", "number"),
    "many": Text("số mã", "codes"),
    "name": Text("tên", "name"),
    "network": Text("địa chỉ mạng", "network"),
    "older_than": Text("cũ hơn", "older than"),
    "path": Text("trang", "page"),
    "photos": Text("số ảnh", "photos"),
    "priority": Text("mức", "priority"),
    "role": Text("vai trò", "role"),
    "roles": Text("vai trò", "roles"),
    "seal": Text("dấu niêm", "seal"),
    "sender": Text("nơi gửi", "sender"),
    "sha256": Text("mã kiểm tra tệp", "check sum of the file"),
    "shown": Text("tên hiển thị, lớp đang dùng", "name shown, layer in use"),
    "source": Text("đơn vị gửi", "sent by"),
    "stage": Text("trạng thái tệp", "the file's state"),
    "subject": Text("tài khoản của cơ quan", "the authority's account"),
    "text": Text("nội dung", "text"),
    "typed_name": Text("tên đã khai", "name given"),
    "units": Text("đơn vị", "units"),
    "until_ms": Text("đến", "until"),
    "valid": Text("còn hiệu lực", "valid"),
    "vehicle": Text("xe", "vehicle"),
    "vehicles": Text("số xe", "vehicles"),
    "why": Text("lý do", "reason"),
    "written_by": Text("người viết", "written by"),
}
_VALUES: Mapping[tuple[str, str], Text] = {
    **{("stage", stage.value): words for stage, words in STAGES.items()},
    ("priority", "critical"): Text("nghiêm trọng", "critical"),
    ("priority", "high"): Text("ưu tiên cao", "high"),
    ("priority", "advisory"): Text("lưu ý", "advisory"),
}
_NOTHING = Text("trống", "empty")
_YES, _NO = Text("có", "yes"), Text("không", "no")
_SUM = re.compile(r"[0-9a-f]{64}")
_SUM_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an entry tells: its name, what it was ("" = not told) and what it is ("" = not told)."""

    name: str
    before: str
    after: str


def changes(before: str, after: str, language: Language, feeds: Mapping[str, Feed]) -> list[Change]:
    """What two small JSON objects of an entry say, thing by thing; what did not change is said once, as it is."""
    was, now = _read(before), _read(after)
    told = []
    for key in dict.fromkeys((*was, *now)):
        name = _NAMES[key].to(language) if key in _NAMES else key
        old, new = (_said(key, side[key], language, feeds) if key in side else "" for side in (was, now))
        told.append(Change(name, "" if old == new else old, new))
    return told


def _read(kept: str) -> Mapping[str, Any]:
    return orjson.loads(kept) if kept else {}


def _said(key: str, value: Any, language: Language, feeds: Mapping[str, Feed]) -> str:
    if key == "feed" and value in feeds:
        return feeds[value].names.to(language)
    if value is None or value == "":
        return _NOTHING.to(language)
    if isinstance(value, bool) or (key, value) == ("valid", 1):
        return (_YES if value else _NO).to(language)
    if key.endswith("_ms") and isinstance(value, int):
        return f"{formats.clock(from_ms(value))} {formats.day(from_ms(value), language)}"
    if key in ("role", "roles"):
        return ", ".join(_role(one, language) for one in str(value).split(" "))
    said = _VALUES.get((key, str(value)))
    if said is not None:
        return said.to(language)
    return f"{str(value)[:_SUM_SHOWN]}…" if _SUM.fullmatch(str(value)) else str(value)


def _role(code: str, language: Language) -> str:
    return ROLE_WORDS[Role(code)].to(language) if code in set(Role) and Role(code) in ROLE_WORDS else code
