import pytest

from present.charts.shares import Amount, shares

DAY = [
    Amount("served", "đã thu", 120.0),
    Amount("passed", "chạy qua", 0.0),
    Amount("missed", "bỏ sót", 6.25),
    Amount("unknown", "chưa xác minh", 300.0),
    Amount("due", "chưa tới", 463.75),
]


def test_parts_make_the_whole_in_their_order() -> None:
    vm = shares("Đường hôm nay", DAY, "km", 1, "vi")
    assert [one.kind for one in vm.parts] == ["served", "missed", "unknown", "due"]
    assert sum(one.share for one in vm.parts) == pytest.approx(1)
    assert [one.begin for one in vm.parts] == pytest.approx([0, 120 / 890, 126.25 / 890, 426.25 / 890])
    assert vm.total == "890,0 km"
    assert "bỏ sót 6,2 km (0,7%)" in vm.said
    assert "chạy qua" not in vm.said, "nothing of it: no part"


def test_nothing_at_all_is_a_sentence_and_no_bar() -> None:
    vm = shares("Đường hôm nay", [Amount("served", "đã thu", 0.0)], "km", 1, "vi")
    assert (vm.parts, vm.why) == ((), "Không có gì để chia phần.")
    assert vm.drawn == ""


def test_a_sliver_is_neither_nothing_nor_all() -> None:
    vm = shares("Đường", [Amount("missed", "bỏ sót", 0.01), Amount("served", "đã thu", 999.99)], "km", 2, "vi")
    assert [one.percent for one in vm.parts] == ["<0,1%", ">99,9%"]
    assert vm.drawn == "missed 0.00001|served 0.99999"


def test_less_than_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        shares("Đường", [Amount("served", "đã thu", -1.0)], "km", 1, "vi")
