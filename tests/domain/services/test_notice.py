"""What the public may read about feedback: a sentence without numbers, addresses, links and people."""

import pytest

from domain.services.notice import CHARS_MAX, why_not


@pytest.mark.parametrize(
    "text",
    [
        "Đã vá mặt đường đoạn trước chợ Bến Lức, hoàn thành 25/11/2026.",
        "Đội thu gom sẽ quay lại trước 17:00; tuyến 3/2 do UBND xã phụ trách.",
        "Bà con vui lòng chờ: đơn vị điện lực thay trụ trong 5 ngày làm việc.",
    ],
)
def test_what_an_office_says_of_its_work_may_be_read(text: str):
    assert why_not(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nội dung"),
        ("  ", "nội dung"),
        ("x" * (CHARS_MAX + 1), "Dài hơn"),
        ("Gọi 0912 345 678 để hẹn", "số điện thoại"),
        ("CCCD 080123456789 đã xác minh", "số giấy tờ"),
        ("Xe 62C-012.34 đã bị phạt", "biển số"),
        ("Đã làm việc với hộ ở số nhà 12", "số nhà"),
        ("Đã dọn rác trước 45/6 đường Hùng Vương", "số nhà"),
        ("Đã trả lời ông Tư Râu", "tên người"),
        ("Đã trả lời Nguyễn Văn Bí Mật", "tên người"),
        ("Xem https://example.org/a", "địa chỉ trang"),
        ("Thư a@b.vn", "thư điện tử"),
    ],
)
def test_whatever_points_at_a_person_may_not(text: str, why: str):
    found = why_not(text)
    assert found is not None
    assert why in found.vi
