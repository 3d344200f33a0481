"""Plates, telephone and identity numbers in free text, however people write them."""

import pytest

from domain.public_text import is_public, public


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("62C-012.34", "…"),
        ("xe 62C1 2345 chạy", "xe … chạy"),
        ("51LD-123.45", "…"),
        ("62C—01234", "…"),
        ("62–C–012–34", "…"),
        ("62\u00a0C\u2011012.34", "…"),
        ("６２Ｃ－０１２３４", "…"),
        ("62\u200bC-012\u200b34", "…"),
        ("62c.123.45", "…"),
        ("+84 912 345 678", "…"),
        ("84 912 345 678", "…"),
        ("84912345678", "…"),
        ("+84 (0)912.345.678", "…"),
        ("(0272) 3826 666", "…"),
        ("0272 3826 666", "…"),
        ("gọi ０９１２３４５６７８ nhé", "gọi … nhé"),
        ("căn cước 079099988877", "căn cước …"),
    ],
)
def test_what_names_a_person_or_a_vehicle_becomes_a_blot(said: str, told: str) -> None:
    assert public(said) == told
    assert not is_public(said)
    assert is_public(told)


@pytest.mark.parametrize(
    "said",
    ["12 ĐT 833", "QL1A km 1950", "30/4", "hẻm 12/3 Hùng Vương", "hẻm 120/15/4 Nguyễn Đình Chiểu", "Đường 3 tháng 2",
     "84 Hùng Vương", "tổ 12 ấp 3", "1900 1234", "24/7 từ 05:00 – 07:30"],
)  # fmt: skip
def test_names_of_streets_and_house_numbers_stay(said: str) -> None:
    assert public(said) == said
    assert is_public(said)
