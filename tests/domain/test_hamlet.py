"""Who leads a team stands beside a hamlet's name in many lists; hamlets that bear a person's name are no person."""

import pytest

from domain.teams.hamlet import names_person


@pytest.mark.parametrize(
    "said",
    [
        "Khu phố 1 - Nguyễn Văn Tám",
        "KHU PHỐ 1 – NGUYỄN VĂN TÁM",
        "Nguyễn Thị Tám",
        "Khu phố 1 Nguyễn Văn Tám",
        "Ấp 2 (ô. Tám)",
        "Ấp 2, ông Tám",
        "Ấp 2; đ/c Tám",
        "KP3/Bà Trần Thị Tám",
        "Tổ trưởng: Lê Thị Tám, khu phố 2",
        "Nguyen Van Tam",
        "Trưởng ấp Tám",
    ],
)
def test_who_is_named_beside_a_hamlet_is_found(said: str) -> None:
    assert names_person(said)


@pytest.mark.parametrize(
    "said",
    [
        "Ấp 1",
        "Khu phố Bình Quân 1",
        "KP 3A",
        "Ấp Nguyễn Văn Tiếp",
        "Ấp Bà Nghĩa",
        "Ấp Ông Hiếu 2",
        "Bà Mía",
        "Khu phố 2 - Lê Lợi",
        "Ấp 3, Dương Xuân Hội",
        "Ấp 5 (Thái Bình Trung cũ)",
        "Trần Phú",
        "Bình An - Khu phố Nguyễn Văn Bé",
    ],
)
def test_a_hamlet_is_no_person(said: str) -> None:
    assert not names_person(said)
