"""LED messages: five lines of twenty characters at most, whole or not at all."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from screen_figures import FEEDS, KPIS, result

from domain.kpis.kpi import Kpi
from domain.places.place import PROVINCE
from domain.text import Language
from domain.waste.plan import Action, PlanException
from present.cards import public_card
from present.led import (
    CHARACTERS,
    LINES,
    LedMessage,
    Line,
    fitted,
    neutral,
    of_address,
    of_change,
    of_collection,
    of_figure,
)
from rounds.lookup.coming import Coming

NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)


def going(street: str = "đường Hùng Vương", hours: float = 1, simulated: bool = False) -> Coming:
    begins = NOW + timedelta(hours=hours)
    return Coming(
        begins=begins, out_by=begins - timedelta(minutes=5), over_at=begins, street=street, wards=frozenset({"27694"}),
        simulated=simulated,
    )  # fmt: skip


def texts(message: LedMessage | None) -> list[str]:
    assert message is not None
    return [line.text for line in message.lines]


def test_a_collection_says_what_when_where_and_what_to_do() -> None:
    message = of_collection(going(), ["Phường Long An"], NOW, "vi")
    assert texts(message) == [
        "Lịch xe rác hôm nay", "18:00", "Đường Hùng Vương", "Phường Long An", "để rác trước 17:55",
    ]  # fmt: skip
    assert message is not None
    assert message.until_ms == int((NOW + timedelta(minutes=55)).timestamp() * 1000), "then it is too late for the bags"
    assert message.tag == ""
    simulated = of_collection(going(simulated=True), [], NOW, "vi")
    assert simulated is not None
    assert simulated.tag == "MÔ PHỎNG"


def test_of_a_truck_on_its_way_the_interval_is_said_in_which_it_is_expected() -> None:
    low = NOW + timedelta(hours=1, minutes=10)
    message = of_collection(
        replace(going(simulated=True), between=(low, low + timedelta(minutes=15))), ["Phường Long An"], NOW, "vi"
    )
    assert texts(message) == [
        "Xe rác dự kiến đến", "18:10–18:25", "Đường Hùng Vương", "Phường Long An", "để rác trước 17:55",
    ]  # fmt: skip
    assert message is not None
    assert message.tagged == 4, "two times leave no room beside them"


PUBLIC = [kpi for kpi in KPIS.values() if kpi.public]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kpi", PUBLIC, ids=[kpi.key for kpi in PUBLIC])
def test_the_sentence_of_every_public_figure_fits_a_board(kpi: Kpi, language: Language) -> None:
    value = 100.0 if kpi.formula.whole is not None else 1_234_567.0
    found = replace(result(kpi, PROVINCE, value), as_of=NOW, reporting=60)
    card = public_card(kpi, FEEDS[kpi.feed], found, language, NOW)
    assert card is not None
    assert of_figure(card, language) is not None


def test_time_limits_and_teams_are_among_the_public_figures() -> None:
    assert {"services_on_time", "teams_hamlet_coverage"} <= {kpi.key for kpi in PUBLIC}


def test_tomorrows_is_called_tomorrows() -> None:
    assert texts(of_collection(going(hours=14), [], NOW, "vi"))[0] == "Lịch xe rác ngày mai"
    assert texts(of_collection(going(hours=7 + 1 / 60), [], NOW, "vi"))[-1] == "để rác trước 23:56"
    assert of_collection(going(hours=48), [], NOW, "vi") is None


@pytest.mark.parametrize(
    ("hours", "said"), [(6.9, "hôm nay"), (7.1, "đêm nay"), (10.9, "đêm nay"), (11.1, "ngày mai")],
)  # fmt: skip
def test_what_begins_after_midnight_is_tonights(hours: float, said: str) -> None:
    assert texts(of_collection(going(hours=hours), [], NOW, "vi"))[0] == f"Lịch xe rác {said}"


def test_in_the_morning_the_night_to_come_is_tomorrows() -> None:
    assert texts(of_collection(going(hours=7.1), [], NOW - timedelta(hours=9), "vi"))[0] == "Lịch xe rác ngày mai"


def test_a_long_street_takes_the_short_form_of_its_sign_and_one_that_does_not_fit_is_not_cut() -> None:
    assert "Đ. Nguyễn Đình Chiểu" in texts(of_collection(going("Đường Nguyễn Đình Chiểu"), ["P. 1"], NOW, "vi"))
    assert of_collection(going("hẻm 12/3A Nguyễn Đình Chiểu nối dài"), ["Phường Long An"], NOW, "vi") is None


@pytest.mark.parametrize(
    ("exception", "said"),
    [
        (
            PlanException(day=date(2026, 12, 1), action=Action.CANCEL, note="Mùng 1"),
            ["Nghỉ thu gom rác", "Thứ Ba 01/12/2026", "Mùng 1", "mọi tuyến"],
        ),
        (
            PlanException(day=date(2026, 12, 1), action=Action.MOVE, moved_to=date(2026, 12, 2), route="01"),
            ["Đổi ngày thu gom rác", "Thứ Ba 01/12/2026", "sang Thứ Tư", "02/12/2026", "một số tuyến"],
        ),
    ],
)
def test_a_change_is_told_from_ten_days_before(exception: PlanException, said: list[str]) -> None:
    assert texts(of_change(exception, NOW, "vi")) == said
    assert of_change(exception, NOW - timedelta(days=20), "vi") is None
    assert of_change(exception, NOW + timedelta(days=5), "vi") is None


@given(st.lists(st.text(), max_size=8))
def test_whatever_is_said_fits_or_is_left_out(said: list[str]) -> None:
    message = fitted("x", [Line("what", text) for text in said])
    if message is not None:
        assert len(message.lines) <= LINES
        assert all(len(line.text) <= CHARACTERS for line in message.lines)
        assert "".join("".join(said).split()) == "".join("".join(texts(message)).split()), "nothing is cut"


def test_the_address_and_the_neutral_page_fit() -> None:
    assert texts(of_address("ioc.longan.gov.vn", "vi"))[-2:] == ["ioc.longan.gov.vn", "/lich-thu-gom"]
    assert of_address("ioc-trung-tam.tinh-long-an.gov.vn", "vi") is None
    assert all(len(text) <= CHARACTERS for language in ("vi", "en") for text in texts(neutral(language)))


def test_no_word_stands_alone_in_the_last_line() -> None:
    said = "Ứng dụng Long An Số đã có 461.278 lượt cài"
    assert texts(fitted("x", [Line("sentence", said)])) == ["Ứng dụng Long An Số", "đã có 461.278", "lượt cài"]
    assert texts(fitted("x", [Line("sentence", "Sở Nông nghiệp, Môi-trường-và-xã")])) == [
        "Sở Nông nghiệp,", "Môi-trường-và-xã",
    ]  # fmt: skip
