"""The owner of a feed: telephones come from the centre's own setting, and none is made up."""

import pytest

import data_sources
from domain.discovery import discover
from domain.feeds.feed import Feed, with_phones
from domain.feeds.owner import phones
from settings import Settings

FEEDS = discover(data_sources, "FEED", Feed)


def test_the_product_ships_no_number():
    assert {feed.owner.phone for feed in FEEDS.values()} == {""}
    call = FEEDS["services"].owner.call
    assert call.vi == "Gọi Trung tâm Phục vụ hành chính công; UBND cấp xã (trực hệ thống một cửa)."
    assert ":" not in call.en


def test_the_centres_file_says_whom_to_call(tmp_path):
    file = tmp_path / "owners.csv"
    file.write_text("\ufefffeed,phone\nservices,0272 3000 000\n", "utf-8")
    given = Settings.from_env({"IOC_DATA_DIR": str(tmp_path), "IOC_OWNERS": str(file)}).phones
    known = with_phones(FEEDS, given)
    assert known["services"].owner.call.vi.endswith(", 0272 3000 000).")
    assert known["teams"].owner.phone == ""


@pytest.mark.parametrize(
    "text", ["", "feed\nservices", "feed,phone\nservices,", "feed,phone\nservices,hỏi anh Ba",
             "feed,phone\n,0272300000", "feed,phone\nservices,0272300000\nservices,0272300001"],
)  # fmt: skip
def test_a_wrong_file_is_an_error_that_names_the_line(text):
    with pytest.raises(ValueError):
        phones(text)


def test_a_number_for_a_feed_that_nobody_declares_is_an_error():
    with pytest.raises(ValueError, match="lighthouses"):
        with_phones(FEEDS, {"lighthouses": "0272 3000 000"})


def test_a_file_that_is_not_there_is_told_by_the_setting(tmp_path):
    with pytest.raises(ValueError, match="IOC_OWNERS"):
        Settings.from_env({"IOC_OWNERS": str(tmp_path / "none.csv")})
