"""The residents' pages: what they show and ask, why they are empty, and what they never reveal."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from plan_fixtures import HUNG_VUONG, MARKET, NOW, ROUTE, TET, H
from sqlalchemy.exc import OperationalError

from domain.observation import Kind
from domain.waste.plan import Action, PlanException
from domain.waste.run import (
    AssignedBy,
    Assignment,
    Because,
    Expected,
    Punctuality,
    RunResult,
    RunState,
    StreetResult,
    StreetState,
    Stretch,
)
from rounds.lookup.street_search import Outcome
from tests.pages.residents import Centre, text_of

DAILY = replace(
    ROUTE, weekdays=frozenset(range(1, 8)), places=("27694",),
    streets=(
        HUNG_VUONG, MARKET, replace(HUNG_VUONG, order=3, name="Hưng Vượng"), replace(MARKET, order=4, name="<b>&"),
    ),
)  # fmt: skip


async def test_without_a_plan_the_page_says_so(centre: Centre):
    for path in ("", "?q=hung+vuong"):
        assert "Chưa có kế hoạch thu gom" in await centre.page(path)
    assert "There is no collection plan yet" in await centre.page("?lang=en")


async def test_a_street_is_found_without_diacritics_and_shows_its_next_collection(centre: Centre):
    centre.bring(ROUTE)
    html = await centre.page("?q=duong+hung+vuong")
    text = text_of(html)
    for said in (
        "Hùng Vương", "Phường Long An", "Hôm nay, Thứ Hai 23/11/2026", "18:00 – 19:00", "Đem rác ra trước 17:55",
        "lề phải", "xe ép rác", "Thứ Tư 25/11/2026", "theo lịch còn 8 giờ tính lúc 10:00", "chưa đến giờ",
        "Đăng ký lịch",
    ):  # fmt: skip
        assert said in text, said
    assert '<html lang="vi">' in html
    assert "<script" not in html
    assert 'href="/lich-thu-gom/hung-vuong-27694"' in html
    assert [answer.outcome for answer in centre.counted] == [Outcome.ONE]


async def test_bags_whose_hour_is_over_are_to_be_put_out_now(centre: Centre):
    centre.bring(ROUTE)
    centre.now = datetime(2026, 11, 23, 10, 54, tzinfo=UTC)
    assert "Đem rác ra trước 17:55" in text_of(await centre.page("/hung-vuong-27694"))
    centre.now = datetime(2026, 11, 23, 11, 4, tzinfo=UTC)
    text = text_of(await centre.page("/hung-vuong-27694"))
    assert "Đem rác ra ngay bây giờ" in text
    assert "17:55" not in text
    assert "Put bags out now" in text_of(await centre.page("/hung-vuong-27694?lang=en"))


async def test_a_minute_that_has_begun_is_no_hour_by_which_bags_are_out(centre: Centre):
    centre.bring(replace(ROUTE, streets=(replace(HUNG_VUONG, begins_s=18 * H + 40),)))
    centre.now = datetime(2026, 11, 23, 10, 54, 50, tzinfo=UTC)
    assert "Đem rác ra trước 17:55" in text_of(await centre.page("/hung-vuong-27694"))
    centre.now = datetime(2026, 11, 23, 10, 55, 10, tzinfo=UTC)
    assert "Đem rác ra ngay bây giờ" in text_of(await centre.page("/hung-vuong-27694"))


async def test_a_shift_that_began_before_midnight_is_of_yesterday(centre: Centre):
    night = replace(HUNG_VUONG, begins_s=23 * H, ends_s=25 * H)
    centre.bring(replace(ROUTE, weekdays=frozenset(range(1, 8)), streets=(night,)))
    centre.now = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # half past midnight
    text = text_of(await centre.page("/hung-vuong-27694"))
    assert "Hôm qua, Thứ Hai 23/11/2026 23:00 – 01:00" in text
    assert "chưa đến giờ" not in text


async def test_bags_of_a_collection_after_midnight_are_due_tonight_and_the_evening_before(centre: Centre):
    night = replace(HUNG_VUONG, begins_s=180, ends_s=H)
    centre.bring(replace(ROUTE, weekdays=frozenset({2}), streets=(night,)))
    centre.now = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # half past eleven, Monday
    assert "Đem rác ra trước 23:58 tối nay" in text_of(await centre.page("/hung-vuong-27694"))
    centre.now = datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert "Đem rác ra trước 23:58 tối hôm trước" in text_of(await centre.page("/hung-vuong-27694"))


async def test_four_dates_follow_and_reading_a_page_is_no_look_up(centre: Centre):
    centre.bring(ROUTE)
    html = await centre.page("/hung-vuong-27694")
    dates = re.search(r'<ul class="dates">(.*?)</ul>', html, re.DOTALL)
    assert dates is not None
    assert re.findall(r"(\d\d/\d\d)/2026", dates[1]) == ["25/11", "27/11", "30/11", "02/12"]
    assert centre.counted == []


async def test_english_by_switch_keeps_what_was_typed(centre: Centre):
    centre.bring(ROUTE)
    html = await centre.page("?q=hung+vuong&lang=en")
    text = text_of(html)
    left = "in 8 h by the plan as of 10:00"
    assert all(said in text for said in ("Next collection", "Today, Monday", "Put bags out by", left, "not yet"))
    assert 'href="/lich-thu-gom?q=hung+vuong"' in html
    assert '<html lang="en">' in html


async def test_several_are_asked_about_and_none_is_guessed(centre: Centre):
    centre.bring(DAILY)
    text = text_of(await centre.page("?q=hung+vuong"))
    assert "Bạn muốn xem đường nào?" in text
    assert "Hùng Vương" in text
    assert "Hưng Vượng" in text
    assert "Lần thu gom tới" not in text
    asked = await centre.page("/hung-vuong-27694")
    assert "Bạn muốn xem đường nào?" in asked, "an address that two names share"
    links = re.findall(r'<li><a href="/lich-thu-gom(/hung-vuong-[^"]+)"', asked)
    titles = {text_of(await centre.page(link)).split(" · ")[0] for link in links}
    assert titles == {"Đường Hùng Vương", "Hưng Vượng"}, "every choice leads to its street"


async def test_an_old_ward_is_answered_with_its_name_of_today(centre: Centre):
    other = replace(ROUTE, id="02", places=("27715",), streets=(HUNG_VUONG,))
    centre.bring(ROUTE, other)
    text = text_of(await centre.page("?q=Hùng+Vương,+phường+3"))
    assert "Phường 3, Thành phố Tân An" in text
    assert "nay là Phường Long An" in text


async def test_nothing_found_says_why_and_what_to_try(centre: Centre):
    centre.bring(ROUTE)
    text = text_of(await centre.page("?q=Xyz+Abc"))
    assert "Không tìm thấy “Xyz Abc”" in text
    assert "Thử chỉ gõ tên đường" in text
    alike = text_of(await centre.page("?q=hung+vuog"))
    assert "Có phải bạn tìm:" in alike
    assert [answer.outcome for answer in centre.counted] == [Outcome.NONE, Outcome.NONE]


async def test_what_people_type_and_what_a_plan_says_is_only_text(centre: Centre):
    centre.bring(DAILY)
    html = await centre.page("?q=%3Cscript%3Ealert(1)%3C/script%3E%22'")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    page = await centre.page("/b-27694")
    assert "<b>&</b>" not in page
    assert "&lt;b&gt;&amp;" in page


async def test_hostile_questions_are_answered(centre: Centre):
    centre.bring(ROUTE)
    for path in ("?q=" + "a" * 1_900, "?q=%00%FF", "?q=%F0%9F%98%80", "?lang=xx", "?q=đường"):
        await centre.page(path)
    for path in ("/none", "/..%2F..%2Fetc", "/hung-vuong-99999", "/none.ics"):
        answer = await centre.client.get("/lich-thu-gom" + path)
        assert answer.status_code == 404
        assert (await centre.client.get("/lich-thu-gom/none")).text.count('name="q"') == 1


async def test_a_simulated_plan_is_marked_on_every_page(centre: Centre):
    centre.bring(replace(ROUTE, kind=Kind.SIMULATED))
    for path in ("", "?q=hung+vuong", "?q=khong+co", "/hung-vuong-27694"):
        assert "DỮ LIỆU MÔ PHỎNG" in await centre.page(path)
    assert "MÔ PHỎNG" in (await centre.calendar()).decode()


async def test_a_real_plan_is_not(centre: Centre):
    centre.bring(ROUTE)
    assert "MÔ PHỎNG" not in await centre.page("/hung-vuong-27694")
    assert "MÔ PHỎNG" not in (await centre.calendar()).decode()


async def test_exceptions_are_told_in_words(centre: Centre):
    centre.now = datetime(2027, 2, 4, 3, tzinfo=UTC)
    eve = TET.day - timedelta(days=1)
    surge = PlanException(day=eve, action=Action.EXTRA, shift_s=-6 * H, note="29 Tết")
    moved = PlanException(day=date(2027, 2, 8), action=Action.MOVE, moved_to=date(2027, 2, 9))
    later = PlanException(day=date(2027, 2, 10), action=Action.WINDOW, shift_s=H)
    centre.bring(replace(DAILY, streets=(HUNG_VUONG,)), exceptions=(TET, surge, moved, later))
    text = text_of(await centre.page("/hung-vuong-27694"))
    for said in (
        "Thứ Bảy 06/02/2027: nghỉ thu gom (Mùng 1)", "Thứ Sáu 05/02/2027: thêm một chuyến, 12:00 – 13:00 (29 Tết)",
        "Thứ Hai 08/02/2027: dời sang Thứ Ba 09/02/2027", "Thứ Tư 10/02/2027: đến muộn hơn 1 giờ",
    ):  # fmt: skip
        assert said in text, said


def run(state: StreetState, **said: object) -> RunResult:
    street = StreetResult(
        order=1, name="Hùng Vương", state=state, punctuality=Punctuality.UNKNOWN, due_m=100.0, stretches=(),
        vehicle="62C12345", **said,  # type: ignore[arg-type]
    )  # fmt: skip
    at = NOW + timedelta(hours=8)
    assigned = Assignment(vehicle="62C12345", since=NOW, until=at, confidence=1, by=AssignedBy.MATCHED)
    return RunResult(
        day=date(2026, 11, 23), route="01", number=1, name="", plan_revision=1, places=(), kind=Kind.MEASURED,
        source="", state=RunState.RUNNING, streets=(street,), computed_at=at, as_of=at, assignments=(assigned,),
    )  # fmt: skip


async def test_passed_is_said_with_its_time_and_the_next_day_is_next(centre: Centre):
    centre.bring(ROUTE)
    centre.runs.put([run(StreetState.SERVED, last_at=datetime(2026, 11, 23, 11, 12, tzinfo=UTC))])
    centre.now = datetime(2026, 11, 23, 11, 20, tzinfo=UTC)
    text = text_of(await centre.page("/hung-vuong-27694"))
    assert "Hôm nay 18:00 – 19:00: đã qua lúc 18:12" in text
    assert "Lần thu gom tới Thứ Tư 25/11/2026" in text


async def test_who_only_drives_through_is_not_counted_as_having_collected(centre: Centre):
    centre.bring(ROUTE)
    at = NOW + timedelta(hours=7, minutes=58)
    centre.runs.put([run(StreetState.PASSED, passed_at=at)])
    centre.now = at + timedelta(minutes=22)
    html = await centre.page("/hung-vuong-27694")
    assert "Hôm nay 18:00 – 19:00: xe chạy qua lúc 17:58, chưa thấy thu" in text_of(html)
    assert "đã qua" not in text_of(html)


async def test_the_next_collection_comes_first_and_todays_past_ones_are_one_line(centre: Centre):
    hours = [
        replace(HUNG_VUONG, order=n, begins_s=h * H, ends_s=(h + 1) * H) for n, h in enumerate((6, 8, 12), start=1)
    ]
    centre.bring(*(replace(ROUTE, id=f"0{s.order}", streets=(replace(s, order=1),)) for s in hours))
    seen = run(StreetState.SERVED, last_at=datetime(2026, 11, 22, 23, 20, tzinfo=UTC))
    centre.runs.put([seen])
    centre.now = datetime(2026, 11, 23, 4, 35, tzinfo=UTC)
    html = await centre.page("/hung-vuong-27694")
    text = text_of(html)
    order = (
        "Lần thu gom tới", "12:00 – 13:00", "theo lịch còn 25 phút tính lúc 11:35", "Hôm nay trước đó có 2 lần",
        "06:00 – 07:00", "Các lần sau", "Đăng ký lịch", "Tra cứu",
    )  # fmt: skip
    found = [text.index(said) for said in order]
    assert found == sorted(found), text
    assert "đã ghi nhận xe thu 1 lần" in text
    folded = re.search(r"<details class=\"today\">.*?</details>", html, re.DOTALL)
    assert folded is not None
    assert "đã qua lúc 06:20" in folded[0]
    assert "chưa biết xe đã qua hay chưa" in folded[0]


async def test_from_its_hour_on_nobody_is_told_that_it_is_not_yet_time(centre: Centre):
    centre.bring(ROUTE)
    for state in (RunState.PLANNED, RunState.RUNNING):
        centre.now = datetime(2026, 11, 23, 11, 20, tzinfo=UTC)
        due = run(StreetState.DUE, begins=NOW + timedelta(hours=8), ends=NOW + timedelta(hours=9))
        centre.runs.put([replace(due, state=state, as_of=centre.now)])
        text = text_of(await centre.page("/hung-vuong-27694"))
        assert "18:00 – 19:00 đang trong giờ thu gom, chưa thấy xe đến" in text
        assert "chưa đến giờ" not in text
        assert "còn " not in text.split("Đem rác")[0]


async def test_a_street_that_is_being_collected_after_its_window_is_still_the_next(centre: Centre):
    centre.bring(ROUTE)
    centre.now = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
    at = centre.now - timedelta(minutes=3)
    begun = run(
        StreetState.DUE, begins=NOW + timedelta(hours=8), ends=NOW + timedelta(hours=9), first_at=at, last_at=at
    )
    centre.runs.put([replace(begun, as_of=centre.now)])
    text = text_of(await centre.page("/hung-vuong-27694"))
    assert "Lần thu gom tới Hôm nay" in text
    assert "đã qua một phần, xe đang ở đường này Đem rác ra ngay bây giờ" in text


async def test_an_overdue_collection_is_no_date_that_follows(centre: Centre):
    hours = [replace(HUNG_VUONG, begins_s=h * H, ends_s=(h + 1) * H) for h in (6, 8, 12)]
    centre.bring(*(replace(ROUTE, id=f"0{n}", streets=(each,)) for n, each in enumerate(hours, start=1)))
    centre.now = datetime(2026, 11, 23, 4, 35, tzinfo=UTC)
    six, hour = datetime(2026, 11, 22, 23, 0, tzinfo=UTC), timedelta(hours=1)
    due = [run(StreetState.DUE, begins=six + h * hour, ends=six + (h + 1) * hour) for h in (0, 2)]
    centre.runs.put([replace(one, route=f"0{n}", as_of=centre.now) for n, one in enumerate(due, start=1)])
    follows = text_of(await centre.page("/hung-vuong-27694")).split("Các lần sau")[1]
    assert "08:00 – 09:00 quá giờ hơn 2 giờ, chưa thấy xe đến" in follows
    assert "12:00 – 13:00 Thứ Tư" in follows, "of what is to come its hour is enough"
    said = "<b>08:00 – 09:00</b> <small>quá giờ"
    assert said in await centre.page("/hung-vuong-27694"), "on a line of its own: times stand in one column"


async def test_the_next_collection_is_that_whose_truck_comes_first(centre: Centre):
    twice = tuple(replace(HUNG_VUONG, order=n, begins_s=h * H, ends_s=(h + 1) * H) for n, h in enumerate((6, 15), 1))
    noon = replace(HUNG_VUONG, begins_s=12 * H, ends_s=13 * H)
    centre.bring(replace(ROUTE, streets=twice), replace(ROUTE, id="02", streets=(noon,)))
    centre.now = datetime(2026, 11, 23, 4, 35, tzinfo=UTC)
    three, at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC), datetime(2026, 11, 22, 23, 20, tzinfo=UTC)
    (first,) = run(StreetState.SERVED, last_at=at).streets
    again = run(StreetState.DUE, begins=three, ends=three + timedelta(hours=1))
    second = replace(again.streets[0], order=2)
    centre.runs.put([replace(again, streets=(first, second), as_of=centre.now)])
    soon, follows = text_of(await centre.page("/hung-vuong-27694")).split("Các lần sau")
    assert re.search("Lần thu gom tới .* 12:00 – 13:00 theo lịch còn 25 phút", soon)
    assert "06:00 – 16:00 đã qua một phần lúc 06:20; phần còn lại: chưa tới" in follows


@pytest.mark.parametrize(
    ("minutes", "came", "said"),
    [
        (6, None, "đã qua một phần lúc 06:20; phần còn lại: chưa tới Đem rác ra trước 14:55"),
        (2, 3, "xe đến sớm, đang ở đường này Đem rác ra ngay bây giờ"),
    ],
)
async def test_of_a_second_pass_that_an_early_truck_is_on_bags_are_asked_for_now(
    centre: Centre, minutes: int, came: int | None, said: str
):
    twice = tuple(replace(HUNG_VUONG, order=n, begins_s=h * H, ends_s=(h + 1) * H) for n, h in enumerate((6, 15), 1))
    centre.bring(replace(ROUTE, streets=twice))
    three, at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC), datetime(2026, 11, 22, 23, 20, tzinfo=UTC)
    (first,) = run(StreetState.SERVED, last_at=at).streets
    here = three - timedelta(minutes=came) if came else None
    again = run(StreetState.DUE, begins=three, ends=three + timedelta(hours=1), first_at=here, last_at=here)
    centre.now = three - timedelta(minutes=minutes)
    centre.runs.put([replace(again, streets=(first, replace(again.streets[0], order=2)), as_of=centre.now)])
    assert said in text_of(await centre.page("/hung-vuong-27694"))


@pytest.mark.parametrize("begun", [None, datetime(2026, 11, 23, 4, 2, tzinfo=UTC)])
async def test_of_two_that_are_due_the_one_whose_truck_is_seen_there_is_the_next(
    centre: Centre, begun: datetime | None
):
    awaited = replace(HUNG_VUONG, begins_s=11 * H, ends_s=12 * H)
    centre.bring(
        replace(ROUTE, streets=(awaited,)), replace(ROUTE, id="02", streets=(replace(awaited, begins_s=11 * H + 600),))
    )
    centre.now = datetime(2026, 11, 23, 4, 35, tzinfo=UTC)
    eleven, at = datetime(2026, 11, 23, 4, 0, tzinfo=UTC), centre.now - timedelta(minutes=3)
    due = run(StreetState.DUE, begins=eleven, ends=eleven + timedelta(hours=1), first_at=begun, last_at=begun)
    there = run(
        StreetState.DUE,
        begins=eleven + timedelta(minutes=10),
        ends=eleven + timedelta(hours=1),
        first_at=at,
        last_at=at,
    )
    centre.runs.put([replace(due, as_of=centre.now), replace(there, route="02", as_of=centre.now)])
    soon, follows = text_of(await centre.page("/hung-vuong-27694")).split("Các lần sau")
    assert re.search("Lần thu gom tới .* 11:10 – 12:00 đã qua một phần, xe đang ở đường này", soon)
    waits = "đã qua một phần lúc 11:02; phần còn lại: " if begun else "đang trong giờ thu gom, "
    assert f"11:00 – 12:00 {waits}chưa thấy xe đến" in follows, "its hours have begun"


async def test_a_truck_that_comes_early_is_told_among_the_dates_that_follow(centre: Centre):
    hours = [replace(HUNG_VUONG, begins_s=h * H, ends_s=(h + 1) * H) for h in (12, 13)]
    centre.bring(*(replace(ROUTE, id=f"0{n}", streets=(each,)) for n, each in enumerate(hours, start=1)))
    centre.now = datetime(2026, 11, 23, 4, 35, tzinfo=UTC)
    noon, hour = datetime(2026, 11, 23, 5, 0, tzinfo=UTC), timedelta(hours=1)
    at = noon + timedelta(minutes=35)
    soon = Expected(at=at, low=at - timedelta(minutes=2), high=at + timedelta(minutes=2))
    early = run(StreetState.DUE, begins=noon + hour, ends=noon + 2 * hour, expected=soon)
    centre.runs.put([replace(early, route="02", as_of=centre.now)])
    follows = text_of(await centre.page("/hung-vuong-27694")).split("Các lần sau")[1]
    assert "13:00 – 14:00 có thể đến sớm, dự kiến từ 12:30 đến 12:40" in follows


async def test_of_a_street_that_an_early_truck_is_on_bags_are_asked_for_now(centre: Centre):
    centre.bring(ROUTE)
    begins, centre.now = datetime(2026, 11, 23, 11, 0, tzinfo=UTC), datetime(2026, 11, 23, 10, 45, tzinfo=UTC)
    due = run(StreetState.DUE, begins=begins, ends=begins + timedelta(hours=1))
    early = begins - timedelta(minutes=26)
    begun = Stretch(from_m=0, to_m=900, state=StreetState.DUE, because=Because.NOT_YET, share=0.4)
    here = replace(due.streets[0], stretches=(begun,), due_m=900.0, passed_at=early)
    sooner = timedelta(minutes=20)
    before = replace(here, order=2, state=StreetState.SERVED, begins=begins - sooner, passed_at=early - sooner)
    centre.runs.put([replace(due, streets=(before, here), as_of=centre.now)])
    text = text_of(await centre.page("/hung-vuong-27694")).split("Các lần sau")[0]
    assert "xe đến sớm, đang ở đường này" in text
    assert "Đem rác ra ngay bây giờ" in text
    assert not re.search(r"còn \d+ phút|chưa đến giờ|Đem rác ra trước", text)


async def test_a_street_that_is_passed_twice_is_not_told_that_each_pass_takes_the_whole_of_it(centre: Centre):
    first = replace(HUNG_VUONG, start="", end="")
    centre.bring(replace(ROUTE, streets=(first, replace(first, order=2, begins_s=19 * H, ends_s=20 * H))))
    text = text_of(await centre.page("/hung-vuong-27694"))
    assert re.search(r"Giờ của 2 lượt xe qua .*lượt 1 .*18:00.*lượt 2 .*19:00", text)


async def test_bags_are_asked_for_before_a_truck_that_may_come_early(centre: Centre):
    centre.bring(ROUTE)
    begins, centre.now = NOW + timedelta(hours=8), datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
    soon = centre.now + timedelta(minutes=20)
    unsure = Expected(at=soon, low=soon - timedelta(minutes=8), high=soon + timedelta(minutes=7))
    due = run(StreetState.DUE, begins=begins, expected=unsure)
    centre.runs.put([replace(due, as_of=centre.now)])
    text = text_of(await centre.page("/hung-vuong-27694"))
    assert "có thể đến sớm, dự kiến từ 17:30 đến 17:50" in text, "the interval, not a minute that nobody knows"
    assert "Đem rác ra trước 17:30" in text, "not 17:55, when it may have been"


async def test_no_byte_names_a_vehicle_a_phone_or_a_position(centre: Centre):
    storm = PlanException(day=date(2026, 11, 25), action=Action.CANCEL, note="xe 62C-012.34 hỏng, gọi 0912 345 678")
    centre.bring(replace(ROUTE, source="Xe 62C-999.99"), exceptions=(storm,))
    centre.runs.put([run(StreetState.SERVED, last_at=NOW)])
    pages = [await centre.page(path) for path in ("", "?q=hung+vuong", "/hung-vuong-27694")]
    for said in (*pages, (await centre.calendar()).decode()):
        for secret in ("62C", "012.34", "999.99", "0912", "106.41", "10.53"):
            assert secret not in re.sub(r"<style>.*?</style>", "", said, flags=re.DOTALL)
    assert "hỏng" in pages[2], "the reason itself is told"


async def test_the_address_and_the_calendar_of_a_street_name_neither_plate_nor_phone(centre: Centre):
    named = replace(HUNG_VUONG, name="Đường tập kết 62–C–012.34 gọi 84 912 345 678")
    centre.bring(replace(DAILY, streets=(named,)))
    page = await centre.page("?q=tap%20k%E1%BA%BFt")
    addresses = set(re.findall(r"/lich-thu-gom/([^\"?.]+)", page))
    assert addresses == {"tap-ket-goi-27694"}
    told = (await centre.calendar("/tap-ket-goi-27694.ics")).decode().replace("\r\n ", "")
    assert "UID:tap-ket-goi-27694-" in told
    assert not re.search("62.?C|62-c|012.?34|912.?345", told)
    assert (await centre.client.get("/lich-thu-gom/tap-ket-62-c-012-34-goi-84-912-345-678-27694")).status_code == 404


async def test_a_silent_store_is_said_with_what_to_do(centre: Centre, monkeypatch: pytest.MonkeyPatch):
    def down() -> None:
        raise OperationalError("select", {}, Exception("down"))

    monkeypatch.setattr(centre.plan, "routes", down)
    answer = await centre.client.get("/lich-thu-gom?q=a")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "Xin thử lại" in answer.text
    assert (await centre.client.get("/lich-thu-gom/a-1.ics")).status_code == 503


@pytest.mark.parametrize(("minutes", "said"), [
    (-25, ("theo lịch còn 25 phút", "Đem rác ra trước 14:55")),
    (5, ("phần còn lại: chưa thấy xe đến Đem rác ra ngay bây giờ",)),
])  # fmt: skip
async def test_when_bags_must_stand_outside_follows_the_rest_of_a_street(
    centre: Centre, minutes: int, said: tuple[str, ...]
):
    twice = tuple(replace(HUNG_VUONG, order=n, begins_s=h * H, ends_s=(h + 1) * H) for n, h in enumerate((6, 15), 1))
    centre.bring(replace(ROUTE, streets=twice))
    three, at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC), datetime(2026, 11, 22, 23, 20, tzinfo=UTC)
    centre.now = three + timedelta(minutes=minutes)
    (first,) = run(StreetState.SERVED, last_at=at).streets
    again = run(StreetState.DUE, begins=three, ends=three + timedelta(hours=1))
    centre.runs.put([replace(again, streets=(first, replace(again.streets[0], order=2)), as_of=centre.now)])
    text = text_of(await centre.page("/hung-vuong-27694"))
    for each in said:
        assert each in text
