"""What an entry of the audit log changed is told in words, not in the centre's own codes."""

import pytest

from data_sources.teams import FEED as TEAMS
from pages.accounts.log_changes import Change, changes


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "", []),
        ('{"stage":"mapped"}', '{"stage":"approved","file":"a.csv"}',
         [Change("trạng thái tệp", "chờ duyệt", "đã duyệt, đang ghi"), Change("tệp", "", "a.csv")]),
        ('{"stage":"mapped"}', '{"stage":"given_up"}',
         [Change("trạng thái tệp", "chờ duyệt", "người nạp đã bỏ")]),
        ('{"roles":"operator leader"}', '{"roles":"approver"}',
         [Change("vai trò", "Trực ca, Lãnh đạo", "Người duyệt")]),
        ('{"roles":"leader"}', '{"roles":"leader"}', [Change("vai trò", "", "Lãnh đạo")]),
        ('{"shown":"la"}', "", [Change("tên hiển thị, lớp đang dùng", "la", "")]),
        ("", '{"feed":"teams"}', [Change("nguồn", "", "Tổ công nghệ số cộng đồng")]),
        ("", '{"valid":1}', [Change("còn hiệu lực", "", "có")]),
        ("", '{"disabled":true}', [Change("đã đóng", "", "có")]),
        ("", '{"until_ms":1796048201814}', [Change("đến", "", "21:16 30/11/2026")]),
        ("", '{"units":""}', [Change("đơn vị", "", "trống")]),
        ("", '{"unheard_of":[1,2]}', [Change("unheard_of", "", "[1, 2]")]),
        ("", '{"sha256":"%s"}' % ("a" * 64), [Change("mã kiểm tra tệp", "", "a" * 12 + "…")]),
    ],
)  # fmt: skip
def test_each_thing_is_said_once(before: str, after: str, said: list[Change]) -> None:
    assert changes(before, after, "vi", {"teams": TEAMS}) == said
